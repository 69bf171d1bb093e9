"""A memory moves from a file to PostgreSQL whole, however often it is stopped; nothing else is touched."""

import asyncio
import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.errors import PassingError, StartError
from bot.keeping.move import move
from bot.rules.model import Part, PartKind
from bot.settings.forms import ServerUrl
from bot.store.connection import database as database_module
from bot.store.connection.database import Database
from bot.store.connection.lock import held
from bot.store.connection.migrate import migrate, shipped
from bot.store.postgres import tables
from bot.store.store import open_store
from bot.texts import startup
from tests.store.building import DIRECT, ROOM, THREAD, StoppedClock, Talk
from tests.support import postgres

pytestmark = pytest.mark.skipif(not postgres.is_there(), reason=postgres.NONE_FOUND)

ODD = '가 👋 \x7f \' \\ \\u0000 "%s" {}'


@pytest.fixture
def target() -> ServerUrl:
    return postgres.new_database("moved")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a talk in it, to be copied."""
    path = tmp_path_factory.mktemp("made") / "parley.db"
    asyncio.run(talked(path))
    return path


@pytest.fixture
def source(made: Path, tmp_path: Path) -> Path:
    """Return a file with a talk in it."""
    return Path(shutil.copy(made, tmp_path))


@pytest.fixture
def full(source: Path) -> Path:
    """Return a file in which no table is empty."""
    with closing(sqlite3.connect(source)) as file, file:
        for table in names(file):
            if not file.execute(f"SELECT 1 FROM {table}").fetchall():  # noqa: S608
                fill(file, table)
    return source


async def talked(path: Path) -> None:
    clock = StoppedClock()
    async with open_store(path, clock.now) as store:
        talk = Talk(store, clock)
        picture = Part(
            PartKind.IMAGE, "", name="a.png", data=bytes(range(256)) * 3_000, media_type="image/png"
        )
        for key in (ROOM, THREAD, DIRECT):
            for number in range(4):
                await talk.exchange(f"{ODD} {number}", "hi", key=key)
        await talk.say("look", parts=(picture,))
        await talk.say("deleted", message_id=77)
        await store.turns.forget([77])
        await store.places.change(ROOM, 1, guild_wide=False, persona=ODD)


def names(file: sqlite3.Connection) -> list[str]:
    found = file.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return [name for (name,) in found]


def fill(file: sqlite3.Connection, table: str) -> None:
    """Put rows into a table whose values are of their columns' types and refer to what is there."""
    others = {
        column: [one for (one,) in file.execute(f"SELECT {to or 'id'} FROM {other} LIMIT 3")]  # noqa: S608
        for _, _, other, column, to, *_ in file.execute(f"PRAGMA foreign_key_list({table})")
    }
    columns = [
        (name, kind)
        for _, name, kind, *_, hidden in file.execute(f"PRAGMA table_xinfo({table})")
        if not hidden
    ]
    for number in range(3):
        values: list[Any] = []
        for name, kind in columns:
            made = {"TEXT": f"{ODD}{number}", "BLOB": bytes([number, 0, 255]), "ANY": f"value {number}"}
            values.append(
                others[name][number] if name in others else made.get(kind, number % 2 if number < 2 else 1)
            )
            if name == columns[0][0] and name not in others and kind == "INTEGER":
                values[-1] = 2**62 + number
        marks = ", ".join("?" * len(columns))
        file.execute(
            f"INSERT INTO {table} ({', '.join(name for name, _ in columns)}) VALUES ({marks})",  # noqa: S608
            values,
        )


def of_sqlite(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(path)) as file:
        file.text_factory = lambda raw: raw.decode("utf-8", "replace")
        return {table: rows(file.execute(f"SELECT * FROM {table}").fetchall()) for table in names(file)}  # noqa: S608


def of_postgres(url: ServerUrl) -> dict[str, list[tuple[Any, ...]]]:
    with psycopg.connect(url.raw) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {table: rows(connection.execute(f"SELECT * FROM {table}").fetchall()) for (table,) in found}  # noqa: S608


def rows(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return rows in an order and with values that both engines share."""
    values = (tuple(int(one) if isinstance(one, bool) else one for one in row) for row in found)
    return sorted(values, key=repr)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


async def moved(source: Path, target: ServerUrl) -> list[str]:
    told: list[str] = []
    assert await move(source, target, told.append) == 0
    return told


async def test_every_row_of_every_table_is_moved_and_the_source_stays(full: Path, target: ServerUrl) -> None:
    before, whole = of_sqlite(full), digest(full)
    told = await moved(full, target)
    after = of_postgres(target)
    del before["migrations"], after["migrations"]

    assert all(before.values()), "no table was empty"
    assert after == before
    assert digest(full) == whole
    assert told[0].startswith("Moving ")
    assert [line for line in told if line.endswith("the same on both sides")] != []
    assert "Set DATABASE_URL" in told[-1]


async def test_a_bot_goes_on_with_what_was_moved(source: Path, target: ServerUrl) -> None:
    clock = StoppedClock()
    await moved(source, target)
    async with open_store(source, clock.now) as store:
        before = await Talk(store, clock).window()
    async with open_store(target, clock.now) as store:
        talk = Talk(store, clock)
        after = await talk.window()
        await talk.exchange("What was that picture?", "A square.")
        await talk.say("Another", parts=(Part(PartKind.QUOTE, "quoted", name="Mary"),))

    assert after == before


async def test_no_id_that_was_ever_given_is_given_again(full: Path, target: ServerUrl) -> None:
    with closing(sqlite3.connect(full)) as file:
        newest = dict(file.execute("SELECT name, seq FROM sqlite_sequence"))
        newest |= {"media": file.execute("SELECT max(id) FROM media").fetchone()[0]}
    await moved(full, target)

    with psycopg.connect(target.raw) as connection:
        for table in ("turns", "parts", "media", "clearings", "records"):
            [(given,)] = connection.execute(
                f"SELECT nextval(pg_get_serial_sequence('{table}', 'id'))"
            ).fetchall()
            assert given > newest.get(table, 0)


class Killed(Exception):
    """Stands for the end of the process."""


@pytest.mark.parametrize("acknowledged", [True, False])
async def test_a_move_that_is_killed_goes_on_where_it_was(
    full: Path, target: ServerUrl, monkeypatch: pytest.MonkeyPatch, acknowledged: bool
) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 7)
    write, left, told = Database.write, count(), list[str]()
    last = 0

    async def until_killed(database: Database, work: Any) -> Any:
        if (number := next(left)) == last and not acknowledged:
            raise Killed
        result = await write(database, work)
        if number == last:
            raise Killed
        return result

    monkeypatch.setattr(Database, "write", until_killed)
    kills = 0
    while True:
        left, last = count(), 3 + 4 * (kills % 3)  # the first ones open the database
        try:
            await move(full, target, told.append)
            break
        except Killed:
            kills += 1
    before, after = of_sqlite(full), of_postgres(target)
    del before["migrations"], after["migrations"]

    assert kills > 3
    assert after == before
    copied = [line for line in told if " of " in line]
    assert len(copied) == len(set(copied)), "nothing was copied twice"


async def test_nobody_works_on_what_is_half_moved(
    source: Path, target: ServerUrl, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(line: str) -> None:
        if line.startswith("  turns"):
            raise Killed

    with pytest.raises(Killed):
        await move(source, target, stop)

    with pytest.raises(StartError, match="not all of it is there yet"):
        async with open_store(target, StoppedClock().now):
            pass


async def test_a_second_move_says_that_it_was_done(source: Path, target: ServerUrl) -> None:
    await moved(source, target)
    async with open_store(target, StoppedClock().now) as store:
        await Talk(store).exchange("Later", "Yes", key=ROOM)
    before = of_postgres(target)
    told = await moved(source, target)

    assert "was moved to" in told[-1]
    assert of_postgres(target) == before


async def test_another_memory_is_left_alone(source: Path, target: ServerUrl) -> None:
    async with open_store(target, StoppedClock().now) as store:
        await Talk(store).exchange("Mine", "Yes")
    with pytest.raises(StartError, match="holds a memory already"):
        await moved(source, target)
    async with open_store(target, StoppedClock().now) as store:
        assert await Talk(store).words() == ["Mine", "Yes"]


async def test_two_memories_are_not_mixed(source: Path, target: ServerUrl, tmp_path: Path) -> None:
    def stop(line: str) -> None:
        if line.startswith("  channels"):
            raise Killed

    other = tmp_path / "other.db"
    async with open_store(other, StoppedClock().now) as store:
        await Talk(store).exchange("Other", "Yes")
    with closing(sqlite3.connect(other)) as file, file:
        file.execute("UPDATE migrations SET at = at + 1")
    with pytest.raises(Killed):
        await move(source, target, stop)
    with pytest.raises(StartError, match="part of another memory"):
        await moved(other, target)


async def test_what_was_changed_meanwhile_is_found_out(source: Path, target: ServerUrl) -> None:
    def stop(line: str) -> None:
        if line.startswith("  turns"):
            raise Killed

    with pytest.raises(Killed):
        await move(source, target, stop)
    with closing(sqlite3.connect(source)) as file, file:
        file.execute("UPDATE channels SET persona = 'another' WHERE id = ?", (ROOM.channel_id,))

    with pytest.raises(StartError, match="The table channels has"):
        await moved(source, target)


async def test_what_postgresql_cannot_hold_is_replaced_and_said(full: Path, target: ServerUrl) -> None:
    with closing(sqlite3.connect(full)) as file, file:
        file.execute("UPDATE facts SET value = CAST(x'610062' AS TEXT)")
        file.execute("UPDATE channels SET persona = CAST(x'61eda0bd62' AS TEXT) WHERE id = 10")
        file.execute("INSERT INTO facts (name, value) VALUES (CAST(x'00ff' AS TEXT), '')")
        changed = file.execute("SELECT count(*) FROM facts").fetchone()[0] + 1
    told = await moved(full, target)

    after = of_postgres(target)
    assert {"a\ufffdb", ""} == {row[1] for row in after["facts"]}
    assert [row[4] for row in after["channels"] if row[0] == 10] == ["a\ufffd\ufffd\ufffdb"]
    assert f"In {changed} rows there were characters" in "\n".join(told)


async def test_a_file_of_an_older_release_is_brought_up_to_date_first(
    tmp_path: Path, target: ServerUrl
) -> None:
    path = tmp_path / "parley.db"
    opened = await Database.connect(path)
    await migrate(opened, path, StoppedClock().now, shipped()[:3])
    await opened.write_one("INSERT INTO facts (name, value) VALUES ('old', 'yes')")
    await opened.close()
    await moved(path, target)

    assert ("old", "yes", None) in of_postgres(target)["facts"]
    assert [str(one) for one in os.scandir(tmp_path) if one.name.startswith("parley.schema-3.")]


async def test_a_bot_that_runs_is_not_moved(source: Path, target: ServerUrl) -> None:
    with held(source), pytest.raises(PassingError, match="A bot is running"):
        await moved(source, target)


async def test_a_move_leads_from_a_file_to_a_server(source: Path, target: ServerUrl) -> None:
    with pytest.raises(StartError, match="names postgresql"):
        await move(target, target, print)
    with pytest.raises(StartError, match="--to must name a PostgreSQL database"):
        await move(source, source, print)


async def test_where_there_is_no_file_nothing_is_made(tmp_path: Path, target: ServerUrl) -> None:
    missing = tmp_path / "data" / "parley.db"
    with pytest.raises(StartError) as caught:
        await move(missing, target, print)

    assert str(caught.value) == startup.STORE_ABSENT.format(path=missing)
    assert not list(os.scandir(tmp_path))


@pytest.mark.parametrize(
    "absent", ["postgresql://127.0.0.1:1/parley", "postgresql://{user}@/gone?host={host}"]
)
async def test_a_target_that_lets_nobody_in_is_told_by_the_name_of_its_option(
    source: Path, target: ServerUrl, absent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "PATIENCE_SECONDS", 0.1)
    before = digest(source)
    info = psycopg.conninfo.conninfo_to_dict(target.raw)

    with pytest.raises(StartError, match=r"(in|check) --to") as told:
        await moved(source, ServerUrl(absent.format(**info)))
    assert "DATABASE_URL" not in str(told.value)
    assert digest(source) == before
