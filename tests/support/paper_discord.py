"""Discord's limits on paper: windows that open with their first request, and a library that sleeps."""

import asyncio
import json
from dataclasses import dataclass, field

from bot.ui.requests.calls import Lane
from bot.ui.requests.heard import Answer
from bot.ui.requests.limiter import Limiter

AHEAD = 1_700_000_000.0  # by how much Discord's clock differs from the loop's


@dataclass(slots=True)
class Window:
    """At most so many requests in so many seconds."""

    most: int
    seconds: float
    opened: float = float("-inf")
    used: int = 0

    def take(self, now: float) -> bool:
        """Count a request and say whether it may pass."""
        if now - self.opened >= self.seconds:
            self.opened, self.used = now, 0
        allowed = self.used < self.most
        self.used += allowed
        return allowed

    def resets_in(self, now: float) -> float:
        """Return how long the window stays open."""
        return self.opened + self.seconds - now


@dataclass
class PaperDiscord:
    """Takes requests of a limiter's calls; notes when each was accepted, and counts what it refused."""

    limiter: Limiter
    round_trip: float = 0.06
    overall: Window = field(default_factory=lambda: Window(50, 1.0))
    most: int = 5
    seconds: float = 5.0
    windows: dict[Lane, Window] = field(default_factory=dict)
    accepted: list[tuple[float, Lane]] = field(default_factory=list)
    refused: int = 0

    async def request(self, lane: Lane, body: bytes = b"{}") -> None:
        """Make a request, and like the library again after a 429; sleep where it took the window's last."""
        while not await self._try(lane, body):
            pass
        window = self.windows[lane]
        if window.used == window.most:
            await asyncio.sleep(window.resets_in(asyncio.get_running_loop().time()))

    async def _try(self, lane: Lane, body: bytes) -> bool:
        loop = asyncio.get_running_loop()
        sent = await self.limiter.turn(lane)
        await asyncio.sleep(self.round_trip / 2)
        now = loop.time()
        window = self.windows.setdefault(lane, Window(self.most, self.seconds))
        overall = self.overall.take(now)
        allowed = overall and window.take(now)
        wait = window.resets_in(now) if overall else self.overall.resets_in(now)
        headers = {
            "X-RateLimit-Limit": str(window.most),
            "X-RateLimit-Remaining": str(window.most - window.used),
            "X-RateLimit-Reset-After": str(window.resets_in(now)),
            "X-RateLimit-Reset": str(AHEAD + window.opened + window.seconds),
            "X-RateLimit-Scope": "user" if overall else "global",
        }
        await asyncio.sleep(self.round_trip / 2)
        if allowed:
            self.accepted.append((now, lane))
            self.limiter.heard(sent, Answer(200, headers, body))
            return True
        self.refused += 1
        told = {"retry_after": wait, "global": not overall}
        self.limiter.heard(sent, Answer(429, headers, json.dumps(told).encode()))
        await asyncio.sleep(wait)
        return False
