"""A database that processes share, whose clock goes on when it is told to."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache
from typing import Any

import psycopg
import pytest

from bot.settings.forms import ServerUrl
from bot.store.connection.database import Database
from bot.store.connection.migrate import migrate, shipped
from bot.store.connection.opening import MEMORY
from bot.store.connection.unit import micros
from bot.store.postgres.opening import open_postgres
from tests.store.building import StoppedClock
from tests.support import postgres

_CLOCK = (
    "CREATE TABLE IF NOT EXISTS stopped (micros BIGINT)",
    "CREATE OR REPLACE FUNCTION now_micros() RETURNS bigint LANGUAGE sql VOLATILE AS"
    " 'SELECT micros FROM stopped'",
    "TRUNCATE stopped, processes, shards, gates",
    "UPDATE cluster SET shards = NULL, starts_left = NULL, day_ends_at = NULL",
)


class DatabaseClock(StoppedClock):
    """A clock that a database goes by, too."""

    tell: Callable[[int], object] = staticmethod(lambda _: None)

    def pass_time(self, **duration: float) -> None:
        super().pass_time(**duration)
        self.tell(micros(self.moment))


@cache
def own_database() -> ServerUrl:
    return postgres.new_database("cluster")


@asynccontextmanager
async def in_sqlite(clock: DatabaseClock) -> AsyncIterator[Database]:
    """Open a database in SQLite's memory that takes its own time from a clock of ours."""
    opened = await Database.connect(MEMORY)
    try:
        connection: Any = opened._connection
        connection.sqlite.create_function("now_micros", 0, lambda: micros(clock.now()))
        await migrate(opened, None, clock.now, shipped())
        yield opened
    finally:
        await opened.close()


@asynccontextmanager
async def in_postgres(clock: DatabaseClock) -> AsyncIterator[Database]:
    """Open one of PostgreSQL's that does."""
    opened = await open_postgres(own_database(), clock.now)
    try:
        with psycopg.connect(own_database().raw, autocommit=True) as connection:
            for statement in _CLOCK:
                connection.execute(statement)
            connection.execute("INSERT INTO stopped (micros) VALUES (%s)", [micros(clock.moment)])
            clock.tell = lambda now: connection.execute("UPDATE stopped SET micros = %s", [now])
            yield opened
    finally:
        await opened.close()


@pytest.fixture
def clock() -> DatabaseClock:
    return DatabaseClock()


def shared(engine: str, clock: DatabaseClock) -> AbstractAsyncContextManager[Database]:
    """Open a database of an engine's."""
    return in_sqlite(clock) if engine == "sqlite" else in_postgres(clock)


@pytest.fixture
async def together(engine: str, clock: DatabaseClock) -> AsyncIterator[Database]:
    async with shared(engine, clock) as opened:
        yield opened
