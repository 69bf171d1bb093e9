"""Background work that somebody owns: logged when it fails, awaited at shutdown."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from bot.errors import MemoryRefused

log = logging.getLogger(__name__)


class Tasks:
    """A registry of tasks."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something in the background."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self) -> None:
        """Cancel what still runs and wait for it."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, MemoryRefused):
            log.warning("background work was not done: memory refused")
        else:
            log.error("background work failed", exc_info=error)
