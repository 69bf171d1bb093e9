"""PostgreSQL in a thread of its own: a unit of work runs there from its first statement to its last.

One connection serves a process, as with SQLite, so that what holds of the order of units holds here too. A
connection that was lost is opened anew by the next unit. It keeps no state of a session, and no statement is
prepared, so that it may lead through PgBouncer.

A unit whose connection is lost while it is committed may be stored or not. PostgreSQL is asked which, by the
number of the transaction, before the unit is done again.
"""

import asyncio
import os
import random
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row
from psycopg.types.numeric import IntLoader

from bot.settings.forms import ServerUrl
from bot.store.connection.unit import Run, Unit, Value, Work, driven
from bot.store.postgres.dialect import turned
from bot.store.postgres.refusals import POSTGRES, without_rows

T = TypeVar("T")

MOST_TRIES = 20  # of a unit, while other processes are in its way
FIRST_PAUSE, LONGEST_PAUSE = 0.002, 0.05  # seconds between two of them, at most
CONNECT_SECONDS = 3
AGAIN_SECONDS = 0.4  # after a connection failed; until then those who wait for one hear the same
STATEMENT_SECONDS, UNIT_SECONDS = 6, 8  # as long as the server may take, and as long as we wait for it
_WRITE = "BEGIN ISOLATION LEVEL SERIALIZABLE"
_LOOK = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# Survives the end of this process; the end of the server's machine may take the last moments, as with SQLite.
_FAST = "SET LOCAL synchronous_commit TO off"
# Where this process stands still within a transaction, others must not wait for what that has locked.
_BOUNDED = (
    f"SET LOCAL statement_timeout TO '{STATEMENT_SECONDS}s'; "
    "SET LOCAL idle_in_transaction_session_timeout TO '5s'"
)
# A unit is in the way of another process's where either has read what the other writes. So it reads the rows
# that it names and no others, also of small tables, which the planner would rather read from end to end. What
# can't be read otherwise is then taken for so costly that some releases would compile it.
_BY_KEYS = "; ".join(
    f"SET LOCAL {name} TO off" for name in ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit")
)
_NUMBER = "SELECT pg_current_xact_id()::text AS number"
# A standby may only not have heard of it yet.
_STATUS = (
    "SELECT CASE WHEN pg_is_in_recovery() THEN 'in progress'"
    " ELSE pg_xact_status(%s::text::xid8) END AS status"
)


class NoLog:
    """No write-ahead log to empty: how long deleted rows stay is up to whoever runs the server."""

    is_clear = True

    async def clear(self) -> None:
        """Do nothing."""


class PostgresConnection:
    """A connection and its thread, which does what it is handed first in, first out.

    Once it is `bounded` no unit takes longer than UNIT_SECONDS, be the server as silent as it may.
    """

    refusals = POSTGRES

    def __init__(self, url: ServerUrl) -> None:
        self.path: Path | str = str(url)
        self.bounded = False
        self._url = url.raw
        self._thread = ThreadPoolExecutor(1, "postgres")
        # One for all that a connection is asked: to make one takes a fifth of a short statement's time.
        self._cursor: psycopg.Cursor[dict[str, Any]] | None = None
        self._failure: psycopg.Error | None = None  # of the last connection that could not be had
        self._failed_at = 0.0
        self._opening: tuple[str, ...] = ()  # of a transaction whose first statement is still to come
        self._number: str | None = None  # of the transaction, where it was asked for
        self._began: float | None = None  # when the unit did at which the thread is
        self._watch: asyncio.TimerHandle | None = None

    async def close(self) -> None:
        """Close the connection once all that was handed over is done."""
        leaving = asyncio.get_running_loop().run_in_executor(self._thread, self._leave)
        self._thread.shutdown(wait=False)  # or whoever comes now would open it once more
        await leaving
        if self._watch is not None:
            self._watch.cancel()

    def log(self) -> NoLog:
        """Return a log that is always empty."""
        return NoLog()

    async def look(self, work: Work[T]) -> T:
        """Do what only reads, in one snapshot of the database."""
        return await self._in_thread(partial(driven, partial(self._looked, work), self._execute))

    async def do(self, work: Work[T]) -> T:
        """Do a unit of work, in the caller's context; nothing else comes between its statements."""
        return await self._in_thread(partial(driven, work, self._execute))

    async def transaction(self, unit: Unit, run: Run) -> Any:
        """Write a unit, unless it turns out that it was stored; itself to be done in the thread.

        One that can't be put in an order with another process's is soon done again: all later ones wait for
        it, and the other one may be over by now. Chance keeps the two from meeting each time.
        """
        longest = FIRST_PAUSE
        for _ in range(MOST_TRIES - 1):
            with suppress(psycopg.errors.SerializationFailure):
                return await self._transact(unit, run)
            time.sleep(random.uniform(0.0, longest))  # noqa: ASYNC251, S311 - in the thread; not for secrets
            longest = min(2 * longest, LONGEST_PAUSE)
        return await self._transact(unit, run)

    async def _transact(self, unit: Unit, run: Run) -> Any:
        if unit.fate.transaction is not None and self._was_stored(unit.fate.transaction):
            return unit.fate.result
        unit.fate.transaction = None
        begin = (_WRITE,) if unit.durable else (_WRITE, _FAST)
        self._opening = (*begin, _BOUNDED, _BY_KEYS, _NUMBER) if self.bounded else begin
        self._number = None
        try:
            result = await unit.work(run)
            if self._opening:  # it had no statement
                self._opening = ()
                return result
            unit.fate.transaction, unit.fate.result = self._number, result
            self._ready().execute("COMMIT")
        except psycopg.errors.ReadOnlySqlTransaction:
            self._leave()  # another server may have taken over behind the same address
            raise
        except BaseException:
            self._give_up()
            raise
        return result

    async def _looked(self, work: Work[T], run: Run) -> T:
        self._opening = (_LOOK, _BOUNDED) if self.bounded else (_LOOK,)
        try:
            return await work(run)
        finally:
            self._give_up()

    def _was_stored(self, number: str) -> bool:
        """Say what became of a transaction.

        Raises:
            OperationalError: it has not ended yet, or can't be asked about.
        """
        try:
            [row] = self._ready().execute(_STATUS, [number])
        except psycopg.errors.InvalidParameterValue:  # a server that took over has not even heard of it
            return False
        if row["status"] == "in progress":
            raise psycopg.OperationalError(f"transaction {number} has not ended yet")
        return bool(row["status"] == "committed")

    async def _in_thread(self, call: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        if self._watch is None:
            self._look_after(loop)
        return await loop.run_in_executor(self._thread, partial(copy_context().run, self._timed, call))

    def _timed(self, call: Callable[[], T]) -> T:
        self._began = time.monotonic()
        try:
            return call()
        except psycopg.Error as error:
            error.args = (without_rows(error),)
            raise
        finally:
            self._began = None

    def _look_after(self, loop: asyncio.AbstractEventLoop) -> None:
        """Cut a connection that has not answered for too long."""
        began = self._began
        if self.bounded and began is not None and time.monotonic() - began > UNIT_SECONDS:
            self._cut()
        self._watch = loop.call_later(1, self._look_after, loop)

    def _cut(self) -> None:
        """Shut down the socket beneath the thread, which waits for an answer that will not come."""
        cursor = self._cursor
        if cursor is not None:
            with (
                suppress(psycopg.Error, OSError),  # it may just have ended by itself
                socket.socket(fileno=os.dup(cursor.connection.fileno())) as beneath,
            ):
                beneath.shutdown(socket.SHUT_RDWR)

    def _execute(self, sql: str, values: list[Value]) -> psycopg.Cursor[dict[str, Any]]:
        named = {f"v{number}": value for number, value in enumerate(values, 1)}
        if self._opening:
            if not any(isinstance(value, str | bytes) for value in values):
                return self._begin(turned(sql), named)
            self._begin("SELECT 1", {})  # what people said never stands in a statement, which servers log
        return self._ready().execute(turned(sql), named)

    def _begin(self, sql: str, values: dict[str, Value]) -> psycopg.Cursor[dict[str, Any]]:
        """Begin a transaction in one message with its first statement, and note its number."""
        connection, opening, self._opening = self._ready().connection, self._opening, ()
        cursor = psycopg.ClientCursor(connection)  # the server binds values to a single statement alone
        try:
            cursor.execute("; ".join((*opening, sql)), values)
        except psycopg.Error:
            if connection.info.transaction_status is not TransactionStatus.INERROR:
                self._leave()  # it did not even begin
            raise
        if opening[-1] is _NUMBER:
            [[self._number]] = (row.values() for row in cursor.set_result(-2))
        return cursor.set_result(-1)

    def _ready(self) -> psycopg.Cursor[dict[str, Any]]:
        """Return the cursor of a connection that is open."""
        if self._cursor is None or self._cursor.connection.closed:
            if self._failure is not None and time.monotonic() - self._failed_at < AGAIN_SECONDS:
                raise self._failure.with_traceback(None)
            try:
                connection = psycopg.connect(
                    self._url,
                    autocommit=True,
                    row_factory=dict_row,
                    prepare_threshold=None,
                    connect_timeout=CONNECT_SECONDS,
                )
            except psycopg.Error as error:
                self._failure, self._failed_at = error, time.monotonic()
                raise
            connection.adapters.register_loader("numeric", IntLoader)  # sums: there are no fractions
            self._cursor = connection.cursor()
        return self._cursor

    def _give_up(self) -> None:
        """Roll back, or leave the connection where even that fails."""
        if self._cursor is None or self._opening:  # nothing has begun
            self._opening = ()
            return
        try:
            self._cursor.execute("ROLLBACK")
        except psycopg.Error:
            self._leave()

    def _leave(self) -> None:
        if self._cursor is not None:
            self._cursor.connection.close()
            self._cursor = None
