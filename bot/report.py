"""Where an exception's journey ends: the person gets a sentence, the log gets the rest."""

import logging
import secrets

import discord
from discord import app_commands

from bot import texts
from bot.errors import UserFacingError

log = logging.getLogger(__name__)


async def report_interaction(interaction: discord.Interaction, error: Exception) -> None:
    """Answer a failed command, button or modal, to the one who used it alone."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    sentence = sentence_for(error, f"interaction {interaction.id} in channel {interaction.channel_id}")
    try:
        if interaction.response.type is discord.InteractionResponseType.deferred_channel_message:
            await interaction.edit_original_response(content=sentence)
        elif interaction.response.is_done():
            await interaction.followup.send(sentence, ephemeral=True)
        else:
            await interaction.response.send_message(sentence, ephemeral=True)
    except discord.HTTPException as failure:
        log.warning("interaction %s could not be told of its error: %s", interaction.id, failure)


def sentence_for(error: Exception, where: str) -> str:
    """Return what a person is told of an error; what is a bug of ours goes to the log with a reference."""
    if isinstance(error, UserFacingError):
        return str(error)
    if isinstance(error, app_commands.MissingPermissions):
        permissions = ", ".join(name.replace("_", " ").title() for name in error.missing_permissions)
        return texts.NEEDS_PERMISSION.format(permission=permissions)
    reference = secrets.token_hex(3)
    log.error("reference %s: %s", reference, where, exc_info=error)
    return texts.COMMAND_BROKE.format(reference=reference)
