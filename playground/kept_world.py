"""A world that survives a restart: read from a file at the start, written to it when it comes to rest."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

from playground.world.world import World

QUIET_SECONDS = 1.0
LATEST_SECONDS = 10.0
MOST_ATTACHED = 24 * 2**20  # bytes; what is older is forgotten

log = logging.getLogger(__name__)


def open_world(path: Path, *, fresh: bool = False) -> World:
    """Return the world that the file holds; a new one if it holds none, or if it is to be `fresh`.

    A file that can't be read is put aside.
    """
    if fresh or not path.exists():
        return World()
    try:
        return World.load(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        aside = path.replace(path.with_name(path.name + ".unreadable"))
        log.warning("a new playground begins; the saved one can't be read and is now %s: %s", aside, error)
        return World()


class Keeper:
    """Write a world to a file whenever it has changed; use it in `async with`."""

    def __init__(self, world: World, path: Path) -> None:
        self._world = world
        self._path = path
        self._planned: asyncio.TimerHandle | None = None
        self._latest = 0.0
        self._end = world.subscribe(lambda _: self._plan())

    async def __aenter__(self) -> Keeper:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._end()
        if self._planned is not None:
            self._planned.cancel()
            self.write()

    def write(self) -> None:
        """Write the world down now; a crash in between leaves the file as it was."""
        self._planned = None
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_name(self._path.name + ".new")
        beside.write_text(json.dumps(self._world.dump(MOST_ATTACHED)), encoding="utf-8")
        beside.replace(self._path)
        self._world.touch()

    def _plan(self) -> None:
        """Write when nothing has changed for a moment: not at every edit of an answer that is growing."""
        loop = asyncio.get_running_loop()
        if self._planned is None:
            self._latest = loop.time() + LATEST_SECONDS
        else:
            self._planned.cancel()
        self._planned = loop.call_at(min(loop.time() + QUIET_SECONDS, self._latest), self.write)
