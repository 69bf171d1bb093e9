"""What is done when this process begins to serve the places of a shard, and when it no longer does.

In between another process may serve them, and change what is stored of them: nothing that is known of them
here outlives `leave`, and nothing of theirs is done after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.conversation.queue import AnswerQueue
from bot.chat.conversation.reconciliation import Reconciliation
from bot.chat.ports import Clock
from bot.chat.shards.served import Forgets, Recalls, Served
from bot.chat.tasks import Tasks
from bot.chat.upkeep.departures import Departures
from bot.chat.upkeep.missed import Missed
from bot.chat.upkeep.recovery import Recovery
from bot.rules.places.shards import ShardId


@dataclass(eq=False)
class Holding:
    """Takes shards, and leaves them."""

    served: Served
    queue: AnswerQueue
    missed: Missed
    reconciliation: Reconciliation
    recovery: Recovery
    departures: Departures
    recalls: Sequence[Recalls]
    forgets: Sequence[Forgets]
    tasks: Tasks
    clock: Clock

    def __post_init__(self) -> None:
        self._taken: dict[int, ShardId] = {}
        self._unrepaired: set[int] = set()  # of them

    async def take(self, shard: ShardId) -> None:
        """Read what is to be known of a shard's places before anything is heard of them.

        Raises:
            MemoryRefused: it can't be read now.
        """
        for one in self.recalls:
            await one.recall(shard)
        await self.missed.load(shard)
        self.served.take(shard)
        self._taken[shard.number] = shard
        self._unrepaired.add(shard.number)

    def ready(self, number: int, application_id: int) -> None:
        """Look for what a shard missed, now that it hears; the first time also repair what was left there."""
        self.reconciliation.listening_since(self.clock.now(), number)
        shard = self._taken[number]
        self.tasks.start(self.missed.look(number), shard)
        if number in self._unrepaired:
            self._unrepaired.remove(number)
            self.tasks.start(self.recovery.run(shard), shard)
            self.tasks.start(self.departures.run(application_id, shard), shard)

    async def drain(self, shard: ShardId, grace: float) -> None:
        """Let answers in progress in a shard's places end for so many seconds; no new one begins."""
        await self.queue.drain(grace, shard)

    async def leave(self, shard: ShardId) -> None:
        """Store up to where a shard was heard, and forget what is known of its places."""
        self._taken.pop(shard.number, None)
        self._unrepaired.discard(shard.number)
        await self.missed.leave(shard)
        for one in self.forgets:
            one.forget(shard)
