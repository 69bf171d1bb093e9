"""What can go wrong with Discord's API, on demand: statuses, others' pages, lost or held ones, delays."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from playground.gates import Gate

PAGE = "<!DOCTYPE html><html><body><h1>Access denied</h1></body></html>"


@dataclass(slots=True)
class Fault:
    """What to do with the next requests of a route; `after` means once the request took effect."""

    method: str
    pattern: str
    times: float
    status: int | None = None
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    after: bool = False
    drop: bool = False
    delay: float = 0.0
    gate: Gate | None = None
    hangs: bool = False

    def matches(self, method: str, path: str) -> bool:
        """Tell whether a request is meant; in the pattern `*` is one part of a path, `**` any."""
        return self.method in ("*", method) and _compiled(self.pattern).fullmatch(path) is not None

    def end(self) -> None:
        """Stop applying it."""
        self.times = 0


class Faults:
    """The faults in store; of several that match a request, the oldest happens.

    Paths are relative to the API's base: `/channels/*/messages`. `round_trip` delays every request, half of
    it before and half after its effect.
    """

    def __init__(self) -> None:
        self.round_trip = 0.0
        self._faults: list[Fault] = []

    def next(
        self,
        method: str,
        pattern: str,
        *,
        status: int = 500,
        times: float = 1,
        body: Any = None,
        headers: dict[str, str] | None = None,
        after: bool = False,
    ) -> Fault:
        """Answer the next requests with a status; a body that is no text goes as JSON."""
        answer = {"message": f"{status}: injected", "code": 0} if body is None else body
        return self._add(Fault(method, pattern, times, status, answer, headers or {}, after))

    def rate_limit(
        self,
        method: str,
        pattern: str,
        *,
        retry_after: float = 1.0,
        overall: bool = False,
        via: bool = True,
        times: float = 1,
    ) -> Fault:
        """Answer the next requests with 429, of the bucket or overall; without `via` as Cloudflare does."""
        headers = {"Retry-After": str(max(1, round(retry_after)))}
        headers["X-RateLimit-Scope"] = "global" if overall else "user"
        if overall:
            headers["X-RateLimit-Global"] = "true"
        if via:
            headers["Via"] = "1.1 playground"
        body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": overall}
        return self._add(Fault(method, pattern, times, 429, body, headers))

    def ban(self, method: str = "*", pattern: str = "**", *, times: float = 1) -> Fault:
        """Answer the next requests as Cloudflare does where it refuses all from an address: with a page."""
        headers = {"Retry-After": "3600"}
        return self.next(method, pattern, status=429, times=times, body=PAGE, headers=headers)

    def intercept(self, method: str, pattern: str, *, times: float = 1, status: int = 403) -> Fault:
        """Answer the next requests with a page, as a proxy on the way does, or a log-in (200)."""
        return self.next(method, pattern, status=status, times=times, body=PAGE)

    def hang(self, method: str, pattern: str, *, times: float = 1) -> Fault:
        """Never answer the next requests, which take no effect either."""
        return self._add(Fault(method, pattern, times, hangs=True))

    def drop(self, method: str, pattern: str, *, times: float = 1, after: bool = False) -> Fault:
        """Cut the connection of the next requests."""
        return self._add(Fault(method, pattern, times, after=after, drop=True))

    def slow(
        self, seconds: float, method: str = "*", pattern: str = "**", *, times: float = float("inf")
    ) -> Fault:
        """Let requests wait before they take effect, until the fault is ended."""
        return self._add(Fault(method, pattern, times, delay=seconds))

    def hold(self, method: str, pattern: str, *, times: float = 1, after: bool = False) -> Gate:
        """Keep the next requests waiting, before their effect or before their answer."""
        gate = Gate()
        self._add(Fault(method, pattern, times, after=after, gate=gate))
        return gate

    def clear(self) -> None:
        """Drop all that is in store and release what is held."""
        for fault in self._faults:
            if fault.gate is not None:
                fault.gate.release()
        self._faults.clear()
        self.round_trip = 0.0

    def take(self, method: str, path: str) -> Fault | None:
        """Return what is to happen to a request, if anything."""
        for fault in self._faults:
            if fault.times > 0 and fault.matches(method, path):
                fault.times -= 1
                return fault
        return None

    def _add(self, fault: Fault) -> Fault:
        self._faults = [one for one in self._faults if one.times > 0 or (one.gate and not one.gate.open)]
        self._faults.append(fault)
        return fault


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = [
        ".*" if part == "**" else "[^/]+" if part == "*" else re.escape(part)
        for part in re.split(r"(\*+)", pattern)
    ]
    return re.compile("".join(parts))
