"""How the bot leaves a server in which it isn't offered: with a sentence where it may write one."""

import logging

import discord

from bot.chat.languages import Languages
from bot.chat.rights import missing_to_answer
from bot.client.retry import FAILURES, persist
from bot.reading.channels import own_permissions
from bot.rules.model import ChannelKey
from bot.texts import admins

log = logging.getLogger(__name__)

LEAVE_SECONDS = 60.0


async def depart(guild: discord.Guild, languages: Languages) -> None:
    """Say why in the system channel, then leave; what can't be said keeps nobody."""
    log.warning("leaving server %s, which ALLOWED_SERVERS doesn't name", guild.id)
    channel = guild.system_channel
    key = ChannelKey(channel.id if channel else 0, guild.id)
    if channel is not None and not missing_to_answer(own_permissions(channel, guild), key):
        place = channel
        with languages.speaking(key):
            sentence = str(admins.NOT_OFFERED_HERE)
        try:
            await persist(
                f"a note in server {guild.id}",
                lambda: place.send(sentence, nonce=f"l.{guild.id}"),
                LEAVE_SECONDS,
            )
        except FAILURES as error:
            log.info("server %s: why it is left could not be said: %r", guild.id, error)
    try:
        await persist(f"leaving server {guild.id}", guild.leave, LEAVE_SECONDS)
    except FAILURES as error:
        log.warning("server %s could not be left: %r", guild.id, error)
