"""SQLite itself below a database, for what tests can only see there."""

import sqlite3
from typing import cast

from bot.store.connection.database import Database
from bot.store.connection.thread import Connection


def connection_of(database: Database) -> Connection:
    """Return the connection in its thread."""
    return cast(Connection, database._connection)


def sqlite_of(database: Database) -> sqlite3.Connection:
    """Return SQLite's own connection."""
    return connection_of(database).sqlite
