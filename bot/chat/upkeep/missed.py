"""Takes what was said while nobody listened: before the start, or while a session at the gateway was lost."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from bot.chat.upkeep.heard import FACT, Heard, Means, fact_of, marks_in
from bot.errors import MemoryRefused
from bot.rules.places.shards import ShardId

SAVED_EVERY = 5.0  # seconds; what was heard since the last time may be read again
TAKING_SECONDS = 10.0  # how long what was heard last of a shard may take until it is stored


@dataclass(eq=False)
class Missed:
    """Knows the shards that are heard here; what comes by another is taken by whoever hears that one next."""

    means: Means

    def __post_init__(self) -> None:
        self._shards: dict[int, Heard] = {}
        self._stored: Sequence[int] = ()  # up to where shards were heard before

    async def load(self, shard: ShardId) -> None:
        """Hear a shard from now on, and read up to where it was heard before, or others were.

        Raises:
            MemoryRefused: it can't be read now, or not stored that hearing begins.
        """
        own = await self.means.memory.facts.read(fact_of(shard))
        if own is None:
            stored = await self.means.memory.facts.named(FACT)
            self._stored = [mark for one in stored.values() for mark in marks_in(one).values()]
        heard = Heard(shard, self.means, partial(self._others, shard.number))
        heard.recall(own or "")
        await heard.begin()
        self._shards[shard.number] = heard

    async def leave(self, shard: ShardId) -> None:
        """Hear a shard no longer: what was heard is taken, and up to where that was is stored."""
        heard = self._shards.pop(shard.number, None)
        await self.means.tasks.leave(shard, TAKING_SECONDS)
        if heard is not None:
            with suppress(MemoryRefused):  # then more is read again than was missed
                await heard.save()

    async def keep_saving(self) -> None:
        """Store up to where events were heard, every few seconds until cancelled."""
        while True:
            await self.save()
            await self.means.clock.sleep(SAVED_EVERY)

    async def save(self) -> None:
        """Store up to where events were heard and taken."""
        for heard in list(self._shards.values()):
            await heard.save()

    def of(self, shard: int) -> Heard | None:
        """Return what is known of a shard, if it is heard here."""
        return self._shards.get(shard)

    async def look(self, shard: int) -> None:
        """Find the places of a shard in which something was missed, and take that."""
        if (heard := self._shards.get(shard)) is not None:
            await heard.look()

    def _others(self, number: int) -> Sequence[int]:
        heard = (one.heard for other, one in self._shards.items() if other != number)
        return [*self._stored, *(mark for mark in heard if mark is not None)]
