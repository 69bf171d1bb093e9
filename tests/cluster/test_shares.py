"""Discord's limit, shared by processes that come, go, pause and lose each other: never passed, never idle."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cluster.shares import Limit, Shares
from bot.errors import MemoryLocked
from bot.llm.slots import Line, Slots
from bot.rules.cluster.division import FLOOR, Claim, Grant, granted
from bot.rules.cluster.leases import LEASE_SECONDS
from bot.rules.pacing import MOST_AT_ONCE
from bot.ui.requests.calls import Call, Kind, Lane, Priority
from bot.ui.requests.heard import Answer
from bot.ui.requests.limiter import Limiter
from tests.support.strategies import examples
from tests.support.virtual_time import run

DISCORDS = 50  # within a second
DELAY = 0.03  # from a request to where it is counted


def now() -> float:
    return asyncio.get_running_loop().time()


class LoopClock:
    """The loop's time."""

    def now(self) -> datetime:
        return datetime.fromtimestamp(now(), UTC)

    def monotonic(self) -> float:
        return now()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass
class Rows:
    """What the database holds, by its own clock; it may be far away, and lose what it is asked or says."""

    random: Random
    losses: float = 0.0
    slowest: float = 0.01
    held: dict[int, tuple[Claim, float]] = field(default_factory=dict)

    async def ask(
        self, process: int, claims: Mapping[str, Claim], totals: Mapping[str, int]
    ) -> Mapping[str, Grant]:
        await self._pass()
        living = {one: claim for one, (claim, until) in self.held.items() if until > now()}
        [(limited, claim)] = claims.items()
        mine = living.get(process, Claim(0, 0))
        living[process] = Claim(min(claim.held, mine.held), claim.wanted)
        grant = granted(totals[limited], process, living, int(now() // 2))
        self.held[process] = Claim(grant.share, claim.wanted), now() + LEASE_SECONDS + 2
        await self._pass()
        return {limited: grant}

    async def leave(self, process: int) -> None:
        if process in self.held:
            self.held[process] = self.held[process][0], now() + 2

    async def _pass(self) -> None:
        await asyncio.sleep(self.random.uniform(0, self.slowest))
        if self.random.random() < self.losses:
            raise MemoryLocked


class Discord:
    """Counts the requests of all."""

    def __init__(self) -> None:
        self.counted: list[tuple[float, int]] = []

    def most(self) -> int:
        """Return how many were counted within the fullest second."""
        times, first, most = [at for at, _ in self.counted], 0, 0
        for last, at in enumerate(times):
            while times[first] <= at - 1.0:
                first += 1
            most = max(most, last - first + 1)
        return most

    def of(self, process: int, since: float, until: float) -> int:
        """Return how many of a process were counted between two times."""
        return sum(who == process and since <= at < until for at, who in self.counted)


class Pausable(Limiter):
    """A limiter whose process may be stopped: nothing begins meanwhile."""

    awake = True

    def _pump(self) -> None:
        if self.awake:
            super()._pump()


class Process:
    """One that has something to send."""

    def __init__(self, number: int, rows: Rows, discord: Discord) -> None:
        self.number, self.discord = number, discord
        self.limiter = Pausable()
        self.awake = asyncio.Event()
        self.awake.set()
        self.shares = Shares(rows, number, self, lambda: [Limit("discord", MOST_AT_ONCE, self.limiter)])
        self.asking = asyncio.create_task(self.shares.run())
        self._channels = 0

    # A clock that a pause stops, as the process would be.

    def now(self) -> datetime:
        return LoopClock().now()

    def monotonic(self) -> float:
        return now()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.awake.wait()

    def pause(self) -> None:
        """Stop, as SIGSTOP does."""
        self.limiter.awake = False
        self.awake.clear()

    def wake(self) -> None:
        """Go on, unless it has ended."""
        self.limiter.awake = not self.asking.done()
        self.awake.set()
        self.limiter._pump()

    def want(self, requests: int) -> Sequence[Call]:
        """Make requests, each in a channel of its own."""
        self._channels += requests
        channels = range(self._channels - requests, self._channels)
        return [self.limiter.ask(Lane(one, Kind.CREATE), Priority.TEXT, self._send) for one in channels]

    async def _send(self) -> None:
        sent = await self.limiter.turn(Lane(0, Kind.CREATE))
        await asyncio.sleep(DELAY)
        self.discord.counted.append((now(), self.number))
        await asyncio.sleep(DELAY)
        self.limiter.heard(sent, Answer(200, {}, b"{}"))

    async def keep_busy(self, rate: int) -> None:
        """Want so many requests a second from now on, and no more than can be sent in some."""
        while True:
            if self.limiter.need()[1] < 2 * rate:
                self.want(-(-rate // 10))
            await asyncio.sleep(0.1)

    async def end(self, *, killed: bool = False) -> None:
        """End at once; one that is killed tells nobody."""
        self.pause()
        self.awake.set()
        self.asking.cancel()
        with suppress(asyncio.CancelledError):
            await self.asking
        await self.limiter.close(0)
        if not killed:
            await self.shares.leave()


@dataclass
class Scene:
    """Some processes."""

    seed: int = 0
    losses: float = 0.0
    slowest: float = 0.01

    def __post_init__(self) -> None:
        self.rows = Rows(Random(self.seed), self.losses, self.slowest)  # noqa: S311 - a test's
        self.discord = Discord()
        self.processes: list[Process] = []
        self.tasks: list[asyncio.Task[None]] = []

    def join(self, rate: int = 0) -> Process:
        """Start a process that wants so much."""
        process = Process(len(self.processes) + 1, self.rows, self.discord)
        self.processes.append(process)
        if rate:
            self.tasks.append(asyncio.create_task(process.keep_busy(rate)))
        return process

    async def end(self) -> None:
        """End all."""
        for task in self.tasks:
            task.cancel()
        for process in self.processes:
            await process.end(killed=True)


def test_a_process_alone_uses_all_of_it() -> None:
    async def scene() -> tuple[int, int]:
        all_ = Scene()
        all_.join(100)
        await asyncio.sleep(10)
        await all_.end()
        return all_.discord.most(), all_.discord.of(1, 1002, 1010)

    most, used = run(scene())
    assert most <= DISCORDS
    assert used >= 0.9 * 8 * MOST_AT_ONCE


def test_equal_demand_gets_equal_shares_and_together_all_of_it() -> None:
    async def scene() -> Sequence[int]:
        all_ = Scene()
        for _ in range(3):
            all_.join(100)
        await asyncio.sleep(20)
        await all_.end()
        assert all_.discord.most() <= DISCORDS
        return [all_.discord.of(process.number, 1008, 1018) for process in all_.processes]

    used = run(scene())
    assert max(used) <= 1.1 * min(used)
    assert sum(used) >= 0.85 * 10 * MOST_AT_ONCE


@pytest.mark.parametrize("apart", [0.0, 0.3, 0.6, 0.95])
@pytest.mark.parametrize("after", [5.05, 5.5, 5.99])
def test_a_share_that_nobody_uses_has_moved_within_two_seconds(apart: float, after: float) -> None:
    async def scene() -> tuple[int, int]:
        all_ = Scene()
        all_.join()
        await asyncio.sleep(apart)
        busy = all_.join()
        await asyncio.sleep(after)
        before = all_.rows.held[busy.number][0].held
        busy.want(300)
        await asyncio.sleep(2.0)
        share = all_.rows.held[busy.number][0].held
        await all_.end()
        return before, share

    assert run(scene()) == (MOST_AT_ONCE // 2, MOST_AT_ONCE - FLOOR)


def test_a_process_that_loses_the_database_keeps_its_share_until_its_lease_ends() -> None:
    async def scene() -> tuple[int, int, int]:
        all_ = Scene()
        lost, other = all_.join(100), all_.join(100)
        await asyncio.sleep(10)
        lost.asking.cancel()  # it asks no more, and goes on sending
        at = now()
        await asyncio.sleep(40)
        await all_.end()
        assert all_.discord.most() <= DISCORDS
        kept = all_.discord.of(lost.number, at, at + 10)
        late = all_.discord.of(lost.number, at + LEASE_SECONDS + 1, at + 40)
        return kept, late, all_.discord.of(other.number, at + LEASE_SECONDS + 5, at + 39)

    kept, late, other = run(scene())
    assert kept >= 0.8 * 10 * MOST_AT_ONCE // 2
    assert late == 0
    assert other >= 0.9 * 19 * MOST_AT_ONCE


def test_who_joins_a_busy_one_has_its_part_within_seconds() -> None:
    async def scene() -> int:
        all_ = Scene()
        all_.join(100)
        await asyncio.sleep(10)
        joined = all_.join(100)
        await asyncio.sleep(5)
        share = all_.rows.held[joined.number][0].held
        await all_.end()
        assert all_.discord.most() <= DISCORDS
        return share

    assert run(scene()) == MOST_AT_ONCE // 2


class Model:
    """A server of models that says how many requests it takes at once, and counts those that come."""

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self.under_way = self.most = 0
        self.answered: Counter[int] = Counter()

    async def answer(self, slots: Slots, process: int) -> None:
        with slots.ask(Line("http://here/v1"), None, self.slots) as slot:
            await slot.granted()
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            await asyncio.sleep(0.7)
            self.under_way -= 1
            self.answered[process] += 1


def test_a_server_with_one_slot_gets_one_request_of_three_processes_at_a_time() -> None:
    async def scene() -> Model:
        model, rows, asking = Model(1), Scene().rows, []
        for number in range(3):
            slots = Slots(64, shared=True)
            asking += [asyncio.create_task(model.answer(slots, number)) for _ in range(5)]
            shares = Shares(rows, number, LoopClock(), partial(limits_of, slots))
            asking.append(asyncio.create_task(shares.run()))
            await asyncio.sleep(0.3)
        await asyncio.sleep(60)
        for one in asking:
            one.cancel()
        return model

    model = run(scene())
    assert (model.most, model.answered) == (1, {0: 5, 1: 5, 2: 5})


def limits_of(slots: Slots) -> list[Limit]:
    return [Limit(*line) for line in slots.bounded()]


def test_what_no_limit_counts_waits_for_no_share() -> None:
    async def scene() -> None:
        all_ = Scene(losses=1.0)
        alone = all_.join()
        done = asyncio.Event()

        async def work() -> None:
            done.set()

        alone.limiter.ask(Lane(1, Kind.WEBHOOK), Priority.TEXT, work)
        waiting = alone.want(1)
        await asyncio.wait_for(done.wait(), 1)
        await asyncio.sleep(30)
        assert not waiting[0].answer.done()
        await all_.end()

    run(scene())


class Deed:
    """What may befall a process."""

    JOIN, KILL, LEAVE, PAUSE, WAKE, WANT = range(6)


deeds = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 7), st.integers(0, 120), st.floats(0.05, 12)),
    min_size=3,
    max_size=14,
)


@given(st.integers(0, 2**32), deeds, st.sampled_from([0.0, 0.1, 0.5]), st.sampled_from([0.01, 0.4, 3.0]))
@examples(15)
def test_no_second_ever_holds_more_than_discord_takes(
    seed: int, deeds: list[tuple[int, int, int, float]], losses: float, slowest: float
) -> None:
    async def scene() -> None:
        all_ = Scene(seed, losses, slowest)
        all_.join(60)
        for deed, which, wanted, wait in deeds:
            process = all_.processes[which % len(all_.processes)]
            if deed == Deed.JOIN:
                all_.join(wanted)
            elif deed == Deed.KILL:
                await process.end(killed=True)
            elif deed == Deed.LEAVE:
                await process.end()
            elif deed == Deed.PAUSE:
                process.pause()
            elif deed == Deed.WAKE:
                process.wake()
            else:
                process.want(wanted)
            await asyncio.sleep(wait)
        await asyncio.sleep(3)
        await all_.end()
        assert all_.discord.most() <= DISCORDS

    run(scene())


def test_a_database_that_refuses_is_asked_again() -> None:
    async def scene() -> int:
        all_ = Scene(seed=3, losses=0.4)
        all_.join(100)
        await asyncio.sleep(30)
        await all_.end()
        return all_.discord.of(1, 1010, 1030)

    assert run(scene()) >= 0.9 * 20 * MOST_AT_ONCE
