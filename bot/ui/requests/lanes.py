"""Requests and their lanes, as the limiter keeps them: what waits, what runs, and what a bucket holds."""

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

from bot.rules.pacing import Bucket
from bot.ui.requests.budget import Place

IDLE_LANES = 1000  # above so many, lanes that have nothing to remember are dropped
ID = re.compile(r"/(\d{15,})")


class Kind(StrEnum):
    """The kinds of requests that have a bucket of their own in each channel."""

    CREATE = "create"
    EDIT = "edit"
    EDIT_OLD = "edit old"  # messages older than an hour
    DELETE = "delete"
    REACTION = "reaction"
    TYPING = "typing"


OTHER = Bucket(50, 1.0, 50)  # of the routes whose limits only their headers tell
BUCKETS: dict[str, Bucket] = {
    Kind.CREATE: Bucket(),
    Kind.EDIT: Bucket(),
    Kind.EDIT_OLD: Bucket(3, 6.0, 3),
    Kind.DELETE: Bucket(5, 1.0, 5),
    Kind.REACTION: Bucket(1, 0.25, 1),
    Kind.TYPING: Bucket(),
}


ROUTES = {
    "POST /channels/*/messages": Kind.CREATE,
    "PATCH /channels/*/messages/*": Kind.EDIT,
    "DELETE /channels/*/messages/*": Kind.DELETE,
    "POST /channels/*/typing": Kind.TYPING,
}


class Priority(IntEnum):
    """Who goes first."""

    TEXT = 0  # first words and final texts: somebody waits for them
    READING = 1  # what an answer, or somebody who used a command, waits for
    SMALL = 2
    EDIT = 3
    TYPING = 4
    BACKGROUND = 5  # nobody waits for it, so that it may wait for as long as it takes


@dataclass(frozen=True, slots=True)
class Lane:
    """One of Discord's buckets: a channel and a kind of request."""

    channel_id: int
    kind: str

    @classmethod
    def of(cls, method: str, path: str) -> "Lane":
        """Return the lane of a request that was not asked for with one; `path` is below the API's base."""
        ids = ID.findall(path)
        route = f"{method} {ID.sub('/*', path)}"
        return cls(int(ids[0]) if ids else 0, ROUTES.get(route, route))


Work = Callable[[], Coroutine[Any, Any, object]]


@dataclass(eq=False, slots=True)
class Call:
    """A request that waits, is under way, or was answered.

    Without `work` it is one that somebody else makes, and its answer no more than the leave to do so.
    """

    lane: Lane
    priority: Priority
    since: float
    asked_at: float
    work: Work | None
    answer: asyncio.Future[bytes]
    parked: bool = False
    place: Place | None = None
    task: asyncio.Task[None] | None = None

    @property
    def waits(self) -> bool:
        """Say whether it has not started and may still."""
        return self.place is None and not self.answer.done()

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


class Lanes:
    """The lanes of the process; those that have nothing to remember are dropped by and by."""

    def __init__(self) -> None:
        self._states: dict[Lane, LaneState] = {}
        self._prune_above = IDLE_LANES

    def __iter__(self) -> Iterator[LaneState]:
        return iter(self._states.values())

    def __len__(self) -> int:
        return len(self._states)

    def bucket(self, lane: Lane) -> Bucket:
        """Return what is known of a lane's bucket."""
        state = self._states.get(lane)
        return BUCKETS.get(lane.kind, OTHER) if state is None else state.bucket

    def of(self, lane: Lane) -> LaneState:
        """Return a lane's state."""
        state = self._states.get(lane)
        if state is None:
            if len(self._states) >= self._prune_above:
                self._prune()
            state = self._states[lane] = LaneState(BUCKETS.get(lane.kind, OTHER))
        return state

    def _prune(self) -> None:
        now = asyncio.get_running_loop().time()
        self._states = {lane: state for lane, state in self._states.items() if not state.is_idle(now)}
        self._prune_above = max(IDLE_LANES, 2 * len(self._states))
