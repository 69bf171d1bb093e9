"""Versions of an answer: Regenerate keeps what was there, and the one that is leafed to is remembered."""

import pytest

from playground.world.entities import Message
from tests.support.room import Room

pytestmark = pytest.mark.memory


def buttons(message: Message) -> list[str]:
    """Return the labels of a message's buttons."""
    return [button["label"] for row in message.components for button in row["components"]]


async def regenerated(room: Room, message: Message, text: str) -> None:
    room.playground.model.answer(text)
    room.world.people["alex"].press(message, "Regenerate")
    await room.until(lambda: message.content == text and "Regenerate" in buttons(message))


@pytest.mark.both_engines
async def test_one_leafs_through_versions_and_the_one_shown_is_remembered(room: Room) -> None:
    room.playground.model.answer("Tea is a soup.")
    (answer,) = await room.ask("Is tea a soup?")
    alone = buttons(answer)
    await regenerated(room, answer, "Tea is no soup.")
    at_second = buttons(answer)
    room.world.people["alex"].press(answer, "‹")
    await room.until(lambda: answer.content == "Tea is a soup." and "›" in buttons(answer))
    at_first = buttons(answer)
    await room.stop()
    await room.start()
    await room.ask("Really?")

    assert "1/1" not in "".join(alone)
    assert [one for one in at_second if one in "‹› 2/2"] == ["‹", "2/2"]
    assert [one for one in at_first if one in "‹› 1/2"] == ["1/2", "›"]
    said = [one["content"] for one in room.playground.model.requests[-1].messages]
    assert "Tea is a soup." in said
    assert "Tea is no soup." not in said


async def test_versions_of_several_messages_take_as_many_as_they_need(room: Room) -> None:
    long = "\n\n".join(f"{number} " + "word " * 190 for number in range(4))
    room.playground.model.answer(long)
    first, *further = await room.ask("Tell me more.")
    room.playground.model.answer("In short: no.")
    room.world.people["alex"].press(further[-1], "Regenerate")
    await room.until(
        lambda: first.content == "In short: no." and "‹" in buttons(first) and further[-1].deleted
    )
    room.world.people["alex"].press(first, "‹")
    messages = room.world.channel("general").messages
    again = await room.until(lambda: next((one for one in messages.values() if "›" in buttons(one)), None))

    assert first.content.startswith("0 word")
    assert again.content.rstrip().endswith("word")


async def test_of_two_answers_the_older_one_loses_its_buttons(room: Room) -> None:
    (first,) = await room.ask("One?")
    (second,) = await room.ask("Two?")
    await room.until(lambda: not buttons(first))

    assert "Regenerate" in buttons(second)


async def test_leafing_while_the_answer_is_redone_shows_what_is_remembered(room: Room) -> None:
    room.playground.model.answer("One.")
    (answer,) = await room.ask("Which?")
    await regenerated(room, answer, "Two.")
    room.playground.model.answer("Three.")
    alex, queue = room.world.people["alex"], room.app.services.queue

    alex.press(answer, "‹")
    alex.press(answer, "Regenerate")
    await room.until(lambda: answer.content == "Three." and not queue.everywhere())
    window = await room.store.turns.window(answer.channel_id, None, 1_000_000)

    assert (answer.content, window.turns[-1].text) == ("Three.", "Three.")
    assert "3/3" in buttons(answer)
