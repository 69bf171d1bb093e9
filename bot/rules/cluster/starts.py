"""When a session may be started at Discord's gateway, whichever process starts it.

Discord takes one IDENTIFY in five seconds from the shards whose numbers leave the same rest by
`max_concurrency`, and so many a day from a bot; it resets the token of one that sends more. Times are whole
microseconds.
"""

from dataclasses import dataclass, replace

SECOND = 1_000_000
BETWEEN = 5 * SECOND
SAME_DAY = 60 * SECOND  # two answers that name ends of the day no further apart mean the same


@dataclass(frozen=True, slots=True)
class Day:
    """How many sessions may still be started, and when they are counted anew."""

    left: int
    ends_at: int


def told(known: Day | None, heard: Day) -> Day:
    """Return the day after Discord was asked: what was admitted since may not have been counted by it yet."""
    if known is None or heard.ends_at > known.ends_at + SAME_DAY:
        return heard
    if heard.ends_at < known.ends_at - SAME_DAY:
        return known
    return replace(known, left=min(known.left, heard.left))


def admit(known: Day | None, free_at: int, heard: Day, now: int) -> tuple[Day, int]:
    """Admit a session and return the day then, or also how long to wait before asking again.

    `free_at` is when its group may start the next one.
    """
    day = told(known, heard)
    wait = free_at - now
    if day.left <= 0:
        wait = max(wait, day.ends_at - now, BETWEEN)
    if wait > 0:
        return day, wait
    return replace(day, left=day.left - 1), 0
