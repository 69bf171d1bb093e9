"""/config: all that is set here, seen and changed in one view; the answer is ephemeral."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.rights import Action
from bot.client.bot import ParleyBot
from bot.client.registration import does
from bot.texts import config
from bot.ui.commands.dialogs import Asked, think
from bot.ui.config.items import ConfigItem, SetupButton, revive, show_config


class Config(commands.Cog):
    """Shows the view."""

    @app_commands.command(name="config", description=config.ABOUT_CONFIG, extras=does(Action.CONFIGURE))
    async def config(self, interaction: Asked) -> None:
        """Show what holds here."""
        await think(interaction)
        await show_config(interaction, guild_wide=False)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Asked) -> None:
        """Take forms of the view that were opened before a restart."""
        if interaction.type is discord.InteractionType.modal_submit:
            revive(interaction)


async def setup(bot: ParleyBot) -> None:
    """Add the cog, what its view is made of, and the button that opens it."""
    bot.add_dynamic_items(ConfigItem, SetupButton)
    await bot.add_cog(Config())
