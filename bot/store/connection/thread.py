"""SQLite in aiosqlite's thread: a unit of work runs there from its first statement to its last.

So it takes one change of threads, however many statements it has, and waits for nothing that goes on in the
event loop: with hundreds of answers streaming, each turn of the loop takes tens of milliseconds. What is
tried again, and in which order, does not belong here.
"""

import asyncio
import sqlite3
import time
from contextvars import copy_context
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

from bot.store.connection.files import identity, read_only_uri
from bot.store.connection.log import WriteAheadLog
from bot.store.connection.refusals import SQLITE, moved
from bot.store.connection.unit import Run, Unit, Work, driven

T = TypeVar("T")

FAST, _DURABLE = "NORMAL", "FULL"
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # Survives kill -9; a power cut could take the commits since the last durable one. To wait for the disk at
    # each draft would make words late: a commit takes 4 ms and more, and all channels wait in one line.
    f"PRAGMA synchronous = {FAST}",
    "PRAGMA wal_autocheckpoint = 250",  # pages: whoever commits then waits for the disk some 10 ms, not 30
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
)


class Connection:
    """A connection and its thread, which does what it is handed in the order in which that comes."""

    refusals = SQLITE

    def __init__(self, sqlite: aiosqlite.Connection, path: Path | str) -> None:
        self.sqlite = sqlite._conn  # to be used in the thread alone
        self.path = path
        self._thread = sqlite
        self._file: tuple[int, int] | None = None

    @classmethod
    async def open(cls, path: Path | str, *, read_only: bool = False) -> "Connection":
        """Open a file, or ":memory:", that commits when it is told to, and never waits for a lock."""
        target = read_only_uri(Path(path)) if read_only else path
        sqlite = aiosqlite.connect(
            target, uri=read_only, timeout=0, isolation_level=None, check_same_thread=False
        )
        try:
            await sqlite
            await sqlite.create_function("now_micros", 0, _now_micros)  # as PostgreSQL has
        except BaseException:
            await asyncio.to_thread(sqlite._thread.join)  # its last word is for a loop that must be open
            raise
        sqlite.row_factory = sqlite3.Row
        return cls(sqlite, path)

    async def close(self) -> None:
        """Close the file once all that was handed over is done."""
        await self._thread.close()

    def know_file(self) -> None:
        """Note which file stands at the path, so as not to write on when another has taken its place."""
        self._file = identity(self.path)

    def log(self) -> WriteAheadLog:
        """Return the log of the file."""
        return WriteAheadLog(self)

    async def look(self, work: Work[T]) -> T:
        """Do what only reads; in one thread, all of it sees one state."""
        return await self.do(work)

    async def do(self, work: Work[T]) -> T:
        """Do a unit of work, in the caller's context; nothing else comes between its statements."""
        # What aiosqlite does with each statement; it has no public way to hand over more than one.
        done: T = await self._thread._execute(  # type: ignore[no-untyped-call]
            partial(copy_context().run, driven, work, self.sqlite.execute)
        )
        return done

    async def transaction(self, unit: Unit, run: Run) -> Any:
        """Write a unit; itself to be done in the thread."""
        if identity(self.path) != self._file:
            raise moved()
        if not unit.durable:
            return await self._whole(unit.work, run)
        self.sqlite.execute(f"PRAGMA synchronous = {_DURABLE}")
        try:
            return await self._whole(unit.work, run)
        finally:
            self.sqlite.execute(f"PRAGMA synchronous = {FAST}")

    async def _whole(self, work: Work[T], run: Run) -> T:
        try:
            self.sqlite.execute("BEGIN IMMEDIATE")
            result = await work(run)
            self.sqlite.execute("COMMIT")
        except BaseException:
            self.sqlite.rollback()  # does nothing where COMMIT was through already
            raise
        return result


def _now_micros() -> int:
    return time.time_ns() // 1_000
