"""Clearing history: what would go, clearing it, and bringing it back for a while."""

from dataclasses import dataclass

from bot import texts
from bot.chat.clearing import UNDO_FOR, Reset, Resets, Told
from bot.chat.conversation.queue import Runs, Why
from bot.chat.ports import Clock
from bot.chat.rights import Action, Member, require_in
from bot.errors import UserFacingError
from bot.rules.model import ChannelKey


@dataclass(frozen=True, slots=True)
class ResetOrder:
    """What is to be cleared: a channel or all of its server, but for the newest `keep` questions of each."""

    key: ChannelKey
    guild_wide: bool = False
    keep: int = 0


class Resetting:
    """Clears history for those who may; everybody else gets a NotAllowed.

    A running answer is stopped before its channel is cleared. What is said afterwards stays when a reset is
    undone, behind what comes back.
    """

    def __init__(self, resets: Resets, runs: Runs, clock: Clock) -> None:
        self._resets = resets
        self._runs = runs
        self._clock = clock

    async def preview(self, order: ResetOrder, member: Member, told: Told | None = None) -> tuple[int, int]:
        """Return how many turns and tokens would go; raise a UserFacingError where there are none.

        `told` hears how many are counted so far.
        """
        require_in(Action.RESET, member, order.key, guild_wide=order.guild_wide)
        turns, tokens = await self._resets.preview(
            order.key, guild_wide=order.guild_wide, keep=order.keep, told=told
        )
        if not turns:
            raise UserFacingError(texts.NOTHING_TO_RESET)
        return turns, tokens

    async def reset(self, order: ResetOrder, member: Member, told: Told | None = None) -> Reset:
        """Stop what is being written there, and clear it; `told` hears how many turns are counted so far."""
        key = order.key
        require_in(Action.RESET, member, key, guild_wide=order.guild_wide)
        if order.guild_wide and key.guild_id is not None:
            await self._runs.stop_guild(key.guild_id, Why.RESET)
        else:
            await self._runs.stop_channel(key.channel_id, Why.RESET)
        return await self._resets.reset(
            key, member.id, guild_wide=order.guild_wide, keep=order.keep, told=told
        )

    async def undo(self, reset_id: int, key: ChannelKey, member: Member) -> Reset:
        """Bring back what a reset in this place cleared; raise a UserFacingError when it is too late."""
        reset = await self._resets.get(reset_id)
        if reset is None or not _reaches(reset, key) or reset.at + UNDO_FOR <= self._clock.now():
            raise UserFacingError(texts.UNDO_TOO_LATE)
        require_in(Action.RESET, member, key, guild_wide=reset.guild_wide)
        undone = await self._resets.undo(reset_id, member.id)
        if undone is None:
            raise UserFacingError(texts.UNDO_TOO_LATE)
        return undone


def _reaches(reset: Reset, key: ChannelKey) -> bool:
    if reset.guild_wide:
        return reset.key.guild_id == key.guild_id
    return reset.key.channel_id == key.channel_id
