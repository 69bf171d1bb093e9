"""/reset: clears what is remembered, after a confirmation, with a way back for ten minutes.

Whether somebody may is checked with the command, the confirmation and the undo alike.
"""

from functools import partial
from typing import ClassVar, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.clearing import ResetOrder
from bot.chat.rights import Action
from bot.client.bot import ParleyBot
from bot.client.registration import does
from bot.reading.interactions import member_of, place_of
from bot.texts import admins, listed, members
from bot.ui.commands import resets
from bot.ui.commands.dialogs import (
    Asked,
    CancelButton,
    StoredButton,
    announce,
    confirmation,
    patiently,
    reply,
    think,
    view_of,
)
from bot.ui.commands.resets import UndoButton


class Reset(commands.Cog):
    """Clears history."""

    def __init__(self, bot: ParleyBot) -> None:
        self._resetting = bot.services.commands.resetting
        self._counting = bot.services.commands.counting

    @app_commands.command(description=listed.ABOUT_RESET, extras=does(Action.RESET))
    @app_commands.describe(scope=listed.OPTION_RESET_SCOPE, keep=listed.OPTION_KEEP)
    async def reset(
        self,
        interaction: Asked,
        scope: Literal["channel", "server"] = "channel",
        keep: app_commands.Range[int, 0, 10_000] = 0,
    ) -> None:
        """Say what would go, and ask."""
        await think(interaction)
        order = ResetOrder(place_of(interaction), guild_wide=scope == "server", keep=keep)
        preview = partial(self._resetting.preview, order, member_of(interaction))
        turns, tokens = await patiently(interaction, preview, members.STILL_COUNTING)
        button = ResetServerButton(keep) if order.guild_wide else ResetChannelButton(keep)
        exact = await self._counting.exact(order.key, guild_wide=order.guild_wide)
        question = resets.question(order, turns, tokens, exact=exact)
        await reply(interaction, question, confirmation(button))


class ResetChannelButton(StoredButton, template=r"parley:reset:(?P<id>[0-9]+)"):
    """Clears the channel; the number is how many of the newest questions stay."""

    verb, label, style = "reset", admins.RESET, discord.ButtonStyle.danger
    guild_wide: ClassVar[bool] = False

    async def act(self, interaction: Asked) -> None:
        """Clear, tell everybody, and offer the way back to the one who did it."""
        order = ResetOrder(place_of(interaction), guild_wide=self.guild_wide, keep=self.id_)
        resetting = interaction.client.services.commands.resetting
        reset = partial(resetting.reset, order, member_of(interaction))
        done = await patiently(interaction, reset, members.STILL_COUNTING)
        counting = interaction.client.services.commands.counting
        exact = await counting.exact(order.key, guild_wide=order.guild_wide)
        said, undo = resets.done(done, exact=exact), view_of(UndoButton(done.id))
        await reply(interaction, said, undo)
        announced = partial(resets.announced, done, interaction.user.display_name)
        if not order.key.is_dm and not await announce(interaction, announced, f"r.{interaction.id}"):
            await reply(interaction, f"{said} {admins.RESET_UNANNOUNCED}", undo)


class ResetServerButton(ResetChannelButton, template=r"parley:reset-server:(?P<id>[0-9]+)"):
    """Clears every channel of the server."""

    verb, guild_wide = "reset-server", True


async def setup(bot: ParleyBot) -> None:
    """Add the cog and its buttons."""
    bot.add_dynamic_items(ResetChannelButton, ResetServerButton, UndoButton, CancelButton)
    await bot.add_cog(Reset(bot))
