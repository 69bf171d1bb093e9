"""A model that takes less than was thought costs the usual cut, and never the conversation."""

import asyncio

from bot.errors import ContextTooLong, EmptyAnswer, NothingToSoMuch, QuestionTooLong
from bot.rules.model import State
from tests.chat.conversation.test_pictures import show
from tests.chat.conversation.test_request import talk, tokens
from tests.chat.heart import OTHER_ROOM, Heart, ending
from tests.support.fakes import FakeSink, completion

WINDOW = 600
LONG = "word " * 500  # more than the window, less than the self-hoster allows


async def overflow(heart: Heart, text: str) -> FakeSink:
    """Ask what the model refuses, so that its window becomes known; return the answer."""
    refused, before = asyncio.Event(), len(heart.completer.requests)
    heart.completer.will(refused, ContextTooLong())
    question = await heart.say(text)
    await heart.asked_the_model(before + 1)
    heart.catalog.windows["gpt-4.1-mini"] = WINDOW
    refused.set()
    return await heart.answered(question)


async def test_a_window_that_is_learned_from_a_refusal_costs_one_usual_cut(heart: Heart) -> None:
    await talk(heart, 6)
    answer = await overflow(heart, "And now?")
    later = [await heart.ask(f"And {number}?") for number in range(3)]

    assert ending(answer).state is State.COMPLETE
    assert tokens(heart.completer.requests[-4]) > WINDOW * 0.35
    assert all(ending(one).state is State.COMPLETE for one in later)
    assert len(heart.completer.requests) == 6 + 2 + 3
    assert all(request.max_reply_tokens <= 100 for request in heart.completer.requests)


async def test_a_question_that_alone_is_too_long_is_refused_alone(heart: Heart) -> None:
    await heart.ask("My name is John.")
    refused = await overflow(heart, LONG)
    await heart.ask("What is my name?")

    assert QuestionTooLong.sentence.source.partition("{")[0] in ending(refused).note
    said = [text for _, text in heart.completer.last]
    assert any("My name is John." in text for text in said)
    assert not any("word word" in text for text in said)


async def test_where_nobody_names_the_window_less_is_sent_a_few_times(heart: Heart) -> None:
    await talk(heart, 6)
    for _ in range(9):
        heart.completer.will(ContextTooLong())
    refused = await heart.ask("And now?")
    sent = [tokens(request) for request in heart.completer.requests[6:]]

    assert ending(refused).state is State.FAILED
    assert sent == sorted(sent, reverse=True)
    assert 2 < len(sent) <= 5


async def test_what_was_left_out_of_one_request_is_not_cut_for_good(heart: Heart) -> None:
    await talk(heart, 4)
    heart.completer.will(ContextTooLong())
    await heart.ask("And now?")
    await heart.ask("And later?")

    full, less, later = (len(request.messages) for request in heart.completer.requests[4:])
    assert less < full < later


async def test_nothing_to_a_long_request_is_asked_again_with_half(heart: Heart) -> None:
    await talk(heart, 6)
    heart.completer.will(EmptyAnswer())
    answer = await heart.ask("And now?")
    long, half = (tokens(request) for request in heart.completer.requests[6:])

    assert ending(answer).state is State.COMPLETE
    assert half <= long / 2
    assert heart.catalog.windows == {"gpt-4.1-mini": long}


async def test_nothing_to_half_of_it_either_is_told_with_what_helps(heart: Heart) -> None:
    await talk(heart, 6)
    for _ in range(2):
        heart.completer.will(EmptyAnswer())
    answer = await heart.ask("And now?")
    heart.completer.will(EmptyAnswer())
    short = await heart.ask("short", key=OTHER_ROOM)

    assert ending(answer).note == str(NothingToSoMuch.sentence)
    assert ending(short).note == str(EmptyAnswer.sentence)
    assert heart.catalog.windows == {}


async def test_nothing_to_a_long_question_alone_is_told_at_once(heart: Heart) -> None:
    heart.completer.will(EmptyAnswer())
    answer = await heart.ask("why " * 600)

    assert ending(answer).note == str(NothingToSoMuch.sentence)
    assert len(heart.completer.requests) == 1


async def test_nothing_to_a_long_request_with_a_picture_tells_nothing_of_the_window(heart: Heart) -> None:
    await talk(heart, 6)
    heart.completer.will(EmptyAnswer())
    answer = await show(heart, "What is this?", "cat.png")

    assert ending(answer).state is State.COMPLETE
    assert heart.catalog.windows == {}


async def test_what_is_continued_gets_room_before_all_history(heart: Heart) -> None:
    await talk(heart, 4)
    heart.completer.will("begun " * 400, completion("length"))
    question = await heart.say("Tell me everything")
    await heart.answered(question)
    heart.catalog.windows["gpt-4.1-mini"] = WINDOW
    await heart.control.go_on((await heart.answer_to(question)).id, *heart.presser())
    await heart.answered(question, times=2)
    request = heart.completer.requests[-1]

    assert tokens(request) + request.max_reply_tokens <= WINDOW
    assert [message["role"] for message in request.messages] == ["system", "user", "assistant", "user"]
    assert request.messages[2]["content"].endswith("begun ")
