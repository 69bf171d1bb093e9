"""A model that thinks first: what members see meanwhile, and that nobody ever sees what it thought."""

import pytest

from bot.chat.conversation.asking import waiting
from bot.rules.model import State
from bot.texts import members
from playground.world.entities import Message
from tests.e2e.test_buttons import labels
from tests.support.room import Room

THINKING = members.THINKING.partition("{")[0]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "FROM_SECONDS", 0.05)
    monkeypatch.setattr(waiting, "EVERY_SECONDS", 0.05)


async def waited_for(room: Room) -> tuple[Message, Message]:
    """Return a question, and what stands in place of its answer."""
    question = room.post("Hello")
    (answer,) = await room.until(lambda: room.replies(question))
    await room.until(lambda: answer.content.startswith(THINKING))
    return question, answer


async def test_before_the_first_word_a_member_sees_that_it_thinks_and_may_stop_it(room: Room) -> None:
    room.playground.model.script().hold_headers()
    question, answer = await waited_for(room)
    assert labels(answer) == ["Stop"]

    room.world.people["alex"].press(answer, "Stop")
    await room.playground.model.last.closed(1.0)
    await room.answered(question)

    assert answer.content == members.STOPPED_BEFORE_TEXT.format(name="Alex")


async def test_the_first_words_take_the_place_of_the_wait(room: Room) -> None:
    script = room.playground.model.script("<think>A ", "secret</th")
    gate = script.hold()
    script.text("ink>", "\n\nHello")
    question, answer = await waited_for(room)
    gate.release()
    await room.answered(question)

    assert answer.content == "Hello"
    assert len(room.replies(question)) == 1


async def test_what_was_thought_is_not_sent_again(room: Room) -> None:
    room.playground.model.script("<think>A secret</think>Hello")
    await room.answered(room.post("Hello"))
    await room.answered(room.post("And now?"))

    assert "Hello" in repr(room.playground.model.last.messages)
    assert "secret" not in repr(room.playground.model.last.messages)


async def test_thoughts_alone_are_told_as_such(room: Room) -> None:
    room.playground.model.script("<think>A secret").finish("length")
    question = room.post("Hello")
    await room.answered(question)
    stored = await room.store.answers.by_message(question.id)

    (answer,) = room.replies(question)
    assert answer.content == members.REPLY_USED_UP
    assert stored is not None
    assert (stored.state, stored.text) == (State.FAILED, "")
