"""Reads what Discord says of a channel: whose thread it is, and what is granted there."""

from typing import Any

import discord

from bot.chat.rights import Permission


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
    return permissions_in(channel.permissions_for(guild.me))


def is_seen_by(
    viewer: discord.Member | discord.Role, channel: discord.abc.GuildChannel | discord.Thread
) -> bool:
    """Say whether somebody sees a channel; who is in a private thread, Discord does not tell."""
    if isinstance(channel, discord.Thread) and (channel.is_private() or channel.parent is None):
        return False
    return Permission.VIEW_CHANNEL in permissions_in(channel.permissions_for(viewer))
