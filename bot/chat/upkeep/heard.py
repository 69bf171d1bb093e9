"""One shard: up to where it has heard, and the look for what came after that.

Only places with something newer than the last event heard are looked at, and only for the last minutes. What
is found goes the way of all messages, each once, and before anything that is said in its place from now on.

Discord lists no direct conversations: one that memory doesn't know is looked at when something is said there.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from weakref import WeakValueDictionary

from bot.chat.conversation.inbox import Inbox
from bot.chat.conversation.reconciliation import snowflake
from bot.chat.memory import Channels, FactsByName
from bot.chat.ports import Clock, MissedReader
from bot.chat.tasks import Tasks
from bot.errors import MemoryRefused
from bot.logs import about
from bot.rules.model import ChannelKey
from bot.rules.places.shards import ShardId

log = logging.getLogger(__name__)

LOOKED_BACK = timedelta(minutes=10)
MOST_REQUESTS = 500  # of one look
PATIENCE_SECONDS = 10.0  # how long a new message waits for older ones of its place
FACT = "heard"


class HeardMemory(Protocol):
    """What looking for what was missed needs of the memory."""

    @property
    def facts(self) -> FactsByName:
        """Up to where was heard."""

    @property
    def places(self) -> Channels:
        """Which direct conversations there are."""


@dataclass(frozen=True, slots=True)
class Means:
    """What looking for what was missed takes."""

    memory: HeardMemory
    reader: MissedReader
    inbox: Inbox
    clock: Clock
    tasks: Tasks


@dataclass(eq=False)
class Heard:
    """Knows up to where a shard has heard; `others` are the marks of others, for where it was never heard."""

    shard: ShardId
    means: Means
    others: Callable[[], Sequence[int]]

    def __post_init__(self) -> None:
        self._fact = fact_of(self.shard)
        self._heard: int | None = None
        self._under_way: set[int] = set()
        self._lost: int | None = None  # up to where was heard, where the session was lost
        self._since: int | None = None  # the same while that is being looked through
        self._looking = asyncio.Lock()
        self._gap: asyncio.Event | None = None  # until it is known in which places
        self._reading: dict[ChannelKey, asyncio.Task[None] | None] = {}
        self._turns: WeakValueDictionary[ChannelKey, asyncio.Lock] = WeakValueDictionary()
        self._left = 0
        self.absent: dict[int, int] = {}  # servers that the newest look could not see, and since when
        self._away: int | None = None  # up to where direct messages had been heard, at the newest look
        self._met: set[int] = set()  # direct conversations that were looked at since
        self._saved = ""

    # Up to where.

    @property
    def heard(self) -> int | None:
        """Return the newest message that was heard, if one was."""
        return self._heard

    def recall(self, stored: str) -> None:
        """Take up to where the shard was heard before, as it is stored."""
        if marks := marks_in(stored):
            self._saved, self._heard = stored, marks.get(self.shard.number)

    async def begin(self) -> None:
        """Store where hearing begins if it never did: whoever hears the shard next looks back to there."""
        if self._heard is None:
            self._heard = self.mark()
            await self.save()

    async def save(self) -> None:
        """Store up to where events were heard and taken."""
        heard = json.dumps({str(self.shard.number): self.mark()})
        if heard != self._saved:
            await self.means.memory.facts.write(self._fact, heard)
            self._saved = heard

    def mark(self) -> int:
        """Return up to where events were heard and taken."""
        for since in (self._since, self._lost):
            if since is not None:
                return since
        if self._heard is not None:
            return min({self._heard, *(id_ - 1 for id_ in self._under_way)})
        return min(self.others(), default=snowflake(self.means.clock.now()))

    def hear(self, message_id: int) -> None:
        """Take note of a message that is not for us."""
        self._heard = max(message_id, self._heard or 0)

    async def take(self, key: ChannelKey, message_id: int, work: Callable[[], Awaitable[None]]) -> None:
        """Take a message once what was missed in its place is taken."""
        self._under_way.add(message_id)
        self.hear(message_id)
        try:
            await self.follow(key, work)
        except Exception:
            self._under_way.discard(message_id)
            raise
        self._under_way.discard(message_id)  # of one that is cancelled not: the next start finds it

    async def follow(self, key: ChannelKey, work: Callable[[], Awaitable[None]]) -> None:
        """Do something about a place once what was missed there is taken."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                async with self._turns.setdefault(key, asyncio.Lock()):  # or who comes just then overtakes
                    if self._gap is not None:
                        await self._gap.wait()
                    if key in self._reading or self._is_unmet(key):
                        await self._read_once(key, urgent=True)
        except TimeoutError:
            log.warning("channel %s could not be looked through in time", key.channel_id)
        await work()

    def _is_unmet(self, key: ChannelKey) -> bool:
        return key.is_dm and self._away is not None and key.channel_id not in self._met

    # What came after.

    def lose(self) -> None:
        """Take note that the session is a new one: what was said in between was not heard."""
        self._lost = self.mark() if self._lost is None else self._lost
        self._gap = self._gap or asyncio.Event()

    async def look(self) -> None:
        """Find the places in which something was missed, and take that, the newest place first."""
        async with self._looking:
            if self._lost is None:  # a look that was waited for has seen it all
                return
            since, self._lost = self._lost, None
            absent = self.means.reader.absent(self.shard.number)
            self.absent = {one: min(since, self.absent.get(one, since)) for one in absent}
            self._since = since
            await self._read_all(await self._places())

    async def look_at(self, guild_id: int) -> None:
        """Find what was missed in a server that was `absent` at the look, now that Discord tells of it."""
        async with self._looking:
            if (since := self.absent.pop(guild_id, None)) is not None:
                self._since = since
                await self._read_all([key for key in self._newer() if key.guild_id == guild_id])

    async def _read_all(self, places: Sequence[ChannelKey]) -> None:
        self._reading = dict.fromkeys(places)
        self._left = MOST_REQUESTS
        if self._lost is None and self._gap is not None:  # else its session was lost once more
            self._gap.set()
            self._gap = None
        for key in places:
            await self._read_once(key, urgent=False)
        self._reading = {}
        self._since = None
        await self.save()

    def _newer(self) -> Sequence[ChannelKey]:
        floor = snowflake(self.means.clock.now() - LOOKED_BACK)
        self._since = max(self._since or 0, floor)
        return self.means.reader.newer({self.shard.number: self._since})

    async def _places(self) -> Sequence[ChannelKey]:
        """Return where something was missed, or may have been: of direct messages nothing is told."""
        places = list(self._newer())
        if self.shard.has(None) and (self._heard is not None or self.others()):
            self._away, self._met = self._since, set()
            places += await self._direct_conversations()
        return places

    async def _direct_conversations(self) -> Sequence[ChannelKey]:
        try:
            known = await self.means.memory.places.direct()
        except MemoryRefused:  # or whatever is said from now on would wait for the end of this look
            log.warning("direct messages could not be looked through: memory refused")
            return ()
        return known[::-1]

    def _read_once(self, key: ChannelKey, *, urgent: bool) -> asyncio.Future[None]:
        if key.is_dm:
            self._met.add(key.channel_id)
        task = self._reading.get(key)
        if task is None:
            task = self._reading[key] = self.means.tasks.start(self._read(key, urgent=urgent), key)
        return asyncio.shield(task)

    async def _read(self, key: ChannelKey, *, urgent: bool) -> None:
        after = self._since if self._since is not None else self._away
        taken = 0
        try:
            while after is not None and self._left > 0:
                self._left -= 1
                page = await self.means.reader.after(key, after, urgent=urgent)
                for said in page.messages:
                    with about(said.message_id):
                        await self.means.inbox.receive(said, page.missing, late=True)
                taken += len(page.messages)
                after = page.newest
        except Exception:  # what is said from now on is taken all the same
            log.exception("channel %s could not be looked through", key.channel_id)
        if taken:
            log.info("channel %s: %d messages were said while nobody listened", key.channel_id, taken)


def fact_of(shard: ShardId) -> str:
    """Return under which name it is stored up to where a shard was heard; of one alone it has no number."""
    return FACT if shard.count == 1 else f"{FACT} {shard.number}/{shard.count}"


def marks_in(stored: str) -> Mapping[int, int]:
    """Return up to where shards were heard, by their numbers, as it is stored."""
    with suppress(ValueError):
        return {int(number): heard for number, heard in json.loads(stored).items()}
    return {}
