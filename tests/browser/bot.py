"""A small bot for the page's tests: it has one of everything that a bot can show."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import discord
from discord import app_commands, ui

from playground import Playground

FRUITS = ("apple", "apricot", "banana", "cherry")
SPOKEN = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


Command = app_commands.Command[Any, Any, Any] | app_commands.Group | app_commands.ContextMenu


class Form(ui.Modal, title="Tell us more"):
    """A modal with a short and a long field."""

    name: ui.TextInput[Form] = ui.TextInput(label="Name", max_length=20)
    story: ui.TextInput[Form] = ui.TextInput(label="Story", style=discord.TextStyle.paragraph, required=False)

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(f"Thank you, {self.name.value}. {self.story.value}")


class Order(ui.Modal, title="An order"):
    """A modal with what is marked instead of written."""

    size: ui.Label[Order] = ui.Label(
        text="Size",
        component=ui.RadioGroup(options=[discord.RadioGroupOption(label=one, value=one) for one in "SML"]),
    )
    extras: ui.Label[Order] = ui.Label(
        text="Extras",
        component=ui.CheckboxGroup(
            required=False, options=[discord.CheckboxGroupOption(label=one, value=one) for one in FRUITS]
        ),
    )
    sure: ui.Label[Order] = ui.Label(text="Sure", component=ui.Checkbox())

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        size, extras, sure = self.size.component, self.extras.component, self.sure.component
        assert isinstance(size, ui.RadioGroup)
        assert isinstance(extras, ui.CheckboxGroup)
        assert isinstance(sure, ui.Checkbox)
        text = f"{size.value} with {' and '.join(extras.values)}, {sure.value}"
        await interaction.response.send_message(text)


class Panel(ui.View):
    """Buttons and menus."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.button(label="Count me", style=discord.ButtonStyle.primary)
    async def count(self, interaction: discord.Interaction[Any], button: ui.Button[Panel]) -> None:
        await interaction.response.edit_message(content=f"{interaction.user.display_name} was counted")

    @ui.button(label="Moderators only", style=discord.ButtonStyle.danger)
    async def moderate(self, interaction: discord.Interaction[Any], button: ui.Button[Panel]) -> None:
        allowed = interaction.permissions.manage_messages
        await interaction.response.send_message("Done." if allowed else "You may not.", ephemeral=True)

    @ui.select(
        placeholder="Pick a fruit",
        options=[discord.SelectOption(label=fruit, description=f"a {fruit}") for fruit in FRUITS],
    )
    async def pick(self, interaction: discord.Interaction[Any], menu: ui.Select[Panel]) -> None:
        await interaction.response.send_message(f"Picked {menu.values[0]}")

    @ui.select(
        placeholder="Pick several",
        max_values=3,
        options=[discord.SelectOption(label=fruit) for fruit in FRUITS],
    )
    async def pick_several(self, interaction: discord.Interaction[Any], menu: ui.Select[Panel]) -> None:
        await interaction.response.send_message(f"Picked {' and '.join(sorted(menu.values))}")


class Translator(app_commands.Translator):
    """Knows the Korean of one description."""

    async def translate(self, string: app_commands.locale_str, locale: discord.Locale, _: Any) -> str | None:
        return "양식 열기" if (string.message, locale) == ("Opens a form", discord.Locale.korean) else None


class ShowBot(discord.Client):
    """Answers mentions by edits, and has the commands below."""

    def __init__(self) -> None:
        intents = discord.Intents.default()
        intents.message_content = True
        none = discord.AllowedMentions.none()
        super().__init__(intents=intents, guild_ready_timeout=0.05, allowed_mentions=none)
        self.connected = asyncio.Event()
        self.tree = app_commands.CommandTree(self)
        self._translator = Translator()
        slash: list[Command] = [
            paint,
            form,
            secret,
            panel,
            slow,
            later,
            purge,
            show,
            box,
            letters,
            first,
            carried,
            order,
        ]
        for command in slash:
            self.tree.add_command(command)

    async def setup_hook(self) -> None:
        await self.tree.set_translator(self._translator)
        await self.tree.sync()

    async def on_ready(self) -> None:
        self.connected.set()

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot or (message.guild and self.user not in message.mentions):
            return
        async with message.channel.typing():
            reply = await message.reply(SPOKEN[0], mention_author=False)
        for count in range(2, len(SPOKEN) + 1):
            await reply.edit(content=" ".join(SPOKEN[:count]))


async def complete_fruit(
    interaction: discord.Interaction[Any], current: str
) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=fruit, value=fruit) for fruit in FRUITS if current in fruit]


@app_commands.command(description="Paints something")
@app_commands.describe(
    colour="Which colour", strength="From 1 to 5", fruit="What to paint", loud="In capitals"
)
@app_commands.choices(colour=[app_commands.Choice(name=one, value=one.lower()) for one in ("Red", "Blue")])
@app_commands.autocomplete(fruit=complete_fruit)
async def paint(
    interaction: discord.Interaction[Any],
    colour: str,
    strength: app_commands.Range[int, 1, 5],
    fruit: str = "wall",
    loud: bool = False,
    whom: discord.Member | discord.Role | None = None,
) -> None:
    text = f"{fruit} in {colour}, {strength}" + (f", for {whom.name}" if whom else "")
    await interaction.response.send_message(text.upper() if loud else text)


@app_commands.command(description="Opens a form")
async def form(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.send_modal(Form())


@app_commands.command(description="Tells you alone")
async def secret(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.send_message("For your eyes only", ephemeral=True)


@app_commands.command(description="Shows buttons and menus")
async def panel(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.send_message("A panel", view=Panel())


@app_commands.command(description="Never answers")
async def slow(interaction: discord.Interaction[Any]) -> None:
    del interaction


@app_commands.command(description="Answers after a while")
async def later(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.defer(thinking=True)
    await asyncio.sleep(0.3)
    await interaction.followup.send("At last")


@app_commands.command(description="For moderators")
@app_commands.default_permissions(manage_messages=True)
async def purge(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.send_message("Purged", ephemeral=True)


@app_commands.command(description="Shows an embed")
async def show(interaction: discord.Interaction[Any]) -> None:
    embed = discord.Embed(title="An embed", description="with **bold** text", colour=0x7A4F9C)
    embed.add_field(name="A field", value="its value").set_footer(text="at the foot")
    await interaction.response.send_message(embed=embed)


class Sure(ui.View):
    """A private question, whose answer all see."""

    @ui.button(label="Go")
    async def go(self, interaction: discord.Interaction[Any], button: ui.Button[Sure]) -> None:
        await interaction.response.edit_message(content="Told", view=None)
        await interaction.followup.send("It is done")


@app_commands.command(name="ask-first", description="Asks before it acts")
async def first(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.send_message("Are you sure?", view=Sure(), ephemeral=True)


@app_commands.command(description="Takes an order")
async def order(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.send_modal(Order())


@app_commands.command(description="Goes along with whoever installed it")
@app_commands.allowed_installs(guilds=False, users=True)
async def carried(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.send_message("Here I am")


box = app_commands.Group(name="box", description="A box")


@box.command(description="Opens the box")
async def open(interaction: discord.Interaction[Any]) -> None:  # noqa: A001 - the command's name
    await interaction.response.send_message("The box is open")


@app_commands.context_menu(name="Count letters")
async def letters(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    await interaction.response.send_message(f"{len(message.content)} letters", ephemeral=True)


@contextlib.asynccontextmanager
async def show_bot(playground: Playground) -> AsyncIterator[ShowBot]:
    """Keep the bot connected to a playground."""
    client = ShowBot()
    async with client:
        running = asyncio.create_task(client.start(playground.token))
        async with asyncio.timeout(10):
            await client.connected.wait()
        yield client
        await client.close()
        await asyncio.gather(running, return_exceptions=True)
