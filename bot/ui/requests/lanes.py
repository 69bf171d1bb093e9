"""Lanes: each of Discord's buckets with what is left of it, and the calls that wait for it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.rules.pacing import Bucket
from bot.ui.requests.calls import Call, Kind, Lane

IDLE_LANES = 1000  # above so many, lanes that have nothing to remember are dropped

OTHER = Bucket(50, 1.0, 50)  # of the routes whose limits only their headers tell
BUCKETS: dict[str, Bucket] = {
    Kind.CREATE: Bucket(),
    Kind.EDIT: Bucket(),
    Kind.EDIT_OLD: Bucket(3, 6.0, 3),
    Kind.DELETE: Bucket(5, 1.0, 5),
    Kind.REACTION: Bucket(1, 0.25, 1),
    Kind.TYPING: Bucket(),
    Kind.WEBHOOK: Bucket(5, 2.0, 5),
}


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
