"""What all commands have in common: how they are registered, and what happens when one fails in us."""

import logging
import re
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.chat.commands.counting import Counting
from bot.chat.commands.resetting import Resetting
from bot.chat.commands.settings import PlaceSettings
from bot.chat.rights import NEEDS, OF_SERVERS, OF_THE_ASKER, offered_to
from bot.client.registration import actions_of
from bot.texts import listed, members
from bot.texts.languages.figures import several
from bot.texts.places import persona
from playground.world import permissions
from playground.world.interacting.commands import check_commands, register
from playground.world.people import Person
from tests.cogs.acting import exchange, refused, told
from tests.cogs.conftest import SYNC_ROUTE
from tests.support.openapi import problems_of
from tests.support.room import Room

SYNC = ("PUT", SYNC_ROUTE)


async def broken(*_: object, **__: object) -> None:
    raise RuntimeError("a bug")


async def test_commands_are_registered_only_when_they_changed(room: Room) -> None:
    first = len(room.playground.wire.rest(*SYNC))
    await room.stop()
    await room.start()
    again = len(room.playground.wire.rest(*SYNC))
    await room.store.facts.write("commands", "those of an older version")
    await room.stop()
    await room.start()

    assert (first, again) == (1, 1)
    assert await room.until(lambda: len(room.playground.wire.rest(*SYNC)) == 2)


async def test_commands_that_were_deleted_on_discord_come_back(room: Room) -> None:
    before = len(room.world.commands[None])
    await room.stop()
    room.world.commands[None] = room.world.commands[None][1:]
    await room.start()

    assert await room.until(lambda: len(room.world.commands[None]) == before)
    assert len(room.playground.wire.rest(*SYNC)) == 2


@pytest.mark.parametrize("status", [403, 503])
async def test_commands_that_discord_does_not_take_now_keep_nobody_from_an_answer(
    room: Room, status: int
) -> None:
    await room.stop()
    room.world.commands[None] = []
    room.playground.faults.next("PUT", "/applications/**", status=status, body="<html>no</html>")
    await room.start()

    assert await room.ask("Hello!")
    assert await room.until(lambda: room.world.commands[None])


async def test_a_command_from_before_an_update_says_that_it_has_changed(room: Room, alex: Person) -> None:
    old = {"name": "forget", "description": "Forgets"}
    changed = {
        "name": "tokens",
        "description": "Counts",
        "options": [{"type": 1, "name": "text", "description": "Counts"}],
    }
    register(room.world, None, check_commands([old, changed]))

    assert (await told(alex, "forget")).content == str(members.COMMAND_CHANGED)
    assert (await told(alex, "tokens text")).content == str(members.COMMAND_CHANGED)


async def test_the_commands_are_such_as_discord_takes(room: Room) -> None:
    assert problems_of(room.playground.wire.rest(*SYNC)) == []


async def test_members_are_offered_what_they_may_use(alex: Person, mo: Person) -> None:
    for_all = {"ask", "help", "tokens", "history", "model", "retention", "privacy", "usage"}
    for_all |= {"new", "thread", "threads"}
    menus = {listed.MENU_ASK, listed.MENU_COUNT, listed.MENU_DETAILS}

    assert {one["name"] for one in alex.offered("general")} == for_all | menus
    assert {one["name"] for one in mo.offered("general")} == for_all | menus | {
        "reset",
        "persona",
        "auto",
        "context",
        "config",
    }


async def test_discord_is_told_to_offer_each_command_to_those_whom_the_table_names(room: Room) -> None:
    registered = {one["name"]: one["default_member_permissions"] for one in room.world.commands[None]}
    by_table = {
        command.name: discord.Permissions(**dict.fromkeys(offered_to(actions_of(command)), True)).value
        for command in room.app.bot.tree.walk_commands()
        if command.parent is None
    }

    wanted = {name: int(value or 0) for name, value in registered.items()}
    assert wanted == by_table | dict.fromkeys((listed.MENU_ASK, listed.MENU_COUNT, listed.MENU_DETAILS), 0)
    assert {name for name, value in wanted.items() if value == permissions.MANAGE_CHANNELS} == {
        "reset",
        "persona",
        "auto",
        "context",
        "config",
    }


async def test_each_command_refuses_who_lacks_what_the_table_names(room: Room, alex: Person) -> None:
    taken = permissions.READ_MESSAGE_HISTORY | permissions.CREATE_PUBLIC_THREADS
    taken |= permissions.SEND_MESSAGES | permissions.SEND_MESSAGES_IN_THREADS
    room.world.deny(room.world.channel("general"), alex, taken)
    given: dict[str, dict[str, Any]] = {
        "ask": {"question": "Hello?"},
        "threads set": {"mode": "off"},
        "model set": {"name": "gpt-4o"},
        "retention set": {"days": 3},
        "limits set": {"amount": "$1/day", "whose": "person"},
        "limits clear": {"whose": "person"},
    }
    refusals, by_table = {}, {}
    for command in room.app.bot.tree.walk_commands():
        lacks = [] if isinstance(command, app_commands.Group) else NEEDS[actions_of(command)[0]]
        if lacks and not OF_THE_ASKER.keys() & actions_of(command):
            name, labels = command.qualified_name, [str(one.label) for one in sorted(lacks)]
            of_server = actions_of(command)[0] in OF_SERVERS
            sentence = members.NEEDS_SERVER_PERMISSION if of_server else members.NEEDS_PERMISSION
            by_table[name] = sentence.format(permission=several(labels))
            refusals[name] = (await told(alex, name, **given.get(name, {}))).content

    assert len(by_table) > 20
    assert refusals == by_table


async def test_a_command_that_fails_in_us_names_a_reference_that_the_log_has(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, alex: Person
) -> None:
    monkeypatch.setattr(Counting, "text", broken)

    with caplog.at_level(logging.ERROR):
        said = (await told(alex, "tokens text", text="a secret")).content

    reference = re.fullmatch(
        re.escape(str(members.COMMAND_BROKE)).replace(r"\{reference\}", "([0-9a-f]{6})"), said
    )
    assert reference is not None
    assert f"reference {reference[1]}" in caplog.text
    assert "a secret" not in caplog.text


async def test_a_button_that_fails_in_us_says_so(
    room: Room, monkeypatch: pytest.MonkeyPatch, mo: Person
) -> None:
    await exchange(room, "Hello", "Hi")
    message = await told(mo, "reset")
    monkeypatch.setattr(Resetting, "reset", broken)

    assert (await refused(mo, message, "Reset")).startswith("Something went wrong on my side")


async def test_a_form_that_fails_in_us_says_so(monkeypatch: pytest.MonkeyPatch, mo: Person) -> None:
    modal = await mo.run("general", "persona set").asked()
    monkeypatch.setattr(PlaceSettings, "change", broken)

    said = await mo.submit(modal, {str(persona.FIELD): "You are a pirate."}).answered()

    assert said.content.startswith("Something went wrong on my side")
