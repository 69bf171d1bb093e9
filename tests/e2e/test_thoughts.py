"""A model that thinks first: what members see meanwhile, and that nobody ever sees what it thought."""

from pathlib import Path

import pytest

from bot.chat.conversation.asking import waiting
from bot.chat.rights import Member, Permission
from bot.rules.completions.thinking_room import BY_DEFAULT, ROOM
from bot.rules.model import State
from bot.texts import members
from playground.world.entities import Message
from tests.e2e.test_buttons import labels
from tests.support.room import Room, open_room

THINKING = members.THINKING.source.partition("{")[0]


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
    await room.until(lambda: room.playground.model.requests)
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
    assert answer.content == str(members.REPLY_USED_UP)
    assert stored is not None
    assert (stored.state, stored.text) == (State.FAILED, "")


async def test_thoughts_longer_than_an_answer_may_be_are_none_once_their_end_is_known(tmp_path: Path) -> None:
    async with open_room(tmp_path, MAX_REPLY_TOKENS="20") as room:
        room.playground.model.script(*["A secret. "] * 20, "</think>", "Hello")
        [answer] = await room.ask("Hi")

    assert answer.content == "Hello"


async def test_what_is_known_of_a_models_thoughts_survives_a_restart(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        room.playground.model.script("A secret</think>Hello")
        await room.ask("Hi")
        asked = room.playground.model.last.body
        await room.stop()
        await room.start()
        room.playground.model.script("A secret that is cut").finish("length")
        [answer] = await room.ask("And now?")
        later = room.playground.model.last.body

    assert answer.content == str(members.REPLY_USED_UP)
    assert later["max_completion_tokens"] == asked["max_completion_tokens"] + ROOM[BY_DEFAULT]


async def test_a_member_never_sees_what_a_model_thinks_that_is_known_to_begin_so(tmp_path: Path) -> None:
    async with open_room(tmp_path, OPENAI_MODEL="deepseek-r1:8b") as room:
        script = room.playground.model.script("A ", "secret.\n")
        gate = script.hold()
        script.text("</think>", "\n\nHello")
        question, answer = await waited_for(room)
        assert "secret" not in answer.content

        gate.release()
        await room.answered(question)
        room.playground.model.script("A secret").finish("length")
        [cut] = await room.ask("And now?")

    assert answer.content == "Hello"
    assert cut.content == str(members.REPLY_USED_UP)


async def test_a_beginning_that_was_thought_goes_once_that_is_known(room: Room) -> None:
    room.playground.model.script("A secret").finish("length")
    question = room.post("Hi")
    [answer] = await room.answered(question)
    room.playground.model.script(" and another</think>", "Hello")
    room.world.people["alex"].press(answer, "Continue")
    await room.until(lambda: answer.content == "Hello")
    await room.ask("And now?")

    assert "secret" not in repr(room.playground.model.last.messages)


async def test_an_export_of_the_conversation_holds_no_thoughts(room: Room) -> None:
    room.playground.model.script("<think>A secret</think>Hello")
    await room.ask("Hi")
    script = room.playground.model.script().delta({"reasoning_content": "A secret"})
    script.delta({"content": "Well", "reasoning_details": [{"type": "reasoning.text", "text": "A secret"}]})
    mary = room.world.add_person("mary")
    await room.ask("And?", who=mary)
    commands = room.app.services.commands
    manager = Member(1, "Alex", frozenset(Permission))
    exported = await commands.history.export(room.key("general"), manager)
    files = [file.data.decode() async for file in exported.files]
    of_mary = [file.data.decode() async for file in commands.privacy.export(mary.id)]

    assert all("Hello" in file and "Well" in file for file in files)
    assert any("Well" in file for file in of_mary)
    assert not any("secret" in file for file in (*files, *of_mary))
