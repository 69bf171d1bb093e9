"""Bringing a database file up to this program's schema, one recorded migration after the other.

The migrations themselves are the files beside this module; a file that was shipped is never changed.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path

from bot.errors import SchemaOutdated, StartError
from bot.store.connection.database import Database
from bot.store.connection.files import make_private
from bot.store.connection.unit import Run, micros
from bot.texts import startup

OF_POSTGRES = ".postgres.sql"
_RECORD = (
    "CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL) STRICT"
)
# Other programs record migrations, too.
IS_OURS = f"SELECT 1 FROM sqlite_schema WHERE sql = '{_RECORD}'"  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class Migration:
    """A step from one schema to the next: the schema's number, its name, its statements."""

    number: int
    name: str
    statements: tuple[str, ...]


def shipped() -> Sequence[Migration]:
    """Return the migrations that this program knows, in order."""
    folder = resources.files("bot.store") / "migrations"
    found = (file for file in folder.iterdir() if file.name.endswith(".sql"))
    files = sorted(
        (file for file in found if not file.name.endswith(OF_POSTGRES)), key=lambda file: file.name
    )
    return [_parse(file.name.removesuffix(".sql"), file.read_text("utf-8")) for file in files]


def baseline() -> Migration:
    """Return the step with which a database begins in PostgreSQL: all schemas up to its number at once.

    The steps after it are the same files for both engines.
    """
    folder = resources.files("bot.store") / "migrations"
    [file] = [file for file in folder.iterdir() if file.name.endswith(OF_POSTGRES)]
    number, _, name = file.name.removesuffix(OF_POSTGRES).partition("_")
    return Migration(int(number), name, (file.read_text("utf-8"),))


async def migrate(
    database: Database, path: Path | None, now: Callable[[], datetime], migrations: Sequence[Migration]
) -> None:
    """Apply what is missing, each step whole or not at all, and keep a copy of a file that held data before.

    `path` is None for a database in memory. Raise StartError for a file that isn't this program's to change.
    """
    applied = await _applied(database, path)
    if applied > migrations[-1].number:
        raise StartError(startup.STORE_NEWER.format(path=path))
    missing = [migration for migration in migrations if migration.number > applied]
    if applied and missing and path is not None:
        copy = path.with_name(f"{path.stem}.schema-{applied}.{now():%Y-%m-%d-%H%M%S}{path.suffix}")
        await _copy(database, copy)
    for migration in missing:
        await _apply(database, migration, now())


async def require_newest(database: Database, path: Path, migrations: Sequence[Migration]) -> None:
    """Raise StartError where a file's schema is not this program's."""
    applied = await _applied(database, path)
    if applied != migrations[-1].number:
        if applied > migrations[-1].number:
            raise StartError(startup.STORE_NEWER.format(path=path))
        raise SchemaOutdated(startup.STORE_OLDER.format(path=path))


async def _copy(database: Database, copy: Path) -> None:
    """Write all of a database into a new file; leave none where that fails, as on a full disk."""
    await asyncio.to_thread(make_private, copy)  # an empty file is filled
    try:
        await database.copy_into(copy)
    except BaseException:
        await asyncio.to_thread(copy.unlink)
        raise


async def _applied(database: Database, path: Path | None) -> int:
    if await database.read(IS_OURS):
        rows = await database.read("SELECT coalesce(max(number), 0) AS newest FROM migrations")
        return int(rows[0]["newest"])
    if await database.read("SELECT 1 FROM sqlite_schema WHERE type = 'table'"):
        raise StartError(startup.STORE_FOREIGN.format(path=path))
    return 0


async def _apply(database: Database, migration: Migration, at: datetime) -> None:
    async def work(run: Run) -> None:
        if migration.number == 1:
            await run(_RECORD)
        for statement in migration.statements:
            await run(statement)
        await run(
            "INSERT INTO migrations (number, name, at) VALUES (?, ?, ?)",
            migration.number,
            migration.name,
            micros(at),
        )

    await database.write(work)


def _parse(stem: str, script: str) -> Migration:
    number, _, name = stem.partition("_")
    return Migration(int(number), name, tuple(_statements(script)))


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
