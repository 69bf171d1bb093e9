"""The gate before IDENTIFY: one of the day's starts for each, and a turn for each remainder."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.client.sessions import Sessions
from bot.gateway.gate import OwnGate
from bot.gateway.lookup import Found
from bot.gateway.patience import Patience
from bot.gateway.times import Times
from tests.support.virtual_time import run

FOUND = Found("wss://gateway", 1, 1000, 1000, 0.0)
TIMES = Times()
READY_SECONDS = 0.5  # from IDENTIFY to its answer


@dataclass
class Discord:
    """Counts each IDENTIFY that it answers; a day begins anew when none was left for so many seconds."""

    found: Found
    begins_anew: float = 0.0
    asked: list[float] = field(default_factory=list)
    begun: list[tuple[int, float, float]] = field(default_factory=list)  # shard, IDENTIFY, answer
    least: int = 1000

    async def gateway(self) -> Found:
        now = asyncio.get_running_loop().time()
        self.asked.append(now)
        if not self.found.remaining and now - self.asked[0] >= self.begins_anew:
            self.found = replace(self.found, remaining=1000)
        return self.found

    async def start(self, gate: OwnGate, shard: int) -> None:
        async with gate.start(shard):
            at = asyncio.get_running_loop().time()
            self.found = replace(self.found, remaining=self.found.remaining - 1)
            self.least = min(self.least, self.found.remaining)
            await asyncio.sleep(READY_SECONDS)
            self.begun.append((shard, at, asyncio.get_running_loop().time()))

    async def starts(self, *shards: int) -> None:
        """Have shards start at the same time."""
        gate = gate_of(self)
        async with asyncio.TaskGroup() as all_:
            for shard in shards:
                all_.create_task(self.start(gate, shard))


def gate_of(discord: Any) -> OwnGate:
    return OwnGate(discord, Patience(Sessions(), discord, 300.0, 30.0), TIMES, discord.found)


def test_a_count_that_begins_anew_at_once_is_not_asked_for_without_end() -> None:
    discord = Discord(replace(FOUND, remaining=0), begins_anew=4 * TIMES.identify)
    run(discord.starts(0))

    assert 4 <= len(discord.asked) <= 6
    assert discord.least >= 0


@settings(max_examples=30)
@given(
    shards=st.integers(1, 20), concurrency=st.integers(1, 16), again=st.lists(st.integers(0, 19), max_size=5)
)
def test_those_that_take_turns_are_five_seconds_apart_and_the_others_need_not_wait(
    shards: int, concurrency: int, again: list[int]
) -> None:
    discord = Discord(replace(FOUND, concurrency=concurrency))
    run(discord.starts(*range(shards), *again))
    turns: defaultdict[int, list[tuple[float, float]]] = defaultdict(list)
    for shard, at, answered in sorted(discord.begun, key=lambda one: one[1]):
        turns[shard % concurrency].append((at, answered))

    for turn in turns.values():
        assert all(after[0] >= before[1] + TIMES.identify for before, after in pairwise(turn))
    first = min(at for _, at, _ in discord.begun)
    longest = max(map(len, turns.values()))
    assert max(at for _, at, _ in discord.begun) <= first + longest * (TIMES.identify + READY_SECONDS)
    assert len(discord.begun) == shards + len(again)


@settings(max_examples=30)
@given(shards=st.integers(1, 20), concurrency=st.integers(1, 16), left=st.integers(0, 20))
def test_no_more_are_started_than_are_left_of_the_day(shards: int, concurrency: int, left: int) -> None:
    found = replace(FOUND, remaining=left, concurrency=concurrency, reset_after=3600.0)
    discord = Discord(found, begins_anew=3600.0)
    run(discord.starts(*range(shards)))

    assert discord.least >= 0
    assert len(discord.begun) == shards


def test_discord_is_asked_once_for_shards_that_start_together() -> None:
    discord = Discord(replace(FOUND, concurrency=16))
    run(discord.starts(*range(16)))

    assert discord.asked == []


def test_a_shard_that_starts_again_and_again_leaves_some_of_the_day() -> None:
    discord = Discord(replace(FOUND, remaining=400, reset_after=40_000.0))
    run(discord.starts(0, 0, 0))
    apart = [after[1] - before[1] for before, after in pairwise(discord.begun)]

    assert min(apart) > 90
