"""The write-ahead log of a database file: emptied of what was deleted, a piece at a time.

To give its room back to the disk takes the longer the larger the log is, 80 ms for 240 MiB, and SQLite holds
the connection meanwhile. So a log that grew large, by a large transaction or while another program was
reading, is shortened before it is emptied, others let in between.
"""

import logging
import sqlite3
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from bot.store.connection.refusals import refusal_of
from bot.store.connection.unit import Run, Work

log = logging.getLogger(__name__)

PIECE = 8 * 2**20  # bytes that are given back at a time, in some 3 ms


class Connection(Protocol):
    """What the log needs of a connection."""

    path: Path | str

    async def do(self, work: Work[Any]) -> Any:
        """Do a unit of work."""


class WriteAheadLog:
    """The log of one file, and whether nothing deleted is left in it."""

    def __init__(self, connection: Connection) -> None:
        self._file = Path(f"{connection.path}-wal")
        self._connection = connection
        self.is_clear = True

    async def clear(self) -> None:
        """Empty the log, which holds what was deleted; where that can't be now, note it."""
        self.is_clear = False
        try:
            while await self._shorten():
                pass
            [row] = await self._connection.do(lambda run: run("PRAGMA wal_checkpoint(TRUNCATE)"))
        except sqlite3.Error as error:
            if refusal_of(error) is None:
                raise
            log.info("the write-ahead log could not be emptied yet: %s", error)
        else:
            self.is_clear = not row[0]

    async def _shorten(self) -> bool:
        """Take a piece off a large log; say whether that was done: not while another program reads it.

        SQLite does so with the write that begins the log anew, be it one that changes nothing. The file isn't
        ours to cut: of what is left in it, a restart would take old pages for new ones.
        """
        size = self._size()
        if size <= PIECE:
            return False
        await self._connection.do(partial(_shorten_to, size - PIECE))
        return self._size() < size

    def _size(self) -> int:
        try:
            return self._file.stat().st_size
        except OSError:
            return 0  # a database in memory has none


async def _shorten_to(size: int, run: Run) -> None:
    await run("PRAGMA wal_checkpoint(RESTART)")
    await run(f"PRAGMA journal_size_limit = {size}")
    try:
        await run("PRAGMA user_version = 0")
    finally:
        await run("PRAGMA journal_size_limit = -1")
