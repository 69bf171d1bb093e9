"""Hand-written stand-ins for the ports: a clock, a model, a screen, Discord's copy of a channel, a counter.

Each does what its port says and no more; a test scripts it beforehand and looks at it afterwards.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TypeVar

from bot.chat.bounds.budgets import Budgets, Kept, Leftover, Servers
from bot.chat.bounds.ports import Admits, Said
from bot.chat.completions import Asker, Delta, Request, StreamEvent
from bot.chat.ports import Ending, Page, Progress, Spot
from bot.chat.rights import Permission
from bot.errors import AttachmentError, ModelError, UserFacingError
from bot.rules.admission.access import Standing
from bot.rules.model import AttachmentRef, ChannelKey, Completion, Incoming, Reference
from bot.rules.model_facts import ModelFacts, TileRule, plain_name
from bot.rules.notes import Note, NoteCode
from bot.rules.outcome import LastMessage
from bot.rules.places.shards import ShardId
from bot.rules.prompting.attachments import image_type
from bot.rules.prompting.documents import Extracted, Picture
from bot.rules.prompting.situation import Whereabouts
from bot.rules.spending.bounds import OwnLimits, Whose
from bot.rules.spending.entries import Entry, Sending
from bot.rules.spending.sums import By, Counted, KeptSum, Scope, Sum
from bot.rules.spending.usage import Usage
from bot.rules.threads.titles import Title
from bot.settings.spending import Limit, Spending
from bot.texts.languages.catalogue import Saying, in_words

T = TypeVar("T")

LIMIT_SECONDS = 60.0
SERVER = "http://models.example/v1/"
START = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)


class Happenings:
    """Lets a test wait until something is so, and no longer."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    def note(self) -> None:
        """Have all who wait look again."""
        self._changed.set()

    async def until(self, condition: Callable[[], T]) -> T:
        """Wait until a condition holds and return what it found."""
        async with asyncio.timeout(LIMIT_SECONDS):
            while not (found := condition()):
                self._changed.clear()
                await self._changed.wait()
        return found


class FakeClock:
    """Time that passes when it is told to; whoever sleeps is woken by that alone."""

    def __init__(self, happenings: Happenings) -> None:
        self._happenings = happenings
        self._moment = START
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._moment

    def monotonic(self) -> float:
        return (self._moment - START).total_seconds()

    async def sleep(self, seconds: float) -> None:
        sleeper = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._moment + timedelta(seconds=seconds), sleeper))
        self._happenings.note()
        await sleeper

    def pass_time(self, **duration: float) -> None:
        """Let time go by."""
        self._moment += timedelta(**duration)
        for due, sleeper in self._sleepers:
            if due <= self._moment and not sleeper.done():
                sleeper.set_result(None)

    @property
    def sleepers(self) -> int:
        """Return how many sleep."""
        return sum(not sleeper.done() for _, sleeper in self._sleepers)


def completion(
    finish_reason: str | None = "stop", prompt_tokens: int = 20, cached_tokens: int = 0
) -> Completion:
    """Return what a model says of an answer that ended."""
    usage = Usage(prompt_tokens, 7, cached_tokens)
    return Completion("chatcmpl-1", "gpt-4.1-mini-2025-04-14", 1_786_000_000, finish_reason, usage)


Event = str | StreamEvent | Exception | asyncio.Event


class ScriptedCompleter:
    """A model that says what it is told to: text, delays, failures; at an asyncio.Event it waits."""

    def __init__(self, happenings: Happenings) -> None:
        self._happenings = happenings
        self._scripts: deque[Sequence[Event]] = deque()
        self._summaries: deque[Sequence[Event]] = deque()
        self._titles: deque[Sequence[Event]] = deque()
        self.requests: list[Request] = []
        self.summary_requests: list[Request] = []
        self.title_requests: list[Request] = []
        self.streams = 0

    def will(self, *events: Event) -> None:
        """Script the answer to the next request; unscripted ones are answered with their number."""
        self._scripts.append(events)

    def will_sum_up(self, *events: Event) -> None:
        """Script the next summary."""
        self._summaries.append(events)

    def will_name(self, *events: Event) -> None:
        """Script the next title."""
        self._titles.append(events)

    async def stream(self, request: Request) -> AsyncGenerator[StreamEvent, None]:
        sending = Sending(request.model, SERVER, request.max_reply_tokens)
        yield sending
        sending.left = True
        script = self._script(request)
        self.streams += 1
        self._happenings.note()
        try:
            for event in script:
                if isinstance(event, asyncio.Event):
                    await event.wait()
                elif isinstance(event, Exception):
                    raise event
                elif isinstance(event, str):
                    sending.characters += len(event)
                    yield Delta(event)
                else:
                    sending.usage = event.usage if isinstance(event, Completion) else None
                    yield event
        finally:
            self.streams -= 1
            self._happenings.note()

    def _script(self, request: Request) -> Sequence[Event]:
        if "summary" in request.cache_key:
            self.summary_requests.append(request)
            return self._summaries.popleft() if self._summaries else ("A summary.", completion())
        if "title" in request.cache_key:
            self.title_requests.append(request)
            return self._titles.popleft() if self._titles else ("A title", completion())
        self.requests.append(request)
        return self._scripts.popleft() if self._scripts else (f"Answer {len(self.requests)}", completion())

    @property
    def last(self) -> list[tuple[str, str]]:
        """Return the newest request's messages as pairs of role and content."""
        return [(message["role"], message["content"]) for message in self.requests[-1].messages]


@dataclass
class FakeSink:
    """One answer on the screen; it appears when it has ended, or when the test says so."""

    spot: Spot
    progress: Callable[[Progress], Awaitable[None]]
    gone: Callable[[], None]
    happenings: Happenings
    ids: Iterator[int]
    before_end: Callable[[str, Ending], Awaitable[None]] | None = None
    text: str = ""
    notices: list[str] = field(default_factory=list)
    people: Mapping[str, int] = field(default_factory=dict)
    message_ids: tuple[int, ...] = ()
    ending: Ending | None = None
    is_closed: bool = False

    def __post_init__(self) -> None:
        self.message_ids = self.spot.message_ids
        self.text = self.spot.text

    def show(self, text: str) -> None:
        self.text = text
        self.happenings.note()

    def introduce(self, people: Mapping[str, int]) -> None:
        self.people = people

    def notice(self, sentence: str) -> None:
        self.notices.append(sentence)
        self.happenings.note()

    async def finish(self, text: str, ending: Ending) -> bool:
        if self.before_end is not None:
            await self.before_end(text, ending)
        if self.is_closed:
            return False
        await self.appear(text)
        self.ending = ending
        self.happenings.note()
        return True

    async def appear(self, text: str) -> None:
        """Bring text to the screen, as the real one does: stored first, shown then."""
        self.message_ids = self.message_ids or (next(self.ids),)
        await self.progress(Progress(text, self.message_ids))
        self.text = text


class FakeScreen:
    """Where answers and sentences appear; `ids` are those of the messages that it shows."""

    def __init__(self, happenings: Happenings, ids: Iterator[int] | None = None) -> None:
        self._happenings = happenings
        self._ids = ids or count(5_000)
        self.sinks: list[FakeSink] = []
        self.said: list[tuple[int, str]] = []
        self.posted: list[tuple[int, str]] = []
        self.greeted: list[int] = []
        self.followed: list[int] = []
        self.seen: dict[int, bool] = {}
        self.refused: list[int] = []
        self.without_buttons: list[int] = []
        self.forgotten: list[ShardId] = []
        self.closed = False
        self.before_end: Callable[[str, Ending], Awaitable[None]] | None = None

    def open(
        self, spot: Spot, *, progress: Callable[[Progress], Awaitable[None]], gone: Callable[[], None]
    ) -> FakeSink:
        sink = FakeSink(spot, progress, gone, self._happenings, self._ids, self.before_end)
        self.sinks.append(sink)
        self._happenings.note()
        return sink

    async def mark_seen(self, key: ChannelKey, message_id: int, seen: bool) -> None:
        self.seen[message_id] = seen
        self._happenings.note()

    async def mark_refused(self, key: ChannelKey, message_id: int) -> None:
        self.refused.append(message_id)
        self._happenings.note()

    async def say(self, key: ChannelKey, reply_to: int, saying: Saying) -> None:
        self.said.append((reply_to, in_words(saying)))
        self._happenings.note()

    async def greet(self, key: ChannelKey, message_id: int) -> None:
        self.greeted.append(message_id)
        self._happenings.note()

    async def tell_followed(self, thread: ChannelKey) -> None:
        self.followed.append(thread.channel_id)
        self._happenings.note()

    async def post(self, key: ChannelKey, about: int, saying: Saying) -> None:
        self.posted.append((key.channel_id, in_words(saying)))
        self._happenings.note()

    async def take_buttons(self, key: ChannelKey, message: LastMessage) -> None:
        self.without_buttons.append(message.id)
        self._happenings.note()

    def forget(self, shard: ShardId) -> None:
        self.forgotten.append(shard)

    async def close(self) -> None:
        self.closed = True


class FakeMembership:
    """What Discord knows of people: their roles, as the test gives them; None where it can't tell now."""

    def __init__(self) -> None:
        self.held: dict[int, frozenset[int] | None] = {}
        self.asked: list[int] = []

    def standing(self, key: ChannelKey, user_id: int) -> Standing:
        places = frozenset({key.channel_id, key.parent_id or key.channel_id})
        return Standing(user_id, key.guild_id, places, None)

    async def roles(self, guild_id: int, user_id: int) -> frozenset[int] | None:
        self.asked.append(user_id)
        return self.held.get(user_id, frozenset())


class FakeThreads:
    """Threads on Discord, as the test allows them; none of a place unless it says so."""

    def __init__(self, happenings: Happenings) -> None:
        self._happenings = happenings
        self.missing: dict[int, Sequence[Permission]] = {}  # by place
        self.refusal: UserFacingError | None = None
        self.opened: list[tuple[ChannelKey, str]] = []
        self.renamed: list[tuple[ChannelKey, int, str]] = []
        self.owners: dict[int, int] = {}
        self.ours: set[int] = set()

    def lacks(self, key: ChannelKey) -> Sequence[Permission] | None:
        return None if key.is_dm or key.is_thread else self.missing.get(key.channel_id)

    def is_ours(self, key: ChannelKey) -> bool:
        return key.channel_id in self.ours

    def owner(self, key: ChannelKey) -> int | None:
        return self.owners.get(key.channel_id)

    async def open(self, key: ChannelKey, title: str, message_id: int | None) -> ChannelKey:
        if self.refusal is not None:
            raise self.refusal
        thread = ChannelKey(message_id or 7_000 + len(self.opened), key.guild_id, key.channel_id)
        self.opened.append((thread, title))
        self._happenings.note()
        return thread

    async def rename(self, thread: ChannelKey, former: int, title: str) -> None:
        self.renamed.append((thread, former, title))
        self._happenings.note()


class FakeReader:
    """Discord's copy of channels and files, as the test fills it."""

    def __init__(self) -> None:
        self.channels: defaultdict[int, list[Incoming]] = defaultdict(list)
        self.gone: set[int] = set()
        self.left: set[int] = set()
        self.titles: dict[int, Title] = {}
        self.surroundings: dict[int, Whereabouts] = {}
        self.references: dict[int, Reference] = {}
        self.files: dict[int, bytes] = {}
        self.may_read = True
        self.may_fetch: asyncio.Event | None = None
        self.outages: set[int] = set()
        self.asked: list[tuple[int, int]] = []
        self.looked: list[tuple[ChannelKey, bool]] = []
        self.page = 100
        self.missing: Sequence[str] = ()

    def our_names(self, key: ChannelKey) -> Sequence[str]:
        return ("Parley",)

    def whereabouts(self, key: ChannelKey) -> Whereabouts | None:
        return self.surroundings.get(key.channel_id)

    async def before(
        self, key: ChannelKey, message_id: int, most: int, *, down_to: int = 0
    ) -> Sequence[Incoming] | None:
        self.asked.append((message_id, down_to))
        if not self.may_read:
            return None
        there = sorted(self.channels[key.channel_id], key=lambda message: -message.message_id)
        return [said for said in there if down_to <= said.message_id < message_id][:most]

    async def recent(self, key: ChannelKey, message_id: int, most: int) -> Sequence[Incoming]:
        return await self.before(key, message_id, most) or ()

    def title(self, key: ChannelKey) -> Title | None:
        return self.titles.get(key.channel_id)

    async def reference(self, key: ChannelKey, message_id: int) -> Reference:
        return self.references.get(message_id, Reference(message_id, unread=NoteCode.QUOTE_DELETED))

    def shard(self, key: ChannelKey) -> int:
        return 0 if key.is_dm else 1

    def newer(self, since: Mapping[int, int]) -> Sequence[ChannelKey]:
        return [
            said[-1].key
            for said in self.channels.values()
            if said and not said[-1].key.is_dm and said[-1].message_id > since.get(1, 2**63)
            if said[-1].key.guild_id not in self.outages
        ]

    def absent(self, shard: int) -> Sequence[int]:
        return sorted(self.outages) if shard == 1 else ()

    async def after(self, key: ChannelKey, message_id: int, *, urgent: bool) -> Page:
        self.looked.append((key, urgent))
        if self.may_fetch is not None:
            await self.may_fetch.wait()
        there = sorted(self.channels[key.channel_id], key=lambda message: message.message_id)
        found = [said for said in there if said.message_id > message_id]
        more = found[self.page - 1].message_id if len(found) > self.page else None
        return Page(found[: self.page], more, self.missing)

    def in_guild(self, guild_id: int) -> bool:
        return guild_id not in self.left

    def in_sight(self, key: ChannelKey) -> bool:
        return key.channel_id in self.channels

    async def exists(self, key: ChannelKey) -> bool:
        return key.channel_id not in self.gone

    async def attachment(self, ref: AttachmentRef, most_bytes: int) -> bytes:
        if self.may_fetch is not None:
            await self.may_fetch.wait()
        if ref.id not in self.files:
            raise AttachmentError(f"{ref.filename} is gone")
        return self.files[ref.id][:most_bytes]


class FakeExtraction:
    """Says of files what the test has it say; of others that they are pictures, or no text."""

    def __init__(self) -> None:
        self.found: dict[bytes, Extracted] = {}
        self.near: Sequence[str] = ()

    async def extract(self, data: bytes, near: Sequence[str] = ()) -> Extracted:
        self.near = near
        kind = image_type(data)
        return self.found.get(data) or (Picture(data, kind) if kind else Note(NoteCode.FILE_NOT_TEXT))


class FakeTranscription:
    """Hears what the test has it hear, where it is on; an error is raised."""

    def __init__(self) -> None:
        self.is_on = False
        self.says: str | ModelError = ""

    def sending(self) -> Sending:
        return Sending("whisper", SERVER, 0)

    async def transcribe(self, name: str, data: bytes, asker: Asker, sending: Sending) -> str:
        sending.left = True
        if isinstance(self.says, ModelError):
            raise self.says
        sending.characters = len(self.says)
        return self.says


class FakeCommunities:
    """Servers with a language of their own."""

    def __init__(self) -> None:
        self.locales: dict[int, str] = {}

    def preferred_locale(self, guild_id: int) -> str | None:
        return self.locales.get(guild_id)


class FakeOwners:
    """Hear what they are told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def tell(self, about: int, saying: Saying) -> None:
        self.told.append(in_words(saying))


class FakePricing:
    """Takes a millionth of a dollar for a token, of free models none; "secret" ones tell nobody."""

    def price(self, model: str, server: str, usage: Usage, at: datetime) -> int | None:
        if "secret" in model:
            return None
        return 0 if "free" in model else usage.tokens


class FakeLedger:
    """Keeps the newest of each entry."""

    def __init__(self) -> None:
        self.entries: dict[int, Entry] = {}

    async def record(self, entry: Entry) -> None:
        self.entries[entry.id] = entry

    async def begin(self, entry: Entry, counted: Collection[Counted], admits: Admits) -> Entry:
        self.entries[entry.id] = entry
        return entry

    async def settled(self, counted: Collection[Counted]) -> Mapping[Counted, Sum]:
        return dict.fromkeys(counted, Sum())

    async def keep(self, kept: KeptSum) -> None: ...

    async def kept(self, hash_: str, since: datetime) -> Sum:
        return Sum()

    async def sum(self, scope: Scope, since: datetime, until: datetime | None = None) -> Sum:
        return Sum()

    async def sums(self, scope: Scope, since: datetime, by: By) -> Mapping[str, Sum]:
        return {}


class FakeModeration:
    """Flags texts that hold certain words, where it is on; an error is raised."""

    def __init__(self) -> None:
        self.is_on = False
        self.words: dict[str, str] = {}
        self.judged: list[Sequence[str]] = []
        self.fails: Exception | None = None
        self.takes_pictures = True
        self.may_judge: asyncio.Event | None = None

    def sending(self) -> Sending:
        return Sending("guard", "http://guard", 0)

    async def judge(self, said: Sequence[Said], sending: Sending) -> Sequence[tuple[str, ...] | None]:
        texts = [str(one) for one in said]
        self.judged.append(texts)
        if self.may_judge is not None:
            await self.may_judge.wait()
        if self.fails is not None:
            raise self.fails
        return [
            tuple(kind for word, kind in self.words.items() if word in text)
            if self.takes_pictures or isinstance(one, str)
            else None
            for one, text in zip(said, texts, strict=True)
        ]


class NoFacts:
    """Forgets at once."""

    async def read(self, name: str) -> str | None:
        return None

    async def write(self, name: str, value: str, guild_id: int | None = None) -> None: ...

    async def change(self, name: str, value: str, guild_id: int | None = None) -> bool:
        return True

    async def first(self, name: str, value: str) -> str:
        return value


class NoLimits:
    """Sets none."""

    async def of(self, guild_id: int) -> OwnLimits:
        return OwnLimits()

    async def guilds(self) -> Sequence[int]:
        return ()

    async def put(self, key: ChannelKey, actor: int, of: tuple[Whose, int], limit: Limit | None) -> None: ...


def unlimited(clock: FakeClock) -> Budgets:
    """Return budgets without a limit."""
    ledger = FakeLedger()
    kept = Kept(ledger, Leftover(ledger, NoFacts()))
    return Budgets(kept, Servers(NoLimits(), FakeMembership()), clock, Spending())


class FakeCounter:
    """Counts four characters a token; models called "old-…" have another encoding with three."""

    async def ready(self, model: str) -> None: ...

    def count(self, text: str, model: str) -> int:
        return -(-len(text) // (3 if plain_name(model).startswith("old-") else 4))

    async def count_large(self, text: str, model: str) -> int:
        return self.count(text, model)

    def pieces(self, text: str, model: str) -> Sequence[bytes]:
        return [text[at : at + 4].encode() for at in range(0, len(text), 4)]


class FakeCatalog:
    """Knows models by what their names say: blind, old, strange, small; and the windows that were learned."""

    def __init__(self) -> None:
        self.windows: dict[str, int] = {}
        self.gone: set[str] = set()

    async def look_up(self, model: str) -> None: ...

    async def learn_window(self, model: str, tokens: int, why: str) -> None:
        self.windows[model] = tokens

    def learn_gone(self, model: str) -> None:
        self.gone.add(model)

    def facts(self, model: str) -> ModelFacts:
        return ModelFacts(
            name=model,
            encoding="cl100k_base" if plain_name(model).startswith("old-") else "o200k_base",
            encoding_known="strange" not in model,
            context_window=self.windows.get(model, 300 if "small" in model else None),
            image_rule=None if "blind" in model else TileRule(base=10, tile=20),
            gone=model in self.gone,
        )
