"""Whoever's lease is over writes nothing: neither what comes then, nor what was begun or kept before."""

import psycopg
import pytest

from bot.errors import LeaseOver
from bot.rules.cluster.leases import LEASE_SECONDS
from bot.store.cluster.fence import fence_of
from bot.store.cluster.leases import SqlLeases
from bot.store.connection.database import Database
from bot.store.connection.unit import Fence, Kept, Run, Unit
from tests.store.building import StoppedClock
from tests.store.cluster.conftest import own_database

PUT = "INSERT INTO facts (name, value) VALUES ('a fact', '') ON CONFLICT (name) DO NOTHING"


@pytest.fixture
async def process(together: Database) -> int:
    """Return a process, whose fence all has that is written from now on."""
    process = await SqlLeases(together, together).join()
    await together.write_one("DELETE FROM facts")
    together.begin_with(Fence(fence_of(process)))
    return process


async def put(run: Run) -> None:
    await run(PUT)


async def is_put(database: Database) -> bool:
    return bool(await database.read("SELECT 1 FROM facts"))


async def test_whoever_lives_writes(together: Database, process: int) -> None:
    await together.write(put)

    assert await is_put(together)


@pytest.mark.parametrize("way", ["write", "erase"])
async def test_what_comes_after_the_lease_is_refused(
    together: Database, process: int, clock: StoppedClock, way: str
) -> None:
    clock.pass_time(seconds=LEASE_SECONDS)

    with pytest.raises(LeaseOver):
        await getattr(together, way)(put)
    assert not await is_put(together)


async def test_what_was_kept_is_stored_by_whoever_has_what_that_process_held(
    together: Database, process: int, clock: StoppedClock
) -> None:
    kept: Kept = {}
    together.begin_with(Fence(fence_of(process), kept))
    clock.pass_time(seconds=LEASE_SECONDS)
    assert await together.keep("a name", Unit(put)) is None
    assert kept.keys() == {"a name"}
    with pytest.raises(LeaseOver):
        await is_put(together)

    together.begin_with(Fence())
    heir = await SqlLeases(together, together).inherit(process)
    assert heir
    together.begin_with(Fence(fence_of(heir), kept))
    assert await is_put(together)
    assert not kept


async def test_what_comes_once_a_process_knows_that_its_lease_is_over_is_not_kept(
    together: Database, process: int, clock: StoppedClock
) -> None:
    kept: Kept = {}
    together.begin_with(Fence(fence_of(process), kept, lambda: False))
    clock.pass_time(seconds=LEASE_SECONDS)

    assert await together.keep("a name", Unit(put)) is None
    assert not kept


@pytest.mark.parametrize("engine", ["postgres"])
async def test_nobody_takes_over_while_something_is_being_written(
    together: Database, process: int, clock: StoppedClock
) -> None:
    """A process stands still after its fence was looked at; another one tries to take what it held."""
    leases = SqlLeases(together, together)
    await leases.agree(process, 1)
    assert await leases.take(process, [0])
    with psycopg.connect(own_database().raw) as standing:
        standing.execute("SELECT id FROM processes WHERE id = %s FOR KEY SHARE", [process])
        clock.pass_time(seconds=LEASE_SECONDS)
        together.begin_with(Fence())
        other = await leases.join()
        assert not await leases.take(other, [0])
        standing.execute(PUT)
        standing.commit()

    assert await leases.take(other, [0])
    assert await is_put(together)
