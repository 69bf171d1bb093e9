"""Takes what was said while nobody listened: before the start, or while a session at the gateway was lost.

Only places with something newer than the last event heard are looked at, and only for the last minutes. What
is found goes the way of all messages, each once, and before anything that is said in its place from now on.

Discord lists no direct conversations: one that memory doesn't know is looked at when something is said there.
"""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.chat.conversation.inbox import Inbox
from bot.chat.conversation.reconciliation import snowflake
from bot.chat.memory import Channels, Facts
from bot.chat.ports import Clock, MissedReader
from bot.chat.tasks import Tasks
from bot.errors import MemoryRefused
from bot.logs import about
from bot.rules.model import ChannelKey

log = logging.getLogger(__name__)

LOOKED_BACK = timedelta(minutes=10)
MOST_REQUESTS = 500  # of one look
PATIENCE_SECONDS = 10.0  # how long a new message waits for older ones of its place
SAVED_EVERY = 5.0  # seconds; what was heard since the last time may be read again
HEARD_FACT = "heard"


class HeardMemory(Protocol):
    """What looking for what was missed needs of the memory."""

    @property
    def facts(self) -> Facts:
        """Up to where was heard."""

    @property
    def places(self) -> Channels:
        """Which direct conversations there are."""


@dataclass(eq=False)
class Missed:
    """Knows up to where each shard has heard, and looks for what came after that."""

    memory: HeardMemory
    reader: MissedReader
    inbox: Inbox
    clock: Clock
    tasks: Tasks

    def __post_init__(self) -> None:
        self._heard: dict[int, int] = {}
        self._under_way: defaultdict[int, set[int]] = defaultdict(set)
        self._lost: dict[int, int] = {}  # up to where shards had heard whose session was lost
        self._since: dict[int, int] = {}  # the same of those that are being looked through
        self._looking = asyncio.Lock()
        self._gaps: dict[int, asyncio.Event] = {}  # until it is known in which places of a shard
        self._reading: dict[ChannelKey, asyncio.Task[None] | None] = {}
        self._left = 0
        self._away: int | None = None  # up to where direct messages had been heard, at the newest look
        self._met: set[int] = set()  # direct conversations that were looked at since
        self._saved = ""

    # Up to where.

    async def load(self) -> None:
        """Read up to where a former process has heard."""
        self._saved = await self.memory.facts.read(HEARD_FACT) or ""
        if self._saved:
            self._heard = {int(shard): heard for shard, heard in json.loads(self._saved).items()}

    async def keep_saving(self) -> None:
        """Store up to where events were heard, every few seconds until cancelled."""
        while True:
            await self.save()
            await self.clock.sleep(SAVED_EVERY)

    async def save(self) -> None:
        """Store up to where events were heard and taken."""
        heard = json.dumps({str(shard): self._mark(shard) for shard in self._heard})
        if self._heard and heard != self._saved:
            await self.memory.facts.write(HEARD_FACT, heard)
            self._saved = heard

    def _mark(self, shard: int) -> int:
        for since in (self._since, self._lost):
            if shard in since:
                return since[shard]
        if shard in self._heard:
            return min({self._heard[shard], *(id_ - 1 for id_ in self._under_way[shard])})
        return min(self._heard.values(), default=snowflake(self.clock.now()))  # it was another's

    def hear(self, shard: int, message_id: int) -> None:
        """Take note of a message that is not for us."""
        self._heard[shard] = max(message_id, self._heard.get(shard, 0))

    async def take(
        self, shard: int, key: ChannelKey, message_id: int, work: Callable[[], Awaitable[None]]
    ) -> None:
        """Take a message once what was missed in its place is taken."""
        self._under_way[shard].add(message_id)
        self.hear(shard, message_id)
        try:
            await self.follow(key, work)
        except Exception:
            self._under_way[shard].discard(message_id)
            raise
        self._under_way[shard].discard(message_id)  # of one that is cancelled not: the next start finds it

    async def follow(self, key: ChannelKey, work: Callable[[], Awaitable[None]]) -> None:
        """Do something about a place once what was missed there is taken."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                if (gap := self._gaps.get(self.reader.shard(key))) is not None:
                    await gap.wait()
                if key in self._reading or self._is_unmet(key):
                    await self._read_once(key, urgent=True)
        except TimeoutError:
            log.warning("channel %s could not be looked through in time", key.channel_id)
        await work()

    def _is_unmet(self, key: ChannelKey) -> bool:
        return key.is_dm and self._away is not None and key.channel_id not in self._met

    # What came after.

    def lose(self, shard: int) -> None:
        """Take note that a shard's session is a new one: what was said in between was not heard."""
        self._lost.setdefault(shard, self._mark(shard))
        self._gaps.setdefault(shard, asyncio.Event())

    async def look(self) -> None:
        """Find the places in which something was missed, and take that, the newest place first."""
        async with self._looking:
            self._since, self._lost = self._lost, {}
            places = await self._places()
            self._reading = dict.fromkeys(places)
            self._left = MOST_REQUESTS
            for shard in self._since.keys() - self._lost.keys():  # else its session was lost once more
                self._gaps.pop(shard).set()
            for key in places:
                await self._read_once(key, urgent=False)
            self._reading = {}
            for shard, since in self._since.items():
                self._heard.setdefault(shard, since)
            self._since = {}
            await self.save()

    async def _places(self) -> Sequence[ChannelKey]:
        """Return where something was missed, or may have been: of direct messages nothing is told."""
        floor = snowflake(self.clock.now() - LOOKED_BACK)
        self._since = {shard: max(since, floor) for shard, since in self._since.items()}
        places = list(self.reader.newer(self._since))
        if 0 in self._since and self._heard:
            self._away, self._met = self._since[0], set()
            places += await self._direct_conversations()
        return places

    async def _direct_conversations(self) -> Sequence[ChannelKey]:
        try:
            known = await self.memory.places.known()
        except MemoryRefused:  # or whatever is said from now on would wait for the end of this look
            log.warning("direct messages could not be looked through: memory refused")
            return ()
        return [key for key in reversed(known) if key.is_dm]

    def _read_once(self, key: ChannelKey, *, urgent: bool) -> asyncio.Future[None]:
        if key.is_dm:
            self._met.add(key.channel_id)
        task = self._reading.get(key)
        if task is None:
            task = self._reading[key] = self.tasks.start(self._read(key, urgent=urgent))
        return asyncio.shield(task)

    async def _read(self, key: ChannelKey, *, urgent: bool) -> None:
        after = self._since.get(self.reader.shard(key), self._away)
        taken = 0
        try:
            while after is not None and self._left > 0:
                self._left -= 1
                page = await self.reader.after(key, after, urgent=urgent)
                for said in page.messages:
                    with about(said.message_id):
                        await self.inbox.receive(said, page.missing, late=True)
                taken += len(page.messages)
                after = page.newest
        except Exception:  # what is said from now on is taken all the same
            log.exception("channel %s could not be looked through", key.channel_id)
        if taken:
            log.info("channel %s: %d messages were said while nobody listened", key.channel_id, taken)
