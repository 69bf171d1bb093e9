"""The write-ahead log of a database file, and emptying it of what was deleted."""

import logging
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from bot.store.connection.refusals import refusal_of
from bot.store.connection.unit import Run

log = logging.getLogger(__name__)


class WriteAheadLog:
    """The log of one file, and whether nothing deleted is left in it; `alone` lends the connection."""

    def __init__(self, alone: Callable[[], AbstractAsyncContextManager[Run]]) -> None:
        self._alone = alone
        self.is_clear = True

    async def clear(self) -> None:
        """Empty the log, which holds what was deleted; where that can't be now, note it."""
        self.is_clear = False
        try:
            async with self._alone() as run:
                [row] = await run("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            if refusal_of(error) is None:
                raise
            log.info("the write-ahead log could not be emptied yet: %s", error)
        else:
            self.is_clear = not row[0]
