"""Three processes of the bot that share the shards of a playground and one PostgreSQL."""

import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from bot import stopping
from bot.demo import postgres
from bot.demo.bot import model_in_use, own_settings
from bot.demo.counting import counting
from bot.demo.processes import Processes
from bot.demo.serve import listening
from bot.errors import StartError
from bot.llm.counter import TiktokenCounter
from bot.settings import settings
from bot.texts import startup
from playground import Playground, World

PROCESSES, SHARDS = 3, 6


async def run(port: int, write: Callable[[str], None]) -> int:
    """Serve the page, with the bot's processes in it, until told to stop; return the exit code."""
    told = stopping.told()
    model, counter = model_in_use(settings.raw_values()), await TiktokenCounter.load()
    with database() as url:
        processes = Processes(SHARDS, lambda _: own_settings(playground, url))
        playground = Playground(
            port=port,
            shards=SHARDS,
            world=world(SHARDS),
            answering=model or "",
            count_tokens=counting(counter),
            processes=processes,
        )
        async with listening(playground), started(processes):
            write(startup.CLUSTER_READY.format(url=playground.url, model=model or startup.STAND_IN))
            await told.wait()
    return 0


def world(shards: int) -> World:
    """Return a world with a server on each shard."""
    made = World()
    first = (made.guild.id >> 22) % shards
    for number in range(shards):
        if number != first:
            server = made.add_guild(f"Server {number}", made.people["olivia"], shard=(number, shards))
            for name in ("alex", "sam", "minji", "mo"):
                made.join(made.people[name], server)
            made.add_text_channel(f"general-{number}", server)
    return made


@contextmanager
def database() -> Iterator[str]:
    """Run a PostgreSQL for as long as it is needed; yield its address.

    Raises:
        StartError: there is none on this machine.
    """
    if not postgres.is_there():
        raise StartError(startup.NO_POSTGRES)
    with (
        tempfile.TemporaryDirectory(dir=postgres.room()) as folder,
        postgres.running(Path(folder) / "postgres") as url,
    ):
        yield url


@asynccontextmanager
async def started(processes: Processes) -> AsyncIterator[None]:
    """Start the processes; in the end none is left behind."""
    try:
        for _ in range(PROCESSES):
            await processes.add()
        yield
    finally:
        await processes.stop()
