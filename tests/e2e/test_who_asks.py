"""Who asks the bot: its own role counts as a mention, a call to all doesn't, and few bots are answered."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.world.entities import Message
from playground.world.people import Person
from tests.support.room import Room, open_room

ROBIN = 155149108183695360


async def settled(room: Room) -> None:
    """Wait until all that was said before is dealt with."""
    await room.ask("And elsewhere?", "random")


def robin(room: Room) -> Person:
    """Return another bot, which is known by the id that the settings name."""
    person = room.world.add_person("robin", bot=True)
    del room.world.users[person.id]
    member = room.world.guild.members.pop(person.id)
    person.user.id = member.user_id = ROBIN
    room.world.users[ROBIN], room.world.guild.members[ROBIN] = person.user, member
    return person


@pytest.fixture
async def open_to_bots(tmp_path: Path) -> AsyncIterator[Room]:
    async with open_room(tmp_path, ALLOWED_BOTS=str(ROBIN)) as room:
        yield room


async def test_the_bots_own_role_is_a_mention(room: Room) -> None:
    question = room.world.people["alex"].post("general", f"<@&{room.world.bot_role.id}> Are you there?")

    await room.answered(question)

    assert room.playground.model.requests[-1].messages[-1]["content"] == "Alex: Are you there?"


@pytest.mark.parametrize("call", ["@everyone", "@here", "<@&{moderators}>"])
async def test_a_call_to_all_or_to_others_is_none(room: Room, call: str) -> None:
    moderators = next(role for role in room.world.guild.roles.values() if role.name == "moderator")
    olivia = room.world.people["olivia"]  # owns the server, so that the call counts
    olivia.post("general", f"{call.format(moderators=moderators.id)} Are you there?")

    await settled(room)

    assert len(room.playground.model.requests) == 1


@pytest.mark.parametrize("auto", [False, True])
async def test_a_bot_that_is_not_named_is_not_answered(room: Room, auto: bool, soon_quiet: None) -> None:
    await room.store.places.change(room.key("general"), 1, guild_wide=False, auto=auto)
    robin(room).say("general", "Hello, colleague.")

    await settled(room)

    assert len(room.playground.model.requests) == 1


async def test_three_turns_of_a_bot_are_answered_until_a_person_speaks(open_to_bots: Room) -> None:
    room = open_to_bots
    bot = robin(room)
    for number in range(3):
        await room.ask(f"Number {number}", who=bot)
    unanswered = room.post("Number 3", who=bot)
    await settled(room)

    assert room.replies(unanswered) == []

    room.world.people["alex"].post("general", "What are these two up to?")
    await room.ask("Number 4", who=bot)

    said = str(room.playground.model.requests[-1].messages)
    assert "Number 3" in said  # it was heard
    assert "up to" not in said


async def test_each_channel_counts_its_own_bots(open_to_bots: Room) -> None:
    room = open_to_bots
    bot = robin(room)
    for channel in ("general", "help"):
        for number in range(3):
            await room.ask(f"Number {number}", channel, bot)


async def test_the_edits_of_a_bot_ask_no_more_often_than_its_messages(open_to_bots: Room) -> None:
    room = open_to_bots
    bot = robin(room)
    question = room.post("Draft 0", who=bot)
    await room.answered(question)
    for number in range(1, 6):
        bot.edit(question, f"<@{room.world.bot.id}> Draft {number}")
        await settled(room)
    await _until_quiet(room, question)

    asked = [request for request in room.playground.model.requests if "Draft" in str(request.messages)]
    assert len(asked) == 3


async def _until_quiet(room: Room, question: Message) -> None:
    await room.until(lambda: not room.app.services.queue.jobs(question.channel_id))


async def test_the_bot_never_answers_itself_though_it_is_named(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        await room.stop()
        room.environ["ALLOWED_BOTS"] = str(room.world.bot.id)
        await room.start()
        await room.store.places.change(room.key("general"), 1, guild_wide=False, auto=True)
        await room.ask("Hello")
        await settled(room)

        assert len(room.playground.model.requests) == 2
