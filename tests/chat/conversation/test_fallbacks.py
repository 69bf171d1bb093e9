"""Who is asked in the place of a model that fails, and what a failure means for the next question."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.chat.completions import Delta, Retraction
from bot.chat.conversation.queue import StopReason
from bot.errors import (
    AnswerError,
    ConnectionCut,
    ContentFiltered,
    ContextTooLong,
    KeyRefused,
    ModelDown,
    ModelNotFound,
    ModelTimeout,
    QuotaUsedUp,
    RateLimited,
    RequestRefused,
)
from bot.rules.completions.breaker import REST_SECONDS
from bot.rules.model import State
from bot.rules.notes import Note, NoteCode
from bot.texts import members
from tests.chat.heart import OTHER_ROOM, Heart, beating, ending
from tests.support.fakes import completion

MAIN, OTHER, THIRD = "gpt-4.1-mini", "http://10.0.0.2/v1|old-small", "gpt-4o"
BY_OTHER = Note(NoteCode.ANSWERED_BY, "old-small").remark
BY_THIRD = Note(NoteCode.ANSWERED_BY, THIRD).remark


@pytest.fixture
async def heart() -> AsyncIterator[Heart]:
    async with beating(fallbacks=(OTHER, THIRD)) as beats:
        yield beats


def asked(heart: Heart) -> list[str]:
    return [request.model for request in heart.completer.requests]


@pytest.mark.parametrize(
    "error",
    [ModelDown(), ModelTimeout(), ModelNotFound(model=MAIN), RateLimited(), QuotaUsedUp(), KeyRefused()],
    ids=lambda error: type(error).__name__,
)
async def test_what_another_could_mend_another_is_asked(heart: Heart, error: AnswerError) -> None:
    heart.completer.will(error)
    answer = await heart.ask("Hello")
    await heart.ask("And now?")

    assert asked(heart) == [MAIN, OTHER, OTHER]
    assert (ending(answer).state, ending(answer).note) == (State.COMPLETE, BY_OTHER)


@pytest.mark.parametrize("error", [ContentFiltered(), RequestRefused(), ContextTooLong()])
async def test_what_another_could_not_mend_is_told(heart: Heart, error: AnswerError) -> None:
    heart.completer.will(error)
    answer = await heart.ask("Hello")
    await heart.ask("And now?")

    assert asked(heart) == [MAIN, MAIN]
    assert ending(answer).note == str(error)


async def test_only_the_last_that_there_is_waits_for_long(heart: Heart) -> None:
    heart.completer.will(ModelDown())
    heart.completer.will(ModelDown())
    answer = await heart.ask("Hello")

    assert [request.patient for request in heart.completer.requests] == [False, False, True]
    assert ending(answer).note == BY_THIRD


async def test_where_all_fail_only_the_last_is_asked_by_the_next_question(heart: Heart) -> None:
    heart.completer.will(ModelNotFound(model=MAIN))
    heart.completer.will(ModelDown())
    heart.completer.will(KeyRefused())
    first = await heart.ask("Hello")
    heart.completer.will(KeyRefused())
    second = await heart.ask("And now?")

    assert asked(heart) == [MAIN, OTHER, THIRD, THIRD]
    assert ending(first).note == ending(second).note == members.MODEL_NOT_FOUND.format(model=MAIN)


async def test_words_that_were_shown_are_not_said_anew_by_another(heart: Heart) -> None:
    heart.completer.will("Half a", ConnectionCut())
    answer = await heart.ask("Hello")
    await heart.ask("And now?")

    assert ending(answer).state is State.BROKEN
    assert asked(heart) == [MAIN, MAIN]


async def test_words_that_were_taken_back_are_none(heart: Heart) -> None:
    heart.completer.will(Delta("A thought"), Retraction(), ModelTimeout())
    answer = await heart.ask("Hello")

    assert (answer.text, ending(answer).note) == ("Answer 2", BY_OTHER)


async def test_a_question_too_long_for_one_that_stands_in_is_left_to_the_next(heart: Heart) -> None:
    heart.completer.will(ModelDown())
    answer = await heart.ask("word " * 250)

    assert asked(heart) == [MAIN, THIRD]
    assert ending(answer).note == BY_THIRD


async def test_a_trial_that_was_stopped_leaves_the_next_question_to_try(heart: Heart) -> None:
    heart.completer.will(ModelDown())
    await heart.ask("Hello")
    heart.clock.pass_time(seconds=REST_SECONDS)
    heart.completer.will(asyncio.Event())
    trial = await heart.say("Are you there?")
    await heart.asked_the_model(3)
    await heart.ask("Hello", key=OTHER_ROOM)
    heart.queue.jobs(trial.key.channel_id)[0].stop(StopReason.STOPPED)
    await heart.answered(trial)
    answer = await heart.ask("And now?")

    assert asked(heart) == [MAIN, OTHER, MAIN, OTHER, MAIN]
    assert ending(answer).note == ""


async def test_a_trial_that_fails_begins_another_minute(heart: Heart) -> None:
    for passing in (0.0, REST_SECONDS):
        heart.clock.pass_time(seconds=passing)
        heart.completer.will(ModelDown())
        await heart.ask("Hello")
    heart.clock.pass_time(seconds=REST_SECONDS - 1)
    await heart.ask("And now?")

    assert asked(heart) == [MAIN, OTHER, MAIN, OTHER, OTHER]


async def test_a_trial_that_is_refused_shows_that_the_model_is_there(heart: Heart) -> None:
    heart.completer.will(ModelDown())
    await heart.ask("Hello")
    heart.clock.pass_time(seconds=REST_SECONDS)
    heart.completer.will(ContentFiltered())
    await heart.ask("Something bad")
    await heart.ask("And now?")

    assert asked(heart) == [MAIN, OTHER, MAIN, MAIN]


async def test_a_failure_that_is_over_meanwhile_is_not_told(heart: Heart) -> None:
    going_on, failing = asyncio.Event(), asyncio.Event()
    heart.completer.will(going_on, "Hi", completion())
    slow = await heart.say("Hello", key=OTHER_ROOM)
    await heart.asked_the_model(1)
    heart.completer.will(ModelDown())
    heart.completer.will(ModelDown())
    heart.completer.will(failing, RateLimited())
    question = await heart.say("Hello")
    await heart.asked_the_model(4)
    going_on.set()
    await heart.answered(slow)
    failing.set()
    answer = await heart.answered(question)

    assert ending(answer).note == str(members.RATE_LIMITED)


async def test_tokens_are_counted_for_the_model_that_answers(heart: Heart) -> None:
    heart.completer.will(ModelDown())
    await heart.ask("Hello")

    assert [turn.encoding for turn in await heart.turns()] == ["cl100k_base"] * 2


async def test_what_a_fall_back_can_not_read_is_not_cut_for_the_others(heart: Heart) -> None:
    for number in range(6):
        await heart.ask(f"Number {number}. " + "word " * 20)
    before = len(heart.completer.requests[-1].messages)
    heart.completer.will(ModelDown())
    await heart.ask("And now?")
    less = len(heart.completer.requests[-1].messages)
    heart.clock.pass_time(seconds=REST_SECONDS)
    await heart.ask("And later?")

    assert less < before < len(heart.completer.requests[-1].messages)
