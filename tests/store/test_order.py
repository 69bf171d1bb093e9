"""Units of work go to the connection whole, and are done in the order in which they were asked for."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.store.connection.database import Database
from bot.store.connection.unit import Run
from bot.store.store import open_store
from tests.store.building import StoppedClock, Talk
from tests.store.test_refusals import LIMIT_SECONDS, Listener
from tests.support.refusing import held
from tests.support.sqlite import connection_of

PUT = "INSERT INTO entries (name) VALUES (?)"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.connect(tmp_path / "parley.db")
    await opened.write_one("CREATE TABLE entries (id INTEGER PRIMARY KEY, name TEXT)")
    try:
        yield opened
    finally:
        await opened.close()


class Handed:
    """Counts what is handed over to the connection's thread."""

    def __init__(self, database: Database) -> None:
        connection: Any = database._connection
        self.units = 0
        self._do, connection.do = connection.do, self.do

    async def do(self, work: Any) -> Any:
        self.units += 1
        return await self._do(work)


async def names(database: Database) -> list[str]:
    return [row["name"] for row in await database.read("SELECT name FROM entries ORDER BY id")]


async def test_a_unit_of_many_statements_is_handed_over_once(database: Database) -> None:
    async def work(run: Run) -> None:
        for number in range(10):
            await run(PUT, str(number))

    handed = Handed(database)
    await database.write(work)

    assert handed.units == 1
    assert len(await names(database)) == 10


async def test_the_steps_of_an_answer_are_handed_over_once_each(tmp_path: Path, clock: StoppedClock) -> None:
    async with open_store(tmp_path / "other.db", clock.now) as store:
        talk, handed = Talk(store, clock), Handed(store.turns._database)
        await talk.answer(await talk.say("hello", message_id=5), "hi", message_ids=(6,))
        written = handed.units
        await store.turns.window(10, None, 1_000)

        assert written <= 5  # the question; the answer's beginning, message and end; that it was shown
        assert handed.units - written == 2  # what can be seen, and a page of it


async def test_no_write_waits_for_the_loop_to_let_it_go(database: Database) -> None:
    """Where each turn of the loop takes long, many writes take no more turns than one."""
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    writes = [asyncio.create_task(database.write_one(PUT, str(number))) for number in range(200)]
    for _ in range(5):
        await asyncio.sleep(0)
    done = threading.Event()
    connection_of(database)._thread._tx.put_nowait((None, done.set))
    done.wait()  # the loop stands still meanwhile
    counting = asyncio.create_task(count_turns())
    await asyncio.gather(*writes)
    counting.cancel()

    assert turns <= 15
    assert await names(database) == [str(number) for number in range(200)]


async def test_no_write_overtakes_one_that_is_refused(database: Database, tmp_path: Path) -> None:
    async with held(tmp_path / "parley.db"):
        async with Listener("refuses (database is locked)"):
            writes = [asyncio.create_task(database.write_one(PUT, str(number))) for number in range(5)]
        writes += [asyncio.create_task(database.write_one(PUT, str(number))) for number in range(5, 10)]
        await asyncio.sleep(0)
    for number in range(10, 200):
        writes.append(asyncio.create_task(database.write_one(PUT, str(number))))
        await database.read("SELECT 1")
    await asyncio.wait_for(asyncio.gather(*writes), LIMIT_SECONDS)

    assert await names(database) == [str(number) for number in range(200)]
