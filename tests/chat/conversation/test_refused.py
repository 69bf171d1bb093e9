"""What people hear while memory refuses, and what memory has afterwards."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from bot.chat.conversation.gathering import TOLD_SECONDS
from bot.chat.ports import Ending
from bot.errors import MemoryRefused
from bot.rules.model import AttachmentRef, ChannelKey, State
from bot.store.connection import database
from bot.texts import members
from tests.chat.heart import JOHN, MARY, OTHER_ROOM, ROOM, Heart, beating, ending, under_way
from tests.support.fakes import completion
from tests.support.refusing import FULL, refusing

ELSEWHERE = ChannelKey(50, guild_id=2)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


@pytest.fixture
async def heart(engine: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Heart]:
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(database, "LONGEST_WAIT", 0.02)
    async with beating() as beats:
        yield beats


async def test_whoever_asks_is_told_why_there_is_no_answer(heart: Heart) -> None:
    async with refusing(heart.store):
        said = [await heart.say("Hello"), await heart.say("Anybody?", MARY)]
    await heart.ask("And now?")

    assert heart.screen.said == [(one.message_id, str(members.MEMORY_READ_ONLY)) for one in said]
    assert await heart.words() == ["And now?", "Answer 1"]


async def test_in_an_auto_channel_that_is_told_once_a_minute(heart: Heart) -> None:
    await heart.chime_in_everywhere()
    async with refusing(heart.store):
        first = await heart.say("Hello", mentions_us=False)
        await heart.say("Anybody?", mentions_us=False)
        heart.clock.pass_time(seconds=TOLD_SECONDS)
        third = await heart.say("Nobody?", mentions_us=False)

    assert [message_id for message_id, _ in heart.screen.said] == [first.message_id, third.message_id]


async def test_what_is_not_for_us_or_can_not_be_answered_is_told_nothing(heart: Heart) -> None:
    async with refusing(heart.store):
        await heart.say("Hello, Mary", mentions_us=False)
        await heart.inbox.receive(heart.message("Hello"), missing=["send_messages"])

    assert heart.screen.said == []


async def test_an_answer_ends_on_the_screen_and_in_memory_by_and_by(heart: Heart) -> None:
    gate = asyncio.Event()
    heart.completer.will("Half ", gate, "and whole", completion())
    question = await heart.say("Hello")
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)
    async with refusing(heart.store):
        gate.set()
        sink = await heart.answered(question)
        await heart.say("And now?")
    answer = await heart.answer_to(question)

    assert (sink.text, ending(sink).state) == ("Half and whole", State.COMPLETE)
    assert heart.screen.said[0][1] == str(members.MEMORY_READ_ONLY)
    assert (answer.text, answer.state, answer.draft) == ("Half and whole", State.COMPLETE, "")
    assert await heart.store.answers.unfinished() == []


async def test_a_question_that_is_not_answered_for_that_waits_no_longer(heart: Heart) -> None:
    first = await under_way(heart, "Long")
    second = await heart.say("And then?")
    async with refusing(heart.store):
        await heart.control.stop(first.spot.answer_id, *heart.presser())
        await heart.until(lambda: heart.screen.said)
    waiting = await heart.store.questions.waiting(heart.clock.now())

    assert heart.screen.said == [(second.message_id, str(members.MEMORY_READ_ONLY))]
    assert waiting == []


async def test_a_picture_that_could_not_be_stored_is_told_under_the_answer(heart: Heart) -> None:
    heart.reader.files[1] = PNG
    heart.reader.may_fetch = asyncio.Event()
    picture = AttachmentRef(1, "cat.png", "https://cdn.example/cat.png", len(PNG), "image/png", 10, 10)
    question = await heart.say("What is this?", attachments=(picture,))
    await heart.until(lambda: heart.sinks(question))
    async with refusing(heart.store):
        heart.reader.may_fetch.set()
        sink = await heart.answered(question)

    assert ending(sink) == Ending(State.FAILED, str(members.MEMORY_READ_ONLY))


async def test_an_edit_that_memory_did_not_take_is_followed_later(heart: Heart) -> None:
    said = await heart.say("Helo")
    answer = await heart.answered(said)
    heart.clock.pass_time(minutes=15)
    async with refusing(heart.store, FULL):
        await heart.store.facts.write("something is kept", "x" * 10_000)
        edited = await heart.edit(said, "Hello", edited_at=heart.clock.now())
    shown = heart.message("Answer 1", message_id=answer.message_ids[0])
    heart.reader.channels[said.key.channel_id] += [edited, shown]
    await heart.ask("And now?")

    assert await heart.words() == ["Hello", "Answer 1", "And now?", "Answer 2"]


async def test_a_deletion_that_memory_did_not_take_is_followed_later(heart: Heart) -> None:
    said = await heart.say("The treasure lies here")
    await heart.answered(said)
    async with refusing(heart.store):
        await heart.delete(said.message_id)

    assert await heart.words() == ["Answer 1"]


async def test_a_channel_and_a_server_that_went_meanwhile_are_forgotten_later(heart: Heart) -> None:
    for key in (ROOM, OTHER_ROOM, ELSEWHERE):
        await heart.ask("Hello", key=key)
    async with refusing(heart.store):
        await heart.inbox.channel_deleted(ROOM.channel_id)
        await heart.inbox.guild_left(2)
    known = [key.channel_id for key in await heart.store.places.known()]
    swept = await heart.store.disposal.purge(heart.clock.now())

    assert known == [OTHER_ROOM.channel_id]
    assert swept == 4


async def test_a_command_is_refused_with_the_cause(heart: Heart) -> None:
    async with refusing(heart.store):
        with pytest.raises(MemoryRefused, match="read-only"):
            await heart.store.people.ignore(JOHN.id, True)

    assert not await heart.store.people.ignored(JOHN.id)


async def test_what_runs_in_the_background_says_it_in_one_line(
    heart: Heart, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    async with refusing(heart.store):
        heart.services.start()
        await heart.until(lambda: heart.clock.sleepers)
        await asyncio.wait([heart.tasks.start(heart.store.people.ignore(JOHN.id, True))])
        await asyncio.sleep(0)

    assert "sweeping the memory was put off" in caplog.text
    assert "background work was not done" in caplog.text
    assert "Traceback" not in caplog.text
