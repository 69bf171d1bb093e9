"""How the bot greets a server that added it: once, where newcomers are greeted, or where it may write."""

import logging
from collections.abc import Iterator
from functools import partial

import discord

from bot.chat.languages import Languages
from bot.chat.rights import missing_to_answer
from bot.client.retry import FAILURES, is_passing, persist
from bot.reading.channels import own_permissions
from bot.rules.literal import literal
from bot.rules.model import ChannelKey
from bot.texts.features import greetings
from bot.ui.commands.dialogs import view_of
from bot.ui.config.items import SetupButton

log = logging.getLogger(__name__)

GREET_SECONDS = 300.0


async def greet(guild: discord.Guild, us: discord.abc.User, languages: Languages, *, hears_all: bool) -> None:
    """Say who is there, in the first channel that takes it, and whether all that is said may reach us."""
    name = guild.me.display_name if guild.me else us.display_name
    for channel in _channels(guild):
        with languages.speaking(ChannelKey(channel.id, guild.id)):
            saying = greetings.SERVER if hears_all else greetings.SERVER_BY_MENTIONS
            text = saying.format(name=literal(name), mention=us.mention)
            view = view_of(SetupButton(0))
        send = partial(channel.send, text, view=view, nonce=_nonce(guild))
        try:
            await persist(f"the greeting of server {guild.id}", send, GREET_SECONDS)
        except FAILURES as error:
            log.info("server %s could not be greeted in channel %s: %r", guild.id, channel.id, error)
            if is_passing(error):
                return
        else:
            log.info("greeted server %s in channel %s", guild.id, channel.id)
            return


def _nonce(guild: discord.Guild) -> str:
    """Return what keeps one coming from being greeted twice, within Discord's 25 characters."""
    joined = guild.me.joined_at if guild.me else None
    return f"g.{guild.id % 10**9}.{int(joined.timestamp() * 1000 if joined else 0)}"


def _channels(guild: discord.Guild) -> Iterator[discord.TextChannel]:
    """Yield the system channel, then the others as Discord lists them, where the bot may write."""
    others = [one for one in guild.text_channels if one != guild.system_channel]
    for channel in [*filter(None, [guild.system_channel]), *others]:
        if not missing_to_answer(own_permissions(channel, guild), ChannelKey(channel.id, guild.id)):
            yield channel
