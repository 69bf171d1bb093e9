"""Laws of the end of answers to people for themselves: while nothing leads to one, it has no buttons."""

import asyncio

import pytest

from bot.chat.asides.hooks import LASTS, NO_MORE, Hook
from bot.errors import Outdated
from bot.rules.model import Incoming, State
from bot.rules.places.asides import aside
from bot.texts import members
from tests.chat.heart import JOHN, ROOM, Heart
from tests.support.fakes import completion

ASIDE = aside(JOHN.id, ROOM, elsewhere=False)


async def ask_alone(heart: Heart) -> Incoming:
    """Ask something for oneself, as the command does."""
    said = heart.message("Hello", key=ASIDE)
    hook = Hook(7_000, "token", heart.clock.now() + LASTS, alone=True)
    await heart.services.asking.closing.keep(said.message_id, hook)
    await heart.inbox.receive(said)
    return said


def pass_time(heart: Heart) -> None:
    heart.clock.pass_time(seconds=(LASTS - NO_MORE).total_seconds())


async def test_what_is_said_of_its_buttons_goes_with_them(heart: Heart) -> None:
    heart.completer.will("Once ", completion("length"))
    question = await ask_alone(heart)
    before = (await heart.answered(question)).ending
    pass_time(heart)
    after = (await heart.answered(question, times=2)).ending

    assert before is not None
    assert after is not None
    assert (before.note, after.note) == (str(members.RAN_OUT_OF_LENGTH), str(members.RAN_OUT_OF_LENGTH_ALONE))
    with pytest.raises(Outdated, match=str(members.OUT_OF_REACH)):
        await heart.control.regenerate((await heart.answer_to(question)).id, *heart.presser())


async def test_an_answer_that_goes_on_is_let_go_on(heart: Heart) -> None:
    question = await ask_alone(heart)
    await heart.answered(question)
    heart.completer.will("Another ", asyncio.Event())
    await heart.control.regenerate((await heart.answer_to(question)).id, *heart.presser(reads_back=True))
    await heart.until(lambda: heart.sinks(question)[-1].text == "Another ")
    pass_time(heart)
    heart.clock.pass_time(seconds=NO_MORE.total_seconds())
    await heart.answered(question, times=2)

    assert len(heart.sinks(question)) == 2
    assert (await heart.answer_to(question)).state is State.INTERRUPTED


async def test_one_that_was_deleted_is_not_shown(heart: Heart) -> None:
    question = await ask_alone(heart)
    await heart.answered(question)
    await heart.delete(*(await heart.answer_to(question)).message_ids, key=ASIDE)
    pass_time(heart)
    await asyncio.wait(heart.tasks._tasks)

    assert len(heart.sinks(question)) == 1
