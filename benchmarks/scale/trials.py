"""The law of the cluster: whatever happens to a process, nothing is lost and nothing doubled.

People ask in a channel on each shard. A process is killed, or stands still, or is cut off from the database,
for longer than its lease or for a moment. In each of its channels something is asked right then. Once all is
settled, what Discord shows and what is stored are held against each other, as after a kill of one process.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from benchmarks.kill import answer
from benchmarks.kill_checks import Checks
from benchmarks.scale.setting import Setting
from bot.demo.processes import Running
from bot.rules.cluster.leases import LEASE_SECONDS
from playground.world.entities import Channel, Message

SETTLE_SECONDS = 45.0
LOOK_EVERY_SECONDS = 0.1
MOST_AT_ONCE = 3  # unanswered questions of a channel
ASKED_EVERY_SECONDS = 0.4  # somewhere, on average
MOMENT = (0.1, 4.0)  # seconds
BEFORE_SECONDS = 2.0  # at most, that people go on before the blow


class Blow(StrEnum):
    """What happens to a process."""

    KILL = "killed"
    PAUSE = "paused"
    PARTITION = "cut off from the database"


@dataclass(frozen=True, slots=True)
class Struck:
    """What happened, for how many seconds (of a kill: for ever), and after how many all shards answered."""

    blow: Blow
    seconds: float
    shards: Sequence[int]
    answered_after: float


@dataclass
class Trial:
    """One setting, in which one process after the other is struck."""

    setting: Setting
    random: Random
    lease: float = LEASE_SECONDS
    checks: Checks = field(init=False)
    faults: list[str] = field(default_factory=list)
    struck: list[Struck] = field(default_factory=list)

    def __post_init__(self) -> None:
        setting = self.setting
        self._channels = [setting.channel_of(shard) for shard in range(setting.size.shards)]
        names = [one.name or "" for one in self._channels]
        self.checks = Checks(setting.playground.world, setting.state, names)
        setting.playground.model.responder = answer

    # What happens.

    async def blows(self, kinds: Sequence[Blow]) -> None:
        """Strike once for each, at a process and a moment that chance chooses."""
        for kind in kinds:
            await self.setting.fill()
            await self.settle()
            async with self._people():
                await asyncio.sleep(self.random.uniform(0.0, BEFORE_SECONDS))
                await self._strike(kind)
            await self.setting.fill()
            await self.settle()
            last, count = self.struck[-1], len(self.faults)
            said = f"{len(self.struck)}: {last.blow} for {last.seconds:.1f} s, {len(last.shards)} shards"
            print(
                f"{said}, answered after {last.answered_after:.1f} s; {count} faults",
                file=sys.stderr,
                flush=True,
            )

    async def _strike(self, blow: Blow) -> None:
        holders = self.setting.holders()
        victim = self.random.choice(sorted(set(map(_number, holders.values()))))
        shards = sorted(shard for shard, holder in holders.items() if _number(holder) == victim)
        is_long = blow is Blow.KILL or self.random.random() < 0.6
        seconds = (
            self.random.uniform(self.lease, 1.5 * self.lease) if is_long else self.random.uniform(*MOMENT)
        )
        await self._begin(blow, victim)
        probes = [self._ask(self.setting.channel_of(shard)) for shard in shards]
        answered = asyncio.create_task(self._begun(probes))
        await asyncio.wait({answered}, timeout=seconds if blow is not Blow.KILL else None)
        await self._end(blow, victim)
        self.struck.append(Struck(blow, seconds, shards, await answered))

    async def _begin(self, blow: Blow, victim: int) -> None:
        if blow is Blow.KILL:
            await self.setting.processes.kill(victim)
        elif blow is Blow.PAUSE:
            self.setting.processes.pause(victim)
        else:
            self.setting.lines[victim].cut()

    async def _end(self, blow: Blow, victim: int) -> None:
        if blow is Blow.PAUSE:
            self.setting.processes.wake(victim)
        elif blow is Blow.PARTITION:
            self.setting.lines[victim].mend()

    async def rolling_restart(self) -> None:
        """Stop each process in order and start another in its place, while people ask."""
        await self.setting.fill()
        await self.settle()
        async with self._people():
            for one in list(self.setting.processes.running):
                await self.setting.processes.stop(one.number)
                await self.setting.fill()
        await self.settle()

    # People.

    @contextlib.asynccontextmanager
    async def _people(self) -> AsyncIterator[None]:
        asking = asyncio.create_task(self._go_on())
        try:
            yield
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    async def _go_on(self) -> None:
        while True:
            channel = self.random.choice(self._channels)
            if self.checks.waiting(channel.name or "") < MOST_AT_ONCE:
                self._ask(channel)
            await asyncio.sleep(self.random.expovariate(1 / ASKED_EVERY_SECONDS))

    def _ask(self, channel: Channel) -> Message:
        self.checks.asked += 1
        what = self.random.choice(("a word", "a page", "a page", "a failure"))
        text = f"Give me {what}, q{self.checks.asked}q."
        message = self.setting.playground.world.people["alex"].say(channel, text)
        self.checks.questions[message.id] = message
        return message

    async def _begun(self, probes: Sequence[Message]) -> float:
        """Return after how many seconds answers have begun in the channels of all these questions."""
        began = asyncio.get_running_loop().time()
        left = list(probes)
        while left and asyncio.get_running_loop().time() < began + SETTLE_SECONDS + self.lease:
            await asyncio.sleep(LOOK_EVERY_SECONDS)  # other processes bring it about
            left = [one for one in left if not self.checks.answered_since(one)]
        return asyncio.get_running_loop().time() - began

    async def settle(self) -> None:
        """Wait until all is as it should be; what isn't by then is a fault, reported once."""
        problems = self.checks.problems()
        for _ in range(int(SETTLE_SECONDS / LOOK_EVERY_SECONDS / 3)):
            if not problems:
                return
            await asyncio.sleep(3 * LOOK_EVERY_SECONDS)
            problems = self.checks.problems()
        self.faults += [f"after {len(self.struck)}: {one}" for one in problems]
        self.checks.excuse(problems)


def _number(one: Running) -> int:
    return one.number


def drawn(count: int, random: Random) -> list[Blow]:
    """Return so many kinds in a random order, each as often as the others."""
    kinds = [tuple(Blow)[number % len(Blow)] for number in range(count)]
    random.shuffle(kinds)
    return kinds
