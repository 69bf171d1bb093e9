"""Requests and their lanes, as the limiter keeps them: what waits, what runs, and what a bucket holds."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

from bot.rules.pacing import Bucket
from bot.ui.budget import Place


class Kind(StrEnum):
    """The kinds of requests that have a bucket of their own in each channel."""

    CREATE = "create"
    EDIT = "edit"
    EDIT_OLD = "edit old"  # messages older than an hour
    DELETE = "delete"
    REACTION = "reaction"
    TYPING = "typing"


BUCKETS = {
    Kind.CREATE: Bucket(),
    Kind.EDIT: Bucket(),
    Kind.EDIT_OLD: Bucket(3, 6.0, 3),
    Kind.DELETE: Bucket(5, 1.0, 5),
    Kind.REACTION: Bucket(1, 0.25, 1),
    Kind.TYPING: Bucket(),
}


class Priority(IntEnum):
    """Who goes first."""

    TEXT = 0  # first words and final texts: somebody waits for them
    SMALL = 1
    EDIT = 2
    TYPING = 3


@dataclass(frozen=True, slots=True)
class Lane:
    """One of Discord's buckets: a channel and a kind of request."""

    channel_id: int
    kind: Kind


Work = Callable[[], Coroutine[Any, Any, object]]


@dataclass(eq=False, slots=True)
class Call:
    """A request that waits, is under way, or was answered."""

    lane: Lane
    priority: Priority
    since: float
    work: Work
    answer: asyncio.Future[bytes]
    parked: bool = False
    place: Place | None = None
    task: asyncio.Task[None] | None = None

    @property
    def waits(self) -> bool:
        """Say whether it has not started and may still."""
        return self.task is None and not self.answer.done()

    async def accepted(self) -> bytes:
        """Wait until Discord has accepted it and return the answer's body; raise what went wrong.

        Whoever waits may be cancelled; the request is not.
        """
        return await asyncio.shield(self.answer)


@dataclass(eq=False, slots=True)
class LaneState:
    """What is known of a lane: its bucket, and who waits for it."""

    bucket: Bucket
    running: bool = False
    parked: list[Call] = field(default_factory=list)
    timer: asyncio.TimerHandle | None = None

    def is_idle(self, now: float) -> bool:
        """Say whether there is nothing to remember."""
        return not self.running and not self.parked and self.bucket.at(now).resets_at is None
