"""What people do in these tests, and what they then see."""

import logging
from collections.abc import Sequence
from typing import Any

import pytest

from playground.world.entities import Channel, Message
from playground.world.interacting import components, interactions
from playground.world.people import Person
from tests.support.room import Room


async def exchange(room: Room, question: str, answer: str, channel: Channel | str = "general") -> Message:
    """Have Alex ask and the model answer, and return the answer."""
    room.playground.model.answer(answer)
    if isinstance(channel, str) and channel != "dm":
        channel = room.world.channel(channel)
    return (await room.ask(question, channel))[0]


async def told(person: Person, command: str, channel: Channel | str = "general", **options: Any) -> Message:
    """Run a command, offered or not, and return the message that answers it."""
    return await person.run(channel, command, options, unchecked=True).answered()


def shown(message: Message) -> str:
    """Return all the words of a message."""
    said = [message.content]
    for embed in message.embeds:
        said += [embed.get("title") or "", embed.get("description") or ""]
        said += [f"{field['name']}: {field['value']}" for field in embed.get("fields", ())]
    return "\n".join(said)


async def pressed(room: Room, person: Person, message: Message, button: str) -> str:
    """Press a button that changes its message, and return what the message shows then."""
    before = shown(message)
    person.press(message, button)
    await room.until(lambda: shown(message) != before)
    return shown(message)


async def cleared(room: Room, person: Person, question: Message) -> Message:
    """Confirm a reset, and return the message by which whoever did it may undo it."""
    person.press(question, "Reset")
    await room.until(lambda: "Undo" in str(question.components))
    return question


async def refused(person: Person, message: Message, button: str) -> str:
    """Press a button in vain, and return what one is told."""
    return shown(await person.press(message, button).answered())


async def forged(room: Room, person: Person, message: Message, button: str) -> str:
    """Press a button on a message that one can't see, which Discord would not let through."""
    place, data = room.world.channels[message.channel_id], components.pressed(message, button)
    begun = room.world.started.begin(
        interactions.Start(person.user, place, interactions.COMPONENT, message), data
    )
    return shown(await begun.answered())


def demoted(room: Room, person: Person) -> None:
    """Take all roles from somebody."""
    room.world.guild.members[person.id].role_ids.clear()


def sent(room: Room, index: int = -1) -> list[tuple[str, str]]:
    """Return what the model was sent, as pairs of role and content."""
    return [(one["role"], one["content"]) for one in room.playground.model.requests[index].messages]


async def words(room: Room, channel: Channel | str = "general") -> Sequence[str]:
    """Return what is remembered of a channel."""
    place = room.world.channel(channel) if isinstance(channel, str) else channel
    window = await room.store.turns.window(place.id, None, 1_000_000)
    return [turn.text for turn in window.turns]


async def swept_at_the_start(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    """Start the bot again, and wait until it has deleted what is past its time."""
    await room.stop()
    with caplog.at_level(logging.INFO):
        await room.start()
        await room.until(lambda: "deleted for good" in caplog.text)
