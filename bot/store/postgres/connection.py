"""PostgreSQL in a thread of its own: a unit of work runs there from its first statement to its last.

One connection serves a process, as with SQLite, so that what holds of the order of units holds here too. A
connection that was lost is opened anew by the next unit. It keeps no state of a session, and no statement is
prepared, so that it may lead through PgBouncer.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg.rows import dict_row

from bot.settings.forms import ServerUrl
from bot.store.connection.unit import Row, Run, Unit, Value, Work, storable
from bot.store.postgres.dialect import turned
from bot.store.postgres.refusals import POSTGRES

T = TypeVar("T")

CONNECT_SECONDS = 10
# Where this process stands still within a transaction, others must not wait for what that has locked.
_WRITE = "BEGIN ISOLATION LEVEL SERIALIZABLE; SET LOCAL idle_in_transaction_session_timeout TO '5s'"
# Survives the end of this process; the end of the server's machine may take the last moments, as with SQLite.
_WRITE_FAST = f"{_WRITE}; SET LOCAL synchronous_commit TO off"
_LOOK = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class NoLog:
    """Nothing to empty: how long deleted rows and the server's own log stay is for who keeps the server."""

    is_clear = True

    async def clear(self) -> None:
        """Do nothing."""


class PostgresConnection:
    """A connection and its thread, which does what it is handed in the order in which that comes."""

    refusals = POSTGRES

    def __init__(self, url: ServerUrl) -> None:
        self.path: Path | str = str(url)
        self._url = url.raw
        self._thread = ThreadPoolExecutor(1, "postgres")
        self._open: psycopg.Connection[dict[str, Any]] | None = None

    async def close(self) -> None:
        """Close the connection once all that was handed over is done."""
        await self._in_thread(self._leave)
        self._thread.shutdown(wait=False)

    def log(self) -> "NoLog":
        """Return the log that there isn't."""
        return NoLog()

    async def look(self, work: Work[T]) -> T:
        """Do what only reads, all of it in one state of the database."""
        return await self._in_thread(partial(self._done, partial(self._transact, _LOOK, work)))

    async def do(self, work: Work[T]) -> T:
        """Do a unit of work, in the caller's context; nothing else comes between its statements."""
        return await self._in_thread(partial(self._done, work))

    async def transaction(self, unit: Unit, run: Run) -> Any:
        """Write a unit; itself to be done in the thread."""
        return await self._transact(_WRITE if unit.durable else _WRITE_FAST, unit.work, run)

    async def _transact(self, begin: str, work: Work[T], run: Run) -> T:
        connection = self._connection()
        try:
            connection.execute(begin)
            result = await work(run)
            connection.execute("COMMIT")
        except BaseException:
            self._give_up()
            raise
        return result

    async def _in_thread(self, call: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, partial(copy_context().run, call))

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
        named = {f"v{number}": storable(value) for number, value in enumerate(values, 1)}
        cursor = self._connection().execute(turned(sql), named)
        return [*cursor] if cursor.description else []

    def _connection(self) -> psycopg.Connection[dict[str, Any]]:
        if self._open is None or self._open.closed:
            self._open = psycopg.connect(
                self._url,
                autocommit=True,
                row_factory=dict_row,
                prepare_threshold=None,
                connect_timeout=CONNECT_SECONDS,
            )
        return self._open

    def _give_up(self) -> None:
        """Undo what was begun, or leave the connection where even that can't be."""
        try:
            self._connection().execute("ROLLBACK")
        except psycopg.Error:
            self._leave()

    def _leave(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None
