"""How often one person's answers begin: what comes sooner is kept, and told about once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.chat.conversation.gathering import QUIET_SECONDS
from bot.errors import UserFacingError
from bot.rules.model import State
from bot.settings.bounds import Rate
from bot.texts import bounds
from tests.chat.heart import JOHN, MARY, OTHER_ROOM, ROOM, Heart, beating, ending, under_way
from tests.support.fakes import completion

TWICE_A_MINUTE = Rate(2, 60)


@pytest.fixture
async def hurried() -> AsyncIterator[Heart]:
    """A heart that answers one person twice a minute."""
    async with beating(cooldown=Rate(2, 60)) as heart:
        yield heart


def told(heart: Heart, seconds: int, rate: Rate = TWICE_A_MINUTE) -> str:
    at = int(heart.clock.now().timestamp()) + seconds
    return bounds.COOLDOWN[rate.seconds].format(rate.times, at=at)


async def refused(heart: Heart, text: str) -> int:
    """Ask something that is not answered; return its message's id once nothing waits for it."""
    question = await heart.say(text)
    for job in heart.queue.jobs(ROOM.channel_id):
        await job.ended.wait()
    return question.message_id


async def test_a_question_too_soon_is_kept_and_told_about_and_the_next_one_in_time_is_answered(
    hurried: Heart,
) -> None:
    await hurried.ask("One")
    await hurried.ask("Two")
    message_id = await refused(hurried, "Three")

    sentence = f"-# {told(hurried, 30)}"
    assert hurried.screen.said == [(message_id, sentence)]
    assert (await hurried.turns())[-1].state is State.HEARD
    hurried.clock.pass_time(seconds=30)
    await hurried.ask("Four")
    assert [text for _, text in hurried.completer.last if "Three" in text]


async def test_it_is_told_once_a_period(hurried: Heart) -> None:
    await hurried.ask("One")
    await hurried.ask("Two")
    for text in ("Three", "Four"):
        await refused(hurried, text)
    assert len(hurried.screen.said) == 1

    hurried.clock.pass_time(seconds=60)
    await hurried.ask("Five")
    await hurried.ask("Six")
    await refused(hurried, "Seven")

    assert len(hurried.screen.said) == 2


async def test_others_ask_as_they_like_and_the_bound_holds_in_all_places(hurried: Heart) -> None:
    await hurried.ask("One", JOHN, ROOM)
    await hurried.ask("Two", JOHN, OTHER_ROOM)
    await refused(hurried, "Three")
    await hurried.ask("One", MARY, ROOM)

    assert len(hurried.completer.requests) == 3


async def test_questions_that_get_one_answer_count_once() -> None:
    async with beating(cooldown=Rate(1, 60)) as heart:
        await heart.chime_in_everywhere()
        for text in ("One", "Two", "Three"):
            await heart.say(text, mentions_us=False)
        await heart.until(lambda: heart.clock.sleepers)
        heart.clock.pass_time(seconds=3)
        await heart.asked_the_model()

        assert heart.screen.said == []


async def test_a_second_answer_waits_for_its_own_period() -> None:
    async with beating(cooldown=Rate(1, 3600)) as heart:
        await heart.ask("One")
        message_id = await refused(heart, "Two")

        sentence = f"-# {told(heart, 3600, Rate(1, 3600))}"
        assert heart.screen.said == [(message_id, sentence)]


async def test_a_button_pressed_too_soon_says_so_to_whoever_pressed(hurried: Heart) -> None:
    question = await hurried.say("One")
    await hurried.answered(question)
    answer = await hurried.answer_to(question)
    await hurried.control.regenerate(answer.id, *hurried.presser())
    await hurried.answered(question, times=2)

    with pytest.raises(UserFacingError, match="2 times a minute"):
        await hurried.control.regenerate(answer.id, *hurried.presser())
    assert hurried.screen.said == []


async def test_an_edit_too_soon_is_not_answered_anew_which_is_said_under_the_answer(hurried: Heart) -> None:
    await hurried.ask("One")
    question = await hurried.say("Two")
    await hurried.answered(question)
    edited = await hurried.edit(question, "Two, please")
    sink = await hurried.answered(edited, times=2)

    assert sink.text == "Answer 2"
    assert told(hurried, 30) in ending(sink).note
    assert len(hurried.completer.requests) == 2
    assert "Two, please" in await hurried.words()


async def test_an_edit_too_soon_in_mid_answer_leaves_nothing_that_waits(hurried: Heart) -> None:
    await hurried.ask("One")
    sink = await under_way(hurried, "Well, ")
    question = hurried.message("Hello", message_id=sink.spot.question_message_id)
    await hurried.edit(question, "Hello, please")
    await hurried.answered(question, times=2)

    last = hurried.sinks(question)[-1]
    assert told(hurried, 30) in ending(last).note
    assert "Reading your edited" not in ending(last).note
    assert not hurried.queue.everywhere()


async def test_what_was_stopped_before_its_turn_counts_for_nothing(hurried: Heart) -> None:
    go = asyncio.Event()
    hurried.completer.will(go, "Yes.", completion())
    first = await hurried.say("One")
    await hurried.asked_the_model()
    second = await hurried.say("Two")
    for job in hurried.queue.waiting(ROOM.channel_id):
        await hurried.delete(job.question_message_id)
    go.set()
    await hurried.answered(first)
    await hurried.ask("Three")

    assert not hurried.sinks(second)
    assert len(hurried.completer.requests) == 2


async def test_without_a_rate_nobody_waits(heart: Heart) -> None:
    for number in range(20):
        await heart.ask(str(number))

    assert heart.screen.said == []


async def test_a_burst_whose_last_speaker_asks_too_soon_is_answered_for_the_others() -> None:
    async with beating(cooldown=Rate(1, 60)) as heart:
        await heart.chime_in_everywhere()
        await heart.ask("One", MARY, OTHER_ROOM)
        first = await heart.say("John says", JOHN, mentions_us=False)
        last = await heart.say("Mary says", MARY, mentions_us=False)
        await heart.until(lambda: heart.clock.sleepers)
        heart.clock.pass_time(seconds=QUIET_SECONDS)
        await heart.answered(first)

        assert [message_id for message_id, _ in heart.screen.said] == [last.message_id]
        assert "Mary says" not in str(heart.completer.last)
        assert (await heart.words())[-1] == "Mary says"
