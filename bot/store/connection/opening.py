"""Opening the database: its file, its schema, and what keeps it from being opened, told in a sentence."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bot.errors import MemoryRefused, PassingError, StartError
from bot.store.connection.database import Database
from bot.store.connection.files import make_private
from bot.store.connection.migrate import migrate, require_newest, shipped
from bot.store.connection.unit import Run, micros
from bot.texts import startup

MEMORY = ":memory:"

_SENTENCES = {
    sqlite3.SQLITE_BUSY: startup.STORE_LOCKED,
    sqlite3.SQLITE_NOTADB: startup.STORE_BROKEN,
    sqlite3.SQLITE_CORRUPT: startup.STORE_BROKEN,
    sqlite3.SQLITE_FULL: startup.STORE_FULL,
}
_OUT_OF_REACH = frozenset(
    {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR}
)


async def open_database(path: Path | str, now: Callable[[], datetime]) -> Database:
    """Open a file, or MEMORY, with the newest schema; raise StartError where that can't be done."""
    file = None if path == MEMORY else Path(path)
    with told_in_sentences(path, startup.STORE_UNWRITABLE):
        if file is not None:
            await asyncio.to_thread(make_private, file)
        database = await Database.connect(path)
        try:
            await migrate(database, file, now, shipped())
            await _begin_ids_anew(database, now())
            await database.log.clear()  # of what a killed process deleted
        except BaseException:
            await database.close()
            raise
    return database


async def open_beside(path: Path) -> Database:
    """Open a file for reading, while a bot may write it; raise StartError where it has another schema."""
    with told_in_sentences(path, startup.STORE_UNREADABLE):
        if not await asyncio.to_thread(path.exists):
            raise StartError(startup.STORE_ABSENT.format(path=path))
        database = await Database.beside(path)
        try:
            await require_newest(database, path, shipped())
        except BaseException:
            await database.close()
            raise
    return database


@contextmanager
def told_in_sentences(path: Path | str, out_of_reach: str) -> Iterator[None]:
    """Raise what SQLite and the system refuse as a StartError, with this sentence for a file out of reach."""
    if sqlite3.sqlite_version_info < (3, 37):
        raise StartError(startup.STORE_NEEDS_SQLITE.format(version=sqlite3.sqlite_version))
    try:
        yield
    except OSError as error:
        raise StartError(out_of_reach.format(path=path, reason=error.strerror)) from error
    except (MemoryRefused, sqlite3.Error) as error:
        cause = error.__cause__ if isinstance(error, MemoryRefused) else error
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        sentence = out_of_reach if code in _OUT_OF_REACH else _SENTENCES.get(code)
        if sentence is None:
            raise
        kind = PassingError if sentence is startup.STORE_LOCKED else StartError
        raise kind(sentence.format(path=path, reason=cause)) from error


async def _begin_ids_anew(database: Database, at: datetime) -> None:
    """Let new ids begin past all that a lost database, or one put back from a copy, can have given.

    Buttons and nonces outlive the file: an id that came again would have them act on something else. Ids are
    given far more slowly than one a millisecond.
    """
    floor = micros(at) // 1000

    async def work(run: Run) -> None:
        for table in ("turns", "clearings"):
            if not await run(
                "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ? RETURNING 1", floor, table
            ):
                await run("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", table, floor)

    await database.write(work)
