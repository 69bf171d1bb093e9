"""The world's records as Discord's JSON objects; nothing here changes the world."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from playground.clock import iso
from playground.world.entities import (
    FORUMS,
    HAS_THREAD,
    REPLY,
    STAGE,
    SUPPRESS_EMBEDS,
    THREAD_STARTER,
    VOICE,
    Attachment,
    Channel,
    Member,
    Message,
    Role,
    User,
)
from playground.world.state import State

Json = dict[str, Any]
MOST_PREVIEWS = 5
_LINK = re.compile(r"(?<!<)https?://(?!discord\.com/channels/)[^\s<>()]+")


def user(person: User) -> Json:
    """Return a user object."""
    return {
        "id": str(person.id),
        "username": person.name,
        "global_name": None if person.bot else person.display_name,
        "discriminator": "0000" if person.bot else "0",
        "avatar": None,
        "bot": person.bot,
        "system": False,
        "public_flags": 0,
    }


def role(this: Role) -> Json:
    """Return a role object."""
    tags = {"tags": {"bot_id": str(this.bot_id)}} if this.bot_id is not None else {}
    return {
        "id": str(this.id),
        "name": this.name,
        "permissions": str(this.permissions),
        "position": this.position,
        "color": this.colour,
        "colors": {"primary_color": this.colour, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": this.managed,
        "mentionable": this.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    } | tags


def custom_emoji(emoji_id: int, name: str) -> Json:
    """Return an emoji of a guild's own."""
    return {
        "id": str(emoji_id),
        "name": name,
        "roles": [],
        "require_colons": True,
        "managed": False,
        "animated": False,
        "available": True,
    }


def member(world: State, this: Member, *, with_user: bool = True) -> Json:
    """Return a guild member object; messages carry it without the user."""
    shown: Json = {
        "nick": this.nick,
        "avatar": None,
        "banner": None,
        "roles": [str(role_id) for role_id in this.role_ids],
        "joined_at": iso(this.joined),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": iso(this.timed_out_until) if this.timed_out_until else None,
    }
    if with_user:
        shown["user"] = user(world.users[this.user_id])
    return shown


def channel(world: State, this: Channel) -> Json:
    """Return a channel object of the right kind."""
    shown: Json = {
        "id": str(this.id),
        "type": this.type,
        "last_message_id": str(this.last_message_id) if this.last_message_id else None,
        "flags": 0,
    }
    if this.is_dm:
        there = [this.recipient_id] if this.recipient_id is not None else this.member_ids
        return shown | {"recipients": [user(world.users[one]) for one in there]}
    shown |= {
        "guild_id": str(this.guild_id),
        "name": this.name,
        "parent_id": str(this.parent_id) if this.parent_id else None,
        "rate_limit_per_user": this.slowmode_seconds,
    }
    if this.is_thread:
        return shown | _thread_fields(world, this)
    return shown | _channel_fields(this)


def _channel_fields(this: Channel) -> Json:
    overwrites = [
        {"id": str(one.id), "type": one.kind, "allow": str(one.allow), "deny": str(one.deny)}
        for one in this.overwrites.values()
    ]
    fields: Json = {"position": this.position, "topic": this.topic, "nsfw": False}
    fields["permission_overwrites"] = overwrites
    if this.type in (VOICE, STAGE):
        return fields | {"bitrate": 64_000, "user_limit": 0}
    return fields | ({"available_tags": _tags(this)} if this.type in FORUMS else {})


def _tags(forum: Channel) -> list[Json]:
    unadorned = {"moderated": False, "emoji_id": None, "emoji_name": None}
    return [{"id": str(number), "name": name} | unadorned for number, name in enumerate(forum.tags, 1)]


def _thread_fields(world: State, this: Channel) -> Json:
    parent = world.channels.get(this.parent_id or 0)
    tags = parent.tags if parent else ()
    return {
        "applied_tags": [str(tags.index(tag) + 1) for tag in this.tags],
        "owner_id": str(this.owner_id),
        "message_count": len(this.messages),
        "total_message_sent": len(this.messages),
        "member_count": len(this.member_ids),
        "thread_metadata": {
            "archived": this.archived,
            "auto_archive_duration": this.auto_archive_minutes,
            "archive_timestamp": iso(this.created),
            "locked": this.locked,
            "create_timestamp": iso(this.created),
        },
    }


def thread_member(this: Channel, user_id: int) -> Json:
    """Return a thread member object."""
    return {"id": str(this.id), "user_id": str(user_id), "join_timestamp": iso(this.created), "flags": 0}


def attachment(world: State, channel_id: int, this: Attachment) -> Json:
    """Return an attachment object; its address is served by the playground itself."""
    url = f"{world.base_url}/attachments/{channel_id}/{this.id}/{quote(this.filename)}"
    shown: Json = {
        "id": str(this.id),
        "filename": this.filename,
        "size": len(this.data),
        "url": url,
        "proxy_url": url,
        "ephemeral": this.ephemeral,
        "flags": 0,
    }
    optional = {
        "content_type": this.content_type,
        "description": this.description,
        "width": this.width,
        "height": this.height,
        "duration_secs": this.duration_secs,
        "waveform": this.waveform,
    }
    return shown | {name: value for name, value in optional.items() if value is not None}


def message(world: State, this: Message, *, deep: bool = True) -> Json:
    """Return a message object; `deep` brings the message that it replies to."""
    shown: Json = {
        "id": str(this.id),
        "channel_id": str(this.channel_id),
        "author": author(world, this),
        "content": this.content,
        "timestamp": iso(this.created),
        "edited_timestamp": iso(this.edited) if this.edited else None,
        "tts": False,
        "mention_everyone": this.mentions_everyone,
        "mentions": [user(world.users[user_id]) for user_id in this.mention_ids],
        "mention_roles": [str(role_id) for role_id in this.mention_role_ids],
        "attachments": [attachment(world, this.channel_id, one) for one in this.attachments],
        "embeds": embeds_of(this),
        "components": this.components,
        "pinned": this.pinned,
        "type": this.type,
        "flags": this.flags,
    }
    _add_relations(world, this, shown, deep=deep)
    if this.reactions:
        shown["reactions"] = [_reaction(world, emoji, ids) for emoji, ids in this.reactions.items()]
    if this.stickers:
        shown["sticker_items"] = this.stickers
    if this.poll is not None:
        shown["poll"] = this.poll
    if this.webhook_id:
        shown["webhook_id"] = str(this.webhook_id)
    if this.application_id:
        shown["application_id"] = str(this.application_id)
    if this.nonce is not None:
        shown["nonce"] = this.nonce
    return shown


def _add_relations(world: State, this: Message, shown: Json, *, deep: bool) -> None:
    if this.reference is not None:
        shown["message_reference"] = this.reference
        if deep and this.type in (REPLY, THREAD_STARTER):
            original = world.find_message(
                int(this.reference["channel_id"]), int(this.reference["message_id"])
            )
            shown["referenced_message"] = message(world, original, deep=False) if original else None
    if this.snapshots:
        shown["message_snapshots"] = this.snapshots
    if this.interaction is not None:
        shown["interaction_metadata"] = this.interaction
    thread = world.channels.get(this.thread_id) if this.thread_id and this.flags & HAS_THREAD else None
    if thread is not None:
        shown["thread"] = channel(world, thread)


def embeds_of(this: Message) -> list[Json]:
    """Return a message's embeds and the previews of its links; suppressed, both are hidden."""
    if this.flags & SUPPRESS_EMBEDS:
        return []
    links = dict.fromkeys(_LINK.findall(this.content))
    previews = [{"type": "link", "title": link, "url": link} for link in links]
    return [*this.embeds, *previews[:MOST_PREVIEWS]]


def author(world: State, this: Message) -> Json:
    """Return who wrote a message: a user, or the face of a webhook."""
    if this.webhook_name is None:
        return user(world.users[this.author_id])
    return user(User(this.author_id, this.webhook_name, this.webhook_name, bot=True))


def mentioned(world: State, this: Message, user_id: int) -> Json:
    """Return a user as the gateway tells of their mention: in a guild with their member."""
    shown = user(world.users[user_id])
    there = world.member_in(this.channel_id, user_id)
    return shown | {"member": member(world, there, with_user=False)} if there else shown


def message_event(world: State, this: Message) -> Json:
    """Return a message as the gateway tells it: in a guild with the guild and its members who take part."""
    shown = message(world, this)
    guild_id = world.channels[this.channel_id].guild_id
    if guild_id is None:
        return shown
    shown["guild_id"] = str(guild_id)
    shown["mentions"] = [mentioned(world, this, user_id) for user_id in this.mention_ids]
    writer = world.member_in(this.channel_id, this.author_id)
    if writer is not None and this.webhook_name is None:
        shown["member"] = member(world, writer, with_user=False)
    return shown


def _reaction(world: State, emoji: str, user_ids: list[int]) -> Json:
    return {
        "emoji": partial_emoji(emoji),
        "count": len(user_ids),
        "count_details": {"burst": 0, "normal": len(user_ids)},
        "me": world.bot.id in user_ids,
        "me_burst": False,
        "burst_colors": [],
    }


def partial_emoji(emoji: str) -> Json:
    """Return an emoji object of `name:id` or of a character."""
    name, separator, number = emoji.rpartition(":")
    if separator and number.isdigit():
        return {"id": number, "name": name, "animated": False}
    return {"id": None, "name": emoji}
