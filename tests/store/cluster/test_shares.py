"""Shares as rows: what one gives back another may take, and of one that is gone nothing is held for long."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

import pytest

from bot.rules.cluster.division import Claim, Grant
from bot.store.cluster.shares import SqlShares
from bot.store.connection.database import Database
from bot.store.connection.unit import micros
from bot.store.postgres.opening import open_postgres
from tests.store.building import StoppedClock
from tests.support import postgres

TOTALS = {"discord": 48, "model": 3}


@pytest.fixture
def shares(engine: str, database: Database, clock: StoppedClock) -> SqlShares:
    if engine == "sqlite":  # which processes never share, and so has no clock of its own
        told_by(database, clock)
    return SqlShares(database)


def told_by(database: Database, clock: StoppedClock) -> None:
    connection: Any = database._connection
    connection.sqlite.create_function("now_micros", 0, lambda: micros(clock.now()))


async def ask(shares: SqlShares, process: int, held: int = 0, wanted: int = 60) -> Grant:
    """Ask as a process that claims so much of Discord's limit, and nothing of the others."""
    claims = {"discord": Claim(held, wanted), "model": Claim(0, 0)}
    return (await shares.ask(process, claims, TOTALS))["discord"]


async def pass_time(database: Database, seconds: int) -> None:
    """Let what is held have been asked for so long ago."""
    await database.write_one("UPDATE shares SET until = until - ?", seconds * 1_000_000)


async def held(database: Database) -> Mapping[int, int]:
    rows = await database.read("SELECT process, share FROM shares WHERE limited = 'discord'")
    return {row["process"]: row["share"] for row in rows}


async def test_a_process_gets_only_what_others_have_given_back(shares: SqlShares) -> None:
    alone = await ask(shares, 1)
    joined = await ask(shares, 2)
    told = await ask(shares, 1, 48)
    given = await ask(shares, 1, 24)
    taken = await ask(shares, 2)

    assert (alone, joined, told) == (Grant(48, 48), Grant(0, 24), Grant(48, 24))
    assert (given, taken) == (Grant(24, 24), Grant(24, 24))


async def test_each_limit_is_divided_by_itself(shares: SqlShares) -> None:
    await ask(shares, 1)
    grants = await shares.ask(2, {"discord": Claim(0, 9), "model": Claim(0, 9)}, TOTALS)

    assert grants == {"discord": Grant(0, 9), "model": Grant(0, 2)}


async def test_many_at_once_hold_no_more_than_there_is(shares: SqlShares, database: Database) -> None:
    for _ in range(3):
        await asyncio.gather(*(ask(shares, process, process) for process in range(1, 9)))

        assert sum((await held(database)).values()) <= 48


async def test_what_a_dead_process_held_is_free_once_its_lease_is_over(
    shares: SqlShares, database: Database
) -> None:
    await ask(shares, 1)
    await pass_time(database, 14)
    early = await ask(shares, 2)
    await pass_time(database, 4)
    late = await ask(shares, 2)

    assert (early.share, late.share) == (0, 48)
    assert await held(database) == {1: 48, 2: 48}
    await ask(shares, 3)
    assert set(await held(database)) == {2, 3}


async def test_whoever_comes_back_too_late_has_nothing_left_to_claim(
    shares: SqlShares, database: Database
) -> None:
    await ask(shares, 1)
    await pass_time(database, 18)
    await ask(shares, 2)

    assert (await ask(shares, 1, 48)).share == 0


async def test_what_is_left_is_free_once_the_last_requests_count_no_more(
    shares: SqlShares, database: Database
) -> None:
    await ask(shares, 1)
    await shares.leave(1)
    at_once = await ask(shares, 2)
    await pass_time(database, 3)

    assert (at_once.share, (await ask(shares, 2)).share) == (0, 48)


@pytest.mark.parametrize("engine", ["postgres"])
async def test_processes_that_ask_at_once_through_connections_of_their_own_hold_no_more_than_there_is(
    database: Database, clock: StoppedClock
) -> None:
    async with AsyncExitStack() as stack:
        own = [await open_postgres(postgres.new_connection(), clock.now) for _ in range(3)]
        for one in own:
            stack.push_async_callback(one.close)
        for _ in range(5):
            asked = (ask(SqlShares(one), process, 16) for process, one in enumerate(own))
            await asyncio.gather(*asked)

            assert sum((await held(database)).values()) <= 48
    assert min((await held(database)).values()) > 0
