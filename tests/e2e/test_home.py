"""The bot's coming: a server that adds it is greeted once, and its presence says what to do."""

from pathlib import Path

import pytest

from bot.texts import members
from bot.texts.features import greetings
from playground.world import permissions, places
from playground.world.entities import Channel, Guild, Message
from tests.support.room import Room, open_room


def added(room: Room, name: str, *, system: bool = False) -> tuple[Guild, Channel]:
    """Have somebody add the bot to a server of theirs that has two channels."""
    guild = room.world.add_guild(name, room.world.person("olivia"), with_bot=False)
    first = room.world.add_text_channel(f"{name}-first", guild)
    second = room.world.add_text_channel(f"{name}-second", guild)
    if system:
        guild.system_channel_id = second.id
    places.add_bot(room.world, guild)
    return guild, second if system else first


def said_in(room: Room, channel: Channel) -> list[str]:
    """Return what the bot has said in a channel."""
    return [one.content for one in channel.messages.values() if one.author_id == room.world.bot.id]


async def settled(room: Room) -> None:
    """Wait until the bot has taken in all that Discord told of: what is said next is answered after it."""
    await room.ask("Are you there?")


async def test_a_server_that_adds_the_bot_is_greeted_once_in_its_system_channel(room: Room) -> None:
    guild, channel = added(room, "cats", system=True)
    await room.until(lambda: said_in(room, channel))
    room.playground.gateway.forget_sessions()
    await room.playground.gateway.drop()
    await room.until(lambda: len(room.playground.wire.events("READY")) > 1)
    await settled(room)
    await room.stop()
    await room.start()
    await settled(room)

    [greeting] = said_in(room, channel)
    assert "/help" in greeting
    assert f"<@{room.world.bot.id}>" in greeting
    assert said_in(room, room.world.channels[guild.channel_ids[0]]) == []
    [message] = channel.messages.values()
    assert "Set up" in str(message.components)


async def test_without_a_system_channel_the_first_that_it_may_write_to_is_taken(room: Room) -> None:
    guild = room.world.add_guild("dogs", room.world.person("olivia"), with_bot=False)
    closed = room.world.add_text_channel("closed", guild)
    opened = room.world.add_text_channel("opened", guild)
    room.world.deny(closed, room.world.bot, 1 << 11)
    places.add_bot(room.world, guild)
    await room.until(lambda: said_in(room, opened))

    assert said_in(room, closed) == []


async def test_a_server_that_comes_back_is_greeted_again(room: Room) -> None:
    guild, channel = added(room, "cats")
    await room.until(lambda: said_in(room, channel))
    room.world.remove_bot(guild)
    await settled(room)
    places.add_bot(room.world, guild)

    await room.until(lambda: len(said_in(room, channel)) == 2)


async def test_servers_of_before_and_servers_that_are_left_are_not_greeted(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        own = str(room.world.guild.id)
        general = room.world.channel("general")
        before = [one for one in said_in(room, general) if "/help" in one]
    async with open_room(tmp_path, ALLOWED_SERVERS=own) as room:
        guild, channel = added(room, "strangers")
        await room.until(lambda: room.world.bot.id not in guild.members)

        assert not any("/help" in one for one in said_in(room, channel))
    assert before == []


async def test_the_presence_says_what_to_do_in_each_session(room: Room) -> None:
    def shown() -> str:
        activities = room.world.presence.get("activities") or [{}]
        return str(activities[0].get("state", ""))

    assert shown() == "@Parley or /help"
    room.playground.gateway.forget_sessions()
    await room.playground.gateway.drop()
    await room.until(lambda: len(room.playground.wire.events("READY")) > 1)

    await room.until(lambda: shown() == "@Parley or /help")


async def test_no_presence_is_shown_where_none_is_wanted(tmp_path: Path) -> None:
    async with open_room(tmp_path, PRESENCE="") as room:
        assert not room.world.presence.get("activities")


async def test_members_hear_once_that_everything_is_read_and_answered_from_now_on(room: Room) -> None:
    olivia, channel = room.world.person("olivia"), room.world.channel("help")
    for _ in range(2):
        await olivia.run(channel, "auto on").answered()
    await settled(room)

    assert said_in(room, channel).count(str(greetings.AUTO[False])) == 1


def to_try(message: Message) -> list[str]:
    """Return what the buttons of a message say."""
    return [one["label"] for row in message.components for one in row["components"]]


async def greeted(room: Room, text: str, channel: Channel) -> Message:
    """Have Alex, who is new, say something, and return what there is to try, once that is answered."""
    answered = {one.id for one in await room.ask(text, "dm" if channel.guild_id is None else channel)}
    said = channel.messages.values()
    [hello] = await room.until(lambda: [one for one in said if to_try(one) and one.id not in answered])
    return hello  # type: ignore[no-any-return]


async def test_a_first_mention_without_words_gets_things_to_try_which_outlive_a_restart(room: Room) -> None:
    general = room.world.channel("general")
    hello = await greeted(room, "", general)
    await room.stop()
    await room.start()
    room.playground.model.answer("They are heavy.")
    room.world.people["sam"].press(hello, str(greetings.TO_TRY[1]))
    [posted] = await room.until(lambda: [one for one in general.messages.values() if "asks:" in one.content])
    answer = (await room.answered(posted))[0]

    assert hello.content == str(greetings.NEWCOMER)
    assert to_try(hello) == [str(one) for one in greetings.TO_TRY]
    assert posted.content == greetings.ASKS.format(name="Sam", question=greetings.TO_TRY[1])
    assert answer.content == "They are heavy."
    asked = [one["content"] for one in room.playground.model.last.messages]
    assert asked[-1] == f"Sam: {greetings.TO_TRY[1]}"


@pytest.mark.parametrize("text", ["Hello", "How heavy is a black hole?"])
async def test_a_first_direct_message_is_answered_and_then_told_what_one_may_try(
    room: Room, text: str
) -> None:
    alex = room.world.people["alex"]
    dm = room.world.dm(alex)
    hello = await greeted(room, text, dm)
    room.playground.model.answer("With a lot.")
    alex.press(hello, str(greetings.TO_TRY[0]))
    await room.until(lambda: "With a lot." in said_in(room, dm))
    await room.ask("Hello", "dm")

    assert hello.content == str(greetings.NEWCOMER_DIRECTLY)
    assert said_in(room, dm)[1] == hello.content
    assert said_in(room, dm).count(hello.content) == 1


async def test_it_is_said_in_the_language_of_the_server(tmp_path: Path) -> None:
    async with open_room(tmp_path, LANGUAGE="ko") as room:
        hello = await greeted(room, "👋", room.world.channel("general"))

        assert hello.content.startswith("만나서 반가워요.")
        assert to_try(hello)[0] == "무엇을 도와줄 수 있나요?"


async def test_where_the_bot_may_not_write_any_more_the_presser_is_told(room: Room) -> None:
    alex, general = room.world.people["alex"], room.world.channel("general")
    hello = await greeted(room, "", general)
    room.world.deny(general, room.world.bot, permissions.SEND_MESSAGES)
    told = await alex.press(hello, str(greetings.TO_TRY[0])).answered()

    assert (told.content, told.ephemeral_for) == (str(members.CANT_WRITE_HERE), alex.id)
