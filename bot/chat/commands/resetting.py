"""Clearing history: what would go, clearing it, and bringing it back for a while."""

from bot.chat.clearing import UNDO_FOR, Reset, ResetOrder, Resets, Told
from bot.chat.conversation.queue import AnswerQueue, StopReason
from bot.chat.memory import Questions
from bot.chat.ports import Clock
from bot.chat.rights import Action, Member, may_in, require_in
from bot.errors import UserFacingError
from bot.rules.model import ChannelKey
from bot.texts import admins


class Resetting:
    """Clears history for those who may; everybody else gets a NotAllowed.

    What is cleared is no longer answered, and nothing is stopped before it is cleared: a question would be
    left to nobody where the memory refuses or the process dies in between. What is said afterwards stays when
    a reset is undone, behind what comes back.
    """

    def __init__(self, resets: Resets, questions: Questions, queue: AnswerQueue, clock: Clock) -> None:
        self._resets = resets
        self._questions = questions
        self._queue = queue
        self._clock = clock

    async def preview(self, order: ResetOrder, member: Member, told: Told | None = None) -> tuple[int, int]:
        """Return how many turns and tokens would go; raise a UserFacingError where there are none.

        `told` hears how many are counted so far.
        """
        require_in(Action.RESET, member, order.key, guild_wide=order.guild_wide)
        turns, tokens = await self._resets.preview(order, told)
        if not turns:
            raise UserFacingError(admins.NOTHING_TO_RESET)
        return turns, tokens

    async def reset(self, order: ResetOrder, member: Member, told: Told | None = None) -> Reset:
        """Clear history, and stop answering it; `told` hears how many turns are counted so far."""
        require_in(Action.RESET, member, order.key, guild_wide=order.guild_wide)
        reset = await self._resets.reset(order, member.id, told)
        await self._stop_answering(reset)
        return reset

    async def _stop_answering(self, reset: Reset) -> None:
        for job in self._queue.everywhere():
            if _reaches(reset, job.key) and await self._questions.find(job.question_message_id) is None:
                job.stop(StopReason.RESET)

    async def undoable(self, key: ChannelKey, member: Member) -> Reset | None:
        """Return the newest reset of a place that somebody may undo now."""
        reset = await self._resets.newest(key)
        if reset is None or self._is_over(reset):
            return None
        return reset if may_in(Action.RESET, member, key, guild_wide=reset.guild_wide) else None

    def _is_over(self, reset: Reset) -> bool:
        return reset.at + UNDO_FOR <= self._clock.now()

    async def undo(self, reset_id: int, key: ChannelKey, member: Member) -> Reset:
        """Bring back what a reset in this place cleared; raise a UserFacingError when it is too late."""
        reset = await self._resets.get(reset_id)
        if reset is None or not _reaches(reset, key) or self._is_over(reset):
            raise UserFacingError(admins.UNDO_TOO_LATE)
        require_in(Action.RESET, member, key, guild_wide=reset.guild_wide)
        undone = await self._resets.undo(reset_id, member.id)
        if undone is None:
            raise UserFacingError(admins.UNDO_TOO_LATE)
        return undone


def _reaches(reset: Reset, key: ChannelKey) -> bool:
    if reset.guild_wide:
        return reset.key.guild_id == key.guild_id
    return reset.key.channel_id == key.channel_id
