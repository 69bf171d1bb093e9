"""What was said before a question is read as background where that is set, and never stored."""

from pathlib import Path
from typing import Any

import pytest

from bot.chat.clearing import ResetOrder
from playground.world import permissions
from tests.support.room import Room, open_room

pytestmark = pytest.mark.memory


@pytest.fixture
async def reading(room: Room) -> Room:
    await room.store.places.change(room.key("general"), 1, guild_wide=False, recent=5)
    return room


def asked(room: Room) -> list[dict[str, Any]]:
    """Return the newest request's messages."""
    messages: list[dict[str, Any]] = room.playground.model.requests[-1].messages
    return messages


async def test_what_was_said_before_stands_right_before_the_question(reading: Room) -> None:
    room = reading
    await room.ask("My first question")
    said = room.world.people["sam"].post("general", "The meeting is at eight.")
    room.world.people["mo"].post("general", "In the blue room.", reply_to=said)

    await room.ask("When is it?")
    *before, background, question = asked(room)

    assert "My first question" in str(before)
    assert background["content"].index("at eight") < background["content"].index("blue room")
    assert "Sam" in background["content"]
    assert "My first question" not in background["content"]
    assert question["content"] == "Alex: When is it?"


async def test_it_is_not_stored_nor_sent_with_the_next_question_as_a_turn(reading: Room) -> None:
    room = reading
    room.world.people["sam"].post("general", "The meeting is at eight.")
    await room.ask("When is it?")
    before = asked(room)
    await room.store.places.change(room.key("general"), 1, guild_wide=False, recent=0)
    await room.ask("Where is it?")

    window = await room.store.turns.window(room.key("general").channel_id, None, 10_000)
    assert "eight" not in str(window)
    assert "eight" not in str(asked(room))
    assert asked(room)[: len(before) - 2] == before[:-2]  # what a provider has cached


async def test_by_default_nothing_is_read(room: Room) -> None:
    room.world.people["sam"].post("general", "The meeting is at eight.")
    await room.ask("When is it?")

    assert "eight" not in str(asked(room))
    assert room.playground.wire.rest("GET", "/channels/{channel_id}/messages") == []


async def test_who_asked_not_to_be_read_is_left_out(reading: Room) -> None:
    room = reading
    sam = room.world.people["sam"]
    await room.store.people.ignore(sam.id, True)
    sam.post("general", "The meeting is at eight.")
    room.world.people["mo"].post("general", "In the blue room.")
    await room.ask("When is it?")
    for_alex = str(asked(room))
    await room.ask("And for me?", who="sam")

    assert "eight" not in for_alex
    assert "blue room" in for_alex
    assert "eight" in str(asked(room))  # their own words are theirs to ask about


async def test_who_may_not_read_the_history_is_not_read_it(reading: Room) -> None:
    room = reading
    alex = room.world.people["alex"]
    room.world.deny(room.world.channel("general"), alex, permissions.READ_MESSAGE_HISTORY)
    room.world.people["sam"].post("general", "The meeting is at eight.")
    await room.ask("When is it?")

    assert "eight" not in str(asked(room))


async def test_what_was_reset_is_not_read_back(reading: Room) -> None:
    room = reading
    room.world.people["sam"].post("general", "The meeting is at eight.")
    await room.ask("When is it?")
    await room.store.resets.reset(ResetOrder(room.key("general")), 1)
    await room.ask("And elsewhere?", "random")  # so that it is later
    room.world.people["mo"].post("general", "In the blue room.")
    await room.ask("And where?")

    assert "eight" not in str(asked(room))
    assert "blue room" in str(asked(room))


async def test_only_so_many_are_read_and_none_of_the_bots_own(reading: Room) -> None:
    room = reading
    await room.ask("Hello")
    for number in range(7):
        room.world.people["sam"].post("general", f"Line {number}.")
    await room.ask("What did Sam say?")

    background = asked(room)[-2]["content"]
    assert [f"Line {number}." in background for number in range(7)] == [False] * 2 + [True] * 5


async def test_an_answer_that_is_redone_reads_it_too(reading: Room) -> None:
    room = reading
    room.world.people["sam"].post("general", "The meeting is at eight.")
    (answer,) = await room.ask("When is it?")
    room.world.people["alex"].press(answer, "Regenerate")
    await room.until(lambda: len(room.playground.model.requests) == 2)

    assert "eight" in asked(room)[-2]["content"]


async def test_it_takes_no_more_than_its_share_of_a_request(reading: Room) -> None:
    room = reading
    for number in range(5):
        room.world.people["sam"].post("general", f"Line {number}: " + "many words " * 150)
    await room.store.places.change(room.key("general"), 1, guild_wide=False, recent=100)
    for number in range(5):
        room.world.people["sam"].post("general", f"Longer {number}: " + "many words " * 180)
    await room.ask("What did Sam say?")

    background = asked(room)[-2]["content"]
    assert "Longer 4" in background
    assert "Line 0" not in background


async def test_the_count_of_a_channel_shows_it_as_a_part_of_its_own(reading: Room) -> None:
    room = reading
    alex = room.world.people["alex"]
    await room.ask("Hello")
    before = await alex.run("general", "tokens channel").answered()
    room.world.people["sam"].post("general", "The meeting is at eight. " * 20)
    after = await alex.run("general", "tokens channel").answered()
    room.world.deny(room.world.channel("general"), alex, permissions.READ_MESSAGE_HISTORY)
    unread = await alex.run("general", "tokens channel").answered()

    shown = [one.embeds[0]["description"] for one in (before, after, unread)]
    assert ["▒" in text for text in shown] == [False, True, False]
    assert "when you address me" in shown[1]


async def test_what_was_said_before_its_author_had_their_words_deleted_is_not_read(reading: Room) -> None:
    room = reading
    alex, sam = room.world.people["alex"], room.world.people["sam"]
    sam.post("general", "The meeting is at eight.")
    alex.post("general", "Mine is at nine.")
    for person in (alex, sam):
        await room.app.services.commands.privacy.delete(person.id, room.key("general"))
    sam.post("general", "Forget it, at ten.")
    await room.ask("When is it?")

    assert "ten" in str(asked(room))
    assert "eight" not in str(asked(room))
    assert "nine" not in str(asked(room))


@pytest.mark.parametrize("where", ["here", "by default"])
async def test_what_is_too_old_to_be_remembered_is_not_read(tmp_path: Path, where: str) -> None:
    days = "7" if where == "by default" else ""
    async with open_room(tmp_path, RECENT_MESSAGES="5", RETENTION_DAYS=days) as room:
        if where == "here":
            await room.store.places.change(room.key("general"), 1, guild_wide=False, retention_days=7)
        now, sam = room.world.clock.wall(), room.world.people["sam"]
        for ago in (8, 6):
            sam.post("general", f"Said {ago} days ago.", at=now - ago * 86_400)
        await room.ask("When is it?")

        assert "6 days ago" in str(asked(room))
        assert "8 days ago" not in str(asked(room))
