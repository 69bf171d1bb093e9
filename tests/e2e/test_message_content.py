"""Without the Message Content intent: what is said to the bot is answered, and what can't work says so."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.texts import admins, contents, guide
from bot.texts.features import greetings
from playground.world import places
from tests.support.room import Room, open_room


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with open_room(tmp_path, MESSAGE_CONTENT="off") as room:
        room.playground.message_content_allowed = False
        yield room


def words(room: Room) -> list[str]:
    """Return what people say in the newest request."""
    return [one["content"] for one in room.playground.model.requests[-1].messages if one["role"] == "user"]


async def test_mentions_replies_that_ping_and_direct_messages_carry_their_words(room: Room) -> None:
    (answer, *_) = await room.ask("Is tea a soup?")
    await room.answered(room.world.people["alex"].post("general", "And coffee?", reply_to=answer))
    in_channel = words(room)
    await room.ask("Hello", "dm")

    assert in_channel == ["Alex: Is tea a soup?", "Alex: And coffee?"]
    assert words(room) == ["Hello"]


async def test_of_a_message_that_is_replied_to_the_model_is_told_that_it_could_not_be_read(
    room: Room,
) -> None:
    said = room.world.people["olivia"].post("general", "Tea is a soup.")
    await room.ask("Is it so?", reply_to=said)

    assert "Tea is a soup" not in str(room.playground.model.requests[-1].messages)
    assert str(contents.QUOTE_UNREAD) in words(room)[-1]


async def test_an_edit_without_words_keeps_those_that_are_stored(room: Room) -> None:
    question = room.post("Is tea a soup?")
    await room.answered(question)
    room.world.people["alex"].edit(question, "Never mind.")
    await room.stop()
    await room.start()
    await room.ask("And coffee?")

    assert words(room) == ["Alex: Is tea a soup?", "Alex: And coffee?"]


@pytest.mark.parametrize("by_role", [False, True])
async def test_what_is_said_to_it_without_a_mention_is_told_that_it_could_not_be_read(
    room: Room, by_role: bool
) -> None:
    (answer, *_) = await room.ask("Is tea a soup?")
    role = next(one for one in room.world.guild.roles.values() if one.name == room.world.bot.name)
    alex = room.world.people["alex"]
    if by_role:
        said = alex.post("general", f"<@&{role.id}> And coffee?")
    else:
        said = alex.post("general", "And coffee?", reply_to=answer, ping=False)
    [hint] = await room.until(lambda: room.replies(said))
    alex.edit(said, f"{said.content} Or not?")
    await room.ask("And water?")

    assert hint.content == str(guide.UNREAD)
    assert len(room.replies(said)) == 1
    assert words(room) == ["Alex: Is tea a soup?", "Alex: And water?"]


async def test_a_bare_mention_behind_what_could_not_be_read_says_so(room: Room) -> None:
    alex = room.world.people["alex"]
    thread = alex.open_thread("general", "Tea")
    alex.post(thread, "Is tea a soup?")
    await room.ask("", thread)

    assert str(contents.QUOTE_UNREAD) in words(room)[-1]


async def test_what_was_set_while_all_words_were_heard_is_not_done_and_not_said_to_be(room: Room) -> None:
    key, olivia = room.key("general"), room.world.people["olivia"]
    await room.store.places.change(key, olivia.id, guild_wide=False, auto=True, recent=20)
    before = len(room.playground.wire.rest("GET", "/channels/{channel_id}/messages"))
    room.world.people["alex"].post("general", "Is tea a soup?")
    await room.ask("And coffee?")
    told = [(await olivia.run("general", name).answered()).content for name in ("auto show", "context show")]

    assert words(room) == ["Alex: And coffee?"]
    assert len(room.playground.wire.rest("GET", "/channels/{channel_id}/messages")) == before
    assert all("(default)" in one for one in told)


@pytest.mark.parametrize(("command", "options"), [("auto on", {}), ("context recent", {"messages": 5})])
async def test_what_needs_all_words_says_so(room: Room, command: str, options: dict[str, int]) -> None:
    told = await room.world.people["olivia"].run("general", command, options).answered()

    assert told.content == str(admins.NEEDS_MESSAGE_CONTENT)


async def test_in_a_thread_one_mentions_the_bot_each_time(room: Room) -> None:
    alex = room.world.people["alex"]
    thread = alex.open_thread("general", "Tea")
    await room.ask("Is tea a soup?", thread)
    alex.post(thread, "I think it is.")
    await room.ask("And coffee?", thread)

    assert [one.partition("\n")[0] for one in words(room)] == ["Alex: Is tea a soup?", "Alex: And coffee?"]


async def test_a_server_that_adds_the_bot_reads_that_it_gets_no_other_messages(room: Room) -> None:
    guild = room.world.add_guild("cats", room.world.people["olivia"], with_bot=False)
    lounge = room.world.add_text_channel("lounge", guild)
    places.add_bot(room.world, guild)
    [greeting] = await room.until(lambda: list(lounge.messages.values()))

    name, mention = room.world.bot.name, f"<@{room.world.bot.id}>"
    assert greeting.content == greetings.SERVER_BY_MENTIONS.format(name=name, mention=mention)
