"""The world as plain JSON values and back, so that a playground survives a restart.

What is in flight (interactions, files given to commands) is not kept.
"""

from __future__ import annotations

import base64
from dataclasses import fields
from typing import Any

from playground.world.entities import (
    Attachment,
    Channel,
    Guild,
    Member,
    Message,
    Overwrite,
    Role,
    TeamMember,
    User,
    Version,
)
from playground.world.state import State

Json = dict[str, Any]
FORMAT = 1


def dump(world: State, most_attached: float = float("inf")) -> Json:
    """Return all but the people as values that JSON knows, with the newest files of so many bytes in all."""
    with_files = _newest_with_files(world, most_attached)
    return {
        "format": FORMAT,
        "application_id": world.application_id,
        "application_owner_id": world.application_owner_id,
        "team": [_plain(one) for one in world.team],
        "installed_by": sorted(world.installed_by),
        "last_id": world.ids.next(),
        "users": [_plain(user) for user in world.users.values()],
        "guilds": [_dump_guild(guild) for guild in world.guilds.values()],
        "channels": [_dump_channel(channel, with_files) for channel in world.channels.values()],
        "commands": [list(pair) for pair in world.commands.items()],
    }


def _newest_with_files(world: State, most_attached: float) -> set[int]:
    """Return the ids of the messages whose files are kept; what is left out is never encoded."""
    messages = [one for channel in world.channels.values() for one in channel.messages.values()]
    kept = set()
    for message in sorted(messages, key=lambda one: -one.id):
        most_attached -= sum(len(one.data) for one in message.attachments)
        if most_attached < 0:
            break
        kept.add(message.id)
    return kept


def _plain(record: Any) -> Json:
    """Return a record's fields, as they are."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _dump_guild(guild: Guild) -> Json:
    roles = [_plain(role) for role in guild.roles.values()]
    members = [_plain(member) for member in guild.members.values()]
    return _plain(guild) | {"roles": roles, "members": members}


def _dump_channel(channel: Channel, with_files: set[int]) -> Json:
    overwrites = [_plain(overwrite) for overwrite in channel.overwrites.values()]
    messages = [
        _dump_message(message, with_files=message.id in with_files) for message in channel.messages.values()
    ]
    return _plain(channel) | {"overwrites": overwrites, "messages": messages}


def _dump_message(message: Message, *, with_files: bool) -> Json:
    attachments = [
        _plain(one) | {"data": base64.b64encode(one.data).decode("ascii")}
        for one in message.attachments
        if with_files
    ]
    versions = [version.content for version in message.versions]
    return _plain(message) | {"attachments": attachments, "versions": versions}


def restore(world: State, saved: Json) -> None:
    """Fill an empty world with what was dumped.

    Raises:
        ValueError: it was written in another format.
    """
    if saved.get("format") != FORMAT:
        raise ValueError(f"a saved world of format {saved.get('format')} can't be read, only {FORMAT}")
    world.application_id = saved["application_id"]
    world.application_owner_id = saved["application_owner_id"]
    world.team = [TeamMember(**one) for one in saved.get("team", ())]
    world.installed_by = set(saved.get("installed_by", ()))
    world.ids.continue_after(saved["last_id"])
    world.users = {one["id"]: User(**one) for one in saved["users"]}
    world.guilds = {one["id"]: _guild(one) for one in saved["guilds"]}
    world.channels = {one["id"]: _channel(one) for one in saved["channels"]}
    world.commands = dict(saved["commands"])


def _guild(saved: Json) -> Guild:
    roles = {one["id"]: Role(**one) for one in saved["roles"]}
    members = {one["user_id"]: Member(**one) for one in saved["members"]}
    return Guild(**(saved | {"roles": roles, "members": members}))


def _channel(saved: Json) -> Channel:
    overwrites = {one["id"]: Overwrite(**one) for one in saved["overwrites"]}
    messages = {one["id"]: _message(one) for one in saved["messages"]}
    return Channel(**(saved | {"overwrites": overwrites, "messages": messages}))


def _message(saved: Json) -> Message:
    attachments = [
        Attachment(**(one | {"data": base64.b64decode(one["data"])})) for one in saved["attachments"]
    ]
    versions = [Version(0.0, content) for content in saved["versions"]]
    return Message(**(saved | {"attachments": attachments, "versions": versions}))
