"""What a process takes that nobody asks anything: for its servers, and for messages that are not for it.

A process holds some shards that are as full as Discord lets them be, of servers as they are on average.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

from benchmarks.footprint import calm, cpu_seconds, memory_mib
from benchmarks.scale.setting import Setting, Size, opened
from benchmarks.table import Row
from playground import Limits, World

SERVERS_OF_A_SHARD = 2_499  # and the one that is there anyway: Discord takes no more than 2,500
CHANNELS, ROLES = 20, 10  # of a server
MESSAGES, AT_ONCE = 20_000, 50
AT_REST = 0.1  # of a core: it renews its lease


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took: processor time in seconds, memory in MiB."""

    start: float
    memory: float
    for_1000_messages: float = 0.0


async def of_servers(shards: int) -> AsyncIterator[Row]:
    """Measure a process that is in one server, then one with so many full shards."""
    if not sys.platform.startswith("linux"):  # only Linux tells what another process has used
        return
    servers = shards * SERVERS_OF_A_SHARD
    few, many = [await _measured(Size(1, shards, count, shards)) for count in (0, servers)]
    memory, start = many.memory - few.memory, many.start - few.start
    yield Row("memory of a process in one server", few.memory, "MiB")
    yield Row(f"memory of a process in {servers:,} servers", many.memory, "MiB")
    yield Row("memory for 1,000 servers", memory / servers * 1_000, "MiB")
    yield Row("processor time at its start for 1,000 servers", start / servers * 1_000, "s")
    yield Row("processor time for 1,000 messages that are not for it", many.for_1000_messages, "s")


async def _measured(size: Size) -> Cost:
    async with opened(size, Limits.off()) as setting:
        _furnish(setting.playground.world)
        process = await setting.add()
        await setting.until_held()
        await calm(process.pid, AT_REST)
        start, memory = cpu_seconds(process.pid), memory_mib(process.pid)
        if not setting.channels:
            return Cost(start, memory)
        await _talk(setting)
        await calm(process.pid, AT_REST)
        return Cost(start, memory, (cpu_seconds(process.pid) - start) / MESSAGES * 1_000)


def _furnish(world: World) -> None:
    """Give each server channels and roles as it has them on average."""
    for server in list(world.guilds.values()):
        for number in range(ROLES):
            world.add_role(f"role {number}", 0, server)
        for number in range(CHANNELS - 1):
            world.add_text_channel(f"channel-{number}", server)


async def _talk(setting: Setting) -> None:
    """Let people talk with each other, in one server after the other."""
    alex, channels = setting.playground.world.people["alex"], setting.channels
    for number in range(MESSAGES):
        alex.post(channels[number * 7 % len(channels)], f"Message {number}: at eight, or rather at nine?")
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)
