"""Every place of Discord's in which people write is one to be asked in."""

import pytest

from playground.world.entities import (
    ANNOUNCEMENT,
    ANNOUNCEMENT_THREAD,
    MEDIA,
    PRIVATE_THREAD,
    STAGE,
    VOICE,
    Channel,
)
from playground.world.threads import membership
from tests.support.room import Room

pytestmark = pytest.mark.memory


def made(room: Room, kind: str) -> Channel:
    """Add a place of a kind."""
    world, sam = room.world, room.world.people["sam"]
    if kind == "announcement's thread":
        news = world.add_text_channel("news", kind=ANNOUNCEMENT)
        starter = sam.post(news, "The fair opens on Friday.")
        return world.add_thread("The fair", news, sam, message=starter, kind=ANNOUNCEMENT_THREAD)
    if kind == "private thread":
        thread = world.add_thread("Quiet", world.channel("general"), sam, kind=PRIVATE_THREAD)
        for user in (world.bot.id, world.people["alex"].id):
            membership.join_thread(world, thread, user)
        return thread
    if kind == "media post":
        gallery = world.add_forum("gallery", kind=MEDIA)
        return world.add_post(gallery, sam, "My cat", "Look at her.")
    kinds = {"voice": VOICE, "stage": STAGE, "announcement": ANNOUNCEMENT}
    return world.add_text_channel(kind, kind=kinds[kind])


@pytest.mark.parametrize(
    "kind",
    ["voice", "stage", "announcement", "announcement's thread", "private thread", "media post"],
)
async def test_the_bot_answers_there_and_remembers_it(room: Room, kind: str) -> None:
    place = made(room, kind)
    await room.until(lambda: room.app.bot.get_channel(place.id))
    room.playground.model.answer("Noted.")
    await room.ask("My colour is blue.", place)

    (answer,) = await room.ask("Which colour?", place)

    asked = str(room.playground.model.requests[-1].messages)
    assert "My colour is blue." in asked
    assert answer.channel_id == place.id
    assert ("The fair opens on Friday." in asked) is (kind == "announcement's thread")
    assert ("Look at her." in asked) is (kind == "media post")


@pytest.mark.parametrize("kind", ["voice", "stage", "announcement's thread"])
async def test_what_was_asked_there_while_the_bot_was_down_is_answered(room: Room, kind: str) -> None:
    place = made(room, kind)
    await room.ask("Hello", place)
    await room.stop()
    question = room.post("Are you there?", place)
    await room.start()

    assert await room.answered(question)
