"""Laws of answers to people for themselves: they end in time, and none is begun that nobody would see."""

import asyncio
from datetime import timedelta

import pytest

from bot.chat.asides.hooks import LASTS, Hook, Hooks
from bot.chat.conversation.queue import Job
from bot.errors import NotAllowed, UserFacingError
from bot.rules.model import Incoming, State
from bot.rules.outcome import Reason
from bot.rules.places.asides import aside
from bot.texts import members
from tests.chat.heart import ALL, JOHN, MARY, ROOM, Heart, started_again

ASIDE = aside(JOHN.id, ROOM, elsewhere=False)
HOOK = 7_000


async def ask_alone(heart: Heart, text: str = "Hello") -> Incoming:
    """Ask something for oneself, of which the answer may be shown for a while."""
    said = heart.message(text, key=ASIDE)
    hook = Hook(HOOK, "token", heart.clock.now() + LASTS, alone=True)
    await heart.hooks.keep(said.message_id, hook)
    await heart.inbox.receive(said)
    return said


async def test_an_answer_ends_before_discord_takes_no_more_of_it(heart: Heart) -> None:
    heart.completer.will("Once ", asyncio.Event())
    question = await ask_alone(heart)
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)
    heart.clock.pass_time(seconds=LASTS.total_seconds())
    await heart.answered(question)
    answer = await heart.answer_to(question)

    assert (answer.state, answer.text) == (State.INTERRUPTED, "Once ")
    assert answer.outcome is not None
    assert answer.outcome.reason is Reason.OUT_OF_TIME


async def test_an_answer_in_time_is_not_ended(heart: Heart) -> None:
    question = await ask_alone(heart)
    await heart.answered(question)
    heart.clock.pass_time(days=1)

    assert (await heart.answer_to(question)).state is State.COMPLETE


async def test_a_question_whose_time_is_over_is_not_asked(heart: Heart) -> None:
    said = heart.message("Hello", key=ASIDE)
    await heart.inbox.receive(said)
    for job in heart.queue.everywhere():
        await job.ended.wait()

    assert heart.completer.requests == []
    assert await heart.store.questions.waiting(heart.clock.now() - timedelta(hours=1)) == []


async def test_what_a_former_process_left_is_taken_as_shown(heart: Heart) -> None:
    heart.completer.will("Once ", asyncio.Event())
    question = await ask_alone(heart)
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)
    await heart.sinks(question)[0].appear("Once ")
    heart.clock.pass_time(minutes=1)
    async with started_again(heart) as later:
        left = await later.store.answers.unfinished()
        answer = await later.answer_to(question)

    assert left == []
    assert later.screen.sinks == []
    assert (answer.state, answer.text) == (State.INTERRUPTED, "Once ")


async def test_an_end_that_was_stored_is_taken_as_shown(heart: Heart) -> None:
    question = await ask_alone(heart)
    await heart.answered(question)
    answer = await heart.answer_to(question)
    job = Job(ASIDE, answer.question_id, question.message_id)
    job.left = answer
    heart.clock.pass_time(hours=1)
    heart.queue.submit(job)
    await job.ended.wait()

    assert (await heart.answer_to(question)).text == answer.text


async def test_others_neither_stop_it_nor_have_it_redone(heart: Heart) -> None:
    question = await ask_alone(heart)
    await heart.answered(question)
    answer = await heart.answer_to(question)

    for deed in (heart.control.stop, heart.control.regenerate):
        with pytest.raises(NotAllowed, match=str(members.ASKER_ONLY)):
            await deed(answer.id, *heart.presser(MARY, may_manage=True))
    with pytest.raises(UserFacingError, match=str(members.NOT_WRITING)):
        await heart.control.stop(answer.id, *heart.presser(JOHN))


async def test_webhooks_are_known_until_they_end(heart: Heart) -> None:
    now = heart.clock.now()
    early, late = (Hook(n, "token", now + timedelta(minutes=n), alone=True) for n in (1, 5))
    await heart.hooks.keep(1, early)
    heart.clock.pass_time(minutes=2)
    await heart.hooks.keep(2, late)
    again = Hooks(heart.store.hooks, heart.clock)
    await again.recall(ALL)

    assert (heart.hooks.of(1), heart.hooks.of(2), heart.hooks.of(3)) == (None, late, None)
    assert (again.of(1), again.of(2)) == (None, late)
