"""/privacy: what is stored about the person who asks, everywhere: exported, deleted, or no longer collected.

Everybody may use it for themselves alone; all answers are ephemeral.
"""

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.rights import Action, require_own_data
from bot.client.bot import ParleyBot
from bot.client.registration import does
from bot.reading.interactions import member_of, place_of
from bot.texts import listed, members
from bot.ui.commands import render
from bot.ui.commands.dialogs import (
    Asked,
    StoredButton,
    confirmation,
    hand_over,
    most_bytes,
    patiently,
    reply,
    think,
)


class Privacy(commands.GroupCog, group_name="privacy", group_description=listed.ABOUT_PRIVACY):
    """Exports and deletes a person's data, and stops its collection."""

    listening = app_commands.Group(name="ignore", description=listed.ABOUT_PRIVACY_IGNORE)

    def __init__(self, bot: ParleyBot) -> None:
        self._privacy = bot.services.commands.privacy

    @app_commands.command(description=listed.ABOUT_PRIVACY_EXPORT, extras=does(Action.USE_OWN_DATA))
    async def export(self, interaction: Asked) -> None:
        """Send all that is stored about the person."""
        await think(interaction)
        files = self._privacy.export(interaction.user.id, most_bytes(interaction))
        await hand_over(interaction, files, members.PRIVACY_EXPORTED, members.EXPORT_GOES_ON)

    @app_commands.command(description=listed.ABOUT_PRIVACY_DELETE, extras=does(Action.USE_OWN_DATA))
    async def delete(self, interaction: Asked) -> None:
        """Say what would go, and ask."""
        await think(interaction)
        messages, places = await patiently(
            interaction,
            lambda _: self._privacy.preview_delete(interaction.user.id, place_of(interaction)),
            members.STILL_LOOKING,
        )
        if places:
            button = DeleteButton(interaction.user.id)
            await reply(interaction, render.deletion_question(messages, places), confirmation(button))
        else:
            await reply(interaction, members.PRIVACY_NOTHING)

    @listening.command(
        name="on", description=listed.ABOUT_PRIVACY_IGNORE_ON, extras=does(Action.USE_OWN_DATA)
    )
    async def ignore_on(self, interaction: Asked) -> None:
        """Stop listening."""
        await think(interaction)
        await self._privacy.ignore(interaction.user.id, True)
        await reply(interaction, members.IGNORE_ON)

    @listening.command(
        name="off", description=listed.ABOUT_PRIVACY_IGNORE_OFF, extras=does(Action.USE_OWN_DATA)
    )
    async def ignore_off(self, interaction: Asked) -> None:
        """Listen again."""
        await think(interaction)
        await self._privacy.ignore(interaction.user.id, False)
        await reply(interaction, members.IGNORE_OFF)


class DeleteButton(StoredButton, template=r"parley:delete-data:(?P<id>[0-9]+)"):
    """Deletes a person's data; the number is the person's id."""

    verb, label, style = "delete-data", members.PRIVACY_DELETE, discord.ButtonStyle.danger
    does = Action.USE_OWN_DATA

    async def act(self, interaction: Asked) -> None:
        """Delete, if it is that person who pressed."""
        require_own_data(member_of(interaction), self.id_)
        privacy = interaction.client.services.commands.privacy
        messages, kept_until = await patiently(
            interaction, lambda _: privacy.delete(self.id_, place_of(interaction)), members.STILL_DELETING
        )
        await reply(interaction, render.deletion_done(messages, kept_until))


async def setup(bot: ParleyBot) -> None:
    """Add the cog and its button."""
    bot.add_dynamic_items(DeleteButton)
    await bot.add_cog(Privacy(bot))
