"""What one process does holds in another through the memory alone: two assemblies over one store."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from bot.chat.asides.hooks import LASTS, Hook
from bot.chat.clearing import ResetOrder
from bot.chat.completions import Asker
from bot.chat.rights import Member, Permission
from bot.rules.admission.access import Kind, Listed, Lists
from bot.rules.model import State
from bot.rules.places.asides import aside
from bot.rules.spending.bounds import Whose
from bot.settings.forms import ServerUrl
from bot.settings.spending import Limit, Per, Spending, Unit
from bot.store.people import SqlPeople
from bot.store.store import open_store
from tests.chat.heart import (
    ALL,
    JOHN,
    MARY,
    MODERATOR,
    OTHER_ROOM,
    ROOM,
    Heart,
    beating,
    ending,
    started_again,
)
from tests.support import postgres
from tests.support.fakes import LIMIT_SECONDS, completion
from tests.support.statements import recorded

DAY = Limit(300, Unit.TOKENS, Per.DAY)


@pytest.fixture
def postgresql() -> ServerUrl:
    return postgres.emptied()


@asynccontextmanager
async def beside(heart: Heart, url: ServerUrl) -> AsyncIterator[Heart]:
    """Start another process, which has nothing but the database in common with a first one."""
    async with open_store(url, heart.clock.now) as store:
        other = Heart(store, heart.clock, heart.happenings)
        try:
            yield other
        finally:
            await other.close()


@pytest.mark.skipif(not postgres.is_there(), reason=postgres.NONE_FOUND)
async def test_what_is_set_reset_and_limited_in_one_process_holds_with_the_next_question_in_another(
    postgresql: ServerUrl,
) -> None:
    async with beating() as first, beside(first, postgresql) as heart, beside(first, postgresql) as other:
        for one in (heart, other):
            await one.services.holding.take(ALL)
        await other.ask("My name is Ada")
        await heart.store.places.change(ROOM, MODERATOR, guild_wide=True, persona="Be a pirate.")
        await heart.store.people.ignore(MARY.id, True)
        await other.ask("Who am I?")
        before = other.completer.requests[-1].messages
        await heart.store.resets.reset(ResetOrder(ROOM), MODERATOR)
        await other.say("Nobody hears this", MARY, speaks_to_others=True, mentions_us=False)
        await other.ask("And now?")
        after = other.completer.requests[-1].messages
        await heart.store.limits.put(ROOM, MODERATOR, (Whose.SERVER, 0), Limit(1, Unit.TOKENS, Per.DAY))
        limited = ending(await other.ask("One more?"))

        assert "Be a pirate." in str(before)
        assert "Ada" in str(before)
        assert "Ada" not in str(after)
        assert "Nobody" not in str(after)
        assert limited.note.startswith("This server's limit of 1 token a day")


@pytest.mark.skipif(not postgres.is_there(), reason=postgres.NONE_FOUND)
async def test_what_is_kept_of_a_server_is_read_by_whoever_takes_its_shard(postgresql: ServerUrl) -> None:
    admin = Member(MODERATOR, "Olivia", frozenset({Permission.MANAGE_GUILD}))
    async with beating() as first, beside(first, postgresql) as heart, beside(first, postgresql) as other:
        await heart.services.holding.take(ALL)
        await heart.services.languages.put(ROOM, admin, "ko")
        await heart.services.access.put(ROOM, admin, Listed(Kind.USER, 5), allowed=False)
        await heart.store.places.change(ROOM, MODERATOR, guild_wide=False, auto=True)
        await heart.services.holding.leave(ALL)
        await other.services.holding.take(ALL)

        assert other.services.languages.of(ROOM) == "ko"
        assert other.services.access.of(ROOM.guild_id or 0) == Lists(denied=frozenset({Listed(Kind.USER, 5)}))
        assert other.services.hearing.listens(ROOM.channel_id, ROOM.guild_id or 0)


async def test_answers_to_whoever_had_their_data_deleted_elsewhere_end_and_others_go_on() -> None:
    async with beating() as heart, started_again(heart) as other:
        other.completer.will("Well", asyncio.Event())
        johns = await other.say("Hello")
        await other.asked_the_model()
        go_on = asyncio.Event()
        other.completer.will("Well", go_on, completion())
        marys = await other.say("Hi", MARY, OTHER_ROOM)
        await other.asked_the_model(2)
        await other.commands.privacy.catch_up()
        before = len(other.queue.everywhere())
        [of_john] = other.queue.jobs(ROOM.channel_id)
        await heart.commands.privacy.delete(JOHN.id, ROOM)
        await other.commands.privacy.catch_up()
        async with asyncio.timeout(LIMIT_SECONDS):
            await of_john.ended.wait()
        go_on.set()

        assert before == 2
        assert ending(await other.answered(marys)).state is State.COMPLETE
        assert await heart.store.questions.find(johns.message_id) is None


async def test_what_a_process_that_has_ended_was_asked_where_the_bot_is_no_member_another_answers() -> None:
    key, mine = aside(JOHN.id, ROOM, elsewhere=True), aside(MARY.id, ROOM, elsewhere=False)
    async with beating() as heart, started_again(heart) as other, started_again(heart) as third:
        heart.store.hooks.process = 1  # there is none
        until = heart.clock.now() + LASTS
        for place, speaker in ((key, JOHN), (mine, MARY)):
            heart.completer.will("Well", asyncio.Event())
            question = await heart.say("Hello", speaker, place)
            await heart.hooks.keep(question.message_id, Hook(question.message_id, "token", until, alone=True))
            await heart.until(lambda: heart.screen.sinks and heart.screen.sinks[-1].text)
            await heart.screen.sinks[-1].appear("Well")
        waiting = await heart.say("And?", JOHN, key)
        await heart.hooks.keep(waiting.message_id, Hook(2, "token", until, alone=True))
        for one in (other, third):
            await one.services.elsewhere.catch_up()
        answer = await other.answered(waiting)
        [ended] = [sink for sink in other.screen.sinks if sink is not answer]

        assert ending(ended).state is State.INTERRUPTED
        assert ending(answer).state is State.COMPLETE
        assert other.hooks.of(waiting.message_id) is not None
        assert third.screen.sinks == []


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_deletion_by_a_machine_whose_clock_is_an_hour_off_is_heard_of_once(hours: int) -> None:
    def theirs() -> datetime:
        return heart.clock.now() + timedelta(hours=hours)

    async with beating() as heart:
        heart.completer.will("Well", asyncio.Event())
        await heart.say("Hello")
        await heart.asked_the_model()
        await heart.commands.privacy.catch_up()
        await SqlPeople(heart.store.people._database, theirs).delete(JOHN.id)
        [job] = heart.queue.jobs(ROOM.channel_id)
        await heart.commands.privacy.catch_up()
        async with asyncio.timeout(LIMIT_SECONDS):
            await job.ended.wait()
        heart.completer.will("Well", asyncio.Event())
        await heart.say("And now?")
        await heart.asked_the_model(2)
        with recorded() as made:
            await heart.commands.privacy.catch_up()

        assert len(made) == 1  # whose questions are there is not looked up again


async def test_what_was_spent_elsewhere_counts_and_a_limit_set_elsewhere_holds() -> None:
    spending = Spending(limit_person=DAY)
    async with beating(spending=spending) as heart, started_again(heart, spending=spending) as other:
        while ending(await heart.ask("Hi")).state is State.COMPLETE:
            pass
        refused = ending(await other.ask("Hi"))
        await heart.store.limits.put(ROOM, MODERATOR, (Whose.SERVER, 0), Limit(1, Unit.TOKENS, Per.DAY))
        of_server = ending(await other.ask("Hi", MARY, OTHER_ROOM))

        assert refused.note.startswith("Your limit of 300 tokens a day")
        assert of_server.note.startswith("This server's limit of 1 token a day")


async def test_a_request_waits_for_what_another_process_has_under_way() -> None:
    spending = Spending(limit_total=Limit(220, Unit.TOKENS, Per.DAY))
    async with beating(spending=spending) as heart, started_again(heart, spending=spending) as other:
        held = asyncio.Event()
        heart.completer.will("Well", held, completion())
        first = await heart.say("Hi")
        await heart.asked_the_model()
        second = await other.say("Hi", MARY, OTHER_ROOM)
        await other.until(lambda: other.sinks(second))
        held.set()
        states = [ending(await one.answered(said)).state for one, said in ((heart, first), (other, second))]

        assert states == [State.COMPLETE, State.COMPLETE]


async def test_what_is_told_once_is_told_by_one_of_them() -> None:
    spending = Spending(limit_total=Limit(230, Unit.TOKENS, Per.DAY))
    async with beating(spending=spending) as heart, started_again(heart, spending=spending) as other:
        for one in (heart, other):
            await one.services.greetings.load()
        heart.completer.will("Well", completion(prompt_tokens=180))
        await heart.ask("Hi")
        await _told(heart)
        await asyncio.gather(*(one.services.budgets.used(Asker(JOHN.id, ROOM)) for one in (heart, other)))
        await other.ask("Hi", MARY, OTHER_ROOM)
        await _told(other)
        joined = heart.clock.now() + timedelta(seconds=1)
        new = await asyncio.gather(*(one.services.greetings.is_new(7, joined) for one in (heart, other)))

        assert len(heart.owners.told) + len(other.owners.told) == 1
        assert sorted(new) == [False, True]


async def _told(heart: Heart) -> None:
    await asyncio.gather(*heart.tasks._tasks)
