"""Commands, buttons, menus and modals, answered by the real discord.py."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from discord import app_commands

from playground import Playground
from tests.playground.conftest import Client


class Question(discord.ui.Modal, title="A question"):
    text: discord.ui.Label[Any] = discord.ui.Label(
        text="Your text", component=discord.ui.TextInput(max_length=100)
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.text.component, discord.ui.TextInput)
        await interaction.response.send_message(f"You wrote {self.text.component.value}", ephemeral=True)


class Buttons(discord.ui.View):
    @discord.ui.button(label="Again", custom_id="test:again")
    async def again(self, interaction: discord.Interaction, _: discord.ui.Button[Any]) -> None:
        await interaction.response.edit_message(content="once more", view=None)

    @discord.ui.button(label="Ask", custom_id="test:ask")
    async def ask(self, interaction: discord.Interaction, _: discord.ui.Button[Any]) -> None:
        await interaction.response.send_modal(Question())

    @discord.ui.select(
        options=[discord.SelectOption(label="Red", value="r"), discord.SelectOption(label="Blue", value="b")]
    )
    async def colour(self, interaction: discord.Interaction, select: discord.ui.Select[Any]) -> None:
        await interaction.response.defer()
        await interaction.followup.send(f"picked {select.values[0]}")


@pytest.fixture
async def tree(bot: Client, playground: Playground) -> app_commands.CommandTree[Client]:
    tree = bot.tree
    group = app_commands.Group(name="tokens", description="Count")

    @group.command(name="text", description="Count a text")
    async def text(interaction: discord.Interaction, text: str, who: discord.Member | None = None) -> None:
        await interaction.response.send_message(f"{text} by {who}", ephemeral=True)

    @tree.command(name="slow", description="Takes its time")
    async def slow(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="done")
        await interaction.followup.send("and more", file=discord.File(__file__, "more.py"))

    @tree.command(name="panel", description="Shows buttons")
    @app_commands.default_permissions(manage_channels=True)
    async def panel(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("a panel", view=Buttons())

    @tree.command(name="model", description="Pick one")
    async def model(interaction: discord.Interaction, name: str) -> None:
        await interaction.response.send_message(name)

    @model.autocomplete("name")
    async def names(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [
            app_commands.Choice(name=one, value=one) for one in ("gpt-a", "gpt-b", "other") if typed in one
        ]

    @tree.context_menu(name="Ask about this")
    async def about(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"about {message.content}")

    @tree.command(name="mute", description="Says nothing")
    async def mute(interaction: discord.Interaction) -> None:
        pass

    tree.add_command(group)
    await tree.sync()
    return tree


pytestmark = pytest.mark.usefixtures("tree")


async def test_a_command_with_options_gets_an_ephemeral_answer(playground: Playground) -> None:
    alex, sam = playground.world.person("alex"), playground.world.person("sam")
    interaction = alex.run("general", "tokens text", {"text": "hello", "who": sam})
    answer = await interaction.answered()

    assert answer.content == "hello by sam"
    assert answer in alex.sees("general")
    assert answer not in sam.sees("general")


async def test_a_deferred_answer_is_filled_in_and_followed_up(playground: Playground) -> None:
    interaction = playground.world.person("alex").run("general", "slow")
    await playground.world.until(lambda: len(interaction.responses) == 2)
    first, second = interaction.responses

    assert first.content == "done"
    assert first.edits == 0
    assert second.attachments[0].filename == "more.py"


async def test_a_button_edits_its_message(playground: Playground) -> None:
    mo = playground.world.person("mo")
    panel = await mo.run("general", "panel").answered()
    await mo.press(panel, "Again").acknowledged()

    assert panel.content == "once more"
    assert panel.components == []


async def test_a_select_menu_tells_what_was_picked(playground: Playground) -> None:
    mo = playground.world.person("mo")
    panel = await mo.run("general", "panel").answered()
    answer = await mo.select(panel, "Blue").answered()

    assert answer.content == "picked b"


async def test_a_modal_is_shown_filled_in_and_submitted(playground: Playground) -> None:
    mo = playground.world.person("mo")
    panel = await mo.run("general", "panel").answered()
    modal = await mo.press(panel, "Ask").asked()
    answer = await mo.submit(modal, {"Your text": "a poem"}).answered()

    assert modal.title == "A question"
    assert answer.content == "You wrote a poem"


async def test_a_modal_refuses_what_discord_would_not_submit(playground: Playground) -> None:
    mo = playground.world.person("mo")
    panel = await mo.run("general", "panel").answered()
    modal = await mo.press(panel, "Ask").asked()

    with pytest.raises(ValueError, match="characters"):
        mo.submit(modal, {"Your text": "x" * 101})


async def test_an_option_is_completed_as_one_types(playground: Playground) -> None:
    interaction = playground.world.person("alex").autocomplete("general", "model", "name", "gpt")

    assert await interaction.offered() == ["gpt-a", "gpt-b"]


async def test_a_message_menu_carries_its_message(playground: Playground) -> None:
    alex, sam = playground.world.person("alex"), playground.world.person("sam")
    message = alex.post("general", "the sky")
    answer = await sam.menu("Ask about this", message).answered()

    assert answer.content == "about the sky"


async def test_a_command_is_offered_only_to_those_who_may_use_it(playground: Playground) -> None:
    with pytest.raises(LookupError, match="offered no panel"):
        playground.world.person("alex").run("general", "panel")


async def test_an_interaction_that_nobody_answers_fails_after_three_seconds(playground: Playground) -> None:
    interaction = playground.world.person("alex").run("general", "mute")
    playground.clock.advance(3)

    assert interaction.failed


async def test_a_token_dies_after_a_quarter_of_an_hour(playground: Playground, bot: Client) -> None:
    held: list[discord.Interaction] = []

    @bot.tree.command(name="late", description="Answers late")
    async def late(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        held.append(interaction)

    await bot.tree.sync()
    playground.world.person("alex").run("general", "late")
    await playground.world.until(lambda: held)
    playground.clock.advance(900)

    with pytest.raises(discord.HTTPException) as caught:
        await held[0].edit_original_response(content="too late")
    assert caught.value.code == 50027


async def test_a_second_first_answer_is_refused(playground: Playground, bot: Client) -> None:
    codes: list[int] = []

    @bot.tree.command(name="twice", description="Answers twice")
    async def twice(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("one")
        adapter = discord.webhook.async_.async_context.get()
        params = discord.webhook.async_.interaction_message_response_params(type=4, content="two")
        try:
            await adapter.create_interaction_response(
                interaction.id, interaction.token, session=interaction._session, params=params
            )
        except discord.HTTPException as error:
            codes.append(error.code)

    await bot.tree.sync()
    playground.world.person("alex").run("general", "twice")
    await playground.world.until(lambda: codes)

    assert codes == [40060]
