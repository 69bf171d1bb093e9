"""A thread that a mention led the bot into says that no mention is needed there, and can be quieted."""

import pytest

from bot.texts.features import threads
from playground.world.entities import Channel, Message
from tests.support.room import Room

pytestmark = pytest.mark.memory


def told(thread: Channel) -> list[Message]:
    """Return what a thread reads of how the bot is asked there."""
    buttons = ("parley:quiet", "parley:everything")
    return [one for one in thread.messages.values() if any(name in str(one.components) for name in buttons)]


async def test_it_says_so_once_and_its_opener_has_mentions_alone_answered(room: Room) -> None:
    alex, sam = room.world.people["alex"], room.world.people["sam"]
    thread = alex.open_thread("general", "Tea")
    await room.ask("Is tea a soup?", thread)
    [line] = await room.until(lambda: told(thread))
    said = line.content
    await room.answered(sam.post(thread, "Really?"))
    refused = (await sam.press(line, str(threads.ONLY_MENTIONS)).answered()).content
    alex.press(line, str(threads.ONLY_MENTIONS))
    await room.until(lambda: line.content == str(threads.QUIET))
    await room.stop()
    await room.start()
    unheard = sam.post(thread, "I'd rather have coffee.")
    await room.ask("And coffee?", thread)
    alex.press(line, str(threads.EVERYTHING))
    await room.until(lambda: line.content == said)
    await room.answered(sam.post(thread, "And this?"))

    assert said == str(threads.BEGINS)
    assert refused == threads.OPENER_OR_PERMISSION_QUIETS.format(permission="Manage Threads")
    assert room.replies(unheard) == []
    assert told(thread) == [line]
