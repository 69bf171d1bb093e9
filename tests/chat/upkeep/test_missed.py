"""What was said while nobody listened, and up to where was heard."""

import asyncio
import json
import logging
from collections.abc import Sequence
from functools import partial

import pytest

from bot.chat.conversation.reconciliation import snowflake
from bot.chat.upkeep import heard as module
from bot.chat.upkeep.heard import FACT
from bot.chat.upkeep.missed import SAVED_EVERY
from bot.errors import MemoryLocked
from bot.rules.model import ChannelKey, Incoming
from bot.rules.places.shards import ShardId
from tests.chat.heart import DIRECT, JOHN, MARY, OTHER_ROOM, ROOM, THREAD, Heart, started_again

SHARD = 1  # of the guild
SHARDS = (ShardId(0, 2), ShardId(SHARD, 2))


async def nothing() -> None:
    """Do nothing."""


async def heard(heart: Heart, text: str, **details: object) -> Incoming:
    """Have something said while the bot listens."""
    said = heart.message(text, **details)  # type: ignore[arg-type]
    await heart.shard(heart.reader.shard(said.key)).take(
        said.key, said.message_id, partial(heart.inbox.receive, said)
    )
    return said


def unheard(heart: Heart, text: str, key: ChannelKey = ROOM, **details: object) -> Incoming:
    """Have something said that only Discord knows of."""
    said = heart.message(text, key=key, **details)  # type: ignore[arg-type]
    heart.reader.channels[key.channel_id].append(said)
    return said


async def listen(heart: Heart, *shards: int) -> None:
    """Begin sessions, and be ready."""
    for shard in SHARDS:
        await heart.services.missed.load(shard)
    for number in shards or (0, SHARD):
        heart.shard(number).lose()
    for number in (0, SHARD):
        await heart.services.missed.look(number)


@pytest.fixture
async def listening(heart: Heart) -> Heart:
    """Return a bot that listens, and has been spoken to in a channel and directly."""
    await listen(heart)
    for key in (ROOM, DIRECT):
        await heart.answered(await heard(heart, "Hello", key=key))
    await heart.services.missed.save()
    return heart


async def saved(heart: Heart) -> dict[str, int]:
    stored: dict[str, int] = {}
    for one in (await heart.store.facts.named(FACT)).values():
        stored |= json.loads(one)
    return stored


async def test_at_the_very_first_start_nothing_is_read(heart: Heart) -> None:
    unheard(heart, "Before", at=heart.clock.now())
    heart.clock.pass_time(minutes=5)
    await heart.services.missed.save()
    await listen(heart)

    assert heart.reader.looked == []


async def test_what_was_missed_is_answered_in_channels_and_direct_messages(listening: Heart) -> None:
    asked = [unheard(listening, "And?", ROOM), unheard(listening, "And?", DIRECT)]
    async with started_again(listening) as later:
        await listen(later)
        for question in asked:
            await later.answered(question)

        assert await later.words(ROOM) == ["Hello", "Answer 1", "And?", "Answer 2"]
        assert {key for key, _ in later.reader.looked} == {ROOM, DIRECT}


async def test_a_direct_conversation_that_nobody_knew_is_looked_at_once_when_something_is_said_there(
    listening: Heart,
) -> None:
    new = ChannelKey(DIRECT.channel_id + 1)
    missed = unheard(listening, "Hello?", new, speaker=MARY)
    async with started_again(listening) as later:
        await listen(later)
        for text in ("Are you there?", "And now?"):
            await later.answered(await heard(later, text, key=new, speaker=MARY))
        await later.answered(missed)

        assert (await later.words(new))[::2] == ["Hello?", "Are you there?", "And now?"]
        assert [key for key, _ in later.reader.looked].count(new) == 1


async def test_what_was_heard_is_not_taken_twice(listening: Heart) -> None:
    said = await heard(listening, "Again?")
    listening.reader.channels[ROOM.channel_id].append(said)
    await listening.answered(said)
    async with started_again(listening) as later:  # which was killed before it noted what it had heard
        await listen(later)

        assert later.screen.sinks == []
        assert (ROOM, False) in later.reader.looked


async def test_what_was_missed_in_a_thread_gets_one_answer(listening: Heart) -> None:
    await listening.answered(await heard(listening, "Hello", key=THREAD))
    await listening.services.missed.save()
    one, two = (unheard(listening, text, THREAD, mentions_us=False) for text in ("One", "Two"))
    async with started_again(listening) as later:
        await listen(later)
        await later.until(lambda: later.clock.sleepers)
        later.clock.pass_time(seconds=10)
        await later.answered(two)

        assert later.sinks(one) == []
        assert later.completer.last[-2:] == [("user", "John: One"), ("user", "John: Two")]


async def test_a_server_of_which_discord_tells_later_is_looked_through_then(listening: Heart) -> None:
    asked = unheard(listening, "And?", ROOM)
    async with started_again(listening) as later:
        later.reader.outages = {ROOM.guild_id or 0}
        await listen(later)
        await heard(later, "Hello", key=DIRECT)
        assert not later.sinks(asked)

        later.reader.outages.clear()
        await later.shard(SHARD).look_at(ROOM.guild_id or 0)
        await later.shard(SHARD).look_at(ROOM.guild_id or 0)
        await later.answered(asked)

        assert later.shard(SHARD).absent == {}
        assert [key for key, _ in later.reader.looked if not key.is_dm] == [ROOM]


async def test_a_server_is_looked_for_from_where_it_was_heard_though_sessions_came_between(
    listening: Heart,
) -> None:
    asked = unheard(listening, "And?", ROOM)
    async with started_again(listening) as later:
        later.reader.outages = {ROOM.guild_id or 0}
        await listen(later)
        later.shard(SHARD).hear(asked.message_id + 1)
        later.shard(SHARD).lose()
        await later.services.missed.look(SHARD)
        later.reader.outages.clear()
        await later.shard(SHARD).look_at(ROOM.guild_id or 0)

        await later.answered(asked)


async def test_only_the_last_minutes_are_looked_through(listening: Heart) -> None:
    old = unheard(listening, "Old")
    listening.clock.pass_time(minutes=20)
    new = unheard(listening, "New", message_id=snowflake(listening.clock.now()))
    async with started_again(listening) as later:
        await listen(later)
        await later.answered(new)

        assert later.sinks(old) == []


async def test_many_messages_are_read_page_by_page_and_no_further_than_the_limit(
    listening: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_REQUESTS", 3)
    listening.reader.page = 2
    for number in range(9):
        unheard(listening, str(number), mentions_us=False)
    await listening.chime_in_everywhere()
    async with started_again(listening) as later:
        later.reader.page = 2
        await listen(later, SHARD)

        assert await later.words() == ["Hello", "Answer 1", *map(str, range(6))]


async def test_what_can_not_be_answered_is_remembered(listening: Heart) -> None:
    unheard(listening, "And?")
    async with started_again(listening) as later:
        later.reader.missing = ["send_messages"]
        await listen(later)

        assert await later.words() == ["Hello", "Answer 1", "And?"]
        assert later.screen.sinks == []


async def test_a_place_that_can_not_be_taken_holds_up_no_other(
    listening: Heart, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    unheard(listening, "And?")
    direct = unheard(listening, "And?", DIRECT)
    async with started_again(listening) as later:
        receive = later.inbox.receive

        async def broken(said: Incoming, missing: Sequence[str], *, late: bool) -> None:
            if said.key == ROOM:
                raise RuntimeError("a bug of ours")
            await receive(said, missing, late=late)

        monkeypatch.setattr(later.inbox, "receive", broken)
        await listen(later)
        await later.answered(direct)

        assert any(record.levelno == logging.ERROR for record in caplog.records)
        caplog.clear()


async def held(heart: Heart) -> tuple[asyncio.Event, asyncio.Task[None]]:
    """Have a missed message that can't be read until the event is set."""
    gate = heart.reader.may_fetch = asyncio.Event()
    for shard in SHARDS:
        await heart.services.missed.load(shard)
    heart.shard(SHARD).lose()
    looking = heart.tasks.start(heart.services.missed.look(SHARD))
    return gate, looking


async def test_what_is_said_now_stands_behind_what_was_missed(listening: Heart) -> None:
    missed = unheard(listening, "First", OTHER_ROOM)
    async with started_again(listening) as later:
        gate, looking = await held(later)
        now = being_taken(later, "Second", OTHER_ROOM)
        for _ in range(5):
            await asyncio.sleep(0)
        gate.set()
        await asyncio.gather(now, looking)
        await later.answered(missed)

        assert [text for text in await later.words(OTHER_ROOM) if "Answer" not in text] == ["First", "Second"]
        assert later.reader.looked.count((OTHER_ROOM, False)) == 1


def being_taken(heart: Heart, text: str, key: ChannelKey) -> asyncio.Task[None]:
    """Have something said now."""
    said = heart.message(text, key=key)
    receive = partial(heart.inbox.receive, said)
    return heart.tasks.start(heart.shard(heart.reader.shard(key)).take(key, said.message_id, receive))


async def test_a_place_in_which_something_is_said_now_is_read_at_once(listening: Heart) -> None:
    for key in (ROOM, OTHER_ROOM):
        unheard(listening, "First", key)
    async with started_again(listening) as later:
        gate, looking = await held(later)
        for _ in range(20):
            await asyncio.sleep(0)
        [(first, _)] = later.reader.looked
        other = OTHER_ROOM if first == ROOM else ROOM
        now = being_taken(later, "Second", other)
        for _ in range(5):
            await asyncio.sleep(0)
        looked = list(later.reader.looked)
        gate.set()
        await asyncio.gather(now, looking)

        assert looked == [(first, False), (other, True)]


async def test_nobody_waits_for_ever_for_what_was_missed(
    listening: Heart, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.01)
    unheard(listening, "First")
    async with started_again(listening) as later:
        gate, looking = await held(later)
        await heard(later, "Second")
        stored = await later.words()
        gate.set()
        await looking

        assert stored[2] == "Second"
        assert "could not be looked through in time" in caplog.text


async def test_what_is_still_being_taken_has_not_been_heard(heart: Heart) -> None:
    await listen(heart)
    gate = asyncio.Event()
    first, second = heart.message("One"), heart.message("Two")

    async def wait() -> None:
        await gate.wait()

    async def fail() -> None:
        raise RuntimeError("a bug of ours")

    taking = asyncio.create_task(heart.shard(SHARD).take(ROOM, first.message_id, wait))
    await asyncio.sleep(0)
    await heart.shard(SHARD).take(ROOM, second.message_id, nothing)
    await heart.services.missed.save()
    before = await saved(heart)
    gate.set()
    await taking
    with pytest.raises(RuntimeError):
        await heart.shard(SHARD).take(ROOM, second.message_id, fail)
    await heart.services.missed.save()

    assert before[str(SHARD)] == first.message_id - 1
    assert (await saved(heart))[str(SHARD)] == second.message_id


async def test_what_a_shutdown_cuts_off_has_not_been_heard(heart: Heart) -> None:
    await listen(heart)
    said = heart.message("One")

    async def wait() -> None:
        await asyncio.Event().wait()

    taking = asyncio.create_task(heart.shard(SHARD).take(ROOM, said.message_id, wait))
    await asyncio.sleep(0)
    taking.cancel()
    await asyncio.wait([taking])
    await heart.services.missed.save()

    assert (await saved(heart))[str(SHARD)] == said.message_id - 1


async def test_a_lost_session_has_heard_no_more_than_before_until_it_is_looked_through(heart: Heart) -> None:
    await listen(heart)
    await heard(heart, "One")
    heart.shard(SHARD).lose()
    heart.shard(SHARD).hear(snowflake(heart.clock.now()) * 2)
    await heart.services.missed.save()
    kept = (await saved(heart))[str(SHARD)]
    await heart.services.missed.look(SHARD)
    await heart.services.missed.save()

    assert kept < (await saved(heart))[str(SHARD)]


async def test_a_session_that_is_lost_while_another_gap_is_looked_for_is_waited_for(
    listening: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with started_again(listening) as later:
        direct = later.store.places.direct

        async def lost_meanwhile() -> Sequence[ChannelKey]:
            later.shard(0).lose()
            return await direct()

        with monkeypatch.context() as patch:
            patch.setattr(later.store.places, "direct", lost_meanwhile)
            await listen(later)
        missed = unheard(later, "First", DIRECT)
        now = being_taken(later, "Second", DIRECT)
        await later.services.missed.look(0)
        await now
        await later.answered(missed)

        assert [text for text in await later.words(DIRECT) if "Answer" not in text][-2:] == [
            "First",
            "Second",
        ]


async def test_nobody_overtakes_who_waits_for_what_was_missed(heart: Heart) -> None:
    await listen(heart)
    shard, order = heart.shard(SHARD), []

    async def take(name: str) -> None:
        order.append(name)

    shard.lose()
    tasks = [heart.tasks.start(shard.follow(ROOM, partial(take, "First")))]
    await asyncio.sleep(0)
    assert shard._gap is not None
    known = shard._gap.set

    def just_before_it_is_known() -> None:
        tasks.append(heart.tasks.start(shard.follow(ROOM, partial(take, "Second"))))
        known()

    shard._gap.set = just_before_it_is_known  # type: ignore[method-assign]
    await heart.services.missed.look(SHARD)
    await asyncio.gather(*tasks)

    assert order == ["First", "Second"]


async def test_a_shard_that_was_never_heard_begins_where_the_others_are(listening: Heart) -> None:
    asked = unheard(listening, "And?", speaker=MARY)
    await listening.store.facts.write(FACT, json.dumps({"7": asked.message_id - 1}))
    async with started_again(listening) as later:
        await listen(later)
        await later.answered(asked)

        assert later.sinks(asked)[0].text == "Answer 1"


async def test_it_is_noted_every_few_seconds_what_was_heard(heart: Heart) -> None:
    await listen(heart)
    heart.tasks.start(heart.services.missed.keep_saving())
    await heart.until(lambda: heart.clock.sleepers)
    said = await heard(heart, "One", speaker=JOHN)
    heart.clock.pass_time(seconds=SAVED_EVERY)
    await heart.until(lambda: heart.clock.sleepers)

    assert (await saved(heart))[str(SHARD)] == said.message_id


async def test_a_memory_that_refuses_lets_what_is_said_now_be_answered_at_once(
    listening: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = unheard(listening, "And?", ROOM)

    async def refuse() -> Sequence[ChannelKey]:
        raise MemoryLocked()

    async with started_again(listening) as later:
        monkeypatch.setattr(later.store.places, "direct", refuse)
        await listen(later)
        await later.answered(asked)
        async with asyncio.timeout(module.PATIENCE_SECONDS / 2):
            await later.answered(await heard(later, "Now?", key=DIRECT))
