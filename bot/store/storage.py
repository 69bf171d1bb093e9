"""The room that the memory takes: the write-ahead log, pictures, and what is left of the disk."""

import asyncio
import logging
import shutil
from pathlib import Path

from bot.store.connection.database import Database
from bot.store.history.media import delete_unused, tidy_media

log = logging.getLogger(__name__)

NEARLY_FULL_BYTES = 512 * 2**20
NEARLY_FULL_SHARE = 10  # or one part in so many, on a small disk


class SqliteStorage:
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

    async def _look_at_the_disk(self, folder: Path) -> None:
        usage = await asyncio.to_thread(shutil.disk_usage, folder)
        nearly_full = usage.free < min(NEARLY_FULL_BYTES, usage.total // NEARLY_FULL_SHARE)
        if nearly_full and not self._nearly_full:
            log.warning("the disk of %s is nearly full: %d MiB are left", folder, usage.free // 2**20)
        self._nearly_full = nearly_full
