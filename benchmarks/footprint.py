"""What the bot takes while nobody asks it anything: its start, its memory, the messages of others.

Here it is `python -m bot` itself, in a process of its own; only Linux tells what another process has used.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.stage import THINKING_SECONDS, answered, environment
from benchmarks.table import Row
from playground import Limits, Playground

STARTS = 5
LIMIT_SECONDS = 60.0
CALM_SECONDS = 3.0  # so long without any processor time is rest
MESSAGES = 1_000
WAVES = 3


async def at_rest(folder: Path) -> AsyncIterator[Row]:
    """Start the bot some times, and let people talk with each other where it is."""
    unhurried = replace(Limits(), identify=None)  # else each start but the first waits for five seconds
    async with Playground(limits=unhurried) as playground:
        times = [await _time_to_ready(playground, folder) for _ in range(STARTS)]
        yield Row(f"start to READY, the best of {STARTS}", min(times), "s", limit=1.1)
        if not sys.platform.startswith("linux"):
            return
        async with running(playground, folder) as process:
            await calm(process.pid)  # the token table is read by now
            await _ask(playground)
            await calm(process.pid)
            yield Row("memory at rest", memory_mib(process.pid), "MiB", limit=130)
            costs = [await cost_of_talk(playground, process.pid) for _ in range(WAVES)]
            yield Row(
                f"processor time for 1,000 messages of others, the best of {WAVES}",
                min(costs),
                "s",
                limit=0.26,
            )


async def _time_to_ready(playground: Playground, folder: Path) -> float:
    began = time.perf_counter()
    async with running(playground, folder):
        return time.perf_counter() - began


@asynccontextmanager
async def running(
    playground: Playground, folder: Path, **environ: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the bot; it has been told READY."""
    told = len(playground.wire.events("READY"))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", env=os.environ | environment(playground, folder) | environ
    )
    try:
        await playground.world.until(lambda: len(playground.wire.events("READY")) > told, LIMIT_SECONDS)
        yield process
    finally:
        process.terminate()
        await process.wait()


async def _ask(playground: Playground) -> None:
    channel = playground.world.channel("general")
    playground.model.script().pause(THINKING_SECONDS).text("Hello, Alex.")
    await answered(playground, channel, playground.world.people["alex"].say(channel, "Hello!"))


async def cost_of_talk(playground: Playground, pid: int) -> float:
    """Return the processor time that messages of people among themselves take."""
    before = cpu_seconds(pid)
    people = [playground.world.people[name] for name in ("alex", "sam")]
    for number in range(MESSAGES):
        people[number % 2].post("general", f"Message {number}: shall we meet at eight, or rather at nine?")
        await asyncio.sleep(0)
    await calm(pid)
    return cpu_seconds(pid) - before


async def calm(pid: int, share: float = 0.0) -> None:
    """Wait until a process does nothing any more, or nothing beyond a share of a core."""
    used = -1.0
    while (now := cpu_seconds(pid)) > used + share * CALM_SECONDS:
        used = now
        await asyncio.sleep(CALM_SECONDS)


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has taken."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def memory_mib(pid: int) -> float:
    """Return the memory that a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
