"""The use cases put together over fakes and a real store, and short ways to say things to them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from typing import Any

from bot.chat.asides.hooks import Hooks
from bot.chat.conversation.asking.request import Preview
from bot.chat.conversation.reconciliation import snowflake
from bot.chat.languages import Languages
from bot.chat.ports import Defaults, Ending
from bot.chat.rights import Member, Permission
from bot.chat.services import build
from bot.chat.upkeep.heard import Heard
from bot.chat.world import Ports
from bot.rules.admission.access import HouseRules
from bot.rules.model import Answer, ChannelKey, Incoming, Speaker, Turn
from bot.rules.places.shards import ShardId
from bot.rules.prompting.situation import Told
from bot.store.store import Store, open_store
from tests.support.engine import new_memory
from tests.support.fakes import (
    FakeCatalog,
    FakeClock,
    FakeCommunities,
    FakeCounter,
    FakeExtraction,
    FakeMembership,
    FakeModeration,
    FakeOwners,
    FakePricing,
    FakeReader,
    FakeScreen,
    FakeSink,
    FakeThreads,
    FakeTranscription,
    Happenings,
    ScriptedCompleter,
)

ROOM = ChannelKey(10, guild_id=1)
OTHER_ROOM = ChannelKey(20, guild_id=1)
THREAD = ChannelKey(11, guild_id=1, parent_id=10)
DIRECT = ChannelKey(30)
JOHN = Speaker(100, "John", "john_1")
MARY = Speaker(200, "Mary", "mary_1")
MODERATOR = 900
ALL = ShardId(0, 1)
DEFAULTS = Defaults(
    "gpt-4.1-mini",
    "Be brief.",
    max_prompt_tokens=1_000,
    max_reply_tokens=100,
    models=("gpt-4.1-mini", "gpt-4o", "old-model"),
    situation=Told.OFF,  # prompts are held to the letter; tests of the situation switch it on
)
LATER = 10**12  # in snowflakes: some minutes, so that no clock is doubted

_numbers = count()


def _new_ids(clock: FakeClock) -> Iterator[int]:
    return (snowflake(clock.now()) + LATER + number for number in _numbers)


class Heart:
    """All use cases of one process; another one over the same store is that process started again."""

    def __init__(self, store: Store, clock: FakeClock, happenings: Happenings, **changes: Any) -> None:
        house = changes.pop("house", HouseRules())
        defaults = replace(DEFAULTS, **changes)
        self.store, self.clock, self.happenings = store, clock, happenings
        self.completer = ScriptedCompleter(happenings)
        self._message_ids = _new_ids(clock)
        self.screen = FakeScreen(happenings, self._message_ids)
        self.reader = FakeReader()
        self.extraction = FakeExtraction()
        self.transcription = FakeTranscription()
        self.moderation = FakeModeration()
        self.catalog = FakeCatalog()
        self.pricing = FakePricing()
        self.owners = FakeOwners()
        self.membership = FakeMembership()
        self.hooks = Hooks(store.hooks, clock)
        self.threads = FakeThreads(happenings)
        self.communities = FakeCommunities()
        self.services = services = build(
            Ports(
                memory=store,
                reader=self.reader,
                extraction=self.extraction,
                transcription=self.transcription,
                moderation=self.moderation,
                screen=self.screen,
                completer=self.completer,
                counter=FakeCounter(),
                catalog=self.catalog,
                clock=clock,
                ledger=store.ledger,
                limits=store.limits,
                owners=self.owners,
                pricing=self.pricing,
                completion_json=lambda completion, text: f"{completion.id} {text}",
                defaults=defaults,
                access_lists=store.access,
                membership=self.membership,
                threads=self.threads,
                openings=store.openings,
                languages=Languages(store.facts, store.places, self.communities, "en"),
                hooks=self.hooks,
                house=house,
            )
        )
        self.tasks, self.queue, self.inbox = services.tasks, services.queue, services.inbox
        self.control, self.commands = services.control, services.commands

    async def close(self) -> None:
        """End everything at once, as a killed process would."""
        await self.services.drain(0)
        await self.tasks.close()

    def message(self, text: str, speaker: Speaker = JOHN, key: ChannelKey = ROOM, **details: Any) -> Incoming:
        """Return a message that mentions the bot."""
        details = {"message_id": next(self._message_ids), "mentions_us": True, "may_go_on": True} | details
        return Incoming(
            key=key, speaker=speaker, text=text, created_at=details.pop("at", self.clock.now()), **details
        )

    async def say(
        self, text: str, speaker: Speaker = JOHN, key: ChannelKey = ROOM, **details: Any
    ) -> Incoming:
        """Say something to the bot."""
        said = self.message(text, speaker, key, **details)
        await self.inbox.receive(said)
        return said

    async def ask(
        self, text: str, speaker: Speaker = JOHN, key: ChannelKey = ROOM, **details: Any
    ) -> FakeSink:
        """Say something to the bot and wait for the end of its answer."""
        return await self.answered(await self.say(text, speaker, key, **details))

    async def answered(self, question: Incoming, times: int = 1) -> FakeSink:
        """Wait until a question was answered so many times, and return the newest answer on the screen."""
        sinks = await self.happenings.until(lambda: _ended(self.sinks(question), times))
        for job in self.queue.jobs(question.key.channel_id):
            if job.question_message_id == question.message_id:
                await job.ended.wait()
        return sinks[-1]

    def shard(self, number: int) -> Heard:
        """Return what is known of a shard that is heard."""
        heard = self.services.missed.of(number)
        assert heard is not None
        return heard

    def sinks(self, question: Incoming) -> list[FakeSink]:
        """Return the answers to a question, as far as they are on the screen."""
        return [sink for sink in self.screen.sinks if sink.spot.question_message_id == question.message_id]

    async def until(self, condition: Callable[[], Any]) -> Any:
        """Wait until something holds."""
        return await self.happenings.until(condition)

    async def asked_the_model(self, times: int = 1) -> None:
        """Wait until the model was asked so many times by this process."""
        await self.until(lambda: len(self.completer.requests) >= times)

    async def edit(self, said: Incoming, text: str, **changes: Any) -> Incoming:
        """Edit a message now."""
        edited = replace(said, text=text, **changes)
        await self.inbox.revised(edited, self.clock.now())
        return edited

    async def delete(self, *message_ids: int, key: ChannelKey = ROOM) -> None:
        """Delete messages."""
        await self.inbox.deleted(key, frozenset(message_ids))

    async def turns(self, key: ChannelKey = ROOM) -> tuple[Turn, ...]:
        """Return what a channel's next request would be made of."""
        return (await self.store.turns.window(key.channel_id, None, 100_000)).turns

    async def preview(self, key: ChannelKey = ROOM) -> Preview:
        """Return what a channel's next request would carry."""
        return (await self.commands.counting.channel(key)).preview

    async def words(self, key: ChannelKey = ROOM) -> list[str]:
        """Return the texts of a channel's turns."""
        return [turn.text for turn in await self.turns(key)]

    async def answer_to(self, question: Incoming) -> Answer:
        """Return the answer to a question from memory."""
        answer = await self.store.answers.by_message(question.message_id)
        assert answer is not None
        return answer

    def presser(
        self,
        speaker: Speaker = JOHN,
        *,
        may_manage: bool = False,
        reads_back: bool = False,
        place: ChannelKey = ROOM,
    ) -> tuple[Member, ChannelKey]:
        """Return somebody who presses a button, and where."""
        held = {Permission.MANAGE_MESSAGES} if may_manage else set()
        held |= {Permission.READ_MESSAGE_HISTORY} if reads_back else set()
        return Member(speaker.id, speaker.name, frozenset(held)), place

    async def chime_in_everywhere(self) -> None:
        """Have the bot answer all that is said in the guild."""
        await self.store.places.change(ROOM, MODERATOR, guild_wide=True, auto=True)


def _ended(sinks: list[FakeSink], times: int) -> list[FakeSink]:
    ended = [sink for sink in sinks if sink.ending is not None]
    return ended if len(ended) >= times else []


@asynccontextmanager
async def beating(**changes: Any) -> AsyncIterator[Heart]:
    """Put the use cases together over an empty store; `changes` are those of the defaults."""
    happenings = Happenings()
    clock = FakeClock(happenings)
    async with open_store(new_memory(), clock.now) as store:
        heart = Heart(store, clock, happenings, **changes)
        try:
            yield heart
        finally:
            await heart.close()


@asynccontextmanager
async def started_again(before: Heart, **changes: Any) -> AsyncIterator[Heart]:
    """Start another process over the store that a former one left, and let it repair what is to repair."""
    shard = changes.pop("shard", ALL)
    heart = Heart(before.store, before.clock, before.happenings, **changes)
    heart.reader.channels, heart.reader.files = before.reader.channels, before.reader.files
    heart.moderation.is_on, heart.moderation.words = before.moderation.is_on, before.moderation.words
    try:
        await heart.services.recovery.run(shard)
        for job in heart.queue.everywhere():
            if job.left is not None:
                await job.ended.wait()
        yield heart
    finally:
        await heart.close()


def ending(sink: FakeSink) -> Ending:
    """Return how an answer on the screen ended."""
    assert sink.ending is not None
    return sink.ending


async def under_way(heart: Heart, *said: str) -> FakeSink:
    """Ask something that is answered without an end; return the answer once it has words."""
    heart.completer.will(*said, asyncio.Event())
    question = await heart.say("Hello")
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)
    return heart.sinks(question)[0]
