"""Shares of the rate limits that hold for all processes together: asked for once a second, by demand.

Whoever needs more than it has asks more often for a moment, in which the others give back what is unused.
A process that is told nothing keeps its shares until its lease ends, and then has none.
"""

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

from bot.chat.ports import Clock
from bot.errors import MemoryRefused
from bot.rules.cluster.division import Claim, Grant
from bot.rules.cluster.leases import LEASE_SECONDS

log = logging.getLogger(__name__)

ASKED_EVERY = 1.0  # seconds
LOOKED_EVERY = 0.25  # whether more is needed
LEAVE_SECONDS = 1.0
NOTHING = Grant(0, 0)
HASTE = 2.0  # for so long more is asked for at each look


class User(Protocol):
    """Whatever in this process uses a limit; it never exceeds its share."""

    def need(self) -> tuple[int, int]:
        """Return how much of the limit is used, and how much would be if it were unlimited."""

    def allot(self, part: int, until: float) -> None:
        """Set the share, which ends at a moment of the monotonic clock."""


class KeptShares(Protocol):
    """The store of the shares that all processes hold."""

    async def ask(
        self, process: int, claims: Mapping[str, Claim], totals: Mapping[str, int]
    ) -> Mapping[str, Grant]:
        """Give back what a process no more claims of each limit, and return what it gets."""

    async def leave(self, process: int) -> None:
        """Give all of it back."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What all processes together may use, under a name that they share."""

    name: str
    total: int
    user: User


class Shares:
    """This process's shares of limits, of which there may be more with time."""

    def __init__(
        self, kept: KeptShares, process: int, clock: Clock, limits: Callable[[], Sequence[Limit]]
    ) -> None:
        self._kept = kept
        self._process = process
        self._clock = clock
        self._limits = limits
        self._granted: Mapping[str, Grant] = {}
        self._asked_at = self._sated_at = -math.inf
        for limit in limits():
            limit.user.allot(0, 0)

    async def run(self) -> None:
        """Ask each second, and once more where something can be given back at once."""
        while True:
            if self._is_time():
                try:
                    if await self.ask():
                        await self.ask()
                except MemoryRefused:
                    log.debug("shares can't be asked for; those that are held stay until the lease ends")
                except Exception:  # the next second may do better; nothing is used that is not held
                    log.exception("asking for shares failed")
            await self._clock.sleep(LOOKED_EVERY)

    def _is_time(self) -> bool:
        now = self._clock.monotonic()
        if all(limit.user.need()[1] <= self._grant(limit).share for limit in self._limits()):
            self._sated_at = now
        return now - self._asked_at >= ASKED_EVERY or self._sated_at < now < self._sated_at + HASTE

    async def ask(self) -> bool:
        """Claim what is used or due, take what is granted; say whether some of it can be given back now."""
        self._asked_at = asked_at = self._clock.monotonic()
        limits = self._limits()
        claims = {limit.name: self._claim(limit) for limit in limits}
        totals = {limit.name: limit.total for limit in limits}
        self._granted = await self._kept.ask(self._process, claims, totals)
        for limit in limits:
            grant = self._grant(limit)
            # What is to be given back is used no more from now on; it is given back once it counts no more.
            limit.user.allot(min(grant.share, grant.due), asked_at + LEASE_SECONDS)
        return any(self._claim(limit).held < self._grant(limit).share for limit in limits)

    async def leave(self) -> None:
        """Let others have all of it; nothing is used any more."""
        await self._kept.leave(self._process)

    def _grant(self, limit: Limit) -> Grant:
        return self._granted.get(limit.name, NOTHING)

    def _claim(self, limit: Limit) -> Claim:
        (used, wanted), grant = limit.user.need(), self._grant(limit)
        return Claim(min(grant.share, max(used, grant.due)), wanted)


@asynccontextmanager
async def sharing(shares: Shares) -> AsyncIterator[None]:
    """Ask for shares within this context; after it, nothing is used any more."""
    asking = asyncio.create_task(shares.run())
    try:
        yield
    finally:
        asking.cancel()
        await asyncio.wait({asking})
        with suppress(MemoryRefused, TimeoutError):  # then they are free once the lease is over
            async with asyncio.timeout(LEAVE_SECONDS):
                await shares.leave()
