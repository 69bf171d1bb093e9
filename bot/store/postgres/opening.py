"""Opening the memory in PostgreSQL with the newest schema, to which one process at a time brings it."""

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import psycopg
from psycopg import errors as told

from bot.errors import MemoryRefused, PassingError, SchemaOutdated, StartError
from bot.settings.forms import ServerUrl
from bot.store.connection.database import Database
from bot.store.connection.migrate import Migration, baseline, shipped
from bot.store.connection.unit import Run, micros
from bot.store.postgres.connection import CONNECT_SECONDS, PostgresConnection
from bot.texts import startup

OLDEST = 140000  # of PostgreSQL, as it numbers its releases
_LOCK = 0x9A21E7  # of those who bring the schema up to date, one after the other
_RECORD = "CREATE TABLE migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL, at BIGINT NOT NULL)"
_TABLES = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema()"
_WORDS = (
    (re.compile(r"\b(STRICT|WITHOUT ROWID)\b(, )?"), ""),
    (re.compile(r"\bINTEGER\b"), "BIGINT"),
    (re.compile(r"\bBLOB\b"), "BYTEA"),
    (re.compile(r"\bANY\b(?= |,)"), "TEXT"),
)


async def open_postgres(
    url: ServerUrl, now: Callable[[], datetime] | None, *, moving: bool = False
) -> Database:
    """Open a database by its address.

    `now` is the time at which its schema is brought up to date; without one it must be the newest. Only the
    move that has begun opens one that is `moving`.

    Raises:
        StartError: it can't be reached, is another program's, or has a schema that is not this program's.
    """
    database = Database(connection := PostgresConnection(url))
    try:
        with _told_in_sentences(url, "--to" if moving else "DATABASE_URL"):
            await asyncio.to_thread(_knock, url)
            await database.look(lambda run: _require_new_enough(run, url))
            if not moving:
                await database.look(lambda run: _require_whole(run, url))
            if now is None:
                await database.look(lambda run: _require_newest(run, url))
            else:
                await database.write(lambda run: _bring_up(run, now(), url))
                await database.write(lambda run: _begin_ids_anew(run, now()))
                # From here on: a change of the schema, or a look over all of it, takes its time.
                connection.bounded = not moving
    except BaseException:
        await database.close()
        raise
    return database


def another_connection(url: ServerUrl) -> Database:
    """Return a second connection to an open database, whose units wait for none of the first's."""
    connection = PostgresConnection(url)
    connection.bounded = True
    return Database(connection)


@contextmanager
def _told_in_sentences(url: ServerUrl, setting: str) -> Iterator[None]:
    """Tell what a server refuses, and where its address was given."""
    try:
        yield
    except (MemoryRefused, psycopg.Error) as error:
        cause = error.__cause__ if isinstance(error, MemoryRefused) else error
        reason = " ".join(str(cause).split())
        names = {"path": url, "setting": setting, "reason": reason}
        if _is_not_understood(cause):
            raise StartError(startup.STORE_URL_WRONG.format_map(names)) from None  # it may quote the password
        for kinds, told_so in _TOLD:
            if isinstance(cause, kinds):
                raise told_so[0](told_so[1].format_map(names)) from error
        if isinstance(cause, psycopg.OperationalError) and _is_refused(reason):
            raise StartError(startup.STORE_REFUSED.format_map(names)) from error
        if isinstance(error, MemoryRefused) or isinstance(cause, psycopg.OperationalError):
            raise PassingError(startup.STORE_UNREACHABLE.format_map(names)) from error
        raise


_NOT_OURS = (told.InsufficientPrivilege, told.InvalidSchemaName)
_READ_ONLY = (told.ReadOnlySqlTransaction, told.FeatureNotSupported)  # the latter by a standby
_NOT_LET_IN = (told.InvalidAuthorizationSpecification, told.InvalidCatalogName)
_TOLD: tuple[tuple[tuple[type[psycopg.Error], ...], tuple[type[StartError], str]], ...] = (
    (_NOT_OURS, (StartError, startup.STORE_NOT_OURS)),
    (_READ_ONLY, (PassingError, startup.STORE_TAKES_NO_WRITES)),  # until it is the server
    (_NOT_LET_IN, (StartError, startup.STORE_REFUSED)),
)

# What servers and poolers say to whom they let in never, and what the client says before it asks.
_REFUSED = re.compile(
    r"FATAL:.*(authentication failed|does not exist|no pg_hba.conf entry|password|not permitted to log in"
    r"|no such (user|database)|unsupported startup parameter)"
    r"|no password supplied|SSL was required|root certificate file"
)


def _is_refused(reason: str) -> bool:
    """Say whether nobody is let in so: of a refused connection there is no code."""
    return _REFUSED.search(" ".join(reason.split())) is not None


def _is_not_understood(error: BaseException | None) -> bool:
    """Say whether the client could not even read the address."""
    if isinstance(error, psycopg.OperationalError):
        return str(error).startswith("connection is bad: invalid")
    return isinstance(error, psycopg.ProgrammingError) and error.sqlstate is None


def _knock(url: ServerUrl) -> None:
    """Have a server that lets nobody in say so at once; one that is away may come back."""
    try:
        psycopg.connect(url.raw, connect_timeout=CONNECT_SECONDS).close()
    except psycopg.OperationalError as error:
        if _is_refused(str(error)) or _is_not_understood(error):
            raise


async def _require_new_enough(run: Run, url: ServerUrl) -> None:
    [row] = await run("SELECT current_setting('server_version_num')::int AS number, version() AS name")
    if row["number"] < OLDEST:
        version = row["name"].split()[1]
        raise StartError(startup.STORE_TOO_OLD.format(path=url, version=version))


async def _require_whole(run: Run, url: ServerUrl) -> None:
    if await run(f"{_TABLES} AND tablename = 'moving'"):
        raise StartError(startup.STORE_MOVING.format(path=url))


async def _require_newest(run: Run, url: ServerUrl) -> None:
    applied, newest = await _applied(run, url), shipped()[-1].number
    if not applied:
        raise SchemaOutdated(startup.STORE_EMPTY.format(path=url))
    if applied > newest:
        raise StartError(startup.STORE_NEWER.format(path=url))
    if applied < newest:
        raise SchemaOutdated(startup.STORE_OLDER.format(path=url))


async def _bring_up(run: Run, at: datetime, url: ServerUrl) -> None:
    # To see what was done while the lock was awaited.
    await run("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
    await run("SELECT pg_advisory_xact_lock(?)", _LOCK)
    applied = await _applied(run, url)
    if applied > shipped()[-1].number:
        raise StartError(startup.STORE_NEWER.format(path=url))
    if not applied:
        await run(_RECORD)
        await _apply(run, begun := baseline(), at)
        applied = begun.number
    for migration in shipped():
        if migration.number > applied:
            await _apply(run, migration, at)


async def _applied(run: Run, url: ServerUrl) -> int:
    """Return the number of the newest migration that was applied, 0 where there is nothing yet."""
    if await run(f"{_TABLES} AND tablename = 'migrations'"):
        [row] = await run("SELECT coalesce(max(number), 0) AS number FROM migrations")
        return int(row["number"])
    if await run(_TABLES):
        raise StartError(startup.STORE_FOREIGN.format(path=url))
    return 0


async def _apply(run: Run, migration: Migration, at: datetime) -> None:
    for statement in migration.statements:
        for word, put in _WORDS:
            statement = word.sub(put, statement)
        await run(statement)
    await run(
        "INSERT INTO migrations (number, name, at) VALUES (?, ?, ?)",
        migration.number,
        migration.name,
        micros(at),
    )


async def _begin_ids_anew(run: Run, at: datetime) -> None:
    """Let new ids begin past all that a lost database, or one put back from a copy, can have given."""
    for table in ("turns", "clearings"):
        await run(
            f"SELECT setval('{table}_id_seq', ?1) FROM {table}_id_seq WHERE last_value < ?1",  # noqa: S608
            micros(at) // 1000,
        )
