"""The memory's ports for what goes: resets with a way back, and what is deleted for good.

One store provides them, with the ports in `bot.chat.memory`.
"""

from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.rules.model import ChannelKey
from bot.rules.outcome import LastMessage

Told = Callable[[int], None]


UNDO_FOR = timedelta(minutes=10)  # how long a reset can be undone


@dataclass(frozen=True, slots=True)
class Reset:
    """A reset that can be undone until it is purged; one that was just made says as far as which position."""

    id: int
    key: ChannelKey
    turns: int
    tokens: int
    at: datetime
    guild_wide: bool = False
    is_fresh: bool = False  # a fresh start: it hides nothing
    up_to: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ResetOrder:
    """What is to be cleared: a channel or all of its server, but for the newest `keep` questions of each."""

    key: ChannelKey
    guild_wide: bool = False
    keep: int = 0


class Resets(Protocol):
    """Clearing history, with a way back."""

    async def preview(self, order: ResetOrder, told: Told | None = None) -> tuple[int, int]:
        """Return how many turns and tokens a reset would clear; `told` hears how many are counted so far."""

    async def reset(self, order: ResetOrder, actor: int, told: Told | None = None) -> Reset:
        """Hide history, and record it; `told` hears how many turns are counted so far.

        Here a question and its answer are one turn. Cuts and summaries go, too. What is said after the call
        began stays. Hiding takes as long for a server as for a channel; only counting takes its time.
        """

    async def start_afresh(self, key: ChannelKey, actor: int) -> Reset | None:
        """Have nothing that was said in a place sent any more, and record it; None where nothing would be.

        What was said stays. An undo is that of a reset.
        """

    async def undo(self, reset_id: int, actor: int) -> Reset | None:
        """Bring a reset's turns, cuts and summaries back and record it; None where they are gone for good."""

    def last_shown(self, reset: Reset) -> AsyncIterator[tuple[ChannelKey, LastMessage]]:
        """Yield the places that a reset reached, each with the last message of its newest answer so far."""

    async def get(self, reset_id: int) -> Reset | None:
        """Return a reset that can still be undone."""

    async def newest(self, key: ChannelKey) -> Reset | None:
        """Return the newest reset of a place or of its server that can still be undone."""


class Disposal(Protocol):
    """Deleting for good what has had its time."""

    async def purge(self, before: datetime) -> int:
        """Delete for good what was reset before this time; return how many turns.

        What a kill left of a deletion goes, too.
        """

    async def expire(self, now: datetime, default_days: int | None) -> int:
        """Delete turns older than their channel's retention; return how many."""

    async def forgotten_since(self, since: datetime) -> Collection[tuple[int, datetime]]:
        """Return who had their data deleted since then, each with the time of it."""


class Storage(Protocol):
    """The room that the memory takes."""

    async def tidy(self) -> None:
        """Leave no trace of deletions, keep pictures within their limit, warn of a disk nearly full."""
