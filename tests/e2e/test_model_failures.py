"""What the asker sees when the model fails: a true sentence, what was written, and a next answer."""

import re
import time
from collections.abc import Callable

import pytest

from bot.llm import completer
from bot.rules.model import State
from bot.texts import members
from playground.model.api import ModelApi
from tests.support.room import Room

Fault = Callable[[ModelApi], object]

BEFORE_A_WORD: dict[str, tuple[Fault, str]] = {
    "401": (
        lambda model: model.fail(401, "Incorrect API key provided: sk-abcdefgh12345678."),
        str(members.KEY_REFUSED),
    ),
    "403": (lambda model: model.fail(403, "No access."), str(members.KEY_REFUSED)),
    "no quota": (
        lambda model: model.fail(429, "Quota.", code="insufficient_quota"),
        str(members.QUOTA_USED_UP),
    ),
    "404": (
        lambda model: model.fail(404, "No such model.", code="model_not_found"),
        members.MODEL_NOT_FOUND.format(model="gpt-4.1-mini"),
    ),
    "content filter": (
        lambda model: model.script().finish("content_filter"),
        str(members.CONTENT_FILTERED),
    ),
}
IN_MID_ANSWER: dict[str, Fault] = {
    "cut": lambda model: model.script("Half a ", "sentence").cut(),
    "no finish reason": lambda model: model.script("Half a ", "sentence").end(),
    "malformed JSON": lambda model: model.script("Half a ", "sentence").malformed(),
    "bad UTF-8": lambda model: model.script("Half a ", "sentence").bad_utf8(),
    "error event": lambda model: model.script("Half a ", "sentence").error("The server broke."),
}
TRIED_AGAIN: dict[str, Fault] = {
    "408": lambda model: model.fail(408),
    "429": lambda model: model.fail(429, "Slow down.", headers={"Retry-After": "0"}),
    "500": lambda model: model.fail(500),
    "503": lambda model: model.fail(503),
    "cut before the first word": lambda model: model.script().cut(),
    "empty answer": lambda model: model.script().finish("stop"),
    "no stream": lambda model: model.script().plain("<html>Hello</html>"),
}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask the model again after a moment."""
    monkeypatch.setattr(completer, "FIRST_WAIT_SECONDS", 0.02)


async def test_a_long_wait_is_told_in_discords_own_form(room: Room) -> None:
    room.playground.model.fail(429, "Slow down.", headers={"Retry-After": "3600"})
    soon = int(time.time()) + 3600
    [answer] = await room.ask("Hello")
    before, after = members.RATE_LIMITED_UNTIL.source.split("{at}")
    found = re.fullmatch(re.escape(before) + r"(\d+)" + re.escape(after), answer.content)

    assert found is not None
    assert soon <= int(found[1]) <= soon + 60


@pytest.mark.parametrize("name", BEFORE_A_WORD)
async def test_a_failure_is_a_sentence_and_the_next_question_works(room: Room, name: str) -> None:
    fault, sentence = BEFORE_A_WORD[name]
    fault(room.playground.model)
    room.playground.model.answer("All is well again.")

    (failed,) = await room.ask("Hello")
    (answer,) = await room.ask("And now?")

    assert failed.content == sentence
    assert answer.content == "All is well again."
    assert "Alex: Hello" in str(room.playground.model.last.messages)


@pytest.mark.parametrize("name", IN_MID_ANSWER)
async def test_what_was_written_stays_when_the_connection_ends(room: Room, name: str) -> None:
    IN_MID_ANSWER[name](room.playground.model)
    room.playground.model.answer(" that goes on.")

    question = room.post("Hello")
    (broken,) = await room.answered(question)
    stored = await room.store.answers.by_message(question.id)
    room.world.people["alex"].press(broken, "Continue")
    await room.until(lambda: broken.content.endswith("goes on."))

    assert broken.versions[-1].content.startswith("Half a sentence")
    assert stored is not None
    assert (stored.state, stored.text) == (State.BROKEN, "Half a sentence")
    assert broken.content == "Half a sentence that goes on."
    assert len(room.replies(question)) == 1


@pytest.mark.parametrize("name", TRIED_AGAIN)
async def test_what_may_pass_is_tried_again_before_anything_is_shown(room: Room, name: str) -> None:
    TRIED_AGAIN[name](room.playground.model)
    room.playground.model.answer("At the second try.")

    (answer,) = await room.ask("Hello")

    assert answer.content == "At the second try."
    assert len(room.playground.model.requests) == 2


async def test_it_is_tried_twice_more_at_most(room: Room) -> None:
    for _ in range(3):
        room.playground.model.fail(500)

    (answer,) = await room.ask("Hello")

    assert answer.content == str(members.MODEL_DOWN)
    assert len(room.playground.model.requests) == 3


async def test_running_out_of_length_says_so_and_can_be_continued(room: Room) -> None:
    room.playground.model.script("One two").finish("length")
    room.playground.model.answer(" three")

    question = room.post("Count")
    (answer,) = await room.answered(question)
    said = answer.content
    room.world.people["alex"].press(answer, "Continue")
    await room.until(lambda: answer.content == "One two three")
    stored = await room.store.answers.by_message(question.id)

    assert str(members.RAN_OUT_OF_LENGTH) in said
    assert stored is not None
    assert (stored.state, stored.text) == (State.COMPLETE, "One two three")


async def test_a_request_too_long_for_the_model_is_sent_again_with_less(room: Room) -> None:
    for number in range(6):
        await room.ask(f"Remember the number {number}. " + "Blah. " * 60)
    room.playground.model.fail(400, "Too long.", code="context_length_exceeded")
    room.playground.model.answer("Fits now.")

    (answer,) = await room.ask("And now?")

    assert answer.content == "Fits now."
    long, short = room.playground.model.requests[-2:]
    assert len(short.messages) < len(long.messages)
    assert short.messages[-1] == long.messages[-1]


async def test_no_secret_is_shown_or_stored(room: Room) -> None:
    room.playground.model.fail(400, "You sent the key sk-abcdefgh12345678 in a bad request.")

    (answer,) = await room.ask("Hello")

    assert "sk-abcdefgh12345678" not in answer.content
    assert "The model's server didn't accept this request" in answer.content


async def test_a_bill_of_absurd_figures_spoils_neither_the_answer_nor_the_next(room: Room) -> None:
    script = room.playground.model.script("All is well.")
    script.finish(usage={"prompt_tokens": 10**20, "completion_tokens": -(10**20), "total_tokens": "many"})
    room.playground.model.answer("So it is.")

    first, second = [await room.ask("How are you?"), await room.ask("And now?")]

    assert [one.content for (one,) in (first, second)] == ["All is well.", "So it is."]
