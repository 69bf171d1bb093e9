"""Reads what Discord says of a channel: whose thread it is, and what is granted there."""

import logging
from collections.abc import Sequence
from typing import Any

import discord

from bot.chat.rights import TIMED_OUT, Permission, missing_to_answer
from bot.client.retry import FAILURES
from bot.rules.model import ChannelKey

log = logging.getLogger(__name__)


def parent_of(channel: object) -> int | None:
    """Return the id of the channel that a thread belongs to."""
    return channel.parent_id if isinstance(channel, discord.Thread) else None


def permissions_in(granted: discord.Permissions) -> frozenset[Permission]:
    """Return those of somebody's permissions that anything is decided by."""
    return frozenset(one for one in Permission if getattr(granted, one))


def own_permissions(channel: Any, guild: discord.Guild | None) -> frozenset[Permission]:
    """Return what the bot may do in a channel; all, where Discord has not told who the bot is there."""
    if guild is None or guild.me is None:
        return frozenset(Permission)
    if isinstance(channel, discord.Thread) and channel.parent is None:
        return frozenset(Permission)  # nothing to compute them from; Discord refuses what is not granted
    return permissions_in(channel.permissions_for(guild.me))


def obstacles(channel: Any, guild: discord.Guild | None, key: ChannelKey) -> Sequence[str]:
    """Return what the bot lacks to answer in a place, as `bot.chat.conversation.obstacles` tells it."""
    own = own_permissions(channel, guild)
    lacks = missing_to_answer(own, key)
    if lacks and guild is not None and guild.me is not None and guild.me.is_timed_out():
        return [TIMED_OUT]
    is_locked = isinstance(channel, discord.Thread) and channel.locked
    if not lacks and is_locked and Permission.MANAGE_THREADS not in own:
        return [Permission.MANAGE_THREADS]
    return lacks


async def learn_channel(message: discord.Message, client: discord.Client) -> None:
    """Fetch the channel of a message where Discord has not told of it: a thread that was joined unseen."""
    guild = message.guild
    if guild is None or not isinstance(message.channel, discord.PartialMessageable):
        return
    try:
        channel = await client.fetch_channel(message.channel.id)
    except FAILURES as error:
        log.warning("channel %s, where a message was said, can't be read: %r", message.channel.id, error)
        return
    if isinstance(channel, discord.Thread):
        guild._add_thread(channel)  # as if Discord had told of it; there is no public way
        message.channel = channel


def is_seen_by(
    viewer: discord.Member | discord.Role, channel: discord.abc.GuildChannel | discord.Thread
) -> bool:
    """Say whether somebody sees a channel; who is in a private thread, Discord does not tell."""
    if isinstance(channel, discord.Thread) and (channel.is_private() or channel.parent is None):
        return False
    return Permission.VIEW_CHANNEL in permissions_in(channel.permissions_for(viewer))
