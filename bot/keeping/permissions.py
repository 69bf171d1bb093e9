"""What the bot may do in a channel, computed from what Discord's REST API says.

See https://docs.discord.com/developers/topics/permissions#permission-overwrites.
"""

from collections.abc import Mapping
from typing import Any

import discord

from bot.client.invitation import ADMINISTRATOR

ALL = discord.Permissions.all().value
_THREADS = (10, 11, 12)

Json = Mapping[str, Any]


def is_thread(channel: Json) -> bool:
    """Say whether a channel is a thread, which has its parent's permissions."""
    return channel["type"] in _THREADS


def in_channel(channel: Json, guild: Json, member: Json, member_id: str) -> int:
    """Return what a member may do in a channel that is no thread."""
    of_roles = {role["id"]: int(role["permissions"]) for role in guild["roles"]}
    mine = (guild["id"], *member["roles"])
    granted = 0
    for role in mine:
        granted |= of_roles.get(role, 0)
    if guild.get("owner_id") == member_id or granted & ADMINISTRATOR:
        return ALL
    overwrites = {one["id"]: one for one in channel.get("permission_overwrites", ())}
    for holders in ((guild["id"],), member["roles"], (member_id,)):
        found = [overwrites[one] for one in holders if one in overwrites]
        for one in found:
            granted &= ~int(one["deny"])
        for one in found:
            granted |= int(one["allow"])
    return granted
