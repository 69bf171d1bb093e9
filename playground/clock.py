"""Time and ids: a clock that a test can move ahead, and Discord's time-ordered snowflakes."""

from __future__ import annotations

import time
from datetime import UTC, datetime

DISCORD_EPOCH_MS = 1_420_070_400_000


class Clock:
    """Tell the time; `advance` moves it ahead for everything that lives in the playground."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def wall(self) -> float:
        """Return seconds since 1970, as people and payloads know them."""
        return time.time() + self._ahead

    def steady(self) -> float:
        """Return monotonic seconds, for limits, deadlines and measurements."""
        return time.monotonic() + self._ahead

    def advance(self, seconds: float) -> None:
        """Move both clocks ahead."""
        self._ahead += seconds


class Snowflakes:
    """Hand out unique ids that sort by the time they were made."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0
        self._past = 0

    def next(self, at: float | None = None) -> int:
        """Return a new id, of this moment or of the given one (seconds since 1970)."""
        if at is None:
            self._last = max(self._last + 1, _milliseconds(self._clock.wall()) << 22)
            return self._last
        self._past = (self._past + 1) & 0x3FFFFF
        return (_milliseconds(at) << 22) | self._past

    def next_on(self, shard: int, shards: int) -> int:
        """Return a new id whose guild is one of a shard's, a few milliseconds ahead."""
        moment = (self.next() >> 22) + 1
        self._last = (moment + (shard - moment) % shards) << 22
        return self._last

    def continue_after(self, last: int) -> None:
        """Never again hand out an id up to this one."""
        self._last = max(self._last, last)


def _milliseconds(at: float) -> int:
    return int(at * 1000) - DISCORD_EPOCH_MS


def moment_of(snowflake: int) -> float:
    """Return when an id was made, in seconds since 1970."""
    return ((snowflake >> 22) + DISCORD_EPOCH_MS) / 1000


def iso(at: float) -> str:
    """Write a moment the way Discord does."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds")
