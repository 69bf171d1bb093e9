"""/thread and /new: a thread in which everything said is answered, and a new conversation there."""

from functools import partial

from discord import app_commands
from discord.ext import commands

from bot.chat.rights import Action
from bot.client.bot import ParleyBot
from bot.client.registration import does
from bot.reading.interactions import member_of, place_of
from bot.rules.literal import literal_line
from bot.texts import listed
from bot.texts.features import threads
from bot.ui.commands.dialogs import Asked, announce, reply, think, view_of
from bot.ui.commands.resets import UndoButton
from bot.ui.commands.words import thread_opened
from bot.ui.home.followed import EverythingButton, QuietButton


class Threads(commands.Cog):
    """Opens threads, and starts afresh in them."""

    def __init__(self, bot: ParleyBot) -> None:
        self._threads = bot.services.commands.threads
        self._resetting = bot.services.commands.resetting

    @app_commands.command(description=listed.ABOUT_THREAD, extras=does(Action.OPEN_THREAD))
    @app_commands.guild_only()
    @app_commands.describe(title=listed.OPTION_TITLE)
    async def thread(self, interaction: Asked, title: app_commands.Range[str, 1, 100] = "") -> None:
        """Open a thread, and lead whoever asked there."""
        await think(interaction)
        opened = await self._threads.afresh(title, member_of(interaction), place_of(interaction))
        await reply(interaction, thread_opened(opened))

    @app_commands.command(description=listed.ABOUT_NEW, extras=does(Action.START_AFRESH))
    async def new(self, interaction: Asked) -> None:
        """Start afresh in a direct message or a thread; in a channel, open a thread."""
        await think(interaction)
        place, member = place_of(interaction), member_of(interaction)
        if not (place.is_dm or place.is_thread):
            await reply(interaction, thread_opened(await self._threads.afresh("", member, place)))
            return
        done = await self._resetting.start_afresh(place, member)
        await reply(interaction, threads.STARTED, view_of(UndoButton(done.id)))
        if place.is_thread:
            told = partial(threads.STARTED_BY.format, name=literal_line(member.name))
            await announce(interaction, told, f"n.{interaction.id}")


async def setup(bot: ParleyBot) -> None:
    """Add the cog, and the buttons by which a thread says when it is answered."""
    bot.add_dynamic_items(QuietButton, EverythingButton)
    await bot.add_cog(Threads(bot))
