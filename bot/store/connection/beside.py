"""A look into a database that another process may be writing; it changes nothing and waits for nobody."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.store.connection.files import read_only_uri
from bot.store.connection.unit import Row, Value

WAIT_SECONDS = 2.0


def look(path: Path, sql: str, *values: Value) -> list[Row]:
    """Return the rows of one query.

    Raises:
        FileNotFoundError: there is no database.
        OSError: it can't be read.
    """
    if not path.exists():
        raise FileNotFoundError(path)
    try:
        with closing(sqlite3.connect(read_only_uri(path), uri=True, timeout=WAIT_SECONDS)) as connection:
            connection.row_factory = sqlite3.Row
            return [*connection.execute(sql, values)]
    except sqlite3.Error as error:
        raise OSError(str(error)) from error
