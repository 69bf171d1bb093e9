"""What is said while the bot is down, or while its session is lost: answered or remembered, each once."""

import asyncio

import pytest

from bot.gateway.times import Times
from bot.texts.features import threads
from playground.wire import GATEWAY_IN, REST
from playground.world.entities import Message
from playground.world.places import end_outage
from tests.support.room import Room

pytestmark = pytest.mark.memory


def spoken(room: Room, place: str) -> list[Message]:
    """Return what the bot said in a place."""
    channel = room.world.channel(place)
    return [one for one in channel.messages.values() if one.author_id == room.world.bot.id]


async def words(room: Room, place: str) -> list[str]:
    window = await room.store.turns.window(room.world.channel(place).id, None, 10_000)
    return [turn.text for turn in window.turns]


@pytest.mark.both_engines
async def test_who_addressed_the_bot_while_it_was_down_is_answered_once(room: Room) -> None:
    first = await room.ask("Hello?")
    await room.ask("Hello?", "dm", "sam")
    await room.stop()
    mention = room.post("Are you there?")
    reply = room.post("And now?", "general", "sam", reply_to=first[0])
    direct = room.post("And here?", "dm", "sam")
    await room.start()
    for question in (mention, reply, direct):
        await room.answered(question)
    await room.stop()
    await room.start()
    await room.ask("That's all")

    assert [len(room.replies(question)) for question in (mention, reply, direct)] == [1, 1, 1]
    assert len(spoken(room, "general")) == 4
    assert (await words(room, "general"))[::2] == ["Hello?", "Are you there?", "And now?", "That's all"]


async def test_what_was_said_in_a_server_that_discord_tells_of_late_is_answered_then(room: Room) -> None:
    await room.ask("Hello?")
    await room.stop()
    question = room.post("Are you there?")
    room.world.guild.unavailable = True
    await room.start()
    await room.ask("Hello?", "dm")  # which is answered behind the look for what was missed
    assert not room.replies(question)

    end_outage(room.world, room.world.guild)
    await room.answered(question)
    await room.ask("That's all")

    assert (await words(room, "general"))[::2] == ["Hello?", "Are you there?", "That's all"]


async def test_a_thread_that_the_bot_is_in_gets_one_answer_to_the_newest(
    room: Room, soon_quiet: None
) -> None:
    await room.ask("Hello?", "ideas")
    await room.stop()
    alex = room.world.people["alex"]
    *_, last = [alex.post("ideas", text) for text in ("One", "Two", "Three")]
    await room.start()
    await room.answered(last)
    await room.ask("And?", "ideas")
    said = await words(room, "ideas")

    assert len([one for one in spoken(room, "ideas") if one.content != str(threads.BEGINS)]) == 3
    assert [text for text in said if text in {"One", "Two", "Three", "And?"}] == [
        "One",
        "Two",
        "Three",
        "And?",
    ]


async def test_an_auto_channel_gets_one_answer_to_the_newest(room: Room, soon_quiet: None) -> None:
    await room.store.places.change(room.key("random"), 1, guild_wide=False, auto=True)
    room.world.people["sam"].post("random", "Zero")
    await room.until(lambda: len(spoken(room, "random")) == 1)
    await room.stop()
    for text in ("One", "Two", "Three"):
        room.world.people["alex"].post("random", text)
    await room.start()
    await room.until(lambda: len(spoken(room, "random")) == 2)
    await room.until(lambda: not room.app.services.queue.everywhere())

    assert [text for text in await words(room, "random") if text in {"One", "Two", "Three"}] == [
        "One",
        "Two",
        "Three",
    ]
    assert len(spoken(room, "random")) == 2


@pytest.mark.both_engines
async def test_an_edit_and_a_deletion_while_the_bot_was_down_reach_the_next_request(room: Room) -> None:
    edited, deleted = room.post("I like tea"), room.post("My secret", "general", "sam")
    for question in (edited, deleted):
        await room.answered(question)
    await room.stop()
    room.world.people["alex"].edit(edited, f"<@{room.world.bot.id}> I like cake")
    room.world.people["sam"].delete(deleted)
    question = room.post("What do I like?")
    await room.start()
    await room.answered(question)
    said = await words(room, "general")

    assert "I like cake" in said
    assert "My secret" not in said
    assert len(room.replies(edited)) == 1


async def test_what_is_said_while_the_session_is_lost_is_answered(room: Room) -> None:
    await room.ask("Hello?")
    gateway = room.playground.gateway
    gateway.forget_sessions()
    gateway.refusing = True
    await gateway.drop()
    lost = room.post("Are you there?")
    gateway.refusing = False
    await room.answered(lost)
    [answer] = room.replies(lost)

    assert answer.content
    assert len([one for one in room.playground.wire if one.kind == GATEWAY_IN and one.method == "op 2"]) == 2


async def test_what_is_old_or_not_for_the_bot_is_not_taken(room: Room) -> None:
    await room.ask("Hello?")
    await room.stop()
    old = room.post("Old?", at=room.world.clock.wall() - 660)
    room.world.people["alex"].post("random", "Just talk")
    asked = room.post("New?")
    await room.start()
    await room.answered(asked)

    assert room.replies(old) == []
    assert spoken(room, "random") == []
    assert await words(room, "random") == []
    assert (await words(room, "general"))[::2] == ["Hello?", "New?"]


async def test_what_is_said_after_the_return_stands_behind_what_was_missed(room: Room) -> None:
    await room.ask("Hello?")
    await room.stop()
    missed = room.post("First")
    gate = room.playground.faults.hold("GET", "/channels/*/messages")
    await room.start()
    await gate.reached()
    later = room.post("Second")
    await asyncio.sleep(0)
    gate.release()
    for question in (missed, later):
        await room.answered(question)

    assert (await words(room, "general"))[::2] == ["Hello?", "First", "Second"]


async def test_only_places_with_something_new_are_read(room: Room) -> None:
    for place in ("general", "random", "help"):
        await room.ask("Hello?", place)
    await room.stop()
    asked = room.post("Are you there?", "help")
    seen = len(list(room.playground.wire))
    await room.start()
    await room.answered(asked)
    entries = list(room.playground.wire)[seen:]
    read = {entry.path for entry in entries if entry.kind == REST and entry.path.endswith("/messages")}

    assert read == {f"/channels/{asked.channel_id}/messages"}


async def test_what_one_of_several_shards_missed_is_answered(room: Room) -> None:
    room.playground.shards = 2
    room.times = Times(identify=0.05, longest=0.02)
    await room.stop()
    await room.start()
    guild = room.key("general").guild_id
    [session] = [one for one in room.playground.gateway.connected if one.serves(guild)]
    session.resumable = False
    session.abort()
    missed = room.post("Are you there?")

    assert await room.answered(missed)
    assert await room.answered(room.post("And now?"))


async def test_what_somebody_new_wrote_while_the_bot_was_down_is_answered_once_they_write_again(
    room: Room,
) -> None:
    await room.ask("Hello?")
    await room.stop()
    missed = room.post("Hello?", "dm", "sam")
    await room.start()
    again = room.post("Are you there?", "dm", "sam")
    for question in (missed, again):
        await room.answered(question)
    await room.ask("And now?", "dm", "sam")

    said = [one["content"] for one in room.playground.model.requests[-1].messages if one["role"] == "user"]
    assert said == ["Hello?", "Are you there?", "And now?"]
    assert len(room.playground.model.requests) == 4
