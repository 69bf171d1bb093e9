"""Answers ended from outside: stopped, deleted, cut off by a shutdown."""

import asyncio

from bot.chat.conversation.queue import StopReason
from bot.chat.ports import Ending
from bot.rules.model import AttachmentRef, State
from bot.texts import members
from tests.chat.heart import ROOM, Heart, ending, under_way
from tests.support.fakes import completion

PICTURE = AttachmentRef(1, "cat.png", "https://cdn.discordapp.com/cat.png", 8, "image/png", 64, 64)
PNG = b"\x89PNG\r\n\x1a\n"


async def test_an_answer_is_stopped_at_once_and_the_models_connection_closed(heart: Heart) -> None:
    sink = await under_way(heart, "Well")
    [job] = heart.queue.jobs(ROOM.channel_id)
    job.stop(StopReason.STOPPED, "Mary")
    for _ in range(3):
        await asyncio.sleep(0)

    assert heart.completer.streams == 0
    await heart.until(lambda: sink.ending)
    assert ending(sink) == Ending(State.STOPPED, members.STOPPED_BY.format(name="Mary"))
    assert await heart.words() == ["Hello", "Well"]


async def test_an_answer_can_be_stopped_before_its_first_word(heart: Heart) -> None:
    heart.completer.will(asyncio.Event())
    question = await heart.say("Hello")
    await heart.asked_the_model()
    heart.queue.jobs(ROOM.channel_id)[0].stop(StopReason.STOPPED, "Mary")
    answer = await heart.answered(question)

    assert ending(answer) == Ending(State.CANCELLED, members.STOPPED_BEFORE_TEXT.format(name="Mary"))
    assert await heart.words() == ["Hello"]


async def test_an_answer_whose_message_is_gone_asks_no_more_of_the_model(heart: Heart) -> None:
    sink = await under_way(heart, "Well")
    sink.gone()
    await heart.until(lambda: sink.ending)

    assert heart.completer.streams == 0


async def test_a_shutdown_marks_what_it_cuts_off(heart: Heart) -> None:
    sink = await under_way(heart, "Well")
    await heart.queue.drain(0)

    assert ending(sink) == Ending(State.INTERRUPTED, str(members.INTERRUPTED))


async def test_a_shutdown_before_the_first_word_says_so(heart: Heart) -> None:
    heart.completer.will(asyncio.Event())
    question = await heart.say("Hello")
    await heart.asked_the_model()
    await heart.queue.drain(0)

    assert ending(heart.sinks(question)[0]) == Ending(State.FAILED, str(members.INTERRUPTED_BEFORE_TEXT))


async def test_a_shutdown_lets_running_answers_finish(heart: Heart) -> None:
    gate = asyncio.Event()
    heart.completer.will("Well", gate, ", yes", completion())
    question = await heart.say("Hello")
    await heart.asked_the_model()
    draining = asyncio.create_task(heart.queue.drain(60))
    await asyncio.sleep(0)
    gate.set()
    await draining

    assert heart.sinks(question)[0].text == "Well, yes"
    assert ending(heart.sinks(question)[0]).state is State.COMPLETE


async def test_an_answer_deleted_before_its_message_was_known_here_is_forgotten(heart: Heart) -> None:
    gate = asyncio.Event()
    heart.completer.will("Well", gate, completion())
    question = await heart.say("Hello")
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)
    sink = heart.sinks(question)[0]
    sink.message_ids = (heart.message("").message_id,)
    await heart.delete(*sink.message_ids)
    gate.set()
    await heart.answered(question)

    assert await heart.words() == ["Hello"]


async def test_a_question_that_went_while_it_waited_is_not_begun(heart: Heart) -> None:
    gate = asyncio.Event()
    heart.completer.will("Well", gate, completion())
    first = await heart.say("Hello")
    await heart.asked_the_model()
    waiting = await heart.say("And me?")
    await heart.store.turns.forget([waiting.message_id])
    gate.set()
    await heart.answered(first)
    await heart.ask("And now?")

    assert heart.sinks(waiting) == []


async def test_a_question_deleted_before_its_request_was_made_is_not_asked(heart: Heart) -> None:
    heart.reader.may_fetch = asyncio.Event()
    question = await heart.say("Look", attachments=(PICTURE,))
    await heart.until(lambda: heart.sinks(question))
    await heart.store.turns.forget([question.message_id])
    heart.reader.may_fetch.set()
    answer = await heart.answered(question)

    assert ending(answer) == Ending(State.GONE)  # nothing was on the screen, and nobody waits any more
    assert heart.completer.requests == []


async def test_the_files_of_a_stopped_question_are_still_read_for_the_next_one(heart: Heart) -> None:
    heart.reader.files[PICTURE.id] = PNG
    heart.reader.may_fetch = asyncio.Event()
    question = await heart.say("What is this?", attachments=(PICTURE,))
    await heart.until(lambda: heart.sinks(question))
    [job] = heart.queue.jobs(ROOM.channel_id)
    job.stop(StopReason.STOPPED, "John")
    await heart.answered(question)
    heart.reader.may_fetch.set()
    assert job.files_read is not None
    await job.files_read

    assert (await heart.turns())[0].parts[0].data == PNG
