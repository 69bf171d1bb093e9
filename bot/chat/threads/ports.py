"""The ports for opening threads: Discord's threads, and the record of those that were opened."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.chat.rights import Permission
from bot.rules.model import Answer, ChannelKey


@dataclass(frozen=True, slots=True)
class Carried:
    """The turns of a thread's channel that go along: those behind a position, as far as another."""

    after: int = 0
    up_to: int = 0


@dataclass(frozen=True, slots=True)
class Named:
    """A thread that is called by what somebody of this name asked, as long as its title has this mark."""

    thread: ChannelKey
    mark: int
    name: str


class Openings(Protocol):
    """The threads that were opened for somebody."""

    async def store(self, thread: ChannelKey, opener_id: int, carried: Carried) -> bool:
        """Note that a thread was opened, in which the bot takes part; say whether it is a new one.

        What was noted before stays.
        """

    async def withdraw(self, thread: ChannelKey) -> None:
        """Forget that a thread was opened, since Discord did not let us."""

    async def entitle(self, thread: ChannelKey, about: int | None, mark: int) -> None:
        """Note which message a thread's title is made of, and the mark of that title."""

    async def named_after(self, message_ids: Collection[int]) -> Sequence[Named]:
        """Return the threads whose titles are made of messages, which are still stored."""

    async def opener(self, thread_id: int) -> int | None:
        """Return for whom a thread was opened, 0 where nobody knows any more; None of one that was not."""

    async def led_to(self, answer: Answer) -> Carried:
        """Return an exchange with those of the same person right before it, as far as they are still sent."""


class Threads(Protocol):
    """Threads on Discord."""

    def lacks(self, key: ChannelKey) -> Sequence[Permission] | None:
        """Return the permissions lacking to open public threads in a place; None if there are no threads."""

    def is_ours(self, key: ChannelKey) -> bool:
        """Say whether we opened a thread, as far as Discord told of it."""

    def owner(self, key: ChannelKey) -> int | None:
        """Return who opened a thread on Discord, as far as it told of it."""

    async def open(self, key: ChannelKey, title: str, message_id: int | None) -> ChannelKey:
        """Open a public thread, from a message or without one; return that of the message if it has one.

        Raises:
            UserFacingError: Discord doesn't let us.
        """

    async def rename(self, thread: ChannelKey, former: int, title: str) -> None:
        """Give a thread another title, once, unless its title no longer has the mark of the former one."""
