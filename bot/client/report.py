"""Where an exception's journey ends: the person gets a sentence, the log gets the rest."""

import logging
import secrets

import discord
from discord import app_commands

from bot.client.replies import Unacknowledged, tell_alone
from bot.errors import UserFacingError
from bot.texts import members

log = logging.getLogger(__name__)


async def report_interaction(interaction: discord.Interaction, error: Exception) -> None:
    """Answer a failed command, button or modal, to the one who used it alone."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    where = f"interaction {interaction.id} in channel {interaction.channel_id}"
    await tell_alone(interaction, sentence_for(error, where))


def sentence_for(error: Exception, where: str) -> str:
    """Return what a person is told of an error; what is a bug of ours goes to the log with a reference."""
    if isinstance(error, UserFacingError):
        return str(error)
    if isinstance(error, Unacknowledged):
        log.warning("%s was not acknowledged: %r", where, error.__cause__)
        return str(members.NOT_IN_TIME)
    if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        log.info("%s used a command as it was before an update: %s", where, error)
        return str(members.COMMAND_CHANGED)
    reference = secrets.token_hex(3)
    log.error("reference %s: %s", reference, where, exc_info=error)
    return members.COMMAND_BROKE.format(reference=reference)
