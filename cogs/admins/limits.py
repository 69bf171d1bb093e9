"""/limits: what may be spent in a server, within what the self-hoster allows. All answers are ephemeral."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.rights import Action
from bot.client.bot import ParleyBot
from bot.client.registration import does
from bot.errors import UserFacingError
from bot.reading.interactions import member_of, place_of
from bot.rules.spending.bounds import Whose, in_words
from bot.texts import bounds
from bot.ui.commands import usage as shown
from bot.ui.commands.dialogs import Asked, reply, think

CHOICES = [
    app_commands.Choice(name=bounds.CHOICE_SERVER, value=Whose.SERVER.value),
    app_commands.Choice(name=bounds.CHOICE_PERSON, value=Whose.PERSON.value),
]


MOST_CHOICES = 25  # as many as Discord shows
MOST_CHARACTERS = 100


async def limited_roles(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    """Return the roles that have a limit, deleted ones too, whose name has in it what was typed."""
    place, member = place_of(interaction), member_of(interaction)
    held = await interaction.client.services.commands.limits.held(place, member)
    roles = {one.id: one.name for one in interaction.guild.roles} if interaction.guild else {}
    named = [
        (roles.get(id_) or bounds.ROLE_DELETED.format(limit=in_words(one)), id_)
        for id_, one in held.roles.items()
    ]
    fitting = [(name[:MOST_CHARACTERS], id_) for name, id_ in named if typed.lower() in name.lower()]
    return [app_commands.Choice(name=name, value=str(id_)) for name, id_ in fitting[:MOST_CHOICES]]


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
        await self._put(interaction, (Whose(whose), role.id if role else 0), amount)

    @app_commands.command(description=bounds.ABOUT_LIMITS_CLEAR, extras=does(Action.CHANGE_SERVER_SETTING))
    @app_commands.describe(whose=bounds.OPTION_WHOSE, role=bounds.OPTION_ROLE)
    @app_commands.choices(whose=CHOICES)
    @app_commands.autocomplete(role=limited_roles)
    async def clear(
        self, interaction: Asked, whose: str, role: app_commands.Range[str, 1, MOST_CHARACTERS] | None = None
    ) -> None:
        """Take a limit back; a role is one of those that have a limit, since it may be gone."""
        if role is not None and not role.isdecimal():
            raise UserFacingError(bounds.LIMIT_ROLE_UNKNOWN)
        await self._put(interaction, (Whose(whose), int(role or 0)), None)

    async def _put(self, interaction: Asked, of: tuple[Whose, int], amount: str | None) -> None:
        await think(interaction)
        held = await self._limits.put(place_of(interaction), member_of(interaction), of, amount)
        await reply(interaction, shown.limits(held))


async def setup(bot: ParleyBot) -> None:
    """Add the cog."""
    await bot.add_cog(Limits(bot))
