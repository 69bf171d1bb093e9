"""Deletions: what is gone on Discord is gone from memory, and its answer stopped."""

import asyncio
from typing import Any

import pytest

from bot.chat.clearing import ResetOrder
from bot.chat.conversation.queue import StopReason
from bot.errors import MemoryLocked
from bot.rules.model import AttachmentRef
from bot.texts import members
from tests.chat.heart import DIRECT, MARY, MODERATOR, OTHER_ROOM, ROOM, Heart
from tests.support.fakes import completion

NOTES = AttachmentRef(1, "notes.txt", "https://cdn.discordapp.com/notes.txt", 9, "text/plain")


async def test_a_deleted_message_is_gone_from_memory(heart: Heart) -> None:
    question = await heart.say("My secret")
    await heart.answered(question)
    await heart.delete(question.message_id)
    await heart.ask("What do you know?")

    assert "secret" not in str(heart.completer.last)


async def test_deleting_the_question_stops_its_answer(heart: Heart) -> None:
    heart.completer.will("Well", asyncio.Event())
    question = await heart.say("My secret")
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)
    await heart.delete(question.message_id)
    answer = await heart.answered(question)

    assert heart.completer.streams == 0
    assert answer.ending is not None
    assert answer.ending.note == str(members.QUESTION_GONE)


async def test_deleting_the_answer_stops_it_and_takes_it_out_of_memory(heart: Heart) -> None:
    heart.completer.will("Well", asyncio.Event())
    question = await heart.say("Hello")
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)
    await heart.sinks(question)[0].appear("Well")
    await heart.delete(*heart.sinks(question)[0].message_ids)
    await heart.answered(question)

    assert heart.completer.streams == 0
    assert await heart.words() == ["Hello"]


async def test_deleting_a_waiting_question_takes_it_out_of_the_line(heart: Heart) -> None:
    gate = asyncio.Event()
    heart.completer.will(gate, "Hi", completion())
    first = await heart.say("Hello")
    waiting = await heart.say("My secret", MARY)
    await heart.delete(waiting.message_id)
    gate.set()
    await heart.answered(first)
    await heart.ask("What do you know?")

    assert heart.sinks(waiting) == []
    assert "secret" not in str(heart.completer.last)


async def test_deleting_a_gathered_message_leaves_nothing_to_answer(heart: Heart) -> None:
    await heart.chime_in_everywhere()
    said = await heart.say("My secret", mentions_us=False)
    await heart.until(lambda: heart.clock.sleepers == 1)
    await heart.delete(said.message_id)
    heart.clock.pass_time(seconds=10)
    await heart.ask("Hello")

    assert len(heart.screen.sinks) == 1


async def test_messages_deleted_together_go_together(heart: Heart) -> None:
    questions = [await heart.say(f"Secret {number}") for number in range(3)]
    await heart.answered(questions[-1])
    await heart.delete(*(question.message_id for question in questions))

    assert not any("Secret" in text for text in await heart.words())


async def test_a_message_deleted_while_its_files_are_read_does_not_come_back(heart: Heart) -> None:
    heart.reader.files[NOTES.id] = b"Buy tea.\n"
    heart.reader.may_fetch = asyncio.Event()
    question = await heart.say("Look", attachments=(NOTES,))
    await heart.until(lambda: heart.sinks(question))
    await heart.delete(question.message_id)
    heart.reader.may_fetch.set()
    await heart.answered(question)
    await heart.ask("Hello")

    assert "Buy tea." not in str(heart.completer.last)


async def test_a_deleted_channel_is_forgotten_and_its_answer_stopped(heart: Heart) -> None:
    heart.completer.will("Well", asyncio.Event())
    await heart.say("Hello")
    await heart.asked_the_model()
    await heart.inbox.channel_deleted(ROOM.channel_id)

    assert heart.completer.streams == 0
    assert await heart.words() == []


async def test_a_server_that_is_left_is_forgotten_and_its_answers_stopped(heart: Heart) -> None:
    for _ in range(3):
        heart.completer.will("Well", asyncio.Event())
    for key in (ROOM, OTHER_ROOM, DIRECT):
        await heart.say("Hello", key=key)
    await heart.asked_the_model(3)
    await heart.inbox.guild_left(1)

    assert heart.completer.streams == 1
    assert await heart.words(ROOM) == await heart.words(OTHER_ROOM) == []
    assert await heart.words(DIRECT) == ["Hello"]


async def test_a_reset_in_mid_answer_leaves_neither_question_nor_answer(heart: Heart) -> None:
    heart.completer.will("Well", asyncio.Event())
    question = await heart.say("Hello")
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)
    await heart.queue.stop_channel(ROOM.channel_id, StopReason.RESET)
    await heart.store.resets.reset(ResetOrder(ROOM), MODERATOR)
    answer = await heart.answered(question)
    await heart.ask("What do you know?")

    assert answer.ending is not None
    assert answer.ending.note == str(members.HISTORY_RESET)
    assert heart.completer.last[1:] == [("user", "John: What do you know?")]


async def test_an_answer_whose_question_is_deleted_loses_its_buttons(heart: Heart) -> None:
    first, elsewhere = await heart.ask("Hello"), await heart.ask("Elsewhere", key=OTHER_ROOM)
    newest = await heart.ask("And now?")
    await heart.until(lambda: heart.screen.without_buttons)
    await heart.delete(first.spot.question_message_id)  # which the newest one has taken the buttons of
    await heart.delete(newest.spot.question_message_id)
    await heart.delete(elsewhere.spot.question_message_id, *elsewhere.message_ids, key=OTHER_ROOM)
    await heart.until(lambda: len(heart.screen.without_buttons) > 1)
    await heart.ask("Elsewhere again", key=OTHER_ROOM)

    assert heart.screen.without_buttons == [first.message_ids[-1], newest.message_ids[-1]]


async def test_an_answer_that_is_shown_just_as_its_question_is_deleted_loses_them_after_that(
    heart: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    deleted, finish = asyncio.Event(), heart.store.answers.finish

    async def finished(*given: Any, **named: Any) -> Any:
        await deleted.wait()
        return await finish(*given, **named)

    monkeypatch.setattr(heart.store.answers, "finish", finished)
    question = await heart.say("Hello")
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)
    [job] = heart.control.queue.jobs(ROOM.channel_id)
    await heart.sinks(question)[0].appear("Well")
    await heart.until(lambda: job.is_ending)
    await heart.delete(question.message_id)
    before = list(heart.screen.without_buttons)
    deleted.set()
    await heart.until(lambda: heart.screen.without_buttons)

    assert before == []
    assert job.ended.is_set()
    assert heart.screen.without_buttons == [heart.sinks(question)[0].message_ids[-1]]


async def test_where_memory_does_not_say_what_answers_a_message_it_is_forgotten_all_the_same(
    heart: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(_: object) -> None:
        raise MemoryLocked

    answer = await heart.ask("My secret")
    monkeypatch.setattr(heart.store.questions, "answers_to", refused)
    await heart.delete(answer.spot.question_message_id)

    assert await heart.words() == ["Answer 1"]
