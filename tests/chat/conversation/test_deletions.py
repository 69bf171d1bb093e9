"""Deletions: what is gone on Discord is gone from memory, and its answer stopped."""

import asyncio

from bot.chat.clearing import ResetOrder
from bot.chat.conversation.queue import StopReason
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
