"""Reads what Discord told of a place: its server, channel and thread, and what the bot is called there."""

import discord

from bot.rules.model import ChannelKey
from bot.rules.places.asides import is_elsewhere
from bot.rules.prompting.situation import PlaceKind, Whereabouts

KINDS = {
    discord.ChannelType.news: PlaceKind.ANNOUNCEMENTS,
    discord.ChannelType.forum: PlaceKind.FORUM,
    discord.ChannelType.media: PlaceKind.MEDIA,
    discord.ChannelType.voice: PlaceKind.VOICE,
    discord.ChannelType.stage_voice: PlaceKind.STAGE,
}


def whereabouts(client: discord.Client, key: ChannelKey) -> Whereabouts | None:
    """Return what Discord told of a place, without asking it; None of one that it did not tell of."""
    if client.user is None or is_elsewhere(key):
        return None
    if key.guild_id is None:
        return Whereabouts(client.user.display_name, PlaceKind.DIRECT)
    guild = client.get_guild(key.guild_id)
    channel = guild.get_channel(key.parent_id or key.channel_id) if guild else None
    if guild is None or channel is None:
        return None
    thread = guild.get_thread(key.channel_id) if key.is_thread else None
    return Whereabouts(
        guild.me.display_name if guild.me else client.user.display_name,
        KINDS.get(channel.type, PlaceKind.TEXT),
        guild.name,
        channel.name,
        getattr(channel, "topic", None) or "",
        thread.name if thread else "",
    )
