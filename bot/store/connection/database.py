"""The one connection: statements run one after the other, and a unit of work happens whole or not at all.

One connection serves everything: SQLite before 3.51.3 can lose commits in WAL mode when two write at once.
Reads take the same lock as writes, so that nobody sees half of a transaction.

A file that is locked, full or out of order is tried again for some seconds; then the caller gets a
MemoryRefused. What must not be lost is kept meanwhile and written, in its order, before anything else is
written or read. What the tables mean does not belong here.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Hashable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

from bot.errors import MemoryRefused
from bot.store.connection.files import identity
from bot.store.connection.log import WriteAheadLog
from bot.store.connection.refusals import may_pass, moved, refusal_of
from bot.store.connection.unit import Row, Run, Unit, Value

log = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE_SECONDS = 10.0  # how long a refusal is tried again
FIRST_WAIT, LONGEST_WAIT = 0.02, 0.5  # seconds between two tries
MOST_KEPT = 500  # units of work that wait for the file to accept again

_FAST, _DURABLE = "NORMAL", "FULL"
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # Survives kill -9; a power cut could take the commits since the last durable one. To wait for the disk at
    # each draft would make words late: a commit takes 4 ms and more, and all channels wait in one line.
    f"PRAGMA synchronous = {_FAST}",
    "PRAGMA wal_autocheckpoint = 250",  # pages: whoever commits then waits for the disk some 10 ms, not 30
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
)


class Database:
    """A connection to SQLite and the locks round it: one for each statement, one for the order of writes."""

    def __init__(self, connection: aiosqlite.Connection, path: Path | str) -> None:
        self._connection = connection
        self._path = path
        self._file = identity(path)
        self._lock = asyncio.Lock()
        self._turn = asyncio.Lock()
        self._writes: set[asyncio.Future[Any]] = set()
        self._kept: dict[Hashable, Unit] = {}
        self._catching_up: asyncio.Task[None] | None = None
        self._refusing_since: float | None = None
        self.log = WriteAheadLog(path, self.alone)
        self._closing = False

    @classmethod
    async def connect(cls, path: Path | str) -> "Database":
        """Open a file, or ":memory:", set up as everything here expects it."""
        connection = aiosqlite.connect(path, timeout=0, isolation_level=None)
        try:
            await connection
        except BaseException:
            await asyncio.to_thread(connection._thread.join)  # its last word is for a loop that must be open
            raise
        connection.row_factory = Row
        database = cls(connection, path)
        try:
            async with database.reading() as run:
                for pragma in _PRAGMAS:
                    await run(pragma)
            database._file = identity(path)
        except BaseException:
            await database.close()
            raise
        return database

    async def close(self) -> None:
        """Let running writes end, then close; the worker thread would keep the process alive otherwise."""
        self._closing = True
        try:
            if self._catching_up is not None:
                self._catching_up.cancel()
            await asyncio.gather(*self._writes, return_exceptions=True)
            with suppress(MemoryRefused):
                await self._catch_up(0)
            if self._kept:
                log.error("%d writes were kept and could not be stored; they are lost", len(self._kept))
        finally:
            await self._connection.close()

    # Reading.

    async def read(self, sql: str, *values: Value) -> list[Row]:
        """Return the rows of one query."""
        async with self.reading() as run:
            return await run(sql, *values)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Run]:
        """Lend a runner for several queries that must see the same state."""
        give_up_at = self._give_up_at()
        if self._kept:
            await self._whole(self._catch_up(give_up_at))

        async def run(sql: str, *values: Value) -> list[Row]:
            return await self._patiently(lambda: self._run(sql, *values), give_up_at)

        async with self._lock:
            yield run

    async def copy_into(self, path: Path) -> None:
        """Write all of it into an empty file, once: what a failed try leaves is not empty."""
        async with self.alone() as run:
            await run("VACUUM INTO ?", str(path))

    # Writing.

    async def write(self, work: Callable[[Run], Awaitable[T]]) -> T:
        """Run a unit of work in a transaction; a caller who is cancelled meanwhile does not end it."""
        return await self._whole(self._store(Unit(work)))

    async def write_one(self, sql: str, *values: Value) -> list[Row]:
        """Run one statement that is a unit of work by itself, as `write` does."""
        return await self.write(lambda run: run(sql, *values))

    async def erase(self, work: Callable[[Run], Awaitable[T]]) -> T:
        """Write as `write` does, and leave no copy of what was deleted in the write-ahead log."""
        return await self._whole(self._store(Unit(work, erasing=True)))

    async def keep(self, name: Hashable, unit: Unit) -> Any:
        """Write as `write` does; where the file goes on refusing, keep the unit until it accepts.

        Return None in that case; no refusal is raised. A kept unit takes the place of an older one of its
        name. After a `durable` one a power cut can't take this or anything before it.
        """
        return await self._whole(self._store_or_keep(name, unit))

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[Run]:
        """Lend the connection for statements that are no unit of work, each of which is tried once."""
        async with self._lock:
            yield self._run

    # One unit.

    async def _whole(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.ensure_future(work)
        self._writes.add(task)
        task.add_done_callback(self._writes.discard)
        return await asyncio.shield(task)

    async def _store(self, unit: Unit) -> Any:
        """Write a unit once its turn has come, trying again for as long as one can wait."""
        give_up_at = self._give_up_at()
        async with self._turn:
            result = await self._patiently(lambda: self._attempt(unit), give_up_at)
        if unit.erasing:
            await self.log.clear()
        return result

    async def _attempt(self, unit: Unit) -> Any:
        """Write what was kept, and then a unit."""
        while self._kept:
            await self._store_oldest()
        return await self._transact(unit)

    async def _transact(self, unit: Unit) -> Any:
        async with self._lock:
            if not unit.durable:
                result = await self._in_transaction(unit)
            else:
                await self._run(f"PRAGMA synchronous = {_DURABLE}")
                try:
                    result = await self._in_transaction(unit)
                finally:
                    await self._run(f"PRAGMA synchronous = {_FAST}")
        self._note_acceptance()
        return result

    async def _in_transaction(self, unit: Unit) -> Any:
        if identity(self._path) != self._file:
            raise moved()
        try:
            await self._run("BEGIN IMMEDIATE")
            result = await unit.work(self._run)
            await self._run("COMMIT")
        except BaseException:
            await self._connection.rollback()  # does nothing where COMMIT was through already
            raise
        return result

    async def _run(self, sql: str, *values: Value) -> list[Row]:
        rows = await self._connection.execute_fetchall(sql, [storable(value) for value in values])
        return list(rows)

    # What is refused.

    def _give_up_at(self) -> float:
        return asyncio.get_running_loop().time() + PATIENCE_SECONDS

    async def _patiently(self, attempt: Callable[[], Awaitable[T]], give_up_at: float) -> T:
        """Try until it works or the time is up.

        Raises:
            MemoryRefused: the file went on refusing.
        """
        wait = FIRST_WAIT
        while True:
            try:
                return await attempt()
            except sqlite3.Error as error:
                refusal = refusal_of(error)
                if refusal is None:
                    raise
                self._note_refusal(error)
                late = asyncio.get_running_loop().time() + wait > give_up_at
                if late or self._closing or not may_pass(error):
                    raise refusal() from error
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)

    def _note_refusal(self, error: sqlite3.Error) -> None:
        if self._refusing_since is None:
            self._refusing_since = asyncio.get_running_loop().time()
            log.warning("the database %s refuses (%s); it is tried again", self._path, error)

    def _note_acceptance(self) -> None:
        if self._refusing_since is not None:
            seconds = asyncio.get_running_loop().time() - self._refusing_since
            self._refusing_since = None
            log.warning("the database %s accepts again, after %.1f s", self._path, seconds)

    # What is kept.

    async def _store_or_keep(self, name: Hashable, unit: Unit) -> Any:
        try:
            if not self._kept:
                return await self._store(unit)
            async with self._turn:  # it was waited for already
                return await self._patiently(lambda: self._attempt(unit), 0)
        except MemoryRefused as refusal:
            if not _passes(refusal.__cause__):
                log.exception("a write can't be done; it is lost")
                return None
        self._kept.pop(name, None)
        if len(self._kept) == MOST_KEPT:
            del self._kept[next(iter(self._kept))]
            log.error("more than %d writes wait for the database; the oldest of them is lost", MOST_KEPT)
        self._kept[name] = unit
        if self._catching_up is None or self._catching_up.done():
            self._catching_up = asyncio.create_task(self._catch_up_in_time())
        return None

    async def _catch_up_in_time(self) -> None:
        while self._kept:
            await asyncio.sleep(LONGEST_WAIT)
            with suppress(MemoryRefused):
                await self._whole(self._catch_up(0))

    async def _catch_up(self, give_up_at: float) -> None:
        """Write what was kept; raise a MemoryRefused where that still can't be."""
        async with self._turn:
            while self._kept:
                await self._patiently(self._store_oldest, give_up_at)

    async def _store_oldest(self) -> None:
        name, unit = next(iter(self._kept.items()))
        try:
            await self._transact(unit)
        except Exception as error:
            if _passes(error):
                raise
            log.exception("a write that was kept can't be done; it is lost")
        if self._kept.get(name) is unit:
            del self._kept[name]
        if unit.erasing:
            await self.log.clear()


def _passes(error: BaseException | None) -> bool:
    return isinstance(error, sqlite3.Error) and may_pass(error)


def storable(value: Value) -> Value:
    """Return what SQLite can hold of a value: half of a surrogate pair becomes U+FFFD."""
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value
