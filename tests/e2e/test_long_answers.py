"""Answers of several messages that become shorter: memory keeps them, whatever is deleted on Discord."""

from collections.abc import Callable

import pytest

from playground.world.entities import Message
from tests.support.room import Room

pytestmark = pytest.mark.memory

LONG = "\n\n".join(f"Paragraph {number} " + "goes on and on " * 60 for number in range(6))


async def answered_at_length(room: Room) -> tuple[Message, list[Message]]:
    """Return a question and the several messages of its answer."""
    room.playground.model.answer(LONG)
    question = room.post("Tell me all about France.")
    messages = await room.answered(question)
    await room.until(lambda: not room.app.services.queue.jobs(question.channel_id))
    assert len(messages) > 2
    return question, messages


def regenerate(room: Room, _: Message, messages: list[Message]) -> None:
    room.world.people["alex"].press(messages[-1], "Regenerate")


def edit(room: Room, question: Message, _: list[Message]) -> None:
    room.world.people["alex"].edit(question, f"<@{room.world.bot.id}> Be brief about France.")


@pytest.mark.parametrize("redo", [regenerate, edit])
async def test_an_answer_redone_in_fewer_messages_stays_in_memory(
    room: Room, redo: Callable[[Room, Message, list[Message]], None]
) -> None:
    question, messages = await answered_at_length(room)
    room.playground.model.answer("It is a country.")

    redo(room, question, messages)
    await room.until(lambda: [one.content for one in room.replies(question)] == ["It is a country."])
    await room.until(lambda: not room.app.services.queue.jobs(question.channel_id))
    await room.ask("And now?")  # taken after the deletions
    stored = await room.store.answers.by_message(messages[0].id)

    assert stored is not None
    assert (stored.text, stored.message_ids) == ("It is a country.", (messages[0].id,))
    assert "It is a country." in [one["content"] for one in room.playground.model.last.messages]
