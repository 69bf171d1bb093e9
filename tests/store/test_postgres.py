"""PostgreSQL alone: how it is opened, by one or by many, and what is said where that can't be."""

import asyncio
import traceback
from itertools import count

import psycopg
import pytest

from bot.errors import PassingError, SchemaOutdated, StartError
from bot.settings import forms
from bot.settings.forms import ServerUrl
from bot.store.connection import database as database_module
from bot.store.connection.database import Database
from bot.store.connection.migrate import baseline, shipped
from bot.store.connection.unit import Run
from bot.store.postgres import opening
from bot.store.postgres.dialect import turned
from bot.store.postgres.opening import open_postgres
from bot.store.store import open_store, read_store
from tests.store.building import StoppedClock, Talk
from tests.support import postgres

pytestmark = pytest.mark.skipif(not postgres.is_there(), reason=postgres.NONE_FOUND)

_names = count()
MARK = "quokka zanzibar"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a refusal be tried again for a moment alone."""
    monkeypatch.setattr(database_module, "PATIENCE_SECONDS", 0.1)


@pytest.fixture
def fresh() -> ServerUrl:
    """Return the address of a database that nobody has opened yet."""
    return postgres.new_database(f"fresh_{next(_names)}")


async def test_many_that_start_together_bring_the_schema_up_once(fresh: ServerUrl) -> None:
    opened = await asyncio.gather(*(open_postgres(fresh, StoppedClock().now) for _ in range(5)))
    rows = await opened[0].read("SELECT number FROM migrations ORDER BY number")
    for database in opened:
        await database.close()

    steps = [one.number for one in shipped() if one.number > baseline().number]
    assert [row["number"] for row in rows] == [baseline().number, *steps]


async def test_what_was_said_is_there_after_a_restart(fresh: ServerUrl) -> None:
    clock = StoppedClock()
    async with open_store(fresh, clock.now) as store:
        await Talk(store, clock).say("Hello")
    async with open_store(fresh, clock.now) as store:
        assert await Talk(store, clock).words() == ["Hello"]


async def test_whoever_comes_while_it_is_being_closed_opens_it_no_more(fresh: ServerUrl) -> None:
    database = await open_postgres(fresh, StoppedClock().now)
    closing = asyncio.create_task(database._connection.close())
    await asyncio.sleep(0)
    with pytest.raises(RuntimeError):
        await database.read("SELECT 1")
    await closing


async def test_a_database_of_another_program_is_left_alone(fresh: ServerUrl) -> None:
    with psycopg.connect(fresh.raw, autocommit=True) as connection:
        connection.execute("CREATE TABLE customers (id BIGINT)")

    with pytest.raises(StartError, match="belongs to another program"):
        await open_postgres(fresh, StoppedClock().now)


async def test_whoever_only_reads_changes_no_schema(fresh: ServerUrl) -> None:
    with pytest.raises(SchemaOutdated, match="There is no memory"):
        async with read_store(fresh, StoppedClock().now):
            pass
    with psycopg.connect(fresh.raw) as connection:
        assert connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'").fetchall() == []


async def test_a_schema_of_a_newer_program_is_not_touched(fresh: ServerUrl) -> None:
    opened = await open_postgres(fresh, StoppedClock().now)
    await opened.write_one("INSERT INTO migrations (number, name, at) VALUES (9999, 'later', 0)")
    await opened.close()

    with pytest.raises(StartError, match="newer version"):
        await open_postgres(fresh, StoppedClock().now)


@pytest.mark.usefixtures("impatient")
async def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    url = ServerUrl("postgresql://parley:hidden@127.0.0.1:1/parley?connect_timeout=2")

    with pytest.raises(PassingError) as told:
        await open_postgres(url, StoppedClock().now)
    assert "postgresql://127.0.0.1:1/parley can't be reached" in str(told.value)
    assert "hidden" not in str(told.value)


async def test_of_several_hosts_a_dead_one_is_passed_over(fresh: ServerUrl) -> None:
    """It is likewise where a standby comes first, which takes no writes."""
    info = psycopg.conninfo.conninfo_to_dict(fresh.raw)
    folder = str(info["host"]).replace("/", "%2F")
    url = f"postgresql://{info['user']}@127.0.0.1:1,{folder}/{info['dbname']}?target_session_attrs=read-write"
    opened = await open_postgres(parsed := ServerUrl(url), StoppedClock().now)
    found = await opened.read("SELECT 1 AS one")
    await opened.close()

    assert forms.database(url) == parsed
    assert [row["one"] for row in found] == [1]


@pytest.mark.parametrize("raw", ["parley:p%zz@127.0.0.1/parley", "parley:p%zz@127.0.0.1/parley?no=such"])
async def test_an_address_that_the_client_does_not_understand_is_told_without_the_password(raw: str) -> None:
    with pytest.raises(StartError, match="does not understand DATABASE_URL") as told:
        await open_postgres(ServerUrl(f"postgresql://{raw}"), StoppedClock().now)
    assert "%zz" not in str(told.value)


@pytest.mark.usefixtures("impatient")
async def test_a_database_that_is_not_there_is_told(fresh: ServerUrl) -> None:
    with pytest.raises(StartError, match="doesn't let the bot in"):
        await open_postgres(ServerUrl(fresh.raw.replace("fresh_", "gone_")), StoppedClock().now)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("sslmode=requier", "does not understand DATABASE_URL"),
        ("user=absent", "options in DATABASE_URL"),
        ("user=kept_out", "options in DATABASE_URL"),
        ("options=-c%20search_path%3Dnowhere", "may not make tables"),
    ],
)
async def test_what_starting_again_does_not_mend_is_told_at_once(
    fresh: ServerUrl, options: str, told: str
) -> None:
    with psycopg.connect(fresh.raw) as connection:
        connection.execute("DO 'BEGIN CREATE ROLE kept_out; EXCEPTION WHEN duplicate_object THEN END'")
    info = psycopg.conninfo.conninfo_to_dict(fresh.raw)
    user = "" if options.startswith("user=") else f"user={info['user']}&"
    url = ServerUrl(f"postgresql:///{info['dbname']}?host={info['host']}&{user}{options}")

    with pytest.raises(StartError, match=told) as refused:
        await open_postgres(url, StoppedClock().now)
    assert not isinstance(refused.value, PassingError)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ('port 5432 failed: FATAL:  password authentication failed for user "parley"', True),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "parley", database "parley"', True),
        ("port 5432 failed: fe_sendauth: no password supplied", True),
        ("server does not support SSL, but SSL was required", True),
        ("FATAL:  unsupported startup parameter in options: search_path", True),
        ("FATAL: no such database: parley", True),
        ("FATAL:  sorry, too many clients already", False),
        ("FATAL:  the database system is starting up", False),
        ('connection to server at "password", port 5432 failed: Connection refused', False),
    ],
)
def test_a_server_that_lets_nobody_in_is_told_from_one_that_is_away(reason: str, expected: bool) -> None:
    assert opening._is_refused(reason) == expected


@pytest.mark.usefixtures("impatient")
async def test_a_server_that_only_lets_read_is_told_as_one(fresh: ServerUrl) -> None:
    """It may take writes soon, where it is a standby that takes over."""
    reading = ServerUrl(f"{fresh.raw}&options=-c%20default_transaction_read_only%3Don")

    with pytest.raises(PassingError, match=r"can only be read .* as on a standby"):
        await open_postgres(reading, StoppedClock().now)


async def test_a_server_that_is_too_old_is_told_with_what_is_needed(
    fresh: ServerUrl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "OLDEST", 999999)

    with pytest.raises(StartError, match="needs PostgreSQL 14 or newer"):
        await open_postgres(fresh, StoppedClock().now)


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT ? + ?", "SELECT %(v1)s + %(v2)s"),
        ("SELECT ?2 % ?1", "SELECT %(v2)s %% %(v1)s"),
        (
            "a CROSS JOIN turns AS t ON t.id = a.id /*ORDER BY a.id*/",
            "a JOIN turns AS t ON t.id = a.id ORDER BY a.id",
        ),
        (
            "SELECT 1 FROM (SELECT 2) LEFT JOIN b ON c",
            "SELECT 1 FROM (SELECT 2) AS unnamed_0 LEFT JOIN b ON c",
        ),
        (
            "SELECT 1 FROM (SELECT (2)) AS a JOIN (SELECT 3) AS b ON c",
            "SELECT 1 FROM (SELECT (2)) AS a JOIN (SELECT 3) AS b ON c",
        ),
        (
            "SELECT 1 FROM (SELECT 2 FROM (SELECT 3) WHERE (4)) UNION SELECT 5 FROM (SELECT 6)",
            "SELECT 1 FROM (SELECT 2 FROM (SELECT 3) AS unnamed_1 WHERE (4)) AS unnamed_2"
            " UNION SELECT 5 FROM (SELECT 6) AS unnamed_0",
        ),
    ],
)
def test_a_statement_is_turned_over(sql: str, told: str) -> None:
    assert turned(sql) == told


async def test_writes_that_are_in_each_others_way_are_done_again_before_anybody_waits(
    caplog: pytest.LogCaptureFixture, fresh: ServerUrl
) -> None:
    first, second = [await open_postgres(fresh, StoppedClock().now) for _ in range(2)]
    caplog.clear()

    async def add(database: Database, name: str) -> None:
        async def work(run: Run) -> None:
            [row] = await run("SELECT count(*) AS known FROM facts")
            await run("SELECT pg_sleep(0.005)")  # so that both are at it
            await run("INSERT INTO facts (name, value) VALUES (?, ?)", name, str(row["known"]))

        await database.write(work)

    names = [
        (database, f"{which}-{number}")
        for number in range(15)
        for which, database in enumerate((first, second))
    ]
    await asyncio.gather(*(add(*one) for one in names))
    values = await first.read("SELECT value FROM facts WHERE name LIKE '%-%'")
    for database in (first, second):
        await database.close()

    assert len({row["value"] for row in values}) == len(names)
    assert "refuses" not in caplog.text


async def test_a_transaction_begins_with_its_first_statement(
    fresh: ServerUrl, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await open_postgres(fresh, StoppedClock().now)
    wait, exchanges = psycopg.Connection.wait, count()

    def counted(connection: psycopg.Connection[object], *told: object) -> object:
        next(exchanges)
        return wait(connection, *told)  # type: ignore[arg-type]

    async def work(run: Run) -> list[int]:
        await run("SELECT 1 AS one WHERE 1 = ?", 1)
        rows = await run("INSERT INTO facts (name, value) VALUES ('a', '') RETURNING 2 AS two")
        return [row["two"] for row in rows]

    monkeypatch.setattr(psycopg.Connection, "wait", counted)
    assert await database.write(work) == [2]
    wrote = next(exchanges)
    assert (await database.read("SELECT value FROM facts WHERE 1 = ?", 1))[0]["value"] == ""
    looked = next(exchanges) - wrote - 1
    await database.close()

    assert (wrote, looked) == (3, 2)  # the second statement and the commit; the end


async def test_what_people_said_stands_in_no_statement(fresh: ServerUrl) -> None:
    database = await open_postgres(fresh, StoppedClock().now)

    [row] = await database.read(
        "SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid() AND ? <> ''", MARK
    )
    await database.close()

    assert "pg_stat_activity" in row["query"]
    assert MARK not in row["query"]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO facts (name, value) VALUES (?1, 'a'), (?1, 'b')",
        "SELECT CAST(?1 AS BIGINT)",
        "SELECT CAST(?1 AS JSON)",
    ],
)
async def test_an_error_quotes_nothing_of_a_row(fresh: ServerUrl, statement: str) -> None:
    database = await open_postgres(fresh, StoppedClock().now)

    async def work(run: Run) -> None:
        await run(statement, MARK)

    with pytest.raises(psycopg.Error) as caught:
        await database.write(work)
    await database.close()

    told = "".join(traceback.format_exception(caught.value))
    assert MARK not in told
    assert caught.value.diag.message_primary is not None
