"""What is known of a shard's places, and done there, as long as they are served and no longer."""

import asyncio
from dataclasses import replace

import pytest

from bot.chat.conversation.queue import Job
from bot.chat.conversation.reconciliation import snowflake
from bot.chat.rights import Member, Permission
from bot.chat.shards.served import Served
from bot.chat.upkeep import missed
from bot.errors import MemoryFull
from bot.rules.admission.access import Kind, Listed, Lists
from bot.rules.model import ChannelKey, Speaker
from bot.rules.places.shards import ShardId
from bot.rules.prompting.situation import PlaceKind, Told, Whereabouts
from tests.chat.heart import ALL, MODERATOR, ROOM, THREAD, Heart, beating, started_again

ADMIN = Member(MODERATOR, "Olivia", frozenset({Permission.MANAGE_GUILD}))
SECOND = ShardId(1, 2)
ON_SECOND = ChannelKey(70, guild_id=1 << 22)
READ_AS = 1  # the shard of any server, as the reader has it
THERE = Whereabouts("Parley", PlaceKind.TEXT, channel="general")


@pytest.fixture
async def held(heart: Heart) -> Heart:
    """Return a process that holds the only shard."""
    await heart.services.holding.take(ALL)
    return heart


async def test_what_another_process_has_set_meanwhile_holds(held: Heart) -> None:
    holding, languages, access = held.services.holding, held.services.languages, held.services.access
    await access.put(ROOM, ADMIN, Listed(Kind.USER, 5), allowed=False)
    await languages.put(ROOM, ADMIN, "ko")
    await holding.leave(ALL)
    async with started_again(held) as other:
        await other.services.holding.take(ALL)
        await other.services.access.clear(ROOM, ADMIN)
        await other.services.access.put(ROOM, ADMIN, Listed(Kind.USER, 6), allowed=False)
        await other.services.languages.put(ROOM, ADMIN, None)
        await other.store.places.change(THREAD, MODERATOR, guild_wide=False, auto=True)
    await holding.take(ALL)

    assert access.of(1) == Lists(denied=frozenset({Listed(Kind.USER, 6)}))
    assert languages.of(ROOM) == "en"
    assert held.services.hearing.listens(THREAD.channel_id, 1)


async def test_what_was_set_for_servers_of_other_shards_stays(held: Heart) -> None:
    languages, access = held.services.languages, held.services.access
    await access.put(ROOM, ADMIN, Listed(Kind.USER, 5), allowed=False)
    await languages.put(ROOM, ADMIN, "ko")
    await held.services.holding.take(SECOND)

    assert (access.of(1), languages.of(ROOM)) == (Lists(denied=frozenset({Listed(Kind.USER, 5)})), "ko")


async def test_a_running_answer_ends_and_what_waits_is_answered_by_whoever_comes_next(held: Heart) -> None:
    gate = asyncio.Event()
    held.completer.will("Well, ", gate, "yes")
    running = await held.say("Hello")
    await held.until(lambda: held.sinks(running) and held.sinks(running)[0].text)
    waiting = await held.say("And me?")
    draining = asyncio.create_task(held.services.holding.drain(ALL, 60))
    await asyncio.sleep(0)
    meanwhile = await held.say("And now?")
    gate.set()
    await draining
    await held.services.holding.leave(ALL)

    assert held.sinks(running)[0].text == "Well, yes"
    assert held.sinks(waiting) == held.sinks(meanwhile) == []
    async with started_again(held) as later:
        for question in (waiting, meanwhile):
            await later.answered(question)
        assert later.sinks(running) == []


async def test_an_answer_that_takes_too_long_is_ended(held: Heart) -> None:
    held.completer.will("Well, ", asyncio.Event())
    running = await held.say("Hello")
    await held.until(lambda: held.sinks(running) and held.sinks(running)[0].text)
    await held.services.holding.drain(ALL, 0)

    assert held.queue.everywhere() == []


async def test_answers_in_places_of_other_shards_go_on(held: Heart) -> None:
    held.completer.will("Well, ", asyncio.Event())
    running = await held.say("Hello")
    await held.until(lambda: held.sinks(running) and held.sinks(running)[0].text)
    await held.services.holding.drain(SECOND, 0)
    there, here = Job(ON_SECOND, 1, 1), await held.say("And me?")

    assert held.queue.submit(there) == 0
    assert held.queue.jobs(ON_SECOND.channel_id) == []
    assert [job.question_message_id for job in held.queue.waiting(ROOM.channel_id)] == [here.message_id]


async def test_a_place_is_answered_again_once_its_shard_is_taken_again(held: Heart) -> None:
    await held.services.holding.drain(ALL, 0)
    await held.services.holding.leave(ALL)
    await held.services.holding.take(ALL)

    assert (await held.ask("Hello")).text == "Answer 1"


def test_a_shard_of_another_number_is_no_longer_given_up() -> None:
    served = Served()
    served.end(ALL)
    served.take(SECOND)

    assert served.begins(ROOM)


async def test_what_was_gathered_is_answered_by_whoever_comes_next(held: Heart) -> None:
    await held.chime_in_everywhere()
    said = await held.say("Hello", mentions_us=False)
    await held.until(lambda: held.clock.sleepers)
    await held.services.holding.leave(SECOND)
    kept = held.clock.sleepers
    await held.services.holding.leave(ALL)
    await asyncio.sleep(0)
    held.clock.pass_time(seconds=60)

    assert (kept, held.sinks(said)) == (1, [])
    async with started_again(held) as later:
        await later.answered(said)


async def test_nothing_is_taken_that_comes_by_a_shard_which_was_given_up(held: Heart) -> None:
    missed = held.services.missed
    await missed.load(ShardId(READ_AS, 2))
    await missed.leave(ShardId(READ_AS, 2))
    stored = await held.store.facts.named("heard")
    await missed.look(READ_AS)
    await missed.save()

    assert missed.of(READ_AS) is None
    assert await held.store.facts.named("heard") == stored


async def test_whoever_hears_a_shard_next_looks_back_to_where_hearing_began_though_nothing_was_said(
    held: Heart,
) -> None:
    """The first one was given up, or killed, before it had looked for anything; others have heard since."""
    await held.services.missed.load(SECOND)
    began = snowflake(held.clock.now())
    held.clock.pass_time(seconds=5)
    async with started_again(held) as other:
        await other.services.holding.take(ShardId(0, 2))
        heard = other.services.missed.of(0)
        assert heard is not None
        heard.hear(snowflake(held.clock.now()))
        await heard.save()

        await other.services.holding.take(SECOND)

        later = other.services.missed.of(SECOND.number)
        assert later is not None
        assert later.mark() <= began


async def test_what_is_being_taken_is_waited_for_and_then_cut_off(
    held: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missed, "TAKING_SECONDS", 0.01)
    ended: list[str] = []

    async def wait(name: str, until: asyncio.Event) -> None:
        try:
            await until.wait()
        finally:
            ended.append(name)

    here = held.tasks.start(wait("here", asyncio.Event()), ROOM)
    there = held.tasks.start(wait("there", asyncio.Event()), ON_SECOND)
    await asyncio.sleep(0)
    await held.services.holding.leave(ShardId(0, 2))

    assert (ended, here.cancelled(), there.done()) == (["here"], True, False)


async def test_a_memory_that_refuses_to_note_what_was_heard_keeps_nobody_from_leaving(
    held: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise MemoryFull

    held.shard(0).hear(held.message("Hello").message_id)
    with monkeypatch.context() as patch:
        patch.setattr(type(held.store.facts), "write", refuse)
        await held.services.holding.leave(ALL)

    assert held.screen.forgotten == [ALL]


async def test_what_was_left_is_repaired_once_a_shard_is_heard_and_only_its_own(held: Heart) -> None:
    await held.services.holding.drain(ALL, 0)
    said = [await held.say("Hello", key=key) for key in (ROOM, ON_SECOND)]
    async with started_again(held, shard=SECOND) as later:
        await later.answered(said[1])
        holding = later.services.holding
        await holding.take(ShardId(0, 2))
        holding.ready(0, 7)
        await later.answered(said[0])
        holding.ready(0, 7)
        await later.until(lambda: not later.queue.everywhere())

        assert [len(later.sinks(one)) for one in said] == [1, 1]


async def test_only_places_of_a_shard_that_is_heard_can_be_found_gone(held: Heart) -> None:
    for key in (ROOM, ON_SECOND):
        await held.ask("Hello", key=key)
    held.reader.left = {1, 1 << 22}
    await held.services.holding.departures.run(7, SECOND)

    assert await held.words(ROOM) == ["Hello", "Answer 1"]
    assert await held.words(ON_SECOND) == []


async def test_what_bots_asked_and_what_places_were_called_is_forgotten() -> None:
    bot = Speaker(300, "Robot", "robot_1")
    async with beating(situation=Told.ALL) as heart:
        heart.reader.surroundings[ROOM.channel_id] = replace(THERE, server="Somewhere")
        await heart.services.holding.take(ALL)
        for number in range(3):
            await heart.ask(f"Number {number}", speaker=bot, from_bot=True)
        limited = heart.services.hearing.listens(ROOM.channel_id, 1)
        heart.reader.surroundings[ROOM.channel_id] = replace(THERE, server="Elsewhere")
        await heart.services.holding.leave(SECOND)
        still = heart.services.hearing.listens(ROOM.channel_id, 1)
        await heart.services.holding.leave(ALL)
        await heart.services.holding.take(ALL)
        forgotten = heart.services.hearing.listens(ROOM.channel_id, 1)
        await heart.ask("And now?")

        assert (limited, still, forgotten) == (True, True, False)
        assert "Elsewhere" in str(heart.completer.last)


async def test_nothing_goes_on_looking_for_what_is_gone_in_a_shard_that_is_given_up(held: Heart) -> None:
    await held.ask("Hello")
    held.services.holding.ready(ALL.number, 7)
    await held.until(lambda: held.clock.sleepers == 1)  # a channel out of sight was asked for
    await held.services.holding.leave(ALL)

    assert held.clock.sleepers == 0
