"""Each reads their own language, and a place hears its own."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.texts import admins, guide, listed, members
from bot.texts.languages.catalogue import translated
from bot.texts.languages.spoken import speaking
from playground.world.entities import Message
from playground.world.people import Person
from tests.cogs.acting import pressed, shown, told
from tests.support.room import Room, open_room

Json = dict[str, Any]


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with open_room(tmp_path) as room:
        yield room


@pytest.fixture
def minji(room: Room) -> Person:
    return room.world.people["minji"]


def korean(english: object) -> str:
    """Return a sentence in Korean, which is not the same."""
    with speaking("ko"):
        words = str(english)
    assert words != getattr(english, "source", "")
    return words


def labels(message: Any) -> list[str]:
    """Return what stands on a message's buttons."""
    return [item["label"] for row in message.components for item in row["components"]]


async def test_a_command_is_answered_in_the_language_of_whoever_uses_it(room: Room, minji: Person) -> None:
    in_korean, in_english = (
        shown(await told(minji, "help")),
        shown(await told(room.world.people["alex"], "help")),
    )

    assert korean(guide.FOR_ALL) in in_korean
    assert korean(guide.TITLE) in in_korean
    assert f"`/help` {translated(listed.ABOUT_HELP, 'ko')}" in in_korean
    assert translated(listed.MENU_ASK, "ko") in in_korean
    assert str(guide.FOR_ALL) in in_english


async def test_what_a_channel_hears_is_in_its_servers_language_whoever_asks(
    room: Room, minji: Person
) -> None:
    room.playground.model.fail(403, "No access.")
    [before] = await room.ask("Hello", who=minji)
    room.world.make_community("ko")
    await room.until(lambda: room.app.services.languages.of(room.key("general")) == "ko")
    room.playground.model.fail(403, "No access.")
    [after] = await room.ask("Hello", who="alex")

    assert before.content == str(members.KEY_REFUSED)
    assert labels(before) == [str(members.REGENERATE)]
    assert after.content == korean(members.KEY_REFUSED)
    assert labels(after) == [korean(members.REGENERATE)]


async def test_a_server_that_is_no_community_speaks_the_owners_language(tmp_path: Path) -> None:
    async with open_room(tmp_path, LANGUAGE="ko") as room:
        room.playground.model.fail(403, "No access.")
        [answer] = await room.ask("Hello")

        assert answer.content == korean(members.KEY_REFUSED)


async def test_a_button_on_a_public_answer_leaves_it_in_the_places_language(
    room: Room, minji: Person
) -> None:
    room.playground.model.fail(403, "No access.")
    [answer] = await room.ask("Hello", who=minji)
    room.playground.model.fail(403, "No access.")
    minji.press(answer, str(members.REGENERATE))
    await room.until(lambda: len(room.playground.model.requests) >= 2)
    await room.until(lambda: labels(answer) == [str(members.REGENERATE)])

    assert answer.content == str(members.KEY_REFUSED)


async def test_a_refusal_is_in_the_language_of_whoever_is_refused(room: Room, minji: Person) -> None:
    refused = await told(minji, "reset")

    with speaking("ko"):
        needed = members.NEEDS_PERMISSION.format(permission=listed.PERMISSIONS["manage_channels"])
    assert refused.content == needed
    assert refused.content != members.NEEDS_PERMISSION.format(permission="Manage Channels")


async def test_a_direct_message_is_in_the_language_of_the_last_command_there(
    room: Room, minji: Person
) -> None:
    room.playground.model.fail(403, "No access.")
    [before] = await room.ask("Hello", "dm", minji)
    await told(minji, "help", room.world.dm(minji))
    room.playground.model.fail(403, "No access.")
    [after] = await room.ask("Hello", "dm", minji)

    assert before.content == str(members.KEY_REFUSED)
    assert after.content == korean(members.KEY_REFUSED)


async def test_discord_lists_commands_in_korean_too_and_by_their_own_names(room: Room) -> None:
    commands = {one["name"]: one for one in room.world.commands[None]}

    assert commands["help"]["description_localizations"]["ko"] == translated(listed.ABOUT_HELP, "ko")
    assert not any(one.get("name_localizations") for one in commands.values() if one["type"] == 1)
    assert commands[listed.MENU_ASK]["name_localizations"] == {"ko": translated(listed.MENU_ASK, "ko")}


async def test_a_moderators_reset_is_told_to_them_in_their_language_and_to_all_in_the_servers(
    room: Room, minji: Person
) -> None:
    await room.ask("Hello", who=minji)
    room.world.make_community("ko")
    await room.until(lambda: room.app.services.languages.of(room.key("general")) == "ko")
    mo = room.world.people["mo"]
    question = await told(mo, "reset")
    done = await pressed(room, mo, question, str(admins.RESET))
    with speaking("ko"):
        announced = admins.RESET_ANNOUNCED[False].format(name="Mo")

    assert done.startswith("Cleared: ")
    await room.until(lambda: announced in [one.content for one in minji.sees("general")])


async def test_moderators_and_owners_hear_of_a_limit_in_the_language_of_the_place(tmp_path: Path) -> None:
    async with open_room(
        tmp_path, LIMIT_SERVER="2000 tokens/day", LIMIT_TOTAL="2000 tokens/day", MAX_REPLY_TOKENS="20"
    ) as room:
        room.world.make_community("ko")
        await room.until(lambda: room.app.services.languages.of(room.key("general")) == "ko")
        await told(room.world.people["olivia"], "notices set")
        [owner] = [one for one in room.world.people.values() if one.id in room.app.bot.owners]

        def heard(words: str, messages: list[Message]) -> bool:
            return any(words in one.content for one in messages)

        def told_all() -> bool:
            direct = [one for one in room.world.channels.values() if one.guild_id is None]
            dms = [message for dm in direct for message in dm.messages.values()]
            return heard("이 서버의 한도", owner.sees("general")) and heard(
                "that everyone shares is used", dms
            )

        for _ in range(40):
            if told_all():
                break
            await room.ask("And now?")

        await room.until(told_all)


def listed_in(thing: Json) -> Iterator[tuple[str, Json]]:
    """Yield what of a command people read in Discord's list."""
    if thing.get("description"):
        yield thing["description"], thing["description_localizations"]
    for choice in thing.get("choices") or ():
        yield choice["name"], choice["name_localizations"]
    for option in thing.get("options") or ():
        yield from listed_in(option)


async def test_all_that_discord_lists_is_there_in_korean(room: Room) -> None:
    found = [one for command in room.world.commands[None] for one in listed_in(command)]

    assert len(found) > 50
    assert [english for english, others in found if "ko" not in others] == []
