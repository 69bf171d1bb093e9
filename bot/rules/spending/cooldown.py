"""A token bucket: so many at once, and as many again within each period. Pure.

All that is kept of one is the moment at which it is full again.
"""

from bot.settings.bounds import Rate


def wait(rate: Rate, full_at: float, now: float) -> float:
    """Return the seconds until one more may be taken, 0 where it may be now."""
    missing = max(0.0, full_at - now)
    seconds = missing + rate.seconds / rate.times - rate.seconds
    return max(0.0, round(seconds, 6))


def taken(rate: Rate, full_at: float, now: float) -> float:
    """Take one; return when the bucket is full again."""
    return max(full_at, now) + rate.seconds / rate.times
