"""The room that the memory takes: the write-ahead log, pictures, and what is left of the disk."""

import asyncio
import logging
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.store.connection.database import Database
from bot.store.connection.unit import Run, moment
from bot.store.history.media import delete_unused, tidy_media

log = logging.getLogger(__name__)

NEARLY_FULL_BYTES = 512 * 2**20
NEARLY_FULL_SHARE = 10  # or one part in so many, on a small disk


def is_nearly_full(free: int, total: int) -> bool:
    """Say whether so little is left of a disk that somebody should know."""
    return free < min(NEARLY_FULL_BYTES, total // NEARLY_FULL_SHARE)


@dataclass(frozen=True, slots=True)
class Overview:
    """What a database holds as a whole; `oldest` is None where nothing was said."""

    schema: int
    messages: int
    oldest: datetime | None


class SqlStorage:
    """The store's room, as `bot.chat.clearing.Storage` describes it."""

    def __init__(self, database: Database, path: Path | None, most_media: int) -> None:
        self._database = database
        self._most_media = most_media
        self._path = path
        self._nearly_full = False
        self._is_new = True

    async def tidy(self) -> None:
        """Empty the log where that could not be done before, keep to the limit, and look at the disk."""
        if not self._database.log.is_clear:
            await self._database.log.clear()
        if self._is_new:
            await delete_unused(self._database)
            self._is_new = False
        await tidy_media(self._database, self._most_media)
        if self._path is not None:
            await self._look_at_the_disk(self._path.parent)

    async def overview(self) -> Overview:
        """Look at the database as a whole, for whoever keeps it."""
        return await self._database.look(_overview)

    async def _look_at_the_disk(self, folder: Path) -> None:
        usage = await asyncio.to_thread(shutil.disk_usage, folder)
        nearly_full = is_nearly_full(usage.free, usage.total)
        if nearly_full and not self._nearly_full:
            log.warning("the disk of %s is nearly full: %d MiB are left", folder, usage.free // 2**20)
        self._nearly_full = nearly_full


async def _overview(run: Run) -> Overview:
    [schema] = await run("SELECT max(number) AS number FROM migrations")
    [turns] = await run("SELECT count(*) AS number, min(created_at) AS oldest FROM turns")
    oldest = None if turns["oldest"] is None else moment(turns["oldest"])
    return Overview(schema["number"], turns["number"], oldest)
