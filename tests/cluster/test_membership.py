"""Processes join, leave, pause and die: each shard is held by one of them, soon again after a death."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.cluster.membership import NEW_FOR, Membership
from bot.errors import LeaseOver, MemoryAway, MemoryFailing, MemoryFull, MemoryRefused
from bot.gateway.lookup import Found
from bot.rules.cluster.leases import LEASE_SECONDS, RENEWED_EVERY
from bot.store import store
from bot.store.cluster.gate import SqlGate
from bot.store.cluster.leases import SqlLeases
from bot.store.cluster.shares import SqlShares
from bot.store.connection.database import Database
from bot.store.connection.refusals import SQLITE
from tests.store.cluster.conftest import DatabaseClock, in_sqlite
from tests.support.refusing import FULL, refusing
from tests.support.sqlite import connection_of
from tests.support.virtual_time import VirtualLoop, run

SHARDS = 6
FOUND = Found("wss://gateway", SHARDS, 1000, 1000, 0.0)
SETTLED_WITHIN = 20.0
GRACE = 30.0
PUT = "INSERT INTO facts (name, value) VALUES ('a', '')"
PUT_MUCH = "INSERT INTO facts (name, value) VALUES ('a', hex(zeroblob(9999)))"


class LoopClock(DatabaseClock):
    """The database's clock, which goes with the event loop's."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._loop.time(), UTC)


class Cut(SqlLeases):
    """A connection to the database that can be cut."""

    is_cut = False
    late = 0  # takes that find a dead process's row still locked

    async def renew(self, process: int):  # type: ignore[no-untyped-def]
        if self.is_cut:
            raise MemoryFailing
        return await super().renew(process)

    async def take(self, process: int, numbers: Sequence[int], *, bury: bool = True) -> Mapping[int, int]:
        if self.late and bury:
            self.late -= 1
            return {}
        return await super().take(process, numbers, bury=bury)


@dataclass(eq=False)
class Heard:
    """The sessions of a process; each answer in progress takes so many seconds."""

    draining: float = 0.0
    count: int = 0
    held: set[int] = field(default_factory=set)

    def hold(self, number: int) -> None:
        self.held.add(number)

    async def give_up(self, number: int, grace: float) -> None:
        await asyncio.sleep(min(grace, self.draining))
        self.held.discard(number)


class Process:
    """One of several, as the app runs it."""

    def __init__(self, database: Database, draining: float = 0.0, former: int = 0) -> None:
        self.leases, self.heard = Cut(database, database), Heard(draining)
        self.paused = False
        self.member = Membership(self.leases, None, GRACE, asyncio.get_running_loop().time)
        self.life = asyncio.create_task(self._live(former))

    async def _live(self, former: int) -> None:
        async with self.member.joined(former):
            try:
                await self.member.keep(self.heard, FOUND)
            except LeaseOver:
                self.heard.held.clear()
                raise

    async def kill(self) -> None:
        """End it as SIGKILL does: nothing is cleaned up."""
        self.leases.end = nothing  # type: ignore[method-assign, assignment]
        self.life.cancel()
        await asyncio.wait({self.life})
        self.heard.held.clear()


async def nothing(_: int) -> None:
    """Do nothing."""


@dataclass(eq=False)
class Cluster:
    database: Database
    processes: list[Process] = field(default_factory=list)

    async def add(self, draining: float = 0.0, former: int = 0) -> Process:
        self.processes.append(one := Process(self.database, draining, former))
        return one

    async def settled(self, *counts: int, within: float = SETTLED_WITHIN) -> None:
        """Wait until processes hold so many shards each; at no moment two of them the same one."""
        async with asyncio.timeout(within):
            while [len(one.heard.held) for one in self.processes] != [*counts]:
                self.look()
                await asyncio.sleep(0.25)
        self.look()

    def look(self) -> None:
        held = [number for one in self.processes for number in one.heard.held]
        assert len(held) == len(set(held))


@asynccontextmanager
async def in_virtual_sqlite() -> AsyncIterator[Database]:
    """Open a database for which virtual time waits."""
    async with in_sqlite(LoopClock()) as database:
        connection, loop = connection_of(database), asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        do: Any = connection.do

        async def waited_for(work: Any) -> Any:
            with loop.thread():
                return await do(work)

        connection.do = waited_for  # type: ignore[method-assign]
        yield database


def fenced(database: Database, process: int) -> None:
    """Have a process write nothing once its lease is over."""
    told = (SqlLeases(database, database), SqlGate(database), SqlShares(database))
    store.Cluster(*told, database, database).fence(process, {}, lambda: True)


@asynccontextmanager
async def cluster() -> AsyncIterator[Cluster]:
    async with in_virtual_sqlite() as database:
        together = Cluster(database)
        try:
            yield together
        finally:
            for one in together.processes:
                one.life.cancel()
                await asyncio.wait({one.life})


def in_virtual_time(work: Callable[[Cluster], Awaitable[None]]) -> None:
    async def all_of_it() -> None:
        async with cluster() as together:
            await work(together)

    run(all_of_it(), patience=0.002)


def test_one_process_holds_all() -> None:
    async def work(together: Cluster) -> None:
        one = await together.add()

        await together.settled(6)
        assert (one.heard.count, one.member.held, one.member.leads()) == (6, list(range(6)), True)

    in_virtual_time(work)


def test_whoever_joins_gets_a_fair_share_and_whoever_leaves_leaves_it_to_the_others() -> None:
    async def work(together: Cluster) -> None:
        first = await together.add()
        await together.settled(6)
        second = await together.add()
        await together.settled(3, 3)
        await together.add()
        await together.settled(2, 2, 2)

        await second.member.leave()
        await together.settled(3, 0, 3)
        assert first.member.leads()
        assert not second.member.leads()

    in_virtual_time(work)


def test_answers_in_progress_end_before_their_shard_goes() -> None:
    async def work(together: Cluster) -> None:
        await together.add(draining=10.0)
        await together.settled(6)
        began = asyncio.get_running_loop().time()
        await together.add()
        await together.settled(3, 3)

        assert asyncio.get_running_loop().time() - began >= 10.0

    in_virtual_time(work)


def test_what_another_is_just_taking_from_a_dead_process_is_looked_at_soon_again() -> None:
    async def work(together: Cluster) -> None:
        first, second = await together.add(), await together.add()
        await together.settled(3, 3)
        await asyncio.sleep(NEW_FOR * RENEWED_EVERY)
        second.leases.late = 2

        await first.kill()
        await together.settled(0, 6, within=LEASE_SECONDS + 1.25)

    in_virtual_time(work)


@pytest.mark.parametrize("since_its_renewal", [0.0, 0.75, 1.5])
def test_what_a_dead_process_held_is_held_again_as_soon_as_its_lease_is_over(
    since_its_renewal: float,
) -> None:
    async def work(together: Cluster) -> None:
        first, second, _ = [await together.add() for _ in range(3)]
        await together.settled(2, 2, 2)
        await asyncio.sleep(since_its_renewal)

        await first.kill()
        await together.settled(0, 3, 3, within=LEASE_SECONDS + 0.5)
        assert second.member.leads()

    in_virtual_time(work)


@pytest.mark.parametrize("after", [3.0, 9.0, 12.0, 13.25, 14.0, 14.75])
def test_whoever_joins_while_another_is_dead_holds_nothing_of_it_back(after: float) -> None:
    async def work(together: Cluster) -> None:
        first, second, third = [await together.add() for _ in range(3)]
        await together.settled(2, 2, 2)
        await asyncio.sleep(NEW_FOR * RENEWED_EVERY)
        lost = set(first.heard.held)

        died_at = asyncio.get_running_loop().time()
        await first.kill()
        await asyncio.sleep(after)
        joined = await together.add()
        async with asyncio.timeout_at(died_at + LEASE_SECONDS + 0.75):
            while not lost <= second.heard.held | third.heard.held | joined.heard.held:
                together.look()
                await asyncio.sleep(0.25)
        await together.settled(0, 2, 2, 2)

    in_virtual_time(work)


def test_what_was_just_taken_over_does_not_move_again_when_its_process_comes_back() -> None:
    async def work(together: Cluster) -> None:
        first, second, third = [await together.add() for _ in range(3)]
        await together.settled(2, 2, 2)
        lost = set(first.heard.held)
        await first.kill()
        await together.settled(0, 3, 3)
        taken = [lost & one.heard.held for one in (second, third)]

        again = await together.add()
        await together.settled(0, 2, 2, 2)
        assert [lost & one.heard.held for one in (second, third)] == taken
        assert not lost & again.heard.held

    in_virtual_time(work)


def test_a_process_that_does_not_hear_discord_yet_has_no_share() -> None:
    async def work(together: Cluster) -> None:
        await together.add()
        await together.settled(6)
        on_its_way = Membership(together.processes[0].leases, None, GRACE, asyncio.get_running_loop().time)
        async with on_its_way.joined():
            await asyncio.sleep(2 * RENEWED_EVERY)

            await together.settled(6)

    in_virtual_time(work)


def test_a_process_without_the_database_goes_on_until_its_lease_is_over() -> None:
    async def work(together: Cluster) -> None:
        first = await together.add()
        await together.settled(6)
        second = await together.add()
        await together.settled(3, 3)
        first.leases.is_cut = True
        await asyncio.sleep(LEASE_SECONDS - 2.5)
        assert (len(first.heard.held), first.member.lives()) == (3, True)

        with pytest.raises(LeaseOver):
            await first.life
        assert not first.member.lives()
        assert not second.heard.held & {0, 1, 2}  # nobody took them before
        await together.settled(0, 6)

    in_virtual_time(work)


def test_after_an_outage_for_all_each_has_again_what_it_held() -> None:
    async def work(together: Cluster) -> None:
        first, second = await together.add(), await together.add()
        await together.settled(3, 3)
        before = [first.heard.held.copy(), second.heard.held.copy()]
        for one in (first, second):
            one.leases.is_cut = True
        for one in (first, second):
            with pytest.raises(LeaseOver):
                await one.life

        again = [await together.add(former=first.member.process)]
        await asyncio.sleep(2 * RENEWED_EVERY)  # the other finds the database later
        again.append(await together.add(former=second.member.process))
        await together.settled(0, 0, 3, 3, within=2 * RENEWED_EVERY)
        assert [one.heard.held for one in again] == before

    in_virtual_time(work)


def test_after_an_outage_for_all_what_nobody_comes_back_for_is_taken_all_the_same() -> None:
    async def work(together: Cluster) -> None:
        first, second = await together.add(), await together.add()
        await together.settled(3, 3)
        for one in (first, second):
            one.leases.is_cut = True
        for one in (first, second):
            with pytest.raises(LeaseOver):
                await one.life

        await together.add(former=first.member.process)
        await together.settled(0, 0, 6, within=(NEW_FOR + 2) * RENEWED_EVERY)

    in_virtual_time(work)


def test_whoever_had_nothing_for_a_while_leaves_what_it_holds_since() -> None:
    async def work(together: Cluster) -> None:
        await SqlLeases(together.database, together.database).agree(0, 1)
        former = [await together.add(), await together.add()]
        await together.settled(1, 0)
        for one in former:
            one.leases.is_cut = True
        for one in former:
            with pytest.raises(LeaseOver):
                await one.life
        older = await together.add(former=former[1].member.process)
        younger = await together.add(former=former[0].member.process)
        await together.settled(0, 0, 1, 0)
        await older.kill()
        await together.settled(0, 0, 0, 1)

        await younger.member.leave()

        assert not younger.heard.held

    in_virtual_time(work)


def test_a_short_outage_costs_nothing() -> None:
    async def work(together: Cluster) -> None:
        first = await together.add()
        await together.settled(6)
        first.leases.is_cut = True
        await asyncio.sleep(LEASE_SECONDS - 5)
        first.leases.is_cut = False
        await asyncio.sleep(2 * LEASE_SECONDS)

        assert (first.life.done(), len(first.heard.held)) == (False, 6)

    in_virtual_time(work)


@pytest.mark.parametrize("seconds", [LEASE_SECONDS - 1, LEASE_SECONDS + 3])
def test_whoever_asks_a_process_without_the_database_is_told_nothing_while_its_lease_lasts(
    seconds: float,
) -> None:
    """What it can't store then, another process answers."""

    async def work() -> None:
        async with in_virtual_sqlite() as database:
            process = await SqlLeases(database, database).join()
            fenced(database, process)
            # What refuses here stands for a line that is cut.
            database._refusals = replace(SQLITE, refusal_of=lambda _: MemoryAway, may_pass=lambda _: True)
            async with refusing(database):
                asking = asyncio.create_task(database.write_one(PUT))
                await asyncio.sleep(seconds)
                assert asking.done() == (seconds > LEASE_SECONDS)

            with nullcontext() if seconds < LEASE_SECONDS else pytest.raises(MemoryRefused):
                await asking

    run(work(), patience=0.002)


def test_whoever_asks_while_the_disk_of_all_processes_is_full_is_told_so() -> None:
    async def work() -> None:
        async with in_virtual_sqlite() as database:
            process = await SqlLeases(database, database).join()
            fenced(database, process)
            async with refusing(database, FULL):
                asking = asyncio.create_task(database.write_one(PUT_MUCH))
                await asyncio.sleep(LEASE_SECONDS - 3)
                assert asking.done()

            with pytest.raises(MemoryFull):
                await asking

    run(work(), patience=0.002)


def test_a_process_whose_row_is_gone_stops_at_once() -> None:
    async def work(together: Cluster) -> None:
        first = await together.add()
        await together.settled(6)
        await together.database.write_one("DELETE FROM processes")

        async with asyncio.timeout(3):
            with suppress(LeaseOver):
                await first.life
        assert not first.member.lives()

    in_virtual_time(work)


def test_what_was_taken_is_held_though_no_answer_said_so() -> None:
    async def work(together: Cluster) -> None:
        first = await together.add()
        await together.settled(6)
        await together.add()
        await together.settled(3, 3)
        await first.member.leave()
        await together.settled(0, 6)
        await together.database.write_one("UPDATE processes SET leaving = 0")
        await together.database.write_one(
            "UPDATE shards SET holder = ? WHERE number = 5", first.member.process
        )

        with suppress(LeaseOver):
            await together.processes[1].life  # which can't know how that came to be
        await together.settled(6, 0)

    in_virtual_time(work)


def test_the_number_of_shards_is_what_was_agreed_on(caplog: pytest.LogCaptureFixture) -> None:
    async def work(together: Cluster) -> None:
        await together.add()
        await together.settled(6)
        other = Process(together.database)
        other.member = Membership(other.leases, 9, GRACE, asyncio.get_running_loop().time)
        together.processes.append(other)
        await together.settled(3, 3)

        assert other.heard.count == 6

    in_virtual_time(work)
    assert "`python -m bot reshard 9` changes that" in caplog.text
