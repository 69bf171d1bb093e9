"""Which shards this process holds, and the gateway that keeps just those connected.

Whoever divides shards among processes calls `Gateway.hold` and `Gateway.give_up`, and nothing else.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.client.bot import ParleyBot
from bot.errors import StartError
from bot.gateway.connection import Lost
from bot.gateway.gate import Gate, OwnGate
from bot.gateway.lookup import Found, Lookup, Unreachable
from bot.gateway.patience import Patience
from bot.gateway.shards import MORE_SHARDS, Means, Shard
from bot.gateway.times import Times
from bot.rules.places.shards import ShardId
from bot.texts import startup

log = logging.getLogger(__name__)


class Ownership(Protocol):
    """Says which shards this process holds."""

    @property
    def follows(self) -> bool:
        """Whether there are as many shards as Discord recommends, and more once it refuses so few."""

    async def keep(self, gateway: "Gateway", found: Found) -> None:
        """Set how many shards there are, `hold` some and `give_up` some, until cancelled."""


@dataclass(frozen=True, slots=True)
class Alone:
    """A process that holds all shards: a given number, or as many as Discord recommends."""

    shards: int | None = None

    @property
    def follows(self) -> bool:
        """Whether no number is given."""
        return self.shards is None

    async def keep(self, gateway: "Gateway", found: Found) -> None:
        """Hold all shards until cancelled."""
        gateway.count = count = self.shards or found.shards
        if count > 1:
            log.info("holding %d shards; Discord lets %d start at a time", count, found.concurrency)
        for number in range(gateway.count):
            gateway.hold(number)
        await asyncio.Event().wait()


@dataclass(frozen=True, slots=True)
class Sharing:
    """How a bot's shards are divided among processes; by default there is one."""

    ownership: Ownership = field(default_factory=Alone)
    gate: Callable[[Lookup, Patience, Times, Found], Gate] = OwnGate


@dataclass(frozen=True, slots=True)
class Waits:
    """How long the gateway is waited for; `chance`, from 0 to 1, spreads the reconnections of many bots."""

    times: Times
    chance: Callable[[], float]


class Gateway:
    """Keeps those shards of a client connected that this process holds."""

    def __init__(self, client: ParleyBot, lookup: Lookup, waits: Waits, sharing: Sharing) -> None:
        self._client = client
        self._lookup = lookup
        self._waits = waits
        self._sharing = sharing
        self._state: Any = client._connection
        self._state._delay_ready = self._delay_ready  # type: ignore[method-assign]
        self._patience = Patience(client.sessions, lookup, waits.times.hopeless, waits.times.longest)
        self._means: Means
        self._tasks: asyncio.TaskGroup
        self._held: dict[int, asyncio.Task[None]] = {}

    async def run(self, found: Found) -> None:
        """Stay connected until cancelled.

        Raises:
            StartError: Discord refuses the bot for good.
        """
        times = self._waits.times
        while True:
            gate = self._sharing.gate(self._lookup, self._patience, times, found)
            self._means = Means(self._client, gate, self._patience, times, self._waits.chance)
            try:
                async with asyncio.TaskGroup() as self._tasks:
                    self._tasks.create_task(self._patience.lose())
                    await self._sharing.ownership.keep(self, found)
            except ExceptionGroup as failures:
                found = await self._more_shards(failures.exceptions[0], found)
            finally:
                self._held.clear()

    async def _more_shards(self, failure: Exception, found: Found) -> Found:
        """Return the larger number of shards that Discord requires, or raise the failure if it is another."""
        cause = failure.__cause__
        if not isinstance(cause, Lost) or cause.code != MORE_SHARDS:
            raise failure
        try:
            newer = await self._lookup.gateway()
        except Unreachable:
            raise failure from cause
        if not self._sharing.ownership.follows:
            told = startup.SHARDS_TOO_FEW.format(shards=self.count, wanted=newer.shards)
            raise StartError(told) from cause
        if newer.shards <= found.shards:
            raise failure
        log.warning("Discord wants %s shards now", newer.shards)
        return newer

    @property
    def count(self) -> int:
        """How many shards the bot has, in all processes."""
        return self._client.shard_count or 1

    @count.setter
    def count(self, shards: int) -> None:
        """Set the number of shards; only while none is held."""
        if self._held:
            raise ValueError("shards are held, of another number")
        self._client.shard_count = self._state.shard_count = shards

    @property
    def held(self) -> frozenset[int]:
        """The numbers of the shards that are held, or are still being given up."""
        return frozenset(self._held)

    def hold(self, number: int) -> None:
        """Hold a shard: read what is stored of its places, identify at its turn, take what was missed there.

        Nothing happens where it is held already, or still being given up.
        """
        if number not in self._held:
            shard = Shard(self._means, ShardId(number, self.count))
            self._held[number] = self._tasks.create_task(shard.keep())
            self._note_held()

    async def give_up(self, number: int, grace: float) -> None:
        """Give a shard up, so that another process may hold it once this returns; never raises for that.

        Answers in progress there have so many seconds to end, and no new ones begin. Then its session is
        closed for good, and its servers and all that is known of its places are forgotten here. What was said
        there and is not answered is in the memory, as is up to where was heard: `hold` goes on from that,
        here or elsewhere.
        """
        if (keeping := self._held.get(number)) is None:
            return
        shard, holding = ShardId(number, self.count), self._client.services.holding
        await holding.drain(shard, grace)
        keeping.cancel()
        await asyncio.wait([keeping])
        await holding.leave(shard)
        self._forget(shard)
        del self._held[number]
        self._note_held()
        log.info("shard %s is given up", number)

    def _note_held(self) -> None:
        """Have others know which shards are held; all of them may be ready once one is given up."""
        state = self._state
        state.shard_ids = sorted(self._held)
        self._client.sessions.hold(self._held)
        self._patience.look()
        ready = len(state._ready_tasks)
        if ready and ready == len(state.shard_ids) and state._ready_task is None:
            state._ready_task = asyncio.create_task(state._delay_ready())

    async def _delay_ready(self) -> None:
        """Wait until all shards are ready; what ends this wait, another shard's READY, must not end theirs.

        It would in discord.py's own, and none of those shards would ever look for what it missed.
        """
        await asyncio.wait(self._state._ready_tasks.values())
        await type(self._state)._delay_ready(self._state)

    def _forget(self, shard: ShardId) -> None:
        """Take a shard's servers out of discord.py's memory; nobody hears that the bot has left them."""
        state = self._state
        if (telling := state._ready_tasks.pop(shard.number, None)) is not None:
            telling.cancel()
        state._ready_states.pop(shard.number, None)
        for guild in [one for one in self._client.guilds if shard.has(one.id)]:
            state._remove_guild(guild)
