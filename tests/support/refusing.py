"""Real faults of a database: a file that another program holds, a full disk, one that lets nobody write."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psycopg

from bot.store.connection.database import Database
from bot.store.connection.thread import Connection
from bot.store.postgres.connection import PostgresConnection
from bot.store.store import Store


@dataclass(frozen=True, slots=True)
class Fault:
    """How each engine is made to refuse, and to accept again."""

    sqlite: tuple[str, str]
    postgres: tuple[str, str]


def _raising(condition: str) -> tuple[str, str]:
    """Have PostgreSQL raise an error of its own at each row that is written."""
    return (
        f"""
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN RAISE EXCEPTION USING errcode = ''{condition}''; END';
        DO $$ DECLARE name text; BEGIN
            FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
                EXECUTE format('CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON %I
                    FOR EACH ROW EXECUTE FUNCTION refuse()', name);
            END LOOP;
        END $$
        """,  # noqa: S608 - ours
        "DROP FUNCTION refuse CASCADE",
    )


FULL = Fault(("max_page_count = 1", "max_page_count = 1000000"), _raising("disk_full"))
CROSSED = Fault(("query_only = 1", "query_only = 0"), _raising("serialization_failure"))
READ_ONLY = Fault(
    ("query_only = 1", "query_only = 0"),
    (
        """
        DO $$ BEGIN
            EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database());
        END $$;
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
        """,
        """
        SET default_transaction_read_only = off;
        DO $$ BEGIN
            EXECUTE format('ALTER DATABASE %I RESET default_transaction_read_only', current_database());
        END $$
        """,
    ),
)


@asynccontextmanager
async def held(path: Path) -> AsyncIterator[None]:
    """Hold a file as another program does that writes, once nobody else does."""
    connect = partial(sqlite3.connect, path, isolation_level=None, timeout=5, check_same_thread=False)
    holder = await asyncio.to_thread(connect)
    try:
        await asyncio.to_thread(holder.execute, "BEGIN IMMEDIATE")
        yield
    finally:
        holder.close()


@asynccontextmanager
async def refusing(where: Store | Database, how: Fault = READ_ONLY) -> AsyncIterator[None]:
    """Have a database refuse to write for a while."""
    database = where if isinstance(where, Database) else where.facts._database
    connection = database._connection
    if isinstance(connection, PostgresConnection):
        async with await psycopg.AsyncConnection.connect(connection._url, autocommit=True) as beside:
            await beside.execute(how.postgres[0])
            try:
                yield
            finally:
                await beside.execute(how.postgres[1])
        return
    assert isinstance(connection, Connection)
    await connection.do(lambda run: run(f"PRAGMA {how.sqlite[0]}"))
    try:
        yield
    finally:
        await connection.do(lambda run: run(f"PRAGMA {how.sqlite[1]}"))
