"""Background work that somebody owns: logged when it fails, awaited at shutdown."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from typing import Any

from bot.errors import MemoryRefused
from bot.rules.model import ChannelKey
from bot.rules.places.shards import ShardId

log = logging.getLogger(__name__)


class Tasks:
    """A registry of tasks."""

    def __init__(self) -> None:
        self._tasks: dict[asyncio.Task[None], ChannelKey | ShardId | None] = {}

    def start(
        self, work: Coroutine[Any, Any, None], of: ChannelKey | ShardId | None = None
    ) -> asyncio.Task[None]:
        """Run something in the background: for a place or a shard, no longer than it is served here."""
        task = asyncio.create_task(work)
        self._tasks[task] = of
        task.add_done_callback(self._ended)
        return task

    async def close(self) -> None:
        """Cancel what still runs and wait for it."""
        await self._end(list(self._tasks))

    async def leave(self, shard: ShardId, grace: float) -> None:
        """Let what is done for a shard's places end within so many seconds, and cancel the rest.

        What goes through all of them is cancelled at once: it could take what is no longer seen for gone.
        """
        await self._end([task for task, of in self._tasks.items() if of == shard])
        held = [(task, of) for task, of in self._tasks.items() if isinstance(of, ChannelKey)]
        mine = [task for task, key in held if shard.has(key.guild_id)]
        if mine:
            await asyncio.wait(mine, timeout=grace)
        await self._end(mine)

    async def _end(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._tasks[task]
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, MemoryRefused):
            log.warning("background work was not done: memory refused")
        else:
            log.error("background work failed", exc_info=error)
