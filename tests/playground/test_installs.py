"""The application on somebody's own account: in guilds without the bot, and among others."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands

from playground import Playground, World
from playground.world.entities import Channel
from playground.world.errors import ApiError
from playground.world.interacting.commands import check_commands, register
from playground.world.interacting.interactions import Interaction
from playground.world.people import Person
from playground.world.permissions import USE_EXTERNAL_APPS
from tests.playground.conftest import Answers, Client

ANYWHERE = {"name": "go", "description": "Goes anywhere", "integration_types": [0, 1], "contexts": [0, 1, 2]}
AT_HOME = {"name": "stay", "description": "Stays", "integration_types": [0], "contexts": [0, 1]}


@pytest.fixture
async def answers(playground: Playground) -> AsyncIterator[Answers]:
    register(playground.world, None, check_commands([dict(ANYWHERE), dict(AT_HOME)]))
    async with aiohttp.ClientSession() as session:
        yield Answers(playground, session)


@pytest.fixture
def alex(playground: Playground) -> Person:
    return playground.world.person("alex")


@pytest.fixture
def abroad(playground: Playground, alex: Person) -> Channel:
    """A channel of a server that the bot never joined."""
    guild = playground.world.add_guild("Abroad", alex, with_bot=False)
    return playground.world.add_text_channel("lobby", guild)


def names(person: Person, place: Channel | str) -> set[str]:
    return {one["name"] for one in person.offered(place)}


async def test_a_command_is_offered_by_installation_and_place(
    playground: Playground, answers: Answers, alex: Person, abroad: Channel
) -> None:
    world = playground.world
    among = world.conversation_of("sam", alex, world.person("sam"))
    before = [names(alex, one) for one in ("general", world.dm(alex), abroad, among)]
    alex.install()
    after = [names(alex, one) for one in ("general", world.dm(alex), abroad, among)]
    alex.install(on=False)

    assert before == [{"go", "stay"}, {"go", "stay"}, set(), set()]
    assert after == [{"go", "stay"}, {"go", "stay"}, {"go"}, {"go"}]
    assert names(alex, abroad) == set()


@pytest.mark.parametrize(
    "wrong",
    [{"integration_types": []}, {"integration_types": [2]}, {"contexts": [0, 0]}, {"contexts": [3]}],
)
def test_a_command_for_unknown_places_is_refused(wrong: dict[str, list[int]]) -> None:
    with pytest.raises(ApiError) as caught:
        check_commands([ANYWHERE | wrong])

    assert caught.value.code == 50035


async def test_discord_py_reads_who_asks_where_the_bot_is_not(
    playground: Playground, bot: Client, alex: Person, abroad: Channel
) -> None:
    asked: list[discord.Interaction[Any]] = []

    @bot.tree.command(name="go", description="Goes anywhere")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def go(interaction: discord.Interaction) -> None:
        asked.append(interaction)
        await interaction.response.send_message("there", ephemeral=True)

    await bot.tree.sync()
    alex.install()
    world = playground.world
    group = world.conversation_of("us", alex, world.person("sam"), world.person("mo"))
    for place in (abroad, group, world.dm(alex), world.channel("general")):
        await alex.run(place, "go").answered()

    assert [one.channel_id for one in asked[:2]] == [abroad.id, group.id]
    assert [one.guild_id for one in asked[:2]] == [abroad.guild_id, None]
    assert [one.is_guild_integration() for one in asked] == [False, False, False, True]
    assert bot.get_guild(abroad.guild_id or 0) is None
    assert playground.wire.events("MESSAGE_CREATE") == []  # answers to them alone, here as there


async def test_the_bot_hears_nothing_of_where_it_is_not(
    playground: Playground, bot: Client, alex: Person, abroad: Channel
) -> None:
    alex.post(abroad, "among us")
    alex.post(playground.world.conversation_of("sam", alex, playground.world.person("sam")), "alone")
    alex.post("general", "to all")
    await playground.world.until(lambda: bot.heard)

    assert [one.content for one in bot.heard] == ["to all"]


async def used(answers: Answers, person: Person, place: Channel | str) -> Interaction:
    interaction = person.run(place, "go")
    await answers.callback(interaction, 4, {"content": "first"})
    return interaction


async def test_where_the_bot_is_not_five_more_messages_may_follow(
    playground: Playground, answers: Answers, alex: Person, abroad: Channel
) -> None:
    alex.install()
    there, here = await used(answers, alex, abroad), await used(answers, alex, "general")
    said = []
    for one in (there, here) * 6:
        playground.clock.advance(1)  # of the two seconds in which five are let through
        said.append(await answers.webhook("POST", one, "", {"content": "x"}))
    edited = await answers.webhook("PATCH", there, "/messages/@original", {"content": "changed"})

    assert [status for status, _ in said] == [200] * 10 + [400, 200]
    assert said[10][1]["code"] == 40094
    assert edited[0] == 200
    assert [set(one.owners) for one in (there, here)] == [{"1"}, {"0", "1"}]
    assert said[0][1]["message_reference"]["message_id"] == str(there.original and there.original.id)


async def test_an_answer_is_hidden_where_a_server_wants_no_apps_of_others(
    playground: Playground, answers: Answers, alex: Person, abroad: Channel
) -> None:
    sam = playground.world.person("sam")
    guild = playground.world.guilds[abroad.guild_id or 0]
    playground.world.join(sam, guild)
    sam.install()
    guild.roles[guild.id].permissions &= ~USE_EXTERNAL_APPS
    interaction = await used(answers, sam, abroad)

    assert interaction.original is not None
    assert interaction.original.ephemeral_for == sam.id


def test_who_installed_the_application_is_kept() -> None:
    world = World()
    world.person("sam").install()

    assert World.load(world.dump()).installed_by == {world.person("sam").id}
