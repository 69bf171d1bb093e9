"""Who and what goes by which name in a place, so that an answer's words can mean it."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import discord

from bot.reading.channels import is_seen_by
from bot.rules.model import ChannelKey
from bot.rules.pages.naming import Known, by_initial

Channel = discord.abc.GuildChannel | discord.Thread


def known_in(client: discord.Client, key: ChannelKey, people: Mapping[str, int]) -> Known:
    """Return what a place's answers may name: these people, the server's emoji, channels that readers see."""
    guild = client.get_guild(key.guild_id or 0)
    if guild is None:
        return Known(people)

    places = (*guild.channels, *guild.threads)

    @cache
    def channel(name: str) -> int | None:
        called = [one for one in places if one.name.casefold() == name]
        found = [one.id for one in _seen_from(guild, key, called)]
        return found[0] if len(found) == 1 else None

    def emoji(name: str) -> str | None:
        found = [str(one) for one in guild.emojis if one.name == name and one.is_usable()]
        return found[0] if len(found) == 1 else None

    return Known(people, by_initial(one.name for one in places), channel, emoji)


def _seen_from(guild: discord.Guild, key: ChannelKey, channels: Sequence[Channel]) -> Iterator[Channel]:
    """Yield those of the channels that every role sees which sees the place where they are named."""
    place = guild.get_channel(key.parent_id or key.channel_id)
    readers = [role for role in guild.roles if place is not None and is_seen_by(role, place)]
    for channel in channels:
        is_named = not isinstance(channel, discord.CategoryChannel)
        if is_named and readers and all(is_seen_by(role, channel) for role in readers):
            yield channel
