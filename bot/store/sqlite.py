"""Opening the store: the file, its schema, and one object for each port."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.errors import MemoryRefused, PassingError, StartError
from bot.store.answers import SqliteAnswers
from bot.store.database import Database, Run
from bot.store.disposal import SqliteDisposal
from bot.store.facts import SqliteFacts
from bot.store.files import make_private
from bot.store.journal import SqliteJournal
from bot.store.lessons import SqliteLessons
from bot.store.media import MOST_MEDIA_BYTES
from bot.store.migrate import migrate, shipped
from bot.store.people import SqlitePeople
from bot.store.places import SqlitePlaces
from bot.store.questions import SqliteQuestions
from bot.store.resets import SqliteResets
from bot.store.rows import micros
from bot.store.storage import SqliteStorage
from bot.store.turns import SqliteTurns
from bot.texts import startup

MEMORY = ":memory:"

_SENTENCES = {
    sqlite3.SQLITE_BUSY: startup.STORE_LOCKED,
    sqlite3.SQLITE_NOTADB: startup.STORE_BROKEN,
    sqlite3.SQLITE_CORRUPT: startup.STORE_BROKEN,
    sqlite3.SQLITE_CANTOPEN: startup.STORE_UNWRITABLE,
    sqlite3.SQLITE_READONLY: startup.STORE_UNWRITABLE,
    sqlite3.SQLITE_PERM: startup.STORE_UNWRITABLE,
    sqlite3.SQLITE_IOERR: startup.STORE_UNWRITABLE,
    sqlite3.SQLITE_FULL: startup.STORE_UNWRITABLE,
}


@dataclass(frozen=True, slots=True)
class Store:
    """All of the memory, by port."""

    turns: SqliteTurns
    answers: SqliteAnswers
    questions: SqliteQuestions
    places: SqlitePlaces
    resets: SqliteResets
    journal: SqliteJournal
    people: SqlitePeople
    disposal: SqliteDisposal
    storage: SqliteStorage
    facts: SqliteFacts
    lessons: SqliteLessons


@asynccontextmanager
async def open_store(
    path: Path | str, now: Callable[[], datetime], most_media: int = MOST_MEDIA_BYTES
) -> AsyncIterator[Store]:
    """Open a database file, or MEMORY, with the newest schema; raise StartError where that can't be done.

    Its pictures take at most `most_media` bytes.
    """
    database = await _open(path, now)
    try:
        yield Store(
            turns=SqliteTurns(database, most_media),
            answers=SqliteAnswers(database, now),
            questions=SqliteQuestions(database),
            places=await SqlitePlaces.open(database, now),
            resets=SqliteResets(database, now),
            journal=SqliteJournal(database),
            people=SqlitePeople(database, now),
            disposal=SqliteDisposal(database),
            storage=SqliteStorage(database, None if path == MEMORY else Path(path), most_media),
            facts=SqliteFacts(database),
            lessons=SqliteLessons(database),
        )
    finally:
        await database.close()


async def _open(path: Path | str, now: Callable[[], datetime]) -> Database:
    if sqlite3.sqlite_version_info < (3, 37):
        raise StartError(startup.STORE_NEEDS_SQLITE.format(version=sqlite3.sqlite_version))
    file = None if path == MEMORY else Path(path)
    try:
        if file is not None:
            await asyncio.to_thread(make_private, file)
        database = await Database.connect(path)
        try:
            await migrate(database, file, now, shipped())
            await _begin_ids_anew(database, now())
            await database.clear_log()  # of what a killed process deleted
        except BaseException:
            await database.close()
            raise
    except OSError as error:
        raise StartError(startup.STORE_UNWRITABLE.format(path=path, reason=error.strerror)) from error
    except (MemoryRefused, sqlite3.Error) as error:
        cause = error.__cause__ if isinstance(error, MemoryRefused) else error
        sentence = _SENTENCES.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
        if sentence is None:
            raise
        kind = PassingError if sentence is startup.STORE_LOCKED else StartError
        raise kind(sentence.format(path=path, reason=cause)) from error
    return database


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
