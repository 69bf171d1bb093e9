"""The one connection: statements run one after the other, and a unit of work happens whole or not at all.

One connection serves everything: SQLite before 3.51.3 can lose commits in WAL mode when two write at once.
Reads take the same lock as writes, so that nobody sees half of a transaction.
What the tables mean does not belong here.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from sqlite3 import Row
from typing import Any, Protocol, TypeVar

import aiosqlite

from bot.store.rows import Value, storable

T = TypeVar("T")

_FAST, _DURABLE = "NORMAL", "FULL"
_PRAGMAS = (
    "PRAGMA busy_timeout = 2000",  # a start that fails says so within seconds
    "PRAGMA journal_mode = WAL",
    # Survives kill -9; a power cut could take the commits since the last durable one. To wait for the disk at
    # each draft would make words late: a commit takes 4 ms and more, and all channels wait in one line.
    f"PRAGMA synchronous = {_FAST}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
)


class Run(Protocol):
    """Runs one statement within a unit of work."""

    async def __call__(self, sql: str, *values: Value) -> list[Row]:
        """Run a statement with bound values and return its rows."""


class Database:
    """A connection to SQLite and the lock round it."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._lock = asyncio.Lock()
        self._writes: set[asyncio.Future[Any]] = set()

    @classmethod
    async def connect(cls, path: Path | str) -> "Database":
        """Open a file, or ":memory:", set up as everything here expects it."""
        connection = await aiosqlite.connect(path, isolation_level=None)
        connection.row_factory = Row
        database = cls(connection)
        try:
            for pragma in _PRAGMAS:
                await database._run(pragma)
        except BaseException:
            await database.close()
            raise
        return database

    async def close(self) -> None:
        """Let running writes end, then close; the worker thread would keep the process alive otherwise."""
        try:
            await asyncio.gather(*self._writes, return_exceptions=True)
        finally:
            await self._connection.close()

    async def read(self, sql: str, *values: Value) -> list[Row]:
        """Return the rows of one query."""
        async with self._lock:
            return await self._run(sql, *values)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Run]:
        """Lend a runner for several queries that must see the same state."""
        async with self._lock:
            yield self._run

    async def write(self, work: Callable[[Run], Awaitable[T]]) -> T:
        """Run a unit of work in a transaction; a caller who is cancelled meanwhile does not end it."""
        return await self._whole(self._transact(work))

    async def write_durably(self, work: Callable[[Run], Awaitable[T]]) -> T:
        """Write as `write` does, and return when a power cut can't take this or anything before it."""
        return await self._whole(self._transact_durably(work))

    async def write_one(self, sql: str, *values: Value) -> list[Row]:
        """Run one statement that is a unit of work by itself, as `write` does."""
        return await self._whole(self.read(sql, *values))

    async def erase(self, work: Callable[[Run], Awaitable[T]]) -> T:
        """Write as `write` does, and leave no copy of what was deleted in the write-ahead log."""
        return await self._whole(self._transact_and_truncate(work))

    async def _run(self, sql: str, *values: Value) -> list[Row]:
        rows = await self._connection.execute_fetchall(sql, [storable(value) for value in values])
        return list(rows)

    async def _whole(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.ensure_future(work)
        self._writes.add(task)
        task.add_done_callback(self._writes.discard)
        return await asyncio.shield(task)

    async def _transact(self, work: Callable[[Run], Awaitable[T]]) -> T:
        async with self._lock:
            return await self._in_transaction(work)

    async def _transact_durably(self, work: Callable[[Run], Awaitable[T]]) -> T:
        async with self._lock:
            await self._run(f"PRAGMA synchronous = {_DURABLE}")
            try:
                return await self._in_transaction(work)
            finally:
                await self._run(f"PRAGMA synchronous = {_FAST}")

    async def _in_transaction(self, work: Callable[[Run], Awaitable[T]]) -> T:
        try:
            await self._run("BEGIN IMMEDIATE")
            result = await work(self._run)
            await self._run("COMMIT")
        except BaseException:
            await self._connection.rollback()  # does nothing where COMMIT was through already
            raise
        return result

    async def _transact_and_truncate(self, work: Callable[[Run], Awaitable[T]]) -> T:
        result = await self._transact(work)
        await self.read("PRAGMA wal_checkpoint(TRUNCATE)")
        return result
