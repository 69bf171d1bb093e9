"""/usage: what was used, by those who may see it."""

import re

import pytest

from bot.texts import members
from bot.texts import usage as texts
from playground.world.people import Person
from tests.cogs.acting import exchange, shown, told
from tests.support.room import Room

pytestmark = pytest.mark.memory


async def test_a_person_sees_what_they_have_used_everywhere(room: Room, alex: Person) -> None:
    await exchange(room, "Hello", "Hi")
    await exchange(room, "Elsewhere", "Hi", "random")
    said = await told(alex, "usage me")
    words = shown(said)
    table = words.partition("```\n")[2].partition("\n```")[0].splitlines()

    assert words.startswith(f"\n{texts.TITLE_MINE}")
    assert re.split(r"\s+", table[1]) == ["requests", "2", "2", "2"]
    assert table[4].split()[1:] == ["$0.0000"] * 3
    assert max(map(len, words.splitlines())) <= 70
    assert all(len(line) <= 35 for block in words.split("```")[1::2] for line in block.splitlines())
    assert "100% `gpt-4.1-mini`" in words


async def test_here_is_this_conversation_alone(room: Room, alex: Person, sam: Person) -> None:
    await exchange(room, "Hello", "Hi")
    here, there = shown(await told(sam, "usage here")), shown(await told(alex, "usage here", "random"))

    assert "requests        1        1        1" in here
    assert str(texts.NOTHING) in there


async def test_a_server_is_for_those_who_manage_it(room: Room, alex: Person, olivia: Person) -> None:
    await exchange(room, "Hello", "Hi")
    refused = await told(alex, "usage server")
    direct = await told(olivia, "usage server", room.world.dm(olivia))
    everything = await told(alex, "usage all")

    assert refused.content == members.NEEDS_SERVER_PERMISSION.format(permission="Manage Server")
    assert direct.content == str(members.NO_SERVER_HERE)
    assert "<@" not in shown(everything)


async def test_the_biggest_spenders_stand_first(room: Room, olivia: Person, alex: Person) -> None:
    await exchange(room, "Hello", "Hi")
    words = shown(await told(olivia, "usage server"))

    assert f"100% <@{alex.id}>" in words
