"""/access: who may use the bot in a server, and in which channels of it; all answers are ephemeral."""

import logging

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.rights import Action
from bot.client.bot import ParleyBot
from bot.client.registration import does
from bot.errors import UserFacingError
from bot.reading.interactions import member_of, place_of
from bot.rules.admission.access import Listed
from bot.texts import admins, listed
from bot.ui.commands import lists
from bot.ui.commands.dialogs import Asked, reply, think

log = logging.getLogger(__name__)

Who = discord.User | discord.Member | discord.Role
Channel = app_commands.AppCommandChannel | app_commands.AppCommandThread


class AnyChannel(app_commands.Transformer):
    """An option for a channel of any kind: discord.py's own names a kind that Discord's description lacks."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """Return what Discord has people pick."""
        return discord.AppCommandOptionType.channel

    async def transform(self, _: Asked, value: Channel, /) -> Channel:  # type: ignore[override]
        """Return what was picked."""
        return value


Where = app_commands.Transform[Channel, AnyChannel]


@app_commands.guild_only()
class Access(commands.GroupCog, group_name="access", group_description=listed.ABOUT_ACCESS):
    """Shows and changes a server's lists."""

    def __init__(self, bot: ParleyBot) -> None:
        self._access = bot.services.access

    @app_commands.command(description=listed.ABOUT_ACCESS_SHOW, extras=does(Action.MANAGE_ACCESS))
    async def show(self, interaction: Asked) -> None:
        """Show both lists."""
        await think(interaction)
        held = self._access.held(place_of(interaction), member_of(interaction))
        await reply(
            interaction, lists.shown(held, interaction.guild_id or 0, house=self._access.has_house_lists)
        )

    @app_commands.command(description=listed.ABOUT_ACCESS_ALLOW, extras=does(Action.MANAGE_ACCESS))
    @app_commands.describe(who=listed.OPTION_WHO, where=listed.OPTION_WHERE)
    async def allow(self, interaction: Asked, who: Who | None = None, where: Where | None = None) -> None:
        """Allow a person, a role or a channel."""
        await self._put(interaction, who, where, allowed=True)

    @app_commands.command(description=listed.ABOUT_ACCESS_DENY, extras=does(Action.MANAGE_ACCESS))
    @app_commands.describe(who=listed.OPTION_WHO, where=listed.OPTION_WHERE)
    async def deny(self, interaction: Asked, who: Who | None = None, where: Where | None = None) -> None:
        """Deny a person, a role or a channel."""
        await self._put(interaction, who, where, allowed=False)

    @app_commands.command(description=listed.ABOUT_ACCESS_CLEAR, extras=does(Action.MANAGE_ACCESS))
    @app_commands.describe(who=listed.OPTION_WHO, where=listed.OPTION_WHERE)
    async def clear(self, interaction: Asked, who: Who | None = None, where: Where | None = None) -> None:
        """Take one thing off the lists, or, where none is named, everything."""
        if who is not None or where is not None:
            await self._put(interaction, who, where, allowed=None)
            return
        await think(interaction)
        was_set = await self._access.clear(place_of(interaction), member_of(interaction))
        await reply(interaction, admins.ACCESS_CLEARED if was_set else admins.ACCESS_WAS_EMPTY)

    async def _put(
        self, interaction: Asked, who: Who | None, where: Channel | None, *, allowed: bool | None
    ) -> None:
        await think(interaction)
        place, member = place_of(interaction), member_of(interaction)
        before = self._access.held(place, member)  # who may not hears that before anything else
        one = _one(who, where)
        held = await self._access.put(place, member, one, allowed=allowed)
        await reply(interaction, lists.changed(one, before, held, place.guild_id or 0))


def _one(who: Who | None, where: Channel | None) -> Listed:
    """Return what is named; a person or a channel, not both, since each is a list of its own."""
    if who is not None and where is None:
        return lists.listed(who)
    if where is not None and who is None:
        return lists.listed(where)
    raise UserFacingError(admins.ACCESS_ONE)


async def setup(bot: ParleyBot) -> None:
    """Add the cog."""
    await bot.add_cog(Access(bot))
