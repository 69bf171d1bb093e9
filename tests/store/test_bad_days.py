"""PostgreSQL on its bad days: what is to be stored waits, and is stored once; nobody waits for ever."""

import asyncio
import random
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from bot.errors import MemoryAway, MemoryFull, MemoryReadOnly
from bot.settings.forms import ServerUrl
from bot.store.answers import answers_by_id
from bot.store.connection import database as module
from bot.store.connection.database import Database
from bot.store.connection.unit import Run, Unit
from bot.store.postgres import connection
from bot.store.postgres.opening import open_postgres
from bot.store.store import open_store
from tests.store.building import OTHER_ROOM, ROOM, StoppedClock, Talk
from tests.support import postgres
from tests.support.unruly import Unruly, Way, unruly

pytestmark = pytest.mark.skipif(not postgres.is_there(), reason=postgres.NONE_FOUND)

ADD = "UPDATE facts SET value = value || ? WHERE name = 'a'"


@pytest.fixture
def server() -> ServerUrl:
    return postgres.emptied()


@pytest.fixture
async def way(server: ServerUrl) -> AsyncIterator[Unruly]:
    async with unruly(server) as opened:
        yield opened


@pytest.fixture
async def database(way: Unruly) -> AsyncIterator[Database]:
    opened = await open_postgres(way.url, StoppedClock().now)
    await opened.write_one("INSERT INTO facts (name, value) VALUES ('a', '')")
    try:
        yield opened
    finally:
        await opened.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(connection, "AGAIN_SECONDS", 0.1)


@contextmanager
def beside(server: ServerUrl) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(server.raw, autocommit=True) as other:
        yield other


def stored(server: ServerUrl) -> object:
    with beside(server) as other:
        return other.execute("SELECT value FROM facts WHERE name = 'a'").fetchall()[0][0]


async def refused(database: Database) -> None:
    """Wait until the database has refused."""
    async with asyncio.timeout(30):
        while database._refusing_since is None:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)


def end_sessions(server: ServerUrl) -> None:
    """End all sessions as a server does that is stopped."""
    with beside(server) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.parametrize("durable", [True, False])
@pytest.mark.parametrize("lost", [Way.LOSES_COMMITS, Way.LOSES_ANSWERS])
async def test_a_commit_of_which_nothing_is_heard_is_done_once(
    database: Database, way: Unruly, server: ServerUrl, lost: Way, durable: bool
) -> None:
    way.way = lost
    await database.keep("one", Unit(lambda run: run(ADD, "x"), durable=durable))
    await database.write_one(ADD, "y")

    assert way.way is Way.OPEN, "it was lost"
    assert stored(server) == "xy"


async def test_many_commits_lost_one_after_the_other_are_all_done_once(
    database: Database, way: Unruly, server: ServerUrl
) -> None:
    async def add(letter: str) -> None:
        way.way = Way.LOSES_ANSWERS if letter in "ace" else Way.LOSES_COMMITS
        await database.write_one(ADD, letter)

    await asyncio.gather(*(add(letter) for letter in "abcdef"))

    assert sorted(str(stored(server))) == list("abcdef")


async def test_the_result_of_a_unit_comes_even_if_its_answer_was_lost(
    database: Database, way: Unruly
) -> None:
    way.way = Way.LOSES_ANSWERS
    [row] = await database.write_one(f"{ADD} RETURNING value", "x")

    assert row["value"] == "x"


async def test_a_connection_that_is_lost_in_mid_unit_leaves_nothing_half_done(
    database: Database, server: ServerUrl
) -> None:
    tries = 0

    async def work(run: Run) -> None:
        nonlocal tries
        tries += 1
        await run(ADD, "x")
        if tries == 1:
            end_sessions(server)
        await run(ADD, "y")

    await database.write(work)

    assert (tries, stored(server)) == (2, "xy")


async def test_a_read_goes_on_over_a_connection_that_was_lost(database: Database, server: ServerUrl) -> None:
    end_sessions(server)

    assert len(await database.read("SELECT value FROM facts")) == 1


@pytest.mark.usefixtures("impatient")
async def test_what_is_kept_while_the_server_is_away_is_stored_once_in_its_order(
    database: Database, way: Unruly, server: ServerUrl
) -> None:
    way.way = Way.CLOSED
    way.cut()
    for letter in "abc":
        await database.keep(letter, Unit(lambda run, letter=letter: run(ADD, letter)))  # type: ignore[misc]
    with pytest.raises(MemoryAway):
        await database.write_one(ADD, "told")
    way.way = Way.OPEN
    for _ in range(50):
        if stored(server) == "abc":
            break
        await asyncio.sleep(0.1)
    await database.write_one(ADD, "d")

    assert stored(server) == "abcd"


async def test_a_server_that_falls_silent_holds_nobody_for_ever(
    database: Database, way: Unruly, server: ServerUrl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "UNIT_SECONDS", 0.2)
    way.way = Way.SILENT
    writing = asyncio.create_task(database.write_one(ADD, "x"))
    await refused(database)
    way.way = Way.OPEN
    await asyncio.wait_for(writing, 30)

    assert stored(server) == "x"


@pytest.mark.usefixtures("impatient")
async def test_many_who_wait_for_a_server_that_does_not_answer_wait_for_one_attempt(
    database: Database, way: Unruly, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "CONNECT_SECONDS", 2)
    way.cut()
    way.way, before = Way.SILENT, way.came
    reads = [database.read("SELECT value FROM facts") for _ in range(20)]
    results = await asyncio.wait_for(asyncio.gather(*reads, return_exceptions=True), 60)

    assert {type(result) for result in results} == {MemoryAway}
    assert way.came - before <= 6


@pytest.mark.usefixtures("impatient")
async def test_a_full_disk_is_said_and_what_is_kept_is_stored_once_there_is_room(
    database: Database, server: ServerUrl
) -> None:
    with beside(server) as other:
        other.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN RAISE EXCEPTION USING errcode = ''disk_full''; END';"
            "CREATE TRIGGER no_room BEFORE UPDATE ON facts FOR EACH ROW EXECUTE FUNCTION no_room()"
        )
        try:
            with pytest.raises(MemoryFull):
                await database.write_one(ADD, "told")
            await database.keep("b", Unit(lambda run: run(ADD, "b")))
        finally:
            other.execute("DROP FUNCTION no_room CASCADE")
    await database.write_one(ADD, "c")

    assert stored(server) == "bc"


@pytest.mark.usefixtures("impatient")
async def test_a_statement_whose_time_is_up_is_said_and_holds_nobody(
    server: ServerUrl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_BOUNDED", "SET LOCAL statement_timeout TO '100ms'")
    opened = await open_postgres(server, StoppedClock().now)
    await opened.write_one("INSERT INTO facts (name, value) VALUES ('a', '')")
    with beside(server) as other, other.transaction():
        other.execute("SELECT * FROM facts FOR UPDATE")
        with pytest.raises(MemoryAway):
            await opened.write_one(ADD, "told")
    await opened.write_one(ADD, "x")
    await opened.close()

    assert stored(server) == "x"


async def test_units_of_two_processes_that_meet_are_both_done(
    database: Database, server: ServerUrl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The longer they are in each other's way, the longer one waits, up to what chance chooses."""
    tries, pauses = 0, list[float]()

    def longest(_: float, most: float) -> float:
        pauses.append(most)
        return 0.0

    monkeypatch.setattr(random, "uniform", longest)

    async def work(run: Run) -> None:
        nonlocal tries
        tries += 1
        [row] = await run("SELECT value FROM facts WHERE name = 'a'")
        if tries < 9:
            with beside(server) as other:
                other.execute("UPDATE facts SET value = value || %s WHERE name = 'a'", [str(tries)])
        await run("UPDATE facts SET value = ? WHERE name = 'a'", row["value"] + " ours")

    await database.write(work)

    assert (tries, stored(server)) == (9, "12345678 ours")
    assert pauses == [0.002, 0.004, 0.008, 0.016, 0.032, 0.05, 0.05, 0.05]


async def test_units_of_two_processes_that_touch_other_places_are_not_in_each_others_way(
    server: ServerUrl,
) -> None:
    """Each reads an answer back and writes it, the second while the first stands still in its midst."""
    has_read, goes_on = threading.Event(), threading.Event()
    tries = 0
    async with (
        open_store(server, StoppedClock().now) as first,
        open_store(server, StoppedClock().now) as second,
    ):
        talk = Talk(first)
        mine, theirs = [(await talk.exchange("What?", "That.", place))[1] for place in (ROOM, OTHER_ROOM)]

        async def slow(run: Run) -> None:
            nonlocal tries
            tries += 1
            await answers_by_id(run, [mine])
            has_read.set()
            goes_on.wait(30)
            await run("UPDATE answers SET draft = 'mine' WHERE id = ?", mine)

        async def quick(run: Run) -> None:
            await answers_by_id(run, [theirs])
            await run("UPDATE answers SET draft = 'theirs' WHERE id = ?", theirs)

        writing = asyncio.create_task(first.turns._database.write(slow))
        await asyncio.to_thread(has_read.wait, 30)
        await second.turns._database.write(quick)
        goes_on.set()
        await writing

    assert tries == 1


@pytest.mark.usefixtures("impatient")
async def test_too_many_connections_are_waited_for(server: ServerUrl) -> None:
    with beside(server) as other:
        other.execute("DROP ROLE IF EXISTS few")
        other.execute("CREATE ROLE few LOGIN CONNECTION LIMIT 1 IN ROLE pg_read_all_data, pg_write_all_data")
        url = ServerUrl(
            server.raw.replace("//", "//few@", 1) if "@" not in server.raw else _as_few(server.raw)
        )
        only = psycopg.connect(url.raw)
        opened = Database(connection.PostgresConnection(url))
        with pytest.raises(MemoryAway):
            await opened.read("SELECT 1")
        only.close()
        await opened.read("SELECT 1")
        await opened.close()
        other.execute("DROP ROLE few")


def _as_few(raw: str) -> str:
    return f"postgresql://few@{raw.partition('@')[2]}"


async def test_another_server_that_takes_over_is_found(
    database: Database, way: Unruly, server: ServerUrl
) -> None:
    name = psycopg.conninfo.conninfo_to_dict(server.raw)["dbname"]
    with beside(server) as other:
        other.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    end_sessions(server)
    writing = asyncio.create_task(database.write_one(ADD, "x"))
    keeping = asyncio.create_task(database.keep("b", Unit(lambda run: run(ADD, "y"), durable=True)))
    await refused(database)
    way.way = Way.CLOSED  # away ...
    way.cut()
    with beside(server) as other:
        other.execute("SET default_transaction_read_only = off")
        other.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
    way.way = Way.OPEN  # ... and back
    await asyncio.gather(writing, keeping)

    assert sorted(str(stored(server))) == ["x", "y"]


@pytest.mark.usefixtures("impatient")
async def test_a_server_that_only_lets_read_is_said(database: Database, server: ServerUrl) -> None:
    name = psycopg.conninfo.conninfo_to_dict(server.raw)["dbname"]
    with beside(server) as other:
        other.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    end_sessions(server)
    with pytest.raises(MemoryReadOnly):
        await database.write_one(ADD, "x")
    read = await database.read("SELECT value FROM facts")
    with beside(server) as other:
        other.execute("SET default_transaction_read_only = off")
        other.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
    await database.write_one(ADD, "x")

    assert (len(read), stored(server)) == (1, "x")
