"""What a former process left is finished, given, or marked."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.chat.clearing import ResetOrder
from bot.chat.conversation.queue import Job, JobKind, StopReason
from bot.chat.ports import Ending
from bot.errors import ConnectionCut, KeyRefused, MemoryLocked, ModelNotFound
from bot.rules.endings import ending
from bot.rules.model import Incoming, State
from bot.store.answers import SqlAnswers
from bot.texts import contents, members
from tests.chat.conversation.test_inbox import NOTES
from tests.chat.heart import ALL, MODERATOR, OTHER_ROOM, ROOM, Heart, started_again
from tests.support.fakes import FakeSink, completion


async def writing(heart: Heart, text: str) -> tuple[Incoming, FakeSink]:
    """Have a question's answer on the screen, and more of it to come."""
    heart.completer.will(text, asyncio.Event())
    question = await heart.say("Hello")
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)
    [sink] = heart.sinks(question)
    await sink.appear(text)
    return question, sink


async def test_the_end_of_an_answer_that_could_not_be_shown_is_shown_once_its_place_is_open(
    heart: Heart,
) -> None:
    more = asyncio.Event()
    heart.completer.will("The beginning", more, " and the end.", completion())
    question = await heart.say("Hello")
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)
    [sink] = heart.sinks(question)
    await sink.appear("The beginning")
    sink.is_closed = True
    [job] = heart.queue.everywhere()
    more.set()
    await job.ended.wait()
    for channel in (OTHER_ROOM, ROOM):
        await heart.services.recovery.reopened(channel.channel_id)
        for job in heart.queue.everywhere():
            await job.ended.wait()
    await heart.services.recovery.reopened(ROOM.channel_id)

    assert [one.ending is not None for one in heart.sinks(question)] == [False, True]
    assert heart.sinks(question)[1].text == "The beginning and the end."


async def test_an_answer_that_is_still_written_is_left_to_whoever_writes_it(heart: Heart) -> None:
    question, sink = await writing(heart, "Half an answer")
    await heart.services.recovery.reopened(ROOM.channel_id)

    assert heart.sinks(question) == [sink]
    await heart.queue.drain(0)


async def test_an_end_is_shown_though_its_versions_cant_be_looked_at(
    heart: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise MemoryLocked

    question, _ = await writing(heart, "Well, ")
    monkeypatch.setattr(SqlAnswers, "version", refuse)
    async with started_again(heart) as later:
        [sink] = later.sinks(question)

        assert sink.ending == Ending(State.INTERRUPTED, str(members.INTERRUPTED))


async def test_what_waits_at_a_shutdown_is_answered_after_the_next_start(heart: Heart) -> None:
    heart.completer.will(asyncio.Event())
    await heart.say("Hello")
    await heart.asked_the_model()
    waiting = await heart.say("And me?")
    await heart.queue.drain(0)
    async with started_again(heart) as later:
        answer = await later.answered(waiting)

        assert answer.text == "Answer 1"
        assert later.completer.last[-1] == ("user", "John: And me?")


async def test_what_is_said_during_a_shutdown_is_answered_after_the_next_start(heart: Heart) -> None:
    await heart.queue.drain(0)
    question = await heart.say("Hello")
    async with started_again(heart) as later:
        assert (await later.answered(question)).text == "Answer 1"


async def test_a_gathered_message_is_answered_after_the_next_start(heart: Heart) -> None:
    await heart.chime_in_everywhere()
    said = await heart.say("Hello", mentions_us=False)
    await heart.close()
    async with started_again(heart) as later:
        assert (await later.answered(said)).text == "Answer 1"


async def test_files_that_were_not_read_in_time_are_read_after_the_next_start(heart: Heart) -> None:
    heart.reader.files[NOTES.id] = b"Buy tea.\n"
    heart.reader.may_fetch = asyncio.Event()
    question = await heart.say("What is in it?", attachments=(NOTES,))
    heart.reader.channels[ROOM.channel_id].append(question)
    await heart.close()
    async with started_again(heart) as later:
        answer = await heart.answer_to(question)
        await later.control.regenerate(answer.id, *heart.presser())
        await later.answered(question)

        assert "Buy tea." in later.completer.last[-1][1]


async def test_files_that_were_read_are_not_read_again(heart: Heart) -> None:
    heart.reader.files[NOTES.id] = b"Buy tea.\n"
    heart.completer.will(KeyRefused())
    question = await heart.say("What is in it?", attachments=(NOTES,))
    heart.reader.channels[ROOM.channel_id].append(question)
    await heart.answered(question)
    answer = await heart.answer_to(question)

    await heart.control.regenerate(answer.id, *heart.presser())
    await heart.answered(question, times=2)

    assert heart.completer.last[-1][1].count("Buy tea.") == 1


async def test_a_question_that_has_grown_old_is_not_answered(heart: Heart) -> None:
    await heart.queue.drain(0)
    old = await heart.say("Hello")
    heart.clock.pass_time(minutes=10, seconds=1)
    async with started_again(heart) as later:
        await later.ask("And now?")

        assert later.sinks(old) == []


async def test_a_crash_in_mid_answer_is_completed_with_a_mark(heart: Heart) -> None:
    question, before = await writing(heart, "Well, ")
    async with started_again(heart) as later:
        [sink] = later.sinks(question)

        assert sink.text == "Well, "
        assert sink.spot.message_ids == before.message_ids
        assert sink.ending == Ending(State.INTERRUPTED, str(members.INTERRUPTED))
        assert await later.words() == ["Hello", "Well, "]


async def test_what_was_completed_is_completed_once(heart: Heart) -> None:
    question, _ = await writing(heart, "Well, ")
    async with started_again(heart), started_again(heart) as third:
        assert third.sinks(question) == []


async def test_an_interrupted_answer_can_go_on(heart: Heart) -> None:
    question, _ = await writing(heart, "Well, ")
    async with started_again(heart) as later:
        later.completer.will("yes", completion())
        await later.control.go_on((await later.answer_to(question)).id, *later.presser())
        sink = await later.answered(question, times=2)

        assert sink.text == "Well, yes"


async def test_a_question_begun_with_nothing_shown_is_answered_again(heart: Heart) -> None:
    heart.completer.will(asyncio.Event())
    question = await heart.say("Hello")
    await heart.asked_the_model()
    async with started_again(heart) as later:
        answer = await later.answered(question)

        assert answer.text == "Answer 1"
        assert await later.words() == ["Hello", "Answer 1"]


async def test_an_old_question_begun_with_nothing_shown_is_left_alone(heart: Heart) -> None:
    heart.completer.will(asyncio.Event())
    question = await heart.say("Hello")
    await heart.asked_the_model()
    heart.clock.pass_time(minutes=10, seconds=1)
    async with started_again(heart) as later:
        await later.ask("And now?")

        assert later.sinks(question) == []
        assert await later.store.answers.unfinished() == []


async def test_a_message_without_words_is_completed_too(heart: Heart) -> None:
    heart.completer.will(asyncio.Event())
    question = await heart.say("Hello")
    await heart.asked_the_model()
    await heart.until(lambda: heart.sinks(question))
    await heart.sinks(question)[0].appear("")
    async with started_again(heart) as later:
        [sink] = later.sinks(question)

        assert sink.ending == Ending(State.FAILED, str(members.INTERRUPTED_BEFORE_TEXT))


@pytest.mark.parametrize(
    ("finish_reason", "state", "note"),
    [("stop", State.COMPLETE, ""), ("length", State.LENGTH, str(members.RAN_OUT_OF_LENGTH))],
)
async def test_an_end_that_was_stored_but_not_shown_is_shown(
    heart: Heart, finish_reason: str, state: State, note: str
) -> None:
    gate, stored = asyncio.Event(), asyncio.Event()

    async def hold_up(*_: object) -> None:
        stored.set()
        heart.happenings.note()
        await gate.wait()

    heart.screen.before_end = hold_up
    heart.completer.will("Well, yes", completion(finish_reason))
    question = await heart.say("Hello")
    await heart.until(stored.is_set)
    async with started_again(heart) as later:
        [sink] = later.sinks(question)
        gate.set()

        assert sink.text == "Well, yes"
        assert sink.ending == Ending(state, note)


async def test_an_answer_that_was_being_redone_keeps_its_old_words(heart: Heart) -> None:
    heart.completer.will("Well, yes", completion())
    question = await heart.say("Hello")
    await heart.answered(question)
    before = await heart.answer_to(question)
    heart.completer.will(asyncio.Event())
    await heart.control.regenerate(before.id, *heart.presser())
    await heart.asked_the_model(2)
    async with started_again(heart) as later:
        after = await later.answer_to(question)

        assert after.text == "Well, yes"
        assert after.completion == before.completion


async def test_new_words_do_not_get_the_old_ones_bill(heart: Heart) -> None:
    heart.completer.will("Well, yes", completion())
    question = await heart.say("Hello")
    await heart.answered(question)
    heart.completer.will("Well, no", asyncio.Event())
    await heart.control.regenerate((await heart.answer_to(question)).id, *heart.presser())
    await heart.until(lambda: len(heart.sinks(question)) == 2 and heart.sinks(question)[1].text)
    await heart.sinks(question)[1].appear("Well, no")
    async with started_again(heart) as later:
        after = await later.answer_to(question)

        assert after.text == "Well, no"
        assert after.completion is None


async def test_what_this_process_is_answering_is_left_to_it(heart: Heart) -> None:
    gate = asyncio.Event()
    heart.completer.will("Well, ", gate, "yes", completion())
    running = await heart.say("Hello")
    await heart.until(lambda: heart.sinks(running) and heart.sinks(running)[0].text)
    waiting = await heart.say("And me?")
    await heart.services.recovery.run(ALL)
    gate.set()
    await heart.answered(waiting)

    assert [sink.text for sink in heart.sinks(running)] == ["Well, yes"]
    assert len(heart.completer.requests) == 2


async def test_what_waits_where_the_bot_is_a_member_is_left_to_the_shard_of_the_place(heart: Heart) -> None:
    heart.completer.will(asyncio.Event())
    await heart.say("Hello")
    await heart.asked_the_model()
    waiting = await heart.say("And me?")
    await heart.queue.drain(0)
    later = Heart(heart.store, heart.clock, heart.happenings)

    await later.services.recovery.elsewhere([waiting.message_id])

    assert later.queue.everywhere() == []
    await later.close()


async def test_what_this_process_gathers_is_left_to_it(heart: Heart) -> None:
    await heart.chime_in_everywhere()
    said = await heart.say("Hello", mentions_us=False)
    await heart.until(lambda: heart.clock.sleepers == 1)
    await heart.services.recovery.run(ALL)
    heart.clock.pass_time(seconds=10)
    await heart.answered(said)

    assert len(heart.completer.requests) == 1


async def test_what_was_reset_is_not_answered(heart: Heart) -> None:
    await heart.queue.drain(0)
    question = await heart.say("Hello")
    await heart.store.resets.reset(ResetOrder(ROOM), MODERATOR)
    async with started_again(heart) as later:
        await later.ask("And now?", key=OTHER_ROOM)

        assert later.sinks(question) == []


@pytest.fixture
async def held(heart: Heart) -> AsyncIterator[asyncio.Event]:
    """Let no answer's end get onto the screen; the event tells that one has come so far."""
    stored, over = asyncio.Event(), asyncio.Event()

    async def hold_up(*_: object) -> None:
        stored.set()
        heart.happenings.note()
        await over.wait()

    heart.screen.before_end = hold_up
    yield stored
    over.set()


@pytest.mark.parametrize("error", [KeyRefused(), ModelNotFound(model="gpt-x"), RuntimeError("a bug of ours")])
async def test_the_sentence_of_a_failure_that_was_not_shown_is_shown_once(
    heart: Heart, held: asyncio.Event, error: Exception
) -> None:
    heart.completer.will(error)
    question = await heart.say("Hello")
    await heart.until(held.is_set)
    [before] = await heart.store.answers.unfinished()
    async with started_again(heart) as later, started_again(heart) as third:
        [sink] = later.sinks(question)

        assert before.outcome is not None
        assert sink.ending == Ending(*ending(before.outcome, None, written=False))
        assert third.sinks(question) == []


@pytest.mark.parametrize("said", ["Well, ", ""])
async def test_who_stopped_an_answer_is_told_after_the_next_start(
    heart: Heart, held: asyncio.Event, said: str
) -> None:
    heart.completer.will(*filter(None, [said]), asyncio.Event())
    question = await heart.say("Hello")
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text == said)
    await heart.asked_the_model()
    await heart.control.stop((await heart.answer_to(question)).id, *heart.presser())
    await heart.until(held.is_set)
    async with started_again(heart) as later:
        [sink] = later.sinks(question)
        told = str(members.STOPPED_BY) if said else str(members.STOPPED_BEFORE_TEXT)

        assert sink.ending == Ending(State.STOPPED if said else State.CANCELLED, told.format(name="John"))


async def test_remarks_on_files_are_made_after_the_next_start_too(heart: Heart, held: asyncio.Event) -> None:
    question = await heart.say("What is in it?", attachments=(NOTES,))  # which is gone
    await heart.until(held.is_set)
    async with started_again(heart) as later:
        [sink] = later.sinks(question)

        assert sink.ending is not None
        assert sink.ending.note == f"{contents.FILE_NOT_FETCHED.format(name=NOTES.filename)}."


async def test_an_end_that_a_deletion_left_to_nobody_is_shown_to_nobody(heart: Heart) -> None:
    heart.completer.will(asyncio.Event())
    question = await heart.say("Hello")
    await heart.asked_the_model()
    await heart.store.turns.forget([question.message_id])
    async with started_again(heart) as later:
        assert later.screen.sinks == []
        assert await later.store.answers.unfinished() == []


async def test_an_answer_complete_before_it_was_redone_is_not_called_half(heart: Heart) -> None:
    heart.completer.will("Well, yes", completion())
    question = await heart.say("Hello")
    await heart.answered(question)
    heart.completer.will(asyncio.Event())
    await heart.control.regenerate((await heart.answer_to(question)).id, *heart.presser())
    await heart.until(lambda: len(heart.sinks(question)) == 2)
    await heart.sinks(question)[1].appear("Well, yes")  # with a button to stop
    async with started_again(heart) as later:
        [sink] = later.sinks(question)

        assert sink.text == "Well, yes"
        assert sink.ending == Ending(State.COMPLETE, str(members.INTERRUPTED_BEFORE_TEXT))


async def test_half_an_answer_stays_marked_when_it_could_not_be_redone(heart: Heart) -> None:
    heart.completer.will("Well, ", ConnectionCut())
    question = await heart.say("Hello")
    await heart.answered(question)
    heart.completer.will(KeyRefused())
    await heart.control.regenerate((await heart.answer_to(question)).id, *heart.presser())
    sink = await heart.answered(question, times=2)

    assert sink.ending == Ending(
        State.BROKEN,
        f"{members.CONNECTION_CUT} {members.PRESS_CONTINUE} {members.KEY_REFUSED}",
    )


async def replaced(heart: Heart, held: asyncio.Event) -> Incoming:
    """Have a question's answer ended for its new words, and nothing more done about them."""
    question, _ = await writing(heart, "Well, ")
    await heart.edit(question, "Goodbye")
    await heart.until(held.is_set)
    return question


async def test_an_edited_question_is_answered_anew_after_the_next_start(
    heart: Heart, held: asyncio.Event
) -> None:
    question = await replaced(heart, held)
    async with started_again(heart) as later:
        sink = await later.answered(question)

        assert sink.text == "Answer 1"
        assert sink.spot.message_ids == heart.sinks(question)[0].message_ids
        assert later.completer.last[-1] == ("user", "John: Goodbye")
        assert await later.words() == ["Goodbye", "Answer 1"]


async def test_an_edited_question_that_was_reset_is_not_answered_and_left_in_order(
    heart: Heart, held: asyncio.Event
) -> None:
    question = await replaced(heart, held)
    await heart.store.resets.reset(ResetOrder(ROOM), MODERATOR)
    async with started_again(heart) as later:
        [sink] = later.sinks(question)

        assert sink.ending is not None
        assert sink.ending.state is State.STOPPED
        assert later.completer.requests == []
        assert await later.store.answers.unfinished() == []


async def test_an_edited_question_that_has_grown_old_keeps_the_half_answer_with_a_mark(
    heart: Heart, held: asyncio.Event
) -> None:
    question = await replaced(heart, held)
    heart.clock.pass_time(minutes=10, seconds=1)
    async with started_again(heart) as later, started_again(heart) as third:
        [sink] = later.sinks(question)

        assert sink.text == "Well, "
        assert sink.ending == Ending(State.STOPPED, f"{members.STOPPED} {members.INTERRUPTED_BEFORE_TEXT}")
        assert third.sinks(question) == []


async def test_each_try_is_numbered_over_restarts(heart: Heart) -> None:
    question, first = await writing(heart, "Well, ")
    async with started_again(heart) as later:
        later.completer.will("yes", completion())
        await later.control.go_on((await later.answer_to(question)).id, *later.presser())
        sink = await later.answered(question, times=2)

        assert [first.spot.tries, later.sinks(question)[0].spot.tries, sink.spot.tries] == [1, 1, 2]


@pytest.mark.parametrize("stop_reason", [StopReason.REPLACED, StopReason.SHUTDOWN])
async def test_what_is_left_to_the_next_job_is_not_shown_by_the_repair(
    heart: Heart, stop_reason: StopReason
) -> None:
    question, _ = await writing(heart, "Well, ")
    [left] = await heart.store.answers.unfinished()
    later = Heart(heart.store, heart.clock, heart.happenings)
    job = Job(ROOM, left.question_id, question.message_id, JobKind.AGAIN, left=left, stop_reason=stop_reason)
    later.queue.submit(job)
    await job.ended.wait()

    assert later.screen.sinks == []
