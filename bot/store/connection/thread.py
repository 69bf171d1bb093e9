"""SQLite in a thread of its own: a unit of work runs there from its first statement to its last.

So it takes one change of threads, however many statements it has, and waits for nothing that goes on in the
event loop: with hundreds of answers streaming, each turn of the loop takes tens of milliseconds. What is
tried again, and in which order, does not belong here.
"""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from bot.store.connection.files import identity
from bot.store.connection.refusals import moved
from bot.store.connection.unit import Row, Run, Unit, Value, Work

T = TypeVar("T")

FAST, _DURABLE = "NORMAL", "FULL"


class Connection:
    """A connection and its thread, which does what it is handed in the order in which that comes."""

    def __init__(self, sqlite: sqlite3.Connection, path: Path | str, thread: ThreadPoolExecutor) -> None:
        self.sqlite = sqlite
        self.path = path
        self._thread = thread
        self._file: tuple[int, int] | None = None

    @classmethod
    async def open(cls, path: Path | str) -> "Connection":
        """Open a file, or ":memory:", that commits when it is told to, and never waits for a lock."""
        thread = ThreadPoolExecutor(1, "sqlite")
        connect = partial(sqlite3.connect, path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            sqlite = await asyncio.get_running_loop().run_in_executor(thread, connect)
        except BaseException:
            thread.shutdown(wait=False)
            raise
        sqlite.row_factory = Row
        return cls(sqlite, path, thread)

    async def close(self) -> None:
        """Close the file once all that was handed over is done."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self.sqlite.close)
        self._thread.shutdown(wait=False)

    def know_file(self) -> None:
        """Note which file stands at the path, so as not to write on when another has taken its place."""
        self._file = identity(self.path)

    async def do(self, work: Work[T]) -> T:
        """Do a unit of work, in the caller's context; nothing else comes between its statements."""
        done = partial(copy_context().run, self._done, work)
        return await asyncio.get_running_loop().run_in_executor(self._thread, done)

    async def transaction(self, unit: Unit, run: Run) -> Any:
        """Write a unit; itself to be done in the thread."""
        if identity(self.path) != self._file:
            raise moved()
        if not unit.durable:
            return await self._whole(unit.work, run)
        await run(f"PRAGMA synchronous = {_DURABLE}")
        try:
            return await self._whole(unit.work, run)
        finally:
            await run(f"PRAGMA synchronous = {FAST}")

    async def _whole(self, work: Work[T], run: Run) -> T:
        try:
            await run("BEGIN IMMEDIATE")
            result = await work(run)
            await run("COMMIT")
        except BaseException:
            self.sqlite.rollback()  # does nothing where COMMIT was through already
            raise
        return result

    def _done(self, work: Work[T]) -> T:
        """Drive a unit of work to its end, here and now: what it awaits is never pending."""
        steps = work(self._run)
        try:
            while True:
                steps.send(None)
        except StopIteration as end:
            result: T = end.value
            return result

    async def _run(self, sql: str, *values: Value) -> list[Row]:
        return self.sqlite.execute(sql, [storable(value) for value in values]).fetchall()


def storable(value: Value) -> Value:
    """Return what SQLite can hold of a value: half of a surrogate pair becomes U+FFFD."""
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value
