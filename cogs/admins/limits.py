"""/limits: what may be spent in a server, within what the self-hoster allows. All answers are ephemeral."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.rights import Action
from bot.client.bot import ParleyBot
from bot.client.registration import does
from bot.reading.interactions import member_of, place_of
from bot.rules.spending.bounds import Whose
from bot.texts import bounds
from bot.ui.commands import usage as shown
from bot.ui.commands.dialogs import Asked, reply, think

CHOICES = [
    app_commands.Choice(name=bounds.CHOICE_SERVER, value=Whose.SERVER.value),
    app_commands.Choice(name=bounds.CHOICE_PERSON, value=Whose.PERSON.value),
]


@app_commands.guild_only()
class Limits(commands.GroupCog, group_name="limits", group_description=bounds.ABOUT_LIMITS):
    """Shows and changes a server's limits."""

    def __init__(self, bot: ParleyBot) -> None:
        self._limits = bot.services.commands.limits

    @app_commands.command(description=bounds.ABOUT_LIMITS_SHOW, extras=does(Action.CHANGE_SERVER_SETTING))
    async def show(self, interaction: Asked) -> None:
        """Show what is set."""
        await think(interaction)
        held = await self._limits.held(place_of(interaction), member_of(interaction))
        await reply(interaction, shown.limits(held))

    @app_commands.command(description=bounds.ABOUT_LIMITS_SET, extras=does(Action.CHANGE_SERVER_SETTING))
    @app_commands.describe(amount=bounds.OPTION_AMOUNT, whose=bounds.OPTION_WHOSE, role=bounds.OPTION_ROLE)
    @app_commands.choices(whose=CHOICES)
    async def set(
        self,
        interaction: Asked,
        amount: app_commands.Range[str, 1, 50],
        whose: str,
        role: discord.Role | None = None,
    ) -> None:
        """Set a limit."""
        await self._put(interaction, whose, role, amount)

    @app_commands.command(description=bounds.ABOUT_LIMITS_CLEAR, extras=does(Action.CHANGE_SERVER_SETTING))
    @app_commands.describe(whose=bounds.OPTION_WHOSE, role=bounds.OPTION_ROLE)
    @app_commands.choices(whose=CHOICES)
    async def clear(self, interaction: Asked, whose: str, role: discord.Role | None = None) -> None:
        """Take a limit back."""
        await self._put(interaction, whose, role, None)

    async def _put(
        self, interaction: Asked, whose: str, role: discord.Role | None, amount: str | None
    ) -> None:
        await think(interaction)
        of = Whose(whose), role.id if role else 0
        held = await self._limits.put(place_of(interaction), member_of(interaction), of, amount)
        await reply(interaction, shown.limits(held))


async def setup(bot: ParleyBot) -> None:
    """Add the cog."""
    await bot.add_cog(Limits(bot))
