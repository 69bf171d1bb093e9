"""One answer, from the question to the last word."""

import asyncio
import logging
from typing import Any

import pytest

from bot.chat.completions import Delay, Retraction, Thought
from bot.chat.conversation.asking.calibration import Calibrations
from bot.chat.ports import Ending
from bot.errors import (
    ConnectionCut,
    ContentFiltered,
    ContextTooLong,
    EmptyAnswer,
    KeyRefused,
    ModelError,
    ModelNotFound,
    RateLimited,
)
from bot.rules.model import AttachmentRef, State
from bot.texts import contents, members
from tests.chat.heart import DIRECT, JOHN, MARY, OTHER_ROOM, ROOM, Heart, beating, ending, under_way
from tests.support.fakes import completion

PICTURE = AttachmentRef(1, "cat.png", "https://cdn.discordapp.com/cat.png", 8, "image/png", 64, 64)
PNG = b"\x89PNG\r\n\x1a\n"


async def test_an_answer_is_shown_as_it_comes_and_stored_whole(heart: Heart) -> None:
    heart.completer.will("Hi", " there", completion())
    answer = await heart.ask("Hello")

    assert answer.text == "Hi there"
    assert ending(answer) == Ending(State.COMPLETE)
    assert await heart.words() == ["Hello", "Hi there"]


async def test_what_turns_out_to_be_thought_is_taken_back(heart: Heart) -> None:
    taken_back = asyncio.Event()
    heart.completer.will("A secret", taken_back, Retraction(), Thought(), asyncio.Event())
    question = await heart.say("Hello")
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text == "A secret")
    taken_back.set()

    await heart.until(lambda: heart.sinks(question)[0].text == "")


async def test_what_was_taken_back_is_not_stored(heart: Heart) -> None:
    heart.completer.will("A secret", Retraction(), "Hi", completion())
    answer = await heart.ask("Hello")

    assert answer.text == "Hi"
    assert await heart.words() == ["Hello", "Hi"]


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("MAX_TOKENS", State.LENGTH),
        ("model_length", State.LENGTH),
        ("SAFETY", State.FILTERED),
        ("eos", State.COMPLETE),
        (None, State.COMPLETE),
    ],
)
async def test_the_end_of_an_answer_is_understood_in_any_servers_words(
    heart: Heart, reason: str | None, expected: State
) -> None:
    heart.completer.will("Hi", completion(reason))
    answer = await heart.ask("Hello")

    assert ending(answer).state is expected


async def test_words_are_stored_before_they_are_shown(heart: Heart) -> None:
    sink = await under_way(heart, "Well")
    seen: list[str] = []
    show = sink.progress

    async def look(step: Any) -> None:
        await show(step)
        [stored] = await heart.store.answers.unfinished()
        seen.append(stored.draft)

    sink.progress = look
    await sink.appear("Well")

    assert seen == ["Well"]


async def test_the_end_is_stored_before_it_is_shown(heart: Heart) -> None:
    stored: list[list[str]] = []

    async def look(_: str, __: Ending) -> None:
        stored.append(await heart.words())

    heart.screen.before_end = look
    heart.completer.will("Hi", completion())
    await heart.ask("Hello")

    assert stored == [["Hello", "Hi"]]


async def test_once_the_end_is_seen_nothing_is_left_to_repair(heart: Heart) -> None:
    await heart.ask("Hello")

    assert await heart.store.answers.unfinished() == []


async def test_what_the_model_says_of_its_answer_is_kept(heart: Heart) -> None:
    heart.completer.will("Hi", completion(prompt_tokens=31, cached_tokens=16))
    question = await heart.say("Hello")
    await heart.answered(question)
    answer = await heart.answer_to(question)

    assert answer.completion == completion(prompt_tokens=31, cached_tokens=16)
    assert answer.own_count is not None
    assert answer.first_chunk_ms == 0
    assert answer.model == "gpt-4.1-mini"


async def test_the_history_goes_along_with_the_next_question(heart: Heart) -> None:
    await heart.ask("I'm John")
    await heart.ask("Who am I?")

    assert heart.completer.last == [
        ("system", "Be brief."),
        ("user", "John: I'm John"),
        ("assistant", "Answer 1"),
        ("user", "John: Who am I?"),
    ]


async def test_each_channel_has_a_cache_key_that_stays(heart: Heart) -> None:
    for key in (ROOM, ROOM, DIRECT):
        await heart.ask("Hello", key=key)

    assert [request.cache_key for request in heart.completer.requests] == [
        "parley-10",
        "parley-10",
        "parley-30",
    ]


@pytest.mark.parametrize(
    ("finish_reason", "state", "note"),
    [
        ("stop", State.COMPLETE, ""),
        ("length", State.LENGTH, str(members.RAN_OUT_OF_LENGTH)),
        ("content_filter", State.FILTERED, str(members.FILTERED)),
        (None, State.COMPLETE, ""),
    ],
)
async def test_why_the_model_ended_decides_what_stands_under_the_answer(
    heart: Heart, finish_reason: str | None, state: State, note: str
) -> None:
    heart.completer.will("Hi", completion(finish_reason))

    assert ending(await heart.ask("Hello")) == Ending(state, note)


@pytest.mark.parametrize(
    "error", [KeyRefused(), ModelNotFound(model="gpt-x"), RateLimited(), ContentFiltered(), EmptyAnswer()]
)
async def test_a_failure_before_the_first_word_stands_in_place_of_the_answer(
    heart: Heart, error: ModelError
) -> None:
    heart.completer.will(error)
    answer = await heart.ask("Hello")

    assert answer.text == ""
    assert ending(answer) == Ending(State.FAILED, str(error))
    assert await heart.words() == ["Hello"]


async def test_a_failure_in_mid_answer_keeps_what_was_written_and_says_so(heart: Heart) -> None:
    heart.completer.will("Well, ", ConnectionCut())
    answer = await heart.ask("Hello")

    assert answer.text == "Well, "
    assert ending(answer).state is State.BROKEN
    assert ending(answer).note == f"{members.CONNECTION_CUT} {members.PRESS_CONTINUE}"
    assert await heart.words() == ["Hello", "Well, "]


@pytest.mark.parametrize("failure", [RateLimited(), RuntimeError("a bug of ours")])
async def test_after_a_failure_the_next_question_works(heart: Heart, failure: Exception) -> None:
    heart.completer.will(failure)
    await heart.ask("Hello")
    answer = await heart.ask("And now?")

    assert answer.text == "Answer 2"
    assert heart.completer.last[1:] == [("user", "John: Hello"), ("user", "John: And now?")]


@pytest.mark.parametrize(("said", "state"), [((), State.FAILED), (("Well",), State.BROKEN)])
async def test_a_bug_of_ours_is_told_with_the_reference_that_is_in_the_log(
    heart: Heart, caplog: pytest.LogCaptureFixture, said: tuple[str, ...], state: State
) -> None:
    heart.completer.will(*said, RuntimeError("a bug of ours"))
    answer = await heart.ask("Hello")

    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    reference = record.getMessage().removeprefix("reference ").partition(":")[0]
    assert ending(answer) == Ending(state, members.SOMETHING_BROKE.format(reference=reference))


async def test_a_bug_before_the_answer_is_on_the_screen_is_told_all_the_same(
    heart: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: Calibrations, model: str) -> None:
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr(Calibrations, "load", broken)
    question = await heart.say("Hello")
    await heart.until(lambda: heart.screen.said)
    monkeypatch.undo()
    answer = await heart.ask("And now?")

    [(message_id, sentence)] = heart.screen.said
    assert message_id == question.message_id
    assert sentence.startswith(members.SOMETHING_BROKE.source.partition("{")[0])
    assert answer.text == "Answer 1"


async def test_a_long_wait_is_worth_a_word_and_a_short_one_is_not(heart: Heart) -> None:
    heart.completer.will(Delay(2.0), Delay(12.3), "Hi", completion())
    answer = await heart.ask("Hello")

    assert answer.notices == [members.RETRY_IN.format(seconds=12)]


async def test_a_request_too_long_for_the_model_drops_the_oldest_and_is_tried_once_more(heart: Heart) -> None:
    for number in range(4):
        await heart.ask(f"{number} " + "word " * 20)
    heart.completer.will(ContextTooLong())
    answer = await heart.ask("And now?")

    first, second = heart.completer.requests[-2:]
    assert ending(answer).state is State.COMPLETE
    assert len(second.messages) < len(first.messages)
    assert second.messages[-1] == first.messages[-1]


async def test_a_request_is_tried_once_more_and_no_oftener(heart: Heart) -> None:
    await heart.ask("word " * 20)
    heart.completer.will(ContextTooLong())
    heart.completer.will(ContextTooLong())
    answer = await heart.ask("And now?")

    assert ending(answer) == Ending(State.FAILED, str(members.CONTEXT_TOO_LONG))
    assert len(heart.completer.requests) == 3


async def test_a_question_that_is_too_long_by_itself_is_not_tried_again(heart: Heart) -> None:
    heart.completer.will(ContextTooLong())
    answer = await heart.ask("word " * 20)

    assert ending(answer) == Ending(State.FAILED, str(members.CONTEXT_TOO_LONG))
    assert len(heart.completer.requests) == 1


async def test_too_long_in_mid_answer_is_a_failure_like_others(heart: Heart) -> None:
    await heart.ask("word " * 20)
    heart.completer.will("Well", ContextTooLong())
    answer = await heart.ask("And now?")

    assert ending(answer).state is State.BROKEN
    assert len(heart.completer.requests) == 2


async def test_a_bug_in_the_second_try_ends_the_answer_too(heart: Heart) -> None:
    await heart.ask("word " * 20)
    heart.completer.will(ContextTooLong())
    heart.completer.will(RuntimeError("a bug of ours"))
    answer = await heart.ask("And now?")

    assert ending(answer).state is State.FAILED


async def test_a_question_longer_than_a_request_may_be_is_not_sent(heart: Heart) -> None:
    answer = await heart.ask("word " * 1_000)

    assert ending(answer).state is State.FAILED
    assert "I left it out of the conversation" in ending(answer).note
    assert heart.completer.requests == []


async def test_after_a_question_that_was_too_long_the_next_one_works(heart: Heart) -> None:
    await heart.ask("word " * 1_000)
    await heart.ask("And now?")

    assert heart.completer.last == [("system", "Be brief."), ("user", "John: And now?")]


async def test_a_picture_goes_to_a_model_that_sees(heart: Heart) -> None:
    heart.reader.files[PICTURE.id] = PNG
    answer = await heart.ask("What is this?", attachments=(PICTURE,))

    _, picture = heart.completer.requests[-1].messages[-1]["content"]
    assert picture["type"] == "image_url"
    assert ending(answer).note == ""


async def test_who_shows_a_picture_to_a_blind_model_is_told() -> None:
    async with beating(model="blind-model") as heart:
        heart.reader.files[PICTURE.id] = PNG
        answer = await heart.ask("What is this?", attachments=(PICTURE,))

        assert ending(answer).note == f"{contents.IMAGE_NOT_SEEN}."
        assert heart.completer.last[-1] == ("user", "John: What is this?\n\n[image: cat.png]")


async def test_what_is_said_while_an_answer_is_written_stands_behind_it(heart: Heart) -> None:
    gate = asyncio.Event()
    heart.completer.will("Hi", gate, completion())
    await heart.say("Hello", JOHN)
    await heart.asked_the_model()
    second = await heart.say("And me?", MARY)
    gate.set()
    await heart.answered(second)

    assert await heart.words() == ["Hello", "Hi", "And me?", "Answer 2"]


async def test_a_files_name_says_nothing_in_our_words(heart: Heart) -> None:
    song = AttachmentRef(1, "**a**_song_.ogg", "https://cdn.discordapp.com/song.ogg", 9, "audio/ogg")
    heart.reader.files[1] = b"\0\0\0"
    sink = await heart.ask("Listen", attachments=(song,))

    assert ending(sink).note.startswith("\\*\\*a\\*\\*\\_song\\_.ogg could not be read")
    assert "**a**_song_.ogg could not be read" in heart.completer.last[-1][1]


async def test_no_answer_stays_open_when_its_end_can_not_be_stored(
    heart: Heart, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr(heart.store.answers, "finish", broken)
    heart.completer.will("Well, yes", completion())
    answer = await heart.ask("Hello")
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    reference = record.getMessage().removeprefix("reference ").partition(":")[0]

    assert answer.text == "Well, yes"
    assert ending(answer) == Ending(State.BROKEN, members.SOMETHING_BROKE.format(reference=reference))
    assert heart.screen.said == []


async def test_when_an_answer_has_ended_the_one_before_loses_its_buttons(heart: Heart) -> None:
    first = await heart.ask("Hello")
    await heart.ask("Elsewhere", key=OTHER_ROOM)
    second = await heart.ask("And now?")
    await heart.until(lambda: heart.screen.without_buttons)
    question = await heart.answer_to(heart.message("", message_id=second.spot.question_message_id))
    await heart.control.regenerate(question.id, *heart.presser())
    await heart.until(lambda: len(heart.screen.sinks) == 4 and heart.screen.sinks[-1].ending)
    await heart.ask("The last one")
    await heart.until(lambda: len(heart.screen.without_buttons) == 2)

    assert heart.screen.without_buttons == [first.message_ids[-1], second.message_ids[-1]]
