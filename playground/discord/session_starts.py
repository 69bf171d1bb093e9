"""Which sessions a bot may start: Discord counts the IDENTIFYs of a day, on all connections, and spaces them.

Shards whose numbers leave the same remainder by `max_concurrency` take turns; what comes too soon is refused.
"""

from __future__ import annotations

from collections.abc import Callable

from playground.discord.limits import Limiter

TOTAL = 1000
DAY_SECONDS = 86_400.0


class SessionStarts:
    """Count the IDENTIFYs of a day, by the steady clock, and those that came too soon."""

    def __init__(self, steady: Callable[[], float], limiter: Limiter) -> None:
        self._steady = steady
        self._limiter = limiter
        self.max_concurrency = 1
        self.refused = 0
        self._left = TOTAL
        self._resets_at = steady() + DAY_SECONDS

    @property
    def remaining(self) -> int:
        """Return how many are left."""
        if self._steady() >= self._resets_at:
            self.leave(TOTAL, DAY_SECONDS)
        return self._left

    def leave(self, remaining: int, reset_after: float) -> None:
        """Set how many are left until the count begins anew."""
        self._left = remaining
        self._resets_at = self._steady() + reset_after

    def spend(self) -> bool:
        """Count one; say whether it was left."""
        if self.remaining == 0:
            return False
        self._left -= 1
        return True

    def lets_begin(self, shard: int) -> bool:
        """Say whether a shard's turn has come."""
        of = str(shard % self.max_concurrency)
        allowed = self._limiter.take("identify", of, counts_overall=False).allowed
        self.refused += not allowed
        return allowed

    def figures(self) -> dict[str, int]:
        """Return them as GET /gateway/bot tells them."""
        return {
            "total": TOTAL,
            "remaining": self.remaining,
            "reset_after": round((self._resets_at - self._steady()) * 1000),
            "max_concurrency": self.max_concurrency,
        }
