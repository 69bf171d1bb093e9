"""Shards are held by leases, and no two processes hold one at the same time."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, suppress

import pytest
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.errors import LeaseOver
from bot.rules.cluster.leases import LEASE_SECONDS, Lease
from bot.rules.cluster.sharing import Seen
from bot.store.cluster.fence import fence_of
from bot.store.cluster.leases import SqlLeases
from bot.store.connection.database import Database
from tests.store.building import StoppedClock
from tests.store.cluster.conftest import DatabaseClock, shared
from tests.support.strategies import examples


@pytest.fixture
def leases(together: Database) -> SqlLeases:
    return SqlLeases(together, together)


@pytest.fixture
async def first(leases: SqlLeases) -> int:
    """Return a process in a cluster of four shards."""
    return await joined(leases)


async def joined(leases: SqlLeases) -> int:
    """Return a process that has a share of four shards, where nothing else was agreed on."""
    process = await leases.join()
    await leases.agree(process, 4)
    return process


async def seen_by(leases: SqlLeases, process: int) -> tuple[Sequence[int], Mapping[int, int | None]]:
    """Return which processes share the shards, and who holds them."""
    seen = await leases.renew(process)
    return seen.processes, seen.holders


async def test_the_first_to_come_says_how_many_shards_there_are(leases: SqlLeases) -> None:
    assert [await leases.agree(await leases.join(), shards) for shards in (4, 7)] == [4, 4]


async def test_each_process_has_a_number_of_its_own(leases: SqlLeases) -> None:
    first = await leases.join()
    await leases.end(first)

    assert await leases.join() > first


async def test_a_process_sees_who_is_there_and_what_they_hold(leases: SqlLeases, first: int) -> None:
    second = await joined(leases)

    fences = await leases.take(first, [0, 2])

    assert fences.keys() == {0, 2}
    assert await leases.renew(second) == Seen(
        [first, second], {0: first, 1: None, 2: first, 3: None}, {1: 0, 3: 0, **fences}, LEASE_SECONDS
    )


async def test_a_process_sees_in_what_time_the_first_lease_is_over(
    leases: SqlLeases, first: int, clock: StoppedClock
) -> None:
    clock.pass_time(seconds=4)
    second = await joined(leases)
    clock.pass_time(seconds=3)

    assert (await leases.renew(second)).next_end == LEASE_SECONDS - 7
    clock.pass_time(seconds=LEASE_SECONDS - 7)
    assert (await leases.renew(second)).next_end == LEASE_SECONDS


async def test_whoever_has_only_come_has_no_share_yet(leases: SqlLeases, first: int) -> None:
    second = await leases.join()
    assert (await seen_by(leases, first))[0] == [first]

    await leases.agree(second, 4)

    assert (await seen_by(leases, first))[0] == [first, second]


async def test_what_somebody_holds_is_not_taken(leases: SqlLeases, first: int) -> None:
    second = await leases.join()
    await leases.take(first, [0])

    assert (await leases.take(second, [0, 1])).keys() == {1}


async def test_what_is_given_up_may_be_taken(leases: SqlLeases, first: int) -> None:
    second = await leases.join()
    [before] = (await leases.take(first, [0])).values()
    await leases.give_up(second, 0)  # which is not its own
    assert not await leases.take(second, [0])

    await leases.give_up(first, 0)

    [after] = (await leases.take(second, [0])).values()
    assert after > before


async def test_whoever_leaves_counts_no_more_but_keeps_what_it_holds(leases: SqlLeases, first: int) -> None:
    second = await joined(leases)
    await leases.take(first, [0])

    await leases.leave(first)

    assert await seen_by(leases, second) == ([second], {0: first} | dict.fromkeys((1, 2, 3)))
    await leases.end(first)
    assert await seen_by(leases, second) == ([second], dict.fromkeys(range(4)))


async def test_a_lease_that_is_renewed_goes_on(leases: SqlLeases, first: int, clock: StoppedClock) -> None:
    await leases.take(first, [0])
    for _ in range(3):
        clock.pass_time(seconds=LEASE_SECONDS - 1)
        seen = await leases.renew(first)

        assert seen.holders[0] == first


async def test_a_dead_process_loses_what_it_held(leases: SqlLeases, first: int, clock: StoppedClock) -> None:
    await leases.take(first, [0])
    clock.pass_time(seconds=LEASE_SECONDS)
    other = await joined(leases)

    assert await seen_by(leases, other) == ([other], dict.fromkeys(range(4)))
    assert await leases.take(other, [0])


async def test_whoever_comes_back_has_what_it_held_while_nobody_else_took_it(
    leases: SqlLeases, first: int, clock: StoppedClock
) -> None:
    await leases.take(first, [0, 2])
    clock.pass_time(seconds=LEASE_SECONDS)
    other = await leases.join()
    assert (await leases.renew(other)).left == {0, 2}
    assert not await leases.take(other, [0, 2], bury=False)

    back = await leases.inherit(first)

    assert back
    assert await seen_by(leases, other) == ([back], {0: back, 1: None, 2: back, 3: None})
    with pytest.raises(LeaseOver):
        await leases.renew(first)


async def test_whoever_comes_back_after_another_took_a_shard_of_it_has_nothing(
    leases: SqlLeases, first: int, clock: StoppedClock
) -> None:
    await leases.take(first, [0, 2])
    clock.pass_time(seconds=LEASE_SECONDS)
    other = await leases.join()
    await leases.take(other, [0])

    assert await leases.inherit(first) is None
    assert (await leases.renew(other)).holders == {0: other, 1: None, 2: None, 3: None}


async def test_nobody_comes_back_to_shards_of_another_number(
    leases: SqlLeases, first: int, clock: StoppedClock
) -> None:
    await leases.take(first, [0])
    clock.pass_time(seconds=LEASE_SECONDS)
    await leases.reshard(3)

    assert await leases.inherit(first) is None


async def test_a_process_whose_lease_is_over_writes_nothing(
    leases: SqlLeases, first: int, together: Database, clock: StoppedClock
) -> None:
    await together.write(fence_of(first))
    clock.pass_time(seconds=LEASE_SECONDS)

    for work in (together.write(fence_of(first)), leases.renew(first), leases.take(first, [0])):
        with pytest.raises(LeaseOver):
            await work


async def test_the_number_of_shards_changes_once_no_process_lives(
    leases: SqlLeases, first: int, clock: StoppedClock
) -> None:
    [before] = (await leases.take(first, [1])).values()
    assert await leases.reshard(3) == 1
    assert await leases.agree(first, 3) == 4

    clock.pass_time(seconds=LEASE_SECONDS)
    assert await leases.reshard(3) == 0

    other = await leases.join()
    assert await leases.agree(other, 4) == 3
    taken = await leases.take(other, range(4))
    assert taken.keys() == {0, 1, 2}
    assert all(fence > before for fence in taken.values())


class Leases(RuleBasedStateMachine):
    """Processes that come, pause, die and come to again, each believing what its own clock says."""

    engine = "sqlite"
    shards = 5
    processes = Bundle("processes")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack, self.clock = AsyncExitStack(), DatabaseClock()
        self.database = self.runner.run(self.stack.enter_async_context(shared(self.engine, self.clock)))
        self.leases = SqlLeases(self.database, self.database)
        self.runner.run(self.leases.agree(0, self.shards))
        self.own: dict[int, Lease] = {}  # by process, what it takes to be its lease
        self.held: dict[int, dict[int, int]] = {}  # by process, the shards that it takes to be its own
        self.fences: Counter[int] = Counter()

    def teardown(self) -> None:
        self.runner.run(self.stack.aclose())
        self.runner.close()

    @property
    def now(self) -> float:
        return self.clock.moment.timestamp()

    @rule(target=processes)
    def one_joins(self) -> int:
        process = self.runner.run(self.leases.join())
        assert process not in self.own
        self.own[process], self.held[process] = Lease(self.now), {}
        return process

    @rule(target=processes, process=consumes(processes))
    def it_begins_anew(self, process: int) -> int:
        """Whoever's lease is over comes back for what it held, as far as it is not taken."""
        assume(not self.own[process].holds(self.now))
        back = self.runner.run(self.leases.inherit(process))
        held = self.held.pop(process)
        del self.own[process]
        process = back or self.runner.run(self.leases.join())
        self.own[process], self.held[process] = Lease(self.now), held if back else {}
        return process

    @rule(process=processes, late=st.integers(0, 3))
    def it_renews(self, process: int, late: int) -> None:
        sent = self.now
        self.clock.pass_time(seconds=late)
        with suppress(LeaseOver):
            self.runner.run(self.leases.renew(process))
            self.own[process] = Lease(sent)

    @rule(process=processes, numbers=st.sets(st.integers(0, shards - 1)))
    def it_takes(self, process: int, numbers: set[int]) -> None:
        try:
            taken = self.runner.run(self.leases.take(process, sorted(numbers)))
        except LeaseOver:
            return
        for number, fence in taken.items():
            assert fence > self.fences[number]
            self.fences[number] = fence
        self.held[process] |= taken

    @rule(process=processes, number=st.integers(0, shards - 1))
    def it_gives_up(self, process: int, number: int) -> None:
        self.runner.run(self.leases.give_up(process, number))
        self.held[process].pop(number, None)

    @rule(process=processes)
    def it_writes(self, process: int) -> None:
        """Whoever may write still holds all that it took."""
        try:
            self.runner.run(self.database.write(fence_of(process)))
        except LeaseOver:
            assert not self.own[process].holds(self.now)
            return
        query = "SELECT number, fence FROM shards WHERE holder = ?"
        rows = self.runner.run(self.database.read(query, process))
        assert {row["number"]: row["fence"] for row in rows} == self.held[process]

    @rule(process=consumes(processes))
    def it_ends(self, process: int) -> None:
        self.runner.run(self.leases.end(process))
        del self.own[process], self.held[process]

    @rule(seconds=st.sampled_from([1, 5, 14, 15, 16]))
    def time_passes(self, seconds: int) -> None:
        self.clock.pass_time(seconds=seconds)

    @precondition(lambda self: self.own)
    @invariant()
    def no_shard_has_two_holders_whose_leases_hold(self) -> None:
        living = [one for one, lease in self.own.items() if lease.holds(self.now)]
        held = Counter(number for one in living for number in self.held[one])
        assert all(count == 1 for count in held.values())


class LeasesInPostgres(Leases):
    """The same where it matters."""

    engine = "postgres"


def test_no_shard_is_ever_held_twice(engine: str) -> None:
    machine, most = (Leases, 20) if engine == "sqlite" else (LeasesInPostgres, 8)
    run_state_machine_as_test(machine, settings=examples(most))
