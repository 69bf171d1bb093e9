"""A process among equals: it renews its lease, takes its share of the shards, and gives up the excess.

Whoever can't renew goes on until the lease is over, and then neither sends nor writes anything.
"""

import asyncio
import logging
import math
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Protocol

from bot.errors import LeaseOver, MemoryRefused
from bot.gateway.lookup import Found
from bot.rules.cluster.leases import LEASE_SECONDS, RENEWED_EVERY, Lease
from bot.rules.cluster.sharing import Seen, moves

log = logging.getLogger(__name__)

# In seconds, while there are shards whose holder's row another process is still taking away.
LEFT_LOOKED_EVERY = 0.25
NEW_FOR = 3  # renewals: as long as others may take to find a database again that was away for all of them
OVERDUE = LEASE_SECONDS - 2 * RENEWED_EVERY  # seconds that a lease still lasts whose holder may be dead


class Leases(Protocol):
    """The store of all processes' leases, with the shards that each holds."""

    async def join(self) -> int:
        """Give a process a number and a lease; it has no share of the shards yet."""

    async def inherit(self, former: int) -> int | None:
        """Join with all that a former process held, whose lease is over, unless others have buried it."""

    async def agree(self, process: int, shards: int) -> int:
        """Agree on so many shards if nobody has yet, have a process share them, and return on how many."""

    async def renew(self, process: int) -> Seen:
        """Begin a lease anew, and tell who else is there; raise LeaseOver where it was over."""

    async def take(self, process: int, numbers: Sequence[int], *, bury: bool) -> Mapping[int, int]:
        """Take those of some shards that nobody holds, and return their fences.

        Only where processes whose leases are over are to be buried those are among them that were theirs.
        """

    async def give_up(self, process: int, number: int) -> None:
        """Release a shard for others to take, once all earlier writes are stored."""

    async def leave(self, process: int) -> None:
        """Take no more shards."""

    async def end(self, process: int) -> None:
        """Give up all, and end the lease."""


class Shards(Protocol):
    """The gateway sessions of the shards that this process holds."""

    count: int

    def hold(self, number: int) -> None:
        """Start a shard's session, and answer its events."""

    async def give_up(self, number: int, grace: float) -> None:
        """Close a shard's session, let its answers end, and store them."""


def running() -> float:
    """Return seconds that go on whatever happens to the process, and while its machine is asleep."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class Membership:
    """A process's lease, and the shards that it holds by it; `shards` is how many there are to be, if set.

    Each shard that is given up has `grace` seconds for its answers.
    """

    follows = False  # what is agreed on holds

    def __init__(self, leases: Leases, shards: int | None, grace: float, now: Callable[[], float]) -> None:
        self.process = 0
        self._leases = leases
        self._shards = shards
        self._grace = grace
        self._now = now
        self._lease = Lease(now())
        self._joined_at = -math.inf
        self._is_heir = False
        self._over = asyncio.Event()
        self._seen: Seen | None = None  # since the last look
        self._news = asyncio.Event()
        self._held: set[int] = set()
        self._moved_at = -math.inf
        self._given_up: dict[int, asyncio.Task[None]] = {}
        self._has_left = asyncio.Event()
        self._missed = 0  # renewals in a row

    @asynccontextmanager
    async def joined(self, former: int = 0) -> AsyncIterator[bool]:
        """Be one of the processes within this context; yield whether all that a former one held is held."""
        self._joined_at = self._now()
        heir = await self._leases.inherit(former) if former else None
        self._is_heir = heir is not None
        self.process = heir or await self._leases.join()
        self._lease = Lease(self._joined_at)
        log.info("this is process %d of those that share the database", self.process)
        renewing = asyncio.create_task(self._renew())
        try:
            yield self._is_heir
        finally:
            renewing.cancel()
            await asyncio.wait({renewing})
            if self.lives():
                with suppress(MemoryRefused):  # then the lease ends by itself
                    await self._leases.end(self.process)

    @property
    def held(self) -> Sequence[int]:
        """Return the shards that this process holds, lowest first."""
        return sorted(self._held)

    def leads(self) -> bool:
        """Say whether this process leads the others, which the holder of the first shard does."""
        return 0 in self._held and 0 not in self._given_up and self.lives()

    def lives(self) -> bool:
        """Say whether this process's lease holds: nothing may be sent when it is over."""
        return not self._over.is_set() and self._lease.holds(self._now())

    async def keep(self, shards: Shards, found: Found) -> None:
        """Hold a fair share of the shards until cancelled.

        Raises:
            LeaseOver: this process could not renew its lease; others may hold its shards by now.
        """
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._watch())
                shards.count = await self._agreed(found)
                while True:
                    await self._news.wait()
                    self._news.clear()
                    if self._seen is not None:
                        await self._move(self._seen, shards, tasks)
        except ExceptionGroup as failures:
            raise failures.exceptions[0]  # noqa: B904 - the group is nothing but its first failure

    async def leave(self) -> None:
        """Give up all shards, each as soon as its answers have ended, while `keep` goes on."""
        await self._leases.leave(self.process)
        if self._held:
            await self._has_left.wait()

    async def _agreed(self, found: Found) -> int:
        """Return how many shards there are."""
        wanted = self._shards or found.shards
        while True:
            if not self._would_hold_back():
                with suppress(MemoryRefused):
                    count = await self._leases.agree(self.process, wanted)
                    break
            await asyncio.sleep(LEFT_LOOKED_EVERY)
        if self._shards not in (None, count):
            log.warning(
                "SHARDS is %d, but the processes have agreed on %d: `python -m bot reshard %d` changes that",
                *(wanted, count, wanted),
            )
        return count

    def _is_new(self) -> bool:
        return self._now() - self._joined_at < NEW_FOR * RENEWED_EVERY

    def _would_hold_back(self) -> bool:
        """Say whether others would leave to this process, had it a share, what it does not take yet."""
        if self._is_heir or not self._is_new():
            return False
        return self._seen is None or bool(self._seen.left) or self._seen.next_end < OVERDUE

    async def _renew(self) -> None:
        """Renew the lease until that can't be done any more, and look again when another's is over."""
        while self.lives():
            sent_at, next_end = self._now(), math.inf
            try:
                self._seen = seen = await self._leases.renew(self.process)
            except LeaseOver:
                self._over.set()
            except MemoryRefused as error:
                self._missed += 1
                if self._missed == 1:
                    log.warning(
                        "process %d can't renew its lease: %r; it is tried again", self.process, error
                    )
            else:
                self._renewed(sent_at)
                next_end = self._now() + (LEFT_LOOKED_EVERY if seen.left else seen.next_end)
            await asyncio.sleep(max(0.0, min(sent_at + RENEWED_EVERY, next_end) - self._now()))

    def _renewed(self, sent_at: float) -> None:
        self._lease = Lease(sent_at)
        self._news.set()
        if self._missed:
            log.warning("process %d has renewed its lease again", self.process)
            self._missed = 0

    async def _watch(self) -> None:
        while self.lives():
            with suppress(TimeoutError):
                async with asyncio.timeout(self._lease.until - self._now()):
                    await self._over.wait()
        self._over.set()
        log.error("process %d has lost its lease, and with it the shards %s", self.process, self.held)
        raise LeaseOver

    async def _move(self, seen: Seen, shards: Shards, tasks: asyncio.TaskGroup) -> None:
        if self._lease.sent_at <= self._moved_at:  # what was done since is not in it
            return
        own = {number for number, holder in seen.holders.items() if holder == self.process}
        if self._held - self._given_up.keys() - own:  # the database forgot, and others may hold it by now
            self._over.set()
            return
        for number in own - self._held:  # it was taken, though no answer said so
            self._hold(number, shards)
        is_new = self._is_new()
        todo = moves(seen, self.process, self._given_up, is_new=is_new)
        for number in todo.give_up:
            log.info("process %d gives up shard %d, for others to hold", self.process, number)
            self._given_up[number] = tasks.create_task(self._give_up(number, shards))
        if not todo.take:
            return
        try:
            taken = await self._leases.take(self.process, todo.take, bury=not is_new)
        except MemoryRefused:  # the next look tries again, or the lease is over
            return
        for number, fence in taken.items():
            log.info("process %d takes shard %d, with the fence %d", self.process, number, fence)
            self._hold(number, shards)

    def _hold(self, number: int, shards: Shards) -> None:
        self._held.add(number)
        self._moved_at = self._now()
        self._has_left.clear()
        shards.hold(number)

    async def _give_up(self, number: int, shards: Shards) -> None:
        await shards.give_up(number, self._grace)
        while True:
            try:
                await self._leases.give_up(self.process, number)
            except MemoryRefused:
                await asyncio.sleep(RENEWED_EVERY)
            else:
                break
        self._held.discard(number)
        self._moved_at = self._now()
        del self._given_up[number]
        log.info("process %d has given up shard %d", self.process, number)
        if not self._held:
            self._has_left.set()
