"""The store put together: one object for each port of `bot.chat`, over one database of either engine."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.errors import StartError
from bot.rules.admission.access import Lists
from bot.rules.cluster.leases import LEASE_SECONDS
from bot.settings.forms import ServerUrl
from bot.store.admission.access import SqlAccess
from bot.store.admission.limits import SqlLimits
from bot.store.answers import SqlAnswers
from bot.store.asides.hooks import SqlHooks
from bot.store.cluster.fence import fence_of
from bot.store.cluster.gate import SqlGate
from bot.store.cluster.leases import SqlLeases
from bot.store.cluster.shares import SqlShares
from bot.store.connection.database import Database
from bot.store.connection.opening import MEMORY, open_beside, open_database
from bot.store.connection.unit import Fence, Kept
from bot.store.disposal import SqlDisposal
from bot.store.facts import SqlFacts
from bot.store.history.media import MOST_MEDIA_BYTES
from bot.store.journal import SqlJournal
from bot.store.lessons import SqlLessons
from bot.store.people import SqlPeople
from bot.store.places import SqlPlaces
from bot.store.questions import SqlQuestions
from bot.store.resets import SqlResets
from bot.store.spending.ledger import SqlLedger
from bot.store.storage import SqlStorage
from bot.store.threads.openings import SqlOpenings
from bot.store.turns import SqlTurns
from bot.texts import startup

__all__ = ["MEMORY", "Cluster", "Store", "open_server", "open_store", "read_store"]


@dataclass(frozen=True, slots=True)
class Cluster:
    """What processes that share a memory tell each other; `beside` waits for no unit of the memory."""

    leases: SqlLeases
    turns: SqlGate
    shares: SqlShares
    beside: Database
    memory: Database

    def fence(self, process: int, kept: Kept, lives: Callable[[], bool]) -> None:
        """Have all that is written refused as soon as a process's lease is over.

        Until then it waits for the database: another process answers afterwards what this one can't store.
        What is `kept` is stored before anything else; what could not be stored while the process lived is
        there in the end.
        """
        self.beside.begin_with(Fence(fence_of(process)))
        self.memory.begin_with(Fence(fence_of(process), kept, lives, patience=LEASE_SECONDS + 1))


@dataclass(frozen=True, slots=True)
class Store:
    """All of the memory, by port."""

    turns: SqlTurns
    answers: SqlAnswers
    questions: SqlQuestions
    places: SqlPlaces
    resets: SqlResets
    journal: SqlJournal
    people: SqlPeople
    disposal: SqlDisposal
    storage: SqlStorage
    facts: SqlFacts
    lessons: SqlLessons
    ledger: SqlLedger
    limits: SqlLimits
    access: SqlAccess
    openings: SqlOpenings
    hooks: SqlHooks
    cluster: Cluster | None


@asynccontextmanager
async def open_store(
    place: Path | str | ServerUrl, now: Callable[[], datetime], most_media: int = MOST_MEDIA_BYTES
) -> AsyncIterator[Store]:
    """Open a database file, MEMORY or a server's database, with the newest schema.

    Its pictures take at most `most_media` bytes.

    Raises:
        StartError: that can't be done.
    """
    if isinstance(place, ServerUrl):
        database = await open_server(place, now)
    else:
        database = await open_database(place, now)
    try:
        store = _store(database, now, _file(place), most_media)
        if isinstance(place, ServerUrl):
            async with _shared(place, database) as cluster:
                yield replace(store, cluster=cluster)
        else:
            yield store
    finally:
        await database.close()


@asynccontextmanager
async def _shared(url: ServerUrl, memory: Database) -> AsyncIterator[Cluster]:
    from bot.store.postgres.opening import another_connection

    beside = another_connection(url)
    try:
        yield Cluster(SqlLeases(beside, memory), SqlGate(beside), SqlShares(beside), beside, memory)
    finally:
        await beside.close()


@asynccontextmanager
async def read_store(place: Path | ServerUrl, now: Callable[[], datetime]) -> AsyncIterator[Store]:
    """Open a database for reading alone, while a bot may be running on it.

    Raises:
        StartError: it isn't there, can't be read, or has another schema than this program's.
    """
    if isinstance(place, ServerUrl):
        database = await open_server(place, None)
    else:
        database = await open_beside(place)
    try:
        yield _store(database, now, _file(place), MOST_MEDIA_BYTES)
    finally:
        await database.close()


async def open_server(
    url: ServerUrl, now: Callable[[], datetime] | None, *, moving: bool = False
) -> Database:
    """Open a database on a server; without a time it must have the newest schema.

    `moving` lets one in to whom a memory is still being moved.
    """
    try:
        from bot.store.postgres.opening import open_postgres  # its client is an extra
    except ModuleNotFoundError as error:
        raise StartError(startup.POSTGRES_MISSING) from error
    return await open_postgres(url, now, moving=moving)


def _file(place: Path | str | ServerUrl) -> Path | None:
    return None if place == MEMORY or isinstance(place, ServerUrl) else Path(place)


def _store(database: Database, now: Callable[[], datetime], path: Path | None, most_media: int) -> Store:
    lists: dict[int, Lists] = {}
    return Store(
        turns=SqlTurns(database, most_media),
        answers=SqlAnswers(database, now),
        questions=SqlQuestions(database),
        places=SqlPlaces(database, now, lists),
        resets=SqlResets(database, now),
        journal=SqlJournal(database),
        people=SqlPeople(database, now),
        disposal=SqlDisposal(database),
        storage=SqlStorage(database, path, most_media),
        facts=SqlFacts(database),
        lessons=SqlLessons(database),
        ledger=SqlLedger(database),
        limits=SqlLimits(database, now),
        access=SqlAccess(database, now, lists),
        openings=SqlOpenings(database),
        hooks=SqlHooks(database, now),
        cluster=None,
    )
