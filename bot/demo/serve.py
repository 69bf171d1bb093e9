"""The playground in the browser, with the bot in it, until it is told to stop."""

import asyncio
import errno
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bot import stopping
from bot.demo.bot import bot_in, model_in_use
from bot.demo.counting import counting
from bot.errors import StartError
from bot.llm.counter import TiktokenCounter
from bot.settings import settings
from bot.texts import startup
from playground import Playground
from playground.kept_world import Keeper, open_world

FOLDER = Path("data/playground")
WORLD = "world.json"


async def run(port: int, write: Callable[[str], None], *, fresh: bool) -> int:
    """Serve the page until the process is told to stop; return its exit code."""
    told = stopping.told()
    folder = FOLDER / str(port)
    world = open_world(folder / WORLD, fresh=fresh)
    model = model_in_use(settings.raw_values())
    playground = Playground(
        port=port, world=world, answering=model or "", count_tokens=counting(await TiktokenCounter.load())
    )
    async with listening(playground):
        if fresh:  # only now is the port known to be ours
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        async with Keeper(world, folder / WORLD), bot_in(playground, folder):
            write(startup.PLAYGROUND_READY.format(url=playground.url, model=model or startup.STAND_IN))
            await told.wait()
    return 0


@asynccontextmanager
async def listening(playground: Playground) -> AsyncIterator[None]:
    """Keep the page open.

    Raises:
        StartError: another program listens on its port.
    """
    try:
        await playground.start()
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        sentence = startup.PORT_TAKEN if taken else startup.PORT_REFUSED
        raise StartError(sentence.format(url=playground.url)) from error
    try:
        yield
    finally:
        await playground.close()
