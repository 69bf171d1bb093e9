"""By which installation of the application an interaction comes: a server's, or somebody's own."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from playground.world import permissions
from playground.world.entities import Channel, User
from playground.world.errors import bad_form
from playground.world.state import State

Json = dict[str, Any]

BY_GUILD, BY_USER = 0, 1
IN_GUILD, IN_BOT_DM, IN_PRIVATE_CHANNEL = 0, 1, 2
# What an app is granted in conversations of people among themselves.
AMONG_OTHERS = permissions.ATTACH_FILES | permissions.EMBED_LINKS | permissions.MENTION_EVERYONE


def check_installs(command: Json, path: str) -> None:
    """Refuse a command for kinds of installations or places that Discord does not know."""
    for name, known in (("integration_types", (0, 1)), ("contexts", (0, 1, 2))):
        there = command.get(name)
        if there is None:
            continue
        if not isinstance(there, list) or not there or len(set(there)) < len(there):
            raise bad_form(f"{path}.{name}", "BASE_TYPE_BAD_LENGTH", "Must be a set of at least 1 value.")
        for value in there:
            if value not in known:
                raise bad_form(f"{path}.{name}", "BASE_TYPE_CHOICES", f"Value must be one of {known}.")


def context_of(channel: Channel) -> int:
    """Return the kind of place that a channel is."""
    if not channel.is_dm:
        return IN_GUILD
    return IN_BOT_DM if channel.is_with_the_bot else IN_PRIVATE_CHANNEL


def owners(world: State, user: User, channel: Channel, types: Collection[int]) -> Json:
    """Return who installed the application for an interaction there: the guild, or 0 in its DM; the user."""
    found = {}
    if BY_GUILD in types and world.has_bot(channel):
        found[str(BY_GUILD)] = str(channel.guild_id or 0)
    if BY_USER in types and user.id in world.installed_by:
        found[str(BY_USER)] = str(user.id)
    return found


def types_of(world: State, command_id: str | None) -> Collection[int]:
    """Return the kinds of installations that a command was registered for."""
    registered = (one for some in world.commands.values() for one in some if one["id"] == command_id)
    return next((one["integration_types"] for one in registered), (BY_GUILD, BY_USER))


def app_permissions(world: State, channel: Channel) -> int:
    """Return what the application may do where it is used."""
    if world.has_bot(channel):
        return world.permissions(world.bot.id, channel)
    guild = world.guild_of(channel)
    return AMONG_OTHERS if guild is None else guild.roles[guild.id].permissions


def is_hidden(world: State, user: User, channel: Channel, authorized: Json) -> bool:
    """Tell whether only the user may see what their own application answers in a guild."""
    alone = str(BY_GUILD) not in authorized and not channel.is_dm
    return alone and not world.may(user.id, channel, permissions.USE_EXTERNAL_APPS)
