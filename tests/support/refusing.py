"""Real faults of a database: a file that another program holds, a full disk, a read-only file."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from bot.store.connection.database import Database
from bot.store.store import Store

FULL = ("max_page_count = 1", "max_page_count = 1000000")
READ_ONLY = ("query_only = 1", "query_only = 0")


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
async def refusing(where: Store | Database, how: tuple[str, str] = READ_ONLY) -> AsyncIterator[None]:
    """Set a connection up for a while so that SQLite refuses to write."""
    database = where if isinstance(where, Database) else where.facts._database
    await database._connection.do(lambda run: run(f"PRAGMA {how[0]}"))
    try:
        yield
    finally:
        await database._connection.do(lambda run: run(f"PRAGMA {how[1]}"))
