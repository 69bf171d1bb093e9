"""The session starts of all processes, in turn: who may identify next is stored in the database."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

import yarl

from bot.errors import MemoryRefused
from bot.gateway.gate import Gate
from bot.gateway.lookup import Found, Lookup
from bot.gateway.patience import Patience
from bot.gateway.times import Times, until
from bot.rules.waits import before_a_session

log = logging.getLogger(__name__)

ASK_AGAIN = 1.0  # seconds, where the database gives no answer


class Turns(Protocol):
    """Whose turn it is to identify, and how many session starts are left today."""

    async def admit(self, process: int, group: int, heard: tuple[int, float]) -> float:
        """Give a group's turn to a process and return 0, or return the seconds to wait."""

    async def pass_on(self, process: int, group: int, seconds: float) -> None:
        """Let the next one of a group start, in so many seconds."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """What Discord said of the session starts that are left, and when."""

    found: Found
    at: float


class SharedGate:
    """The gate of `bot.gateway.gate`, shared with other processes."""

    def __init__(self, turns: Turns, process: int, discord: tuple[Lookup, Patience, Times, Found]) -> None:
        self._turns = turns
        self._process = process
        self._lookup, self._patience, self._times, found = discord
        self._heard = _Heard(found, asyncio.get_running_loop().time())
        self._looking = asyncio.Lock()
        self._own: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._begun: set[int] = set()

    @asynccontextmanager
    async def start(self, shard: int) -> AsyncIterator[yarl.URL]:
        """Wait for a shard's turn, and for a session start that is left today, as `Gate` does."""
        group = shard % self._heard.found.concurrency
        async with self._own[group]:
            if shard in self._begun:  # so that those of the day never run out
                found = await self._told()
                await self._wait(before_a_session(found.remaining, found.total, found.reset_after))
            while wait := await self._admitted(group):
                await self._wait(wait)
            self._begun.add(shard)
            try:
                yield yarl.URL(self._heard.found.url)
            finally:
                with suppress(MemoryRefused):  # then it is this process's turn for as long as it lives
                    await self._turns.pass_on(self._process, group, self._times.identify)

    async def _admitted(self, group: int) -> float:
        found = await self._told()
        try:
            return await self._turns.admit(self._process, group, (found.remaining, found.reset_after))
        except MemoryRefused:
            return ASK_AGAIN

    async def _told(self) -> Found:
        """Ask Discord how many are left, unless it has just told: what was admitted since is known."""
        async with self._looking:
            now = asyncio.get_running_loop().time()
            if now - self._heard.at >= self._times.identify:
                self._heard = _Heard(await self._lookup.gateway(), now)
            return self._heard.found

    async def _wait(self, seconds: float) -> None:
        if seconds > self._times.identify:
            left, total = self._heard.found.remaining, self._heard.found.total
            log.warning(
                "%s of %s session starts are left: the next one is at %s", left, total, until(seconds)
            )
        await self._patience.wait_for_leave(seconds)


def through(turns: Turns, process: int) -> Callable[[Lookup, Patience, Times, Found], Gate]:
    """Return what makes a process's gate."""
    return lambda *discord: SharedGate(turns, process, discord)
