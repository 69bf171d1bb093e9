"""/thread: opens a thread in which everything said is answered."""

from discord import app_commands
from discord.ext import commands

from bot.chat.rights import Action
from bot.client.bot import ParleyBot
from bot.client.registration import does
from bot.reading.interactions import member_of, place_of
from bot.texts import listed
from bot.ui.commands.dialogs import Asked, reply, think
from bot.ui.commands.words import thread_opened


class Threads(commands.Cog):
    """Opens threads."""

    def __init__(self, bot: ParleyBot) -> None:
        self._threads = bot.services.commands.threads

    @app_commands.command(description=listed.ABOUT_THREAD, extras=does(Action.OPEN_THREAD))
    @app_commands.guild_only()
    @app_commands.describe(title=listed.OPTION_TITLE)
    async def thread(self, interaction: Asked, title: app_commands.Range[str, 1, 100] = "") -> None:
        """Open a thread, and lead whoever asked there."""
        await think(interaction)
        opened = await self._threads.afresh(title, member_of(interaction), place_of(interaction))
        await reply(interaction, thread_opened(opened))


async def setup(bot: ParleyBot) -> None:
    """Add the cog."""
    await bot.add_cog(Threads(bot))
