"""The playground's routes and the real client's requests, held against Discord's own description."""

from __future__ import annotations

import io

import discord
import pytest

from playground import Playground
from playground.discord.routes import ROUTES
from tests.playground.conftest import Client
from tests.support import openapi


def test_every_route_of_the_playground_exists_at_discord() -> None:
    mine = {(route.method, route.path) for route in ROUTES}

    assert mine <= openapi.routes()


async def test_what_discord_py_sends_is_as_discord_describes_it(playground: Playground, bot: Client) -> None:
    @bot.tree.command(name="hello", description="Says hello")
    async def hello(interaction: discord.Interaction, to: discord.Member) -> None:
        await interaction.response.send_message(f"hello {to.name}", ephemeral=True)

    await bot.tree.sync()
    channel = bot.get_channel(playground.world.channel("general").id)
    assert isinstance(channel, discord.TextChannel)
    sent = await channel.send("hi", embed=discord.Embed(title="A title"))
    await sent.reply("again", file=discord.File(io.BytesIO(b"text"), "a.txt"))
    await sent.edit(
        content="changed", view=discord.ui.View().add_item(discord.ui.Button(label="B", custom_id="b"))
    )
    await sent.add_reaction("👀")
    thread = await sent.create_thread(name="more")
    await thread.send("in the thread")
    alex = playground.world.person("alex")
    await alex.run("general", "hello", {"to": alex}).answered()

    assert openapi.problems_of(playground.wire) == []


@pytest.mark.parametrize(
    "body",
    [{"content": 5}, {"content": "x" * 2001}, {"components": [{"type": 1, "components": [{"type": 2}]}]}],
)
def test_a_wrong_body_is_found(body: object) -> None:
    assert openapi.problems("POST", "/channels/{channel_id}/messages", body)


def test_a_route_that_discord_lacks_is_found() -> None:
    assert openapi.problems("GET", "/channels/{channel_id}/secrets", None)
