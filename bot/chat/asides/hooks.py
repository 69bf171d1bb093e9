"""Interactions' webhooks: how to show what somebody asked for with a command, while that is allowed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.chat.ports import Clock
from bot.rules.places.shards import ShardId

LASTS = timedelta(minutes=14, seconds=30)  # of Discord's fifteen, so that a last word still gets in
# Before that end no answer begins, and those that are alone lose their buttons.
NO_MORE = timedelta(minutes=1)
MOST_MESSAGES = 5  # after the first, where the bot is no member


@dataclass(frozen=True, slots=True)
class Hook:
    """The webhook of one interaction, until a moment.

    `alone`: nothing else leads to its messages, since the bot is no member there or only one person sees
    them; `hidden`: only that person does; `few` messages may follow the first.
    """

    id: int  # the interaction's
    token: str = field(repr=False)
    until: datetime
    alone: bool = False
    hidden: bool = False
    few: bool = False

    def takes_more(self, now: datetime) -> bool:
        """Say whether an answer that is shown by it can still be redone."""
        return not self.alone or now < self.until - NO_MORE


class KeptHooks(Protocol):
    """The store of webhooks, which outlive a restart, by the messages that they began with."""

    async def keep(self, message_id: int, hook: Hook) -> None:
        """Store a webhook, and delete those that have expired."""

    async def all(self) -> Mapping[int, Hook]:
        """Return all stored webhooks."""

    async def left(self) -> Collection[int]:
        """Return the messages of those whose process has ended, once, to whoever asks first."""


class Hooks:
    """The open webhooks, by the questions' messages."""

    def __init__(self, kept: KeptHooks, clock: Clock) -> None:
        self._kept = kept
        self._clock = clock
        self._known: dict[int, Hook] = {}

    async def recall(self, _: ShardId) -> None:
        """Read the webhooks of a former process; they are few, and of all shards."""
        self._known |= await self._kept.all()

    async def left(self) -> Collection[int]:
        """Return the messages of which nobody takes care any more, once, since their process has ended."""
        return await self._kept.left()

    async def keep(self, message_id: int, hook: Hook) -> None:
        """Show what is said about a message by a webhook from now on."""
        now = self._clock.now()
        self._known = {id_: one for id_, one in self._known.items() if now < one.until} | {message_id: hook}
        await self._kept.keep(message_id, hook)

    def alone(self) -> Mapping[int, Hook]:
        """Return the webhooks to whose messages nothing else leads."""
        return {id_: one for id_, one in self._known.items() if one.alone}

    def take_more(self, message_id: int) -> bool:
        """Say whether an answer that a webhook shows can still be redone."""
        hook = self.of(message_id)
        return hook is not None and hook.takes_more(self._clock.now())

    def of(self, message_id: int) -> Hook | None:
        """Return the webhook by which something is shown about a message, while it is open."""
        hook = self._known.get(message_id)
        return hook if hook is not None and self._clock.now() < hook.until else None
