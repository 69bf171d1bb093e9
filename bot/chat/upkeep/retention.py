"""What is done every minute: resets past their undo and turns past their retention are deleted for good."""

import logging
from collections.abc import Callable

from bot.chat.clearing import UNDO_FOR, Disposal, Storage
from bot.chat.ports import Clock
from bot.errors import MemoryRefused

log = logging.getLogger(__name__)

SECONDS_BETWEEN = 60.0
LEADS_SECONDS = 1.0  # between two looks whether this process leads


class Retention:
    """Deletes what has had its time."""

    def __init__(
        self, disposal: Disposal, storage: Storage, clock: Clock, retention_days: int | None
    ) -> None:
        self._disposal = disposal
        self._storage = storage
        self._clock = clock
        self._retention_days = retention_days

    async def run(self, leads: Callable[[], bool]) -> None:
        """Sweep every minute until cancelled, while this process `leads` those that share the memory."""
        while True:
            while not leads():
                await self._clock.sleep(LEADS_SECONDS)
            try:
                await self.sweep()
            except MemoryRefused:
                log.warning("sweeping the memory was put off: memory refused")
            except Exception:  # the next minute may do better; nothing was half deleted
                log.exception("sweeping the memory failed")
            await self._clock.sleep(SECONDS_BETWEEN)

    async def sweep(self) -> None:
        """Delete for good what is past its time, and see to the room that is left."""
        now = self._clock.now()
        purged = await self._disposal.purge(now - UNDO_FOR)
        expired = await self._disposal.expire(now, self._retention_days)
        if purged or expired:
            log.info("deleted for good: %d turns that were reset, %d past their retention", purged, expired)
        await self._storage.tidy()  # last, since there may be much to move once
