"""The setting: a playground with many servers, one PostgreSQL, and processes that share its shards."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from benchmarks.kill_checks import CLEARED, Run
from benchmarks.scale.line import Line
from benchmarks.stage import environment
from bot.demo import postgres
from bot.demo.processes import Processes, Running
from bot.gateway.connection import device_of
from bot.rules.places.shards import shard_of
from playground import Limits, Playground, World
from playground.world.entities import Channel

LIMIT_SECONDS = 180.0
LOOK_EVERY_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Size:
    """How large it is: processes, shards, servers with a channel each, and the gateway's max_concurrency."""

    processes: int = 3
    shards: int = 16
    servers: int = 300
    max_concurrency: int = 4


@dataclass
class Setting:
    """What is there; `lines` are the processes' ways to the database by their numbers, if they are cut."""

    size: Size
    playground: Playground
    folder: Path
    server: Path  # the folder of the database's socket
    channels: Sequence[Channel]
    program: Sequence[str]
    cuttable: bool
    lines: dict[int, Line] = field(default_factory=dict)
    processes: Processes = field(init=False)
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    def __post_init__(self) -> None:
        self.processes = Processes(self.size.shards, self._settings, self.folder, self.program)

    def _settings(self, number: int) -> dict[str, str]:
        return {
            **environment(self.playground, self.folder),
            "DATABASE_URL": _url(self._way(number)),
            "LOG_LEVEL": "INFO",
        }

    def _way(self, number: int) -> Path:
        return self.folder / f"line-{number}" if self.cuttable else self.server

    async def add(self) -> Running:
        """Start a process, with a line of its own to the database where that is to be cut."""
        if self.cuttable:
            number = self.processes.started + 1
            self._way(number).mkdir()
            self.lines[number] = Line()
            await self._stack.enter_async_context(self.lines[number].open(self._way(number), self.server))
        return await self.processes.add()

    async def fill(self) -> None:
        """Start as many as are missing, and wait until all shards are held."""
        while len(self.processes.running) < self.size.processes:
            await self.add()
        await self.until_held()

    async def until_held(self) -> None:
        """Wait until each shard has a session of a process that lives."""
        async with asyncio.timeout(LIMIT_SECONDS):
            while len(self.holders()) < self.size.shards:  # noqa: ASYNC110 - other processes bring it about
                await asyncio.sleep(LOOK_EVERY_SECONDS)

    def holders(self) -> dict[int, Running]:
        """Return which process holds which shard, of those that are held."""
        alive = {device_of(one.pid): one for one in self.processes.running}
        newest = {one.shard: one.device for one in self.playground.gateway.connected}
        return {shard: alive[device] for shard, device in newest.items() if device in alive}

    def channel_of(self, shard: int) -> Channel:
        """Return the channel of a server on a shard."""
        return next(one for one in self.channels if self.shard_of(one) == shard)

    def shard_of(self, channel: Channel) -> int:
        """Return the shard of a channel."""
        return shard_of(channel.guild_id, self.size.shards)

    @contextmanager
    def state(self) -> Iterator[Run]:
        """Yield what runs statements in one state of the database."""
        with psycopg.connect(_url(self.server), row_factory=dict_row) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ

            def run(sql: str, *values: Any) -> list[dict[str, Any]]:
                return connection.execute(sql.replace("?", "%s"), values).fetchall()

            connection.execute(CLEARED)
            yield run
            connection.rollback()

    async def close(self) -> None:
        """End all processes, then their lines."""
        for line in self.lines.values():
            line.mend()
        await self.processes.stop()
        await self._stack.aclose()


def _url(folder: Path) -> str:
    return f"postgresql://postgres@/postgres?host={folder}"


def world_of(size: Size) -> World:
    """Return a world with so many servers, spread over the shards, each with a channel of its own name."""
    world = World()
    for number in range(size.servers):
        shard = (number % size.shards, size.shards)
        server = world.add_guild(f"Server {number}", world.people["alex"], shard=shard)
        world.add_text_channel(f"talk-{number}", server)
    return world


@asynccontextmanager
async def opened(
    size: Size, limits: Limits, program: Sequence[str] = ("-m", "bot"), *, cuttable: bool = False
) -> AsyncIterator[Setting]:
    """Open it, with no process yet; each process's log is in its folder, which goes with it.

    What may be cut goes through the playground's process, which takes time of what is measured.
    """
    world = world_of(size)
    channels = [world.channel(f"talk-{number}") for number in range(size.servers)]
    with (
        tempfile.TemporaryDirectory(dir=postgres.room()) as name,
        postgres.running(Path(name) / "postgres") as url,
    ):
        server = Path(str(conninfo_to_dict(url)["host"]))
        async with Playground(world=world, shards=size.shards, limits=limits) as playground:
            playground.gateway.starts.max_concurrency = size.max_concurrency
            setting = Setting(size, playground, Path(name), server, channels, program, cuttable)
            try:
                yield setting
            finally:
                await setting.close()
