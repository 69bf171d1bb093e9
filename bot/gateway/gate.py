"""The gate at which shards wait to identify: Discord takes so many IDENTIFYs a day, and spaces them.

Shards whose numbers leave the same remainder by `max_concurrency` take turns, one each five seconds; the
others need not wait for them.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

import yarl

from bot.gateway.lookup import Found, Lookup
from bot.gateway.patience import Patience
from bot.gateway.times import Times, until
from bot.rules.waits import before_a_session

log = logging.getLogger(__name__)


class Gate(Protocol):
    """Lets shards identify; where several processes hold shards of one bot, it must be one gate for all."""

    def start(self, shard: int) -> AbstractAsyncContextManager[yarl.URL]:
        """Wait until a shard may identify, and yield the gateway's address.

        It is left when Discord has answered, or the connection is lost: from then on the next one's five
        seconds are counted, so that no two IDENTIFYs arrive nearer to each other.
        """


@dataclass(eq=False, slots=True)
class _Turn:
    """The shards of one remainder: one at a time, the next at a moment of the event loop's time."""

    taken: asyncio.Lock = field(default_factory=asyncio.Lock)
    next_at: float = 0.0


class OwnGate:
    """The gate of a bot that is one process; `found` is what Discord has just told."""

    def __init__(self, lookup: Lookup, patience: Patience, times: Times, found: Found) -> None:
        self._lookup = lookup
        self._patience = patience
        self._times = times
        self._found = found
        self._looked_at = asyncio.get_running_loop().time()
        self._looking = asyncio.Lock()
        self._spent = 0  # starts that `_found` does not count yet
        self._under_way = 0
        self._spread_until = 0.0
        self._turns: defaultdict[int, _Turn] = defaultdict(_Turn)
        self._begun: set[int] = set()

    @asynccontextmanager
    async def start(self, shard: int) -> AsyncIterator[yarl.URL]:
        """Wait for a shard's turn, and for a session start that is left today, as `Gate` does."""
        turn = self._turns[shard % self._found.concurrency]
        async with turn.taken:
            pause = await self._taken(again=shard in self._begun)
            try:
                pause = max(pause, turn.next_at - asyncio.get_running_loop().time())
                if pause > self._times.identify:
                    left, total = self._found.remaining - self._spent, self._found.total
                    what = (left, total, until(pause))
                    log.warning("%s of %s session starts are left: the next one is at %s", *what)
                await self._patience.wait_for_leave(pause)
                self._begun.add(shard)
                yield yarl.URL(self._found.url)
            finally:
                self._under_way -= 1
                turn.next_at = asyncio.get_running_loop().time() + self._times.identify

    async def _taken(self, *, again: bool) -> float:
        """Take one of the starts that are left; return the seconds to wait before it.

        A shard that is started `again` waits so long that those of the day never run out.
        """
        async with self._looking:
            await self._look(anew=again)
            while (left := self._found.remaining - self._spent) <= 0:
                # At once it would be asked without end; what is under way may not come to a start.
                pause = self._times.identify if self._found.remaining > 0 else self._found.reset_after
                pause = max(pause, self._times.identify)
                log.warning(
                    "no session may be started before Discord counts them anew: waiting until %s",
                    until(pause),
                )
                await self._patience.wait_for_leave(pause)
                await self._look(anew=True)
            self._spent += 1
            self._under_way += 1
            now = asyncio.get_running_loop().time()
            if not again:
                return 0.0
            apart = before_a_session(left, self._found.total, self._found.reset_after)
            self._spread_until = max(now, self._spread_until) + apart
            return self._spread_until - now

    async def _look(self, *, anew: bool) -> None:
        """Ask Discord how many starts are left; before a first one what it has just told is enough."""
        now = asyncio.get_running_loop().time()
        if anew or now - self._looked_at >= self._times.identify:
            self._found = await self._lookup.gateway()
            self._spent, self._looked_at = self._under_way, now
