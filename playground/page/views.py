"""The world as the page shows it to one person: people, places, and messages with what is theirs in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.world import conversation, payloads, permissions
from playground.world.entities import DEFAULT, REPLY, TEXT, Channel, Guild, Message
from playground.world.people import Person
from playground.world.state import State
from playground.world.world import World

Json = dict[str, Any]

_LEFT_OUT = ("guild_id", "member", "nonce", "application_id")


def people(world: World) -> list[Json]:
    """Return everyone whom a tab may be, with what they are in the first guild."""
    return [{"id": str(one.id), "name": one.name, "role": _role(world, one)} for one in world.people.values()]


def _role(world: State, person: Person) -> str:
    guild = world.guild
    if world.application_owner_id == person.id:
        return "bot's owner"
    if guild.owner_id == person.id:
        return "owner"
    member = guild.members.get(person.id)
    names = [guild.roles[one].name for one in member.role_ids] if member else []
    return names[0] if names else "member"


def users(world: State) -> Json:
    """Return the names by which users go, by id."""
    return {str(one.id): {"name": one.display_name, "bot": one.bot} for one in world.users.values()}


def presence(world: State) -> Json:
    """Return how the bot shows itself: its status, and what it says that it does."""
    activities = world.presence.get("activities") or []
    said = [one.get("state") or one.get("name") or "" for one in activities]
    return {"status": world.presence.get("status", "online"), "does": said[0] if said else ""}


def roles(world: State) -> Json:
    """Return the names of all roles, by id."""
    return {str(role.id): role.name for guild in world.guilds.values() for role in guild.roles.values()}


def places(world: State, person: Person) -> Json:
    """Return the guilds and the channels that a person sees."""
    seen = [one for one in world.channels.values() if world.may(person.id, one, permissions.VIEW_CHANNEL)]
    return {
        "guilds": [_guild(person, one) for one in world.guilds.values()],
        "channels": [_channel(world, person, one) for one in seen],
        "users": users(world),
        "roles": roles(world),
        "presence": presence(world),
        "installed": person.id in world.installed_by,
    }


def _guild(person: Person, this: Guild) -> Json:
    member = this.members.get(person.id)
    granted = permissions.in_guild(this, member) if member else 0
    return {
        "id": str(this.id),
        "name": this.name,
        "owner": str(this.owner_id),
        "locale": this.preferred_locale,
        "managed": bool(granted & permissions.MANAGE_GUILD),
        "extended": bool(granted & permissions.MANAGE_CHANNELS),
        "members": [str(one) for one in this.members],
        "roles": [str(one) for one in this.roles if one != this.id],
    }


def _channel(world: State, person: Person, this: Channel) -> Json:
    writing = permissions.SEND_MESSAGES_IN_THREADS if this.is_thread else permissions.SEND_MESSAGES
    return {
        "id": str(this.id),
        "kind": _kind(this),
        "type": this.type,
        "name": world.bot.display_name if this.is_with_the_bot else this.name,
        "topic": this.topic,
        "guild": str(this.guild_id) if this.guild_id else None,
        "parent": str(this.parent_id) if this.is_thread else None,
        "writable": world.may(person.id, this, writing),
        "moderated": world.may(person.id, this, permissions.MANAGE_MESSAGES),
        "managed": bool(this.guild_id) and world.may(person.id, this, permissions.MANAGE_CHANNELS),
        "threads": this.type == TEXT and world.may(person.id, this, permissions.CREATE_PUBLIC_THREADS),
        "archived": this.archived,
    }


def _kind(this: Channel) -> str:
    if this.is_dm:
        return "dm" if this.is_with_the_bot else "group"
    return "thread" if this.is_thread else "text"


def message(world: State, person: Person, this: Message, commands: Mapping[str, str]) -> Json:
    """Return a message with its reactions as this person sees them, and with the command that it answers."""
    shown = payloads.message(world, this)
    if this.interaction is not None:
        shown["command"] = commands.get(this.interaction["id"])
    for name in _LEFT_OUT:
        shown.pop(name, None)
    if _quotes_what_was_private(world, this):
        shown |= {"type": DEFAULT, "referenced_message": None}
    shown["reactions"] = [
        {
            "emoji": emoji,
            "by": [world.users[one].display_name for one in by],
            "mine": person.id in by,
        }
        for emoji, by in this.reactions.items()
    ]
    return shown


def _quotes_what_was_private(world: State, this: Message) -> bool:
    """Tell whether a message for all follows on one that a single person saw."""
    if this.type != REPLY or this.ephemeral_for is not None:
        return False
    original = conversation.referenced(world, this)
    return this.interaction is not None if original is None else original.ephemeral_for is not None
