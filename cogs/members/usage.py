"""/usage: what was used and what it cost. The answers are ephemeral."""

from discord import app_commands
from discord.ext import commands

from bot.chat.commands.usage import Whose
from bot.chat.rights import Action
from bot.client.bot import ParleyBot
from bot.client.registration import does
from bot.reading.interactions import member_of, place_of
from bot.texts import usage as texts
from bot.ui.commands import usage as shown
from bot.ui.commands.dialogs import Asked, reply, think


class Usage(commands.GroupCog, group_name="usage", group_description=texts.ABOUT):
    """Shows what was spent."""

    def __init__(self, bot: ParleyBot) -> None:
        self._usage = bot.services.commands.usage

    @app_commands.command(description=texts.ABOUT_ME, extras=does(Action.SEE_USAGE))
    async def me(self, interaction: Asked) -> None:
        """Show what the person has used, everywhere."""
        await self._show(interaction, Whose.MINE)

    @app_commands.command(description=texts.ABOUT_HERE, extras=does(Action.SEE_USAGE))
    async def here(self, interaction: Asked) -> None:
        """Show what was used in the conversation."""
        await self._show(interaction, Whose.HERE)

    @app_commands.command(description=texts.ABOUT_SERVER, extras=does(Action.SEE_SERVER_USAGE))
    async def server(self, interaction: Asked) -> None:
        """Show what the server has used."""
        await self._show(interaction, Whose.SERVER)

    @app_commands.command(name="all", description=texts.ABOUT_ALL, extras=does(Action.SEE_ALL_USAGE))
    async def of_all(self, interaction: Asked) -> None:
        """Show what all have used."""
        await self._show(interaction, Whose.ALL)

    async def _show(self, interaction: Asked, whose: Whose) -> None:
        await think(interaction)
        spent = await self._usage.of(whose, place_of(interaction), member_of(interaction))
        await reply(interaction, shown.report(spent))


async def setup(bot: ParleyBot) -> None:
    """Add the cog."""
    await bot.add_cog(Usage(bot))
