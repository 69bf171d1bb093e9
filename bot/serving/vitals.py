"""What the health of this process follows from, looked at each second and put on record for others."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from bot.chat.meter import Meter
from bot.chat.ports import Clock
from bot.client.bot import ParleyBot
from bot.errors import MemoryRefused, ModelError
from bot.llm.connection import Servers
from bot.serving.health import FACT, Health, State
from bot.texts import serving

log = logging.getLogger(__name__)

TICK_SECONDS = 1.0
RECORD_SECONDS = 15.0
LOOK_SECONDS = 60.0  # between two looks at a model that gave no answer
END_SECONDS = 1.0
STOOD_STILL_SECONDS = 2.0


class Record(Protocol):
    """Where the health is kept for other processes."""

    async def note(self, name: str, value: str) -> None:
        """Store it at once, or raise a MemoryRefused."""


@dataclass(eq=False)
class Vitals:
    """Looks at what this bot lives on."""

    bot: ParleyBot
    kept: Record
    servers: Servers
    model: str
    clock: Clock
    meter: Meter = field(default_factory=Meter)

    def __post_init__(self) -> None:
        self._refused = ""  # how the memory refused the last record
        self._noting: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None

    def health(self) -> Health:
        """Return how the bot is now."""
        sessions = self.bot.sessions
        if deaf := sessions.deaf(asyncio.get_running_loop().time()):
            held = len(sessions.held or (0,))
            some = serving.HEARS_IN_PART.format(deaf=deaf, shards=held)
            return Health(State.DEAD, some if deaf < held else serving.HEARS_NOTHING)
        if sessions.held and not self.bot.is_ready():
            return Health(State.LIVE, serving.NOT_LOGGED_IN)
        if self._refused:
            return Health(State.LIVE, serving.MEMORY_REFUSES.format(error=self._refused))
        if trouble := self.servers.trouble:
            return Health(State.LIVE, serving.MODEL_AWAY.format(error=type(trouble).__name__))
        servers, count = len(self.bot.guilds), self.bot.shard_count or 1
        if count == 1:
            return Health(State.READY, serving.HEARS_ALL.format(servers=servers))
        shards = ", ".join(map(str, sorted(sessions.held or ()))) or serving.NO_SHARDS
        return Health(State.READY, serving.HEARS_SHARDS.format(servers=servers, shards=shards, count=count))

    async def run(self) -> None:
        """Keep the record up to date, and ask for a model that was away; what stands still is logged."""
        loop = asyncio.get_running_loop()
        last, record_at, look_at = None, 0.0, 0.0
        while True:
            now, health = loop.time(), self.health()
            if health != last and (last or health.state is not State.DEAD):  # a start begins unconnected
                log.info("health: %s", health)
            if (health != last or now >= record_at) and not _runs(self._noting):
                self._noting = asyncio.create_task(self._note(health))
                last, record_at = health, now + RECORD_SECONDS
            if self.servers.trouble and now >= look_at and not _runs(self._looking):
                self._looking = asyncio.create_task(self._look())
                look_at = now + LOOK_SECONDS
            await asyncio.sleep(TICK_SECONDS)
            self._note_delay(loop.time() - now - TICK_SECONDS)

    async def end(self) -> None:
        """Put on record that the bot was stopped."""
        for task in (self._noting, self._looking):
            if task is not None:
                task.cancel()
        stopped = serving.STOPPED.format(at=f"{self.clock.now():%Y-%m-%d %H:%M:%S} UTC")
        with suppress(TimeoutError):
            async with asyncio.timeout(END_SECONDS):
                await self._note(Health(State.DEAD, stopped))

    def _note_delay(self, seconds: float) -> None:
        self.meter.turned(max(0.0, seconds))
        if seconds > STOOD_STILL_SECONDS:
            log.warning("everything stood still for %.1f s", seconds)

    async def _note(self, health: Health) -> None:
        try:
            await self.kept.note(FACT, health.record(self.clock.now()))
        except MemoryRefused as refusal:
            self._refused = type(refusal).__name__
        else:
            self._refused = ""

    async def _look(self) -> None:
        completer, model = self.servers.of(self.model)
        with suppress(ModelError):
            await completer.check(model)


def _runs(task: asyncio.Task[None] | None) -> bool:
    return task is not None and not task.done()
