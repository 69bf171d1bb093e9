"""Discord's rate limits: fixed periods from a first request on, and the headers that tell of them.

Discord publishes no figures for single routes; these are the ones that are commonly observed.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache


@dataclass(frozen=True, slots=True)
class Quota:
    """At most so many requests in so many seconds."""

    most: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Limits:
    """The quota of each bucket; None switches one off."""

    create: Quota | None = Quota(5, 5.0)
    edit: Quota | None = Quota(5, 5.0)
    delete: Quota | None = Quota(5, 1.0)
    typing: Quota | None = Quota(5, 5.0)
    reaction: Quota | None = Quota(1, 0.25)
    webhook: Quota | None = Quota(5, 2.0)
    old_edit: Quota | None = Quota(3, 6.0)
    rename: Quota | None = Quota(2, 600.0)
    identify: Quota | None = Quota(1, 5.0)
    overall: Quota | None = Quota(50, 1.0)

    @classmethod
    def off(cls) -> Limits:
        """Return limits that never bite."""
        return cls(None, None, None, None, None, None, None, None, None, None)

    def of(self, bucket: str) -> Quota | None:
        """Return the quota of a bucket; a route of no bucket has none."""
        quota: Quota | None = getattr(self, bucket, None)
        return quota


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may pass, with the headers for its answer."""

    allowed: bool
    headers: dict[str, str] = field(default_factory=dict)
    remaining: int | None = None
    retry_after: float = 0.0
    overall: bool = False


PASS = Verdict(allowed=True)


@dataclass(slots=True)
class _Count:
    opened: float
    used: int = 0


class Limiter:
    """Count requests per bucket and overall; a refused request is not counted."""

    def __init__(self, limits: Limits, now: Callable[[], float], wall: Callable[[], float]) -> None:
        self.limits = limits
        self._now = now
        self._wall = wall
        self._counts: dict[tuple[str, str], _Count] = {}
        self._overall = _Count(-math.inf)

    def clear(self) -> None:
        """Forget the requests so far."""
        self._counts.clear()
        self._overall = _Count(-math.inf)

    def take(self, bucket: str, major: str, *, counts_overall: bool = True) -> Verdict:
        """Ask for one request of a bucket for a channel, webhook or guild."""
        now = self._now()
        overall = self.limits.overall if counts_overall else None
        if overall is not None:
            _reopen(self._overall, overall, now)
            if self._overall.used >= overall.most:
                return _refused_overall(self._overall.opened + overall.seconds - now)
        quota = self.limits.of(bucket)
        verdict = PASS if quota is None else self._take_from(bucket, major, quota, now)
        if verdict.allowed and overall is not None:
            self._overall.used += 1
        return verdict

    def _take_from(self, bucket: str, major: str, quota: Quota, now: float) -> Verdict:
        count = self._counts.get((bucket, major))
        if count is None:
            self._make_room(now)
            count = self._counts[bucket, major] = _Count(now)
        _reopen(count, quota, now)
        reset_after = count.opened + quota.seconds - now
        allowed = count.used < quota.most
        count.used += allowed
        remaining = quota.most - count.used
        headers = self._headers(bucket, quota, remaining, reset_after)
        if allowed:
            return Verdict(True, headers, remaining)
        headers |= {"Retry-After": str(math.ceil(reset_after)), "X-RateLimit-Scope": "user"}
        return Verdict(False, headers, 0, reset_after)

    def _headers(self, bucket: str, quota: Quota, remaining: int, reset_after: float) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(quota.most),
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Reset": f"{self._wall() + reset_after:.3f}",
            "X-RateLimit-Reset-After": _seconds(reset_after),
            "X-RateLimit-Bucket": bucket_hash(bucket),
        }

    def _make_room(self, now: float) -> None:
        if len(self._counts) < 10_000:
            return
        self._counts = {key: one for key, one in self._counts.items() if now - one.opened < 60.0}


def _reopen(count: _Count, quota: Quota, now: float) -> None:
    if now - count.opened >= quota.seconds:
        count.opened, count.used = now, 0


def _refused_overall(retry_after: float) -> Verdict:
    headers = {
        "Retry-After": str(math.ceil(retry_after)),
        "X-RateLimit-Global": "true",
        "X-RateLimit-Scope": "global",
    }
    return Verdict(False, headers, None, retry_after, overall=True)


def _seconds(value: float) -> str:
    return f"{math.ceil(value * 1000) / 1000:.3f}"


@cache
def bucket_hash(bucket: str) -> str:
    """Return the opaque name under which a bucket goes in the headers."""
    return hashlib.sha256(bucket.encode()).hexdigest()[:32]
