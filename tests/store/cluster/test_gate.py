"""One gate for the sessions of all processes."""

import asyncio

import pytest

from bot.rules.cluster.leases import LEASE_SECONDS
from bot.store.cluster.gate import SqlGate
from bot.store.cluster.leases import SqlLeases
from bot.store.connection.database import Database
from tests.store.building import StoppedClock

DAY = 86_400.0
MANY = (100, DAY)


@pytest.fixture
def gate(together: Database) -> SqlGate:
    return SqlGate(together)


@pytest.fixture
async def processes(together: Database) -> list[int]:
    return [await SqlLeases(together, together).join() for _ in range(3)]


async def test_a_session_of_a_group_starts_five_seconds_after_the_last_one_stands(
    gate: SqlGate, processes: list[int], clock: StoppedClock
) -> None:
    waits = await asyncio.gather(*(gate.admit(process, 0, MANY) for process in processes))
    assert sorted(waits) == [0.0, 1.0, 1.0]

    clock.pass_time(seconds=7)
    first = waits.index(0.0)
    await gate.pass_on(processes[first], 0, 5.0)
    later = processes[first - 1]
    assert await gate.admit(later, 0, MANY) == 5.0
    clock.pass_time(seconds=5)
    assert await gate.admit(later, 0, MANY) == 0.0


async def test_groups_do_not_wait_for_each_other(gate: SqlGate, processes: list[int]) -> None:
    assert [await gate.admit(one, group, MANY) for group, one in enumerate(processes)] == [0.0, 0.0, 0.0]


async def test_nobody_waits_for_a_dead_process(
    gate: SqlGate, processes: list[int], together: Database, clock: StoppedClock
) -> None:
    assert await gate.admit(processes[0], 0, MANY) == 0.0
    clock.pass_time(seconds=LEASE_SECONDS)

    assert await gate.admit(await SqlLeases(together, together).join(), 0, MANY) == 0.0


async def test_a_process_that_could_not_pass_its_turn_on_has_it_again(
    gate: SqlGate, processes: list[int], clock: StoppedClock
) -> None:
    assert await gate.admit(processes[0], 0, MANY) == 0.0
    assert await gate.admit(processes[0], 0, MANY) == 5.0
    clock.pass_time(seconds=5)
    assert await gate.admit(processes[0], 0, MANY) == 0.0


async def test_no_more_start_in_a_day_than_discord_leaves(
    gate: SqlGate, processes: list[int], clock: StoppedClock
) -> None:
    """All have asked Discord at once, before any of their sessions was counted."""
    few = (3, 1000.0)
    first = [await gate.admit(processes[group % 2], group, few) for group in range(5)]

    assert first == [0.0, 0.0, 0.0, 1000.0, 1000.0]
    clock.pass_time(seconds=1000)
    assert await gate.admit(processes[0], 4, (3, DAY)) == 0.0
