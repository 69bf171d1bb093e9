"""THREADS=always: a mention opens a thread for its answer, which the model then names."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.rules.spending.entries import Purpose
from playground.world import permissions
from playground.world.entities import Channel, Message
from playground.world.threads import changing
from tests.support.entries import entries_of
from tests.support.openapi import problems_of
from tests.support.room import LIMIT_SECONDS, Room, finished, open_room

pytestmark = pytest.mark.memory


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with open_room(tmp_path, THREADS="always", RECENT_MESSAGES="5") as room:
        yield room
        assert problems_of(room.playground.wire) == []
        assert room.playground.wire.unknown() == []


async def opened(room: Room, question: Message) -> Channel:
    """Wait for the thread of a question."""
    return await room.until(lambda: room.world.channels.get(question.id))  # type: ignore[no-any-return]


def answers(room: Room, thread: Channel) -> list[Message]:
    said = [one for one in thread.messages.values() if one.author_id == room.world.bot.id and one.type == 0]
    return finished(said)


async def asked_in_a_thread(
    room: Room, text: str, answer: str, *, title: str = ""
) -> tuple[Message, Channel]:
    """Ask in the channel, and return the question and its thread once it is answered there, and named."""
    room.playground.model.answer(answer)
    room.playground.model.answer(title or "a title that has many more words than six")
    question = room.post(text)
    thread = await opened(room, question)
    await room.until(lambda: answers(room, thread) and len(room.playground.model.requests) >= 2)
    await room.until(lambda: not title or thread.name == title)
    return question, thread


def asked(room: Room) -> list[str]:
    """Return what the model was asked last, without the persona."""
    return [str(one["content"]) for one in room.playground.model.last.messages][1:]


async def follow_up(room: Room, thread: Channel, text: str) -> list[str]:
    """Ask in a thread, without a mention, and return what the model was asked."""
    await room.answered(room.world.people["alex"].post(thread, text))
    return asked(room)


QUESTION = "How do I bake @everyone **bread** at home, with what I have?"


async def test_a_mention_opens_a_thread_in_which_it_is_answered_and_which_is_named_once(room: Room) -> None:
    question, thread = await asked_in_a_thread(room, QUESTION, "With flour.", title="Baking bread at home")
    told = await follow_up(room, thread, "How long?")

    general = room.world.channel("general")
    said = [one.content for one in general.messages.values() if one.author_id == room.world.bot.id]
    sent = [
        (one.method, one.payload["name"]) for one in room.playground.wire if "name" in (one.payload or {})
    ]
    assert [name for method, name in sent if method == "POST"] == [
        "How do I bake everyone bread at home, with what I have?"
    ]
    assert [name for method, name in sent if method == "PATCH"] == ["Baking bread at home"]
    assert [one.content for one in answers(room, thread)][:1] == ["With flour."]
    assert said == []
    assert told[:2] == [f"Alex: {QUESTION}", "With flour."]
    assert told[2].startswith("Alex: How long?")
    assert Purpose.TITLE in [one.purpose for one in await entries_of(room.store)]
    room.world.people["alex"].delete(question)
    await room.until(lambda: thread.name == "Conversation with Alex")


async def test_the_thread_goes_on_with_what_became_of_its_question_while_nobody_listened(room: Room) -> None:
    question, thread = await asked_in_a_thread(room, "Which bread?", "Rye.")
    alex = room.world.people["alex"]
    found = []
    changes: list[Callable[[], None]] = [
        lambda: None,
        lambda: alex.edit(question, f"<@{room.world.bot.id}> Which cake?"),
        lambda: alex.delete(question),
    ]
    for change in changes:
        await room.stop()
        change()
        await room.start()
        found.append((await follow_up(room, thread, "Why?"))[:2])

    assert found[:2] == [["Alex: Which bread?", "Rye."], ["Alex: Which cake?", "Rye."]]
    assert found[2][0] == "Rye."


async def test_a_kill_before_the_answer_began_is_made_up_for_in_the_thread(room: Room) -> None:
    gate = room.playground.model.script("Rye.").hold()
    question = room.post("Which bread?")
    thread = await opened(room, question)
    await gate.reached()
    await room.stop()
    gate.release()
    room.playground.model.answer("Rye bread.")
    await room.start()
    await room.until(lambda: answers(room, thread))

    assert answers(room, thread)[-1].channel_id == thread.id
    assert [
        one for one in room.world.channel("general").messages.values() if one.content == "Rye bread."
    ] == []


async def test_a_question_whose_thread_is_opened_when_the_process_ends_is_answered_by_the_next(
    room: Room,
) -> None:
    gate = room.playground.faults.hold("POST", "/channels/*/messages/*/threads", after=True)
    question = room.post("Which bread?")
    thread = await opened(room, question)
    await room.stop()
    gate.release()
    await room.start()

    # In the thread, or where it was asked, if the end was met as a refusal.
    await room.until(lambda: answers(room, thread) or finished(room.replies(question)))


async def test_a_lost_answer_of_discords_or_a_thread_that_is_there_changes_nothing(room: Room) -> None:
    room.playground.faults.drop("POST", "/channels/*/messages/*/threads", after=True)
    _, thread = await asked_in_a_thread(room, "Which bread?", "Rye.")

    assert len([one for one in room.world.channels.values() if one.parent_id == thread.parent_id]) == 2


async def test_where_there_can_be_no_thread_the_answer_stands_in_the_channel(room: Room) -> None:
    world, general = room.world, room.world.channel("general")
    for code in (50013, 160006):
        body = {"message": "refused", "code": code}
        room.playground.faults.next("POST", "/channels/*/messages/*/threads", status=403, body=body)
        (answer,) = await room.ask("Which bread?")
        assert answer.channel_id == general.id

    world.deny(general, world.people["sam"], permissions.SEND_MESSAGES_IN_THREADS)
    (answer,) = await room.ask("Which bread?", who="sam")
    assert answer.channel_id == general.id

    world.deny(general, world.bot, permissions.CREATE_PUBLIC_THREADS)
    channel = room.app.bot.get_channel(general.id)
    await room.until(lambda: channel.overwrites)  # type: ignore[union-attr]
    asked_before = len(
        room.playground.wire.rest("POST", "/channels/{channel_id}/messages/{message_id}/threads")
    )
    (answer,) = await room.ask("Which bread?")

    assert answer.channel_id == general.id
    asked_now = len(room.playground.wire.rest("POST", "/channels/{channel_id}/messages/{message_id}/threads"))
    assert asked_now == asked_before


async def test_a_mention_that_is_added_by_an_edit_opens_a_thread(room: Room) -> None:
    alex = room.world.people["alex"]
    said = alex.post("general", "Which bread?")
    alex.edit(said, f"<@{room.world.bot.id}> Which bread?")
    thread = await opened(room, said)

    await room.until(lambda: answers(room, thread))


async def test_a_thread_that_somebody_renamed_meanwhile_keeps_its_title(room: Room) -> None:
    room.playground.model.answer("Rye.")
    gate = room.playground.model.script("Baking bread").hold()
    thread = await opened(room, room.post("Which bread?"))
    await gate.reached()
    changing.change_thread(room.world, room.world.people["olivia"].id, thread, {"name": "Mine"})
    await room.until(lambda: room.app.bot.get_channel(thread.id).name == "Mine")  # type: ignore[union-attr]
    gate.release()
    await follow_up(room, thread, "Why?")

    assert thread.name == "Mine"


async def test_what_was_said_shortly_before_in_the_channel_goes_along(room: Room) -> None:
    room.world.people["sam"].post("general", "I have rye flour.")
    await asked_in_a_thread(room, "What can Sam bake?", "Bread.")

    [first, *_] = room.playground.model.requests
    assert any("I have rye flour." in str(one["content"]) for one in first.messages)


@pytest.mark.parametrize("begun", [False, True])
async def test_a_proxied_question_is_remembered_in_its_thread_over_a_restart(room: Room, begun: bool) -> None:
    alex, general, bot = room.world.people["alex"], room.world.channel("general"), room.world.bot
    gate = room.playground.model.script("Rye.").hold_headers()
    room.playground.model.answer("Rye.")
    original = alex.say(general, "Which bread?")
    thread = await opened(room, original)
    await gate.reached()
    if begun:
        gate.release()
        await room.until(lambda: answers(room, thread))
    copy = room.world.webhook(general, "Jay", f"<@{bot.id}> Which bread?")
    alex.delete(original)
    async with asyncio.timeout(LIMIT_SECONDS):
        while await room.store.questions.find(copy.id) is None:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0)
    gate.release()
    await room.until(lambda: answers(room, thread))
    await room.stop()
    await room.start()

    assert (await follow_up(room, thread, "Why?"))[:2] == ["Jay: Which bread?", "Rye."]
