"""The one connection: units of work run one after the other, and each happens whole or not at all.

One connection serves everything: SQLite before 3.51.3 can lose commits in WAL mode when two write at once.
Reads run in the same thread as writes, so that nobody sees half of a transaction. With PostgreSQL it is one
connection for each process.

A file that is locked, full or out of order is tried again for some seconds; then the caller gets a
MemoryRefused. What must not be lost is kept meanwhile and written, in its order, before anything else is
written or read. What the tables mean does not belong here.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from bot.errors import LeaseOver, MemoryAway, MemoryRefused
from bot.store.connection.engine import Engine
from bot.store.connection.thread import PRAGMAS, Connection
from bot.store.connection.unit import Fence, Kept, Row, Run, Unit, Value, Work

log = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE_SECONDS = 10.0  # how long a refusal is tried again
FIRST_WAIT, LONGEST_WAIT = 0.02, 0.5  # seconds between two tries
MOST_KEPT = 5_000  # units of work that wait for the file to accept again


class _Waits(Exception):
    """A unit of work can't be done at once."""


class Database:
    """A connection to either engine, and the order of what is written through it.

    A unit goes straight to the connection's thread while the file accepts. One that is refused is tried again
    in a line, behind which all later ones wait.
    """

    def __init__(self, connection: Engine) -> None:
        self._connection = connection
        self._refusals = connection.refusals
        self._turn = asyncio.Lock()
        self._in_line = 0
        self._held_up = False  # from the refusal on until the line is empty; the thread sets it
        self._writes: set[asyncio.Future[Any]] = set()
        self._kept: Kept = {}
        self._catching_up: asyncio.Task[None] | None = None
        self._refusing_since: float | None = None
        self.log = connection.log()
        self._closing = False
        self._fence = Fence()

    @classmethod
    async def connect(cls, path: Path | str) -> "Database":
        """Open a file, or ":memory:", set up as everything here expects it."""
        connection = await Connection.open(path)
        database = cls(connection)
        try:
            for pragma in PRAGMAS:
                await database.read(pragma)
            connection.know_file()
        except BaseException:
            await database.close()
            raise
        return database

    @classmethod
    async def beside(cls, path: Path) -> "Database":
        """Open a file for reading alone, while another process may write it."""
        return cls(await Connection.open(path, read_only=True))

    async def close(self) -> None:
        """Let running writes end, then close; the worker thread would keep the process alive otherwise."""
        self._closing = True
        try:
            if self._catching_up is not None:
                self._catching_up.cancel()
            await asyncio.gather(*self._writes, return_exceptions=True)
            with suppress(MemoryRefused):
                await self._catch_up(0)
            if self._kept and self._fence.work is None:
                log.error("%d writes were kept and could not be stored; they are lost", len(self._kept))
        finally:
            await self._connection.close()

    # Reading.

    async def read(self, sql: str, *values: Value) -> list[Row]:
        """Return the rows of one query."""
        return await self.look(lambda run: run(sql, *values))

    async def look(self, work: Work[T]) -> T:
        """Return what queries find that must see the same state; where refused, all are made anew."""
        give_up_at = self._give_up_at()
        if self._kept:
            await self._whole(self._catch_up(give_up_at))
        return await self._patiently(lambda: self._connection.look(work), give_up_at)

    async def copy_into(self, path: Path) -> None:
        """Write all of it into an empty file, once: what a failed try leaves is not empty."""
        await self._connection.do(lambda run: run("VACUUM INTO ?", str(path)))

    # Writing.

    async def write(self, work: Work[T], *, durable: bool = False) -> T:
        """Run a unit of work in a transaction; a caller who is cancelled meanwhile does not end it."""
        return await self._whole(self._store(Unit(work, durable)))

    async def write_one(self, sql: str, *values: Value) -> list[Row]:
        """Run one statement that is a unit of work by itself, as `write` does."""
        return await self.write(lambda run: run(sql, *values))

    async def erase(self, work: Work[T]) -> T:
        """Write as `write` does, and leave no copy of what was deleted in the write-ahead log."""
        return await self._whole(self._store(Unit(work, erasing=True)))

    async def keep(self, name: Hashable, unit: Unit) -> Any:
        """Write as `write` does; where the file goes on refusing, keep the unit until it accepts.

        Return None in that case; no refusal is raised. A kept unit takes the place of an older one of its
        name. After a `durable` one a power cut can't take this or anything before it.
        """
        if not self._fence.lives():  # whoever serves its place next says what is stored there
            return None
        return await self._whole(self._store_or_keep(name, unit))

    # One unit.

    async def _whole(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.ensure_future(work)
        self._writes.add(task)
        task.add_done_callback(self._writes.discard)
        return await asyncio.shield(task)

    async def _store(self, unit: Unit, seconds: float | None = None) -> Any:
        """Write a unit once its turn has come, trying again for as long as one can wait.

        Raises:
            TimeoutError: its turn had not come after so many seconds.
        """
        give_up_at = self._give_up_at() if seconds is None else asyncio.get_running_loop().time() + seconds
        try:
            result = await self._at_once(unit)
        except _Waits:
            result = await self._in_turn(unit, give_up_at, None if seconds is None else give_up_at)
        if unit.erasing:
            await self.log.clear()
        return result

    async def _at_once(self, unit: Unit) -> Any:
        """Write a unit unless others wait for their turn, or the file refuses for now."""
        if self._kept or self._in_line:
            raise _Waits
        try:
            result = await self._connection.do(partial(self._unless_held_up, unit))
        except self._refusals.error as error:
            if self._refusals.may_pass(error):
                raise _Waits from error
            refusal = self._refusals.refusal_of(error)
            raise error if refusal is None else refusal() from error
        self._note_acceptance()
        return result

    async def _unless_held_up(self, unit: Unit, run: Run) -> Any:
        if self._held_up:
            raise _Waits
        try:
            return await self._connection.transaction(self._fence.before(unit), run)
        except self._refusals.error as error:
            self._held_up = self._refusals.may_pass(error)
            raise

    async def _in_turn(self, unit: Unit, give_up_at: float, wait_until: float | None) -> Any:
        self._in_line += 1
        try:
            async with asyncio.timeout_at(wait_until):
                await self._turn.acquire()
            try:
                return await self._patiently(lambda: self._attempt(unit), give_up_at)
            finally:
                self._turn.release()
        finally:
            self._in_line -= 1
            if not self._in_line:
                self._held_up = False

    async def _attempt(self, unit: Unit) -> Any:
        """Write what was kept, and then a unit."""
        while self._kept:
            await self._store_oldest()
        return await self._transact(unit)

    async def _transact(self, unit: Unit) -> Any:
        result = await self._connection.do(partial(self._connection.transaction, self._fence.before(unit)))
        self._note_acceptance()
        return result

    def begin_with(self, fence: Fence) -> None:
        """Have all that writes begin with a fence, and keep what is kept in it, behind what it brings."""
        self._fence, self._kept = fence, fence.kept

    # What is refused.

    def _give_up_at(self) -> float:
        return asyncio.get_running_loop().time() + (self._fence.patience or PATIENCE_SECONDS)

    async def _patiently(self, attempt: Callable[[], Awaitable[T]], give_up_at: float) -> T:
        """Try until it works or the time is up.

        Raises:
            MemoryRefused: the file went on refusing.
        """
        wait, soon = FIRST_WAIT, asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while True:
            try:
                return await attempt()
            except self._refusals.error as error:
                refusal = self._refusals.refusal_of(error)
                if refusal is None:
                    raise
                self._note_refusal(error)
                # Another process may reach what this one can't, but for it a full disk is full as well.
                most = give_up_at if issubclass(refusal, MemoryAway) else min(give_up_at, soon)
                late = asyncio.get_running_loop().time() + wait > most
                if late or self._closing or not self._refusals.may_pass(error):
                    raise refusal() from error
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)

    def _note_refusal(self, error: Exception) -> None:
        if self._refusing_since is None:
            self._refusing_since = asyncio.get_running_loop().time()
            log.warning("the database %s refuses (%s); it is tried again", self._connection.path, error)

    def _note_acceptance(self) -> None:
        if self._refusing_since is not None:
            seconds = asyncio.get_running_loop().time() - self._refusing_since
            self._refusing_since = None
            log.warning("the database %s accepts again, after %.1f s", self._connection.path, seconds)

    # What is kept.

    async def _store_or_keep(self, name: Hashable, unit: Unit) -> Any:
        try:
            return await self._store(unit, 0 if self._kept else PATIENCE_SECONDS)  # it was waited for already
        except TimeoutError:
            log.debug("others are being tried for longer")
        except MemoryRefused as refusal:
            if not self._passes(refusal.__cause__ or refusal):
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
            if self._passes(error):
                raise
            log.exception("a write that was kept can't be done; it is lost")
        if self._kept.get(name) is unit:
            del self._kept[name]
        if unit.erasing:
            await self.log.clear()

    def _passes(self, error: BaseException | None) -> bool:
        """Say whether a unit may still be written, after a lease by whoever has what was held by it."""
        if isinstance(error, LeaseOver):
            return True
        return isinstance(error, self._refusals.error) and self._refusals.may_pass(error)
