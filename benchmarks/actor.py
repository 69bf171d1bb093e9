"""The processes that are measured, and the lines of JSON by which they answer for themselves.

`python -m benchmarks.actor bot` is the real bot, set up by the environment as always; `… reader` is the
openai client reading the same streams and doing nothing with them. Each line of standard input is an order;
after each, and once at the start, what the process has used so far is told.
"""

import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import Awaitable, Callable

import openai

from bot import app, logs
from bot.gateway.connecting import connected
from bot.settings import settings


async def obey(do: Callable[[int], Awaitable[None]]) -> None:
    """Carry out the orders until standard input ends."""
    orders = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    tell()
    while line := await orders.readline():
        await do(int(line))
        tell()


def tell() -> None:
    """Print the processor time and the most memory used so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    mebibytes = peak / (2**20 if sys.platform == "darwin" else 2**10)
    print(json.dumps({"cpu_seconds": time.process_time(), "memory_mib": mebibytes}), flush=True)


async def bot() -> None:
    """Run the bot; orders mean nothing to it."""
    loaded = settings.load(env_file=None)
    logs.set_up(loaded.log_level, loaded.secrets)
    async with app.assembled(loaded) as running, connected(running.bot, loaded.discord_token):
        await obey(lambda _: asyncio.sleep(0))


async def reader() -> None:
    """Read as many streams at once as an order says, in the client's typed objects."""
    async with openai.AsyncOpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key="none") as client:

        async def read(number: int) -> None:
            stream = await client.chat.completions.create(
                model="stand-in",
                messages=[{"role": "user", "content": f"case {number}"}],
                stream=True,
                stream_options={"include_usage": True},
            )
            async for _ in stream:
                pass

        async def read_all(streams: int) -> None:
            await asyncio.gather(*(read(number) for number in range(streams)))

        await obey(read_all)


if __name__ == "__main__":
    asyncio.run({"bot": bot, "reader": reader}[sys.argv[1]]())
