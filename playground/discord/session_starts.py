"""How many sessions a bot may still start: Discord counts each IDENTIFY, and forgets them after a day."""

from __future__ import annotations

from collections.abc import Callable

TOTAL = 1000
DAY_SECONDS = 86_400.0


class SessionStarts:
    """Count the IDENTIFYs of a day, by the steady clock."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady
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

    def figures(self) -> dict[str, int]:
        """Return them as GET /gateway/bot tells them."""
        return {
            "total": TOTAL,
            "remaining": self.remaining,
            "reset_after": round((self._resets_at - self._steady()) * 1000),
            "max_concurrency": 1,
        }
