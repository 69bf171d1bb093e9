"""Shards of all processes identify one after the other, as Discord lets them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from bot.client.sessions import Sessions
from bot.cluster.gate import SharedGate, through
from bot.errors import MemoryFailing
from bot.gateway.lookup import Found
from bot.gateway.patience import Patience
from bot.gateway.times import Times
from bot.store.cluster.gate import SqlGate
from bot.store.cluster.leases import SqlLeases
from bot.store.connection.database import Database
from tests.cluster.test_membership import in_virtual_sqlite
from tests.support.virtual_time import run

FOUND = Found("wss://gateway", 8, 1000, 1000, 3600.0, 2)
CONNECTING = 0.5  # seconds until Discord has answered


@dataclass(eq=False)
class Discord:
    """What it says of the sessions that may be started, and which were."""

    found: Found = FOUND
    started: list[tuple[float, int]] = field(default_factory=list)

    async def gateway(self) -> Found:
        return self.found

    def gate(self, database: Database, process: int) -> SharedGate:
        """Return the gate of a process."""
        looks: Any = self
        times = Times()
        patience = Patience(Sessions(), looks, times.hopeless, times.longest)
        gate = through(SqlGate(database), process)(looks, patience, times, self.found)
        assert isinstance(gate, SharedGate)
        return gate

    async def start(self, gate: SharedGate, shard: int) -> None:
        """Start a session, which is counted once it is answered."""
        async with gate.start(shard):
            self.started.append((asyncio.get_running_loop().time(), shard))
            await asyncio.sleep(CONNECTING)
            left = self.found.remaining - 1
            self.found = replace(self.found, remaining=left)


def in_virtual_time(work: Callable[[Database, list[int]], Awaitable[None]]) -> None:
    async def all_of_it() -> None:
        async with in_virtual_sqlite() as database:
            leases = SqlLeases(database, database)
            await work(database, [await leases.join() for _ in range(3)])

    run(all_of_it(), patience=0.002)


def test_shards_of_a_group_start_five_seconds_apart_whoever_holds_them() -> None:
    async def work(database: Database, processes: list[int]) -> None:
        discord = Discord()
        gates = [discord.gate(database, one) for one in processes]
        shards = [0, 2, 4, 1, 6, 3]
        async with asyncio.timeout(60):
            await asyncio.gather(
                *(discord.start(gates[place % 3], shard) for place, shard in enumerate(shards))
            )

        assert {shard for _, shard in discord.started} == set(shards)
        for group in (0, 1):
            times = [at for at, shard in discord.started if shard % 2 == group]
            assert all(later - earlier >= 5.0 + CONNECTING for earlier, later in pairwise(times))
        assert discord.started[-1][0] - discord.started[0][0] < 30

    in_virtual_time(work)


def test_all_together_start_no_more_than_are_left() -> None:
    async def work(database: Database, processes: list[int]) -> None:
        discord = Discord(replace(FOUND, remaining=2, concurrency=8))
        gates = [discord.gate(database, one) for one in processes]
        starting = [asyncio.create_task(discord.start(gates[shard % 3], shard)) for shard in range(5)]
        await asyncio.sleep(60)
        assert len(discord.started) == 2

        for one in starting:
            one.cancel()
        await asyncio.wait(starting)

    in_virtual_time(work)


def test_a_database_that_gives_no_answer_is_asked_again() -> None:
    async def work(database: Database, processes: list[int]) -> None:
        turns, discord = Failing(database), Discord()
        looks: Any = discord
        patience = Patience(Sessions(), looks, 300.0, 30.0)
        gate = SharedGate(turns, processes[0], (looks, patience, Times(), FOUND))
        async with asyncio.timeout(10):
            await discord.start(gate, 0)
            await discord.start(gate, 1)

        assert turns.failures == 0

    in_virtual_time(work)


class Failing(SqlGate):
    """Gives no answer a few times, and to those who pass their turn on."""

    failures = 2

    async def admit(self, process: int, group: int, heard: tuple[int, float]) -> float:
        if self.failures:
            self.failures -= 1
            raise MemoryFailing
        return await super().admit(process, group, heard)

    async def pass_on(self, process: int, group: int, seconds: float) -> None:
        raise MemoryFailing
