"""How messages change: posted, edited, deleted, reacted to; each change is told to the world's listeners.

Who may do it is asked before, in `rest` for the bot and in `people` for persons.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from playground.world import payloads, permissions
from playground.world.entities import LOADING, SPOKEN, Channel, Message, Version
from playground.world.errors import TOO_MANY_REACTIONS, UNKNOWN_EMOJI, ApiError
from playground.world.state import Event, State
from playground.world.threads.membership import join_thread

MOST_KINDS_OF_REACTIONS = 20  # as many as Discord allows on a message
MOST_EMOJI_CHARACTERS = 100
_USER = re.compile(r"<@!?(\d{1,20})>")
_ROLE = re.compile(r"<@&(\d{1,20})>")
_NO_CHARACTER = re.compile("[\x00\ud800-\udfff]")
_CODE = re.compile(r"```.+?```|``.+?``(?!`)|`.+?`(?!`)", re.DOTALL)  # in which nothing is a mention
_EVERYONE = re.compile(r"@(everyone|here)\b")


@dataclass(frozen=True, slots=True)
class Allowed:
    """Which mentions of a text count, as `allowed_mentions` says."""

    users: bool = True
    roles: bool = True
    everyone: bool = True
    replied_user: bool = True
    user_ids: frozenset[int] = frozenset()
    role_ids: frozenset[int] = frozenset()

    @classmethod
    def parse(cls, raw: dict[str, Any] | None) -> Allowed:
        """Read a request's `allowed_mentions`; left out, everything counts."""
        if raw is None:
            return cls()
        parse = raw.get("parse") or []
        return cls(
            "users" in parse,
            "roles" in parse,
            "everyone" in parse,
            bool(raw.get("replied_user", False)),
            frozenset(int(one) for one in raw.get("users") or ()),
            frozenset(int(one) for one in raw.get("roles") or ()),
        )


def post(
    world: State,
    channel: Channel,
    author_id: int,
    content: str,
    *,
    allowed: Allowed | None = None,
    reply_to: Message | None = None,
    at: float | None = None,
    id: int | None = None,  # noqa: A002 - as the record calls it
    **fields: Any,
) -> Message:
    """Put a message into a channel; `fields` are any further fields of the record."""
    content = tidied(content)
    message = Message(
        id=id or world.ids.next(at),
        channel_id=channel.id,
        author_id=author_id,
        content=content,
        created=at or world.clock.wall(),
        **fields,
    )
    message.versions.append(Version(world.clock.steady(), content))
    note_mentions(world, message, allowed or Allowed(), reply_to)
    _insert(channel, message)
    if channel.is_thread and message.type in SPOKEN:
        join_thread(world, channel, author_id)
    if channel.archived and not channel.locked:
        channel.archived = False
        world.emit(Event("THREAD_UPDATE", payloads.channel(world, channel), channel.guild_id, channel.id))
    _tell(world, "MESSAGE_CREATE", channel, message)
    return message


def tidied(content: str) -> str:
    """Return a text as Discord keeps it: without space around it, and without what is no character."""
    if _NO_CHARACTER.search(content):
        content = _NO_CHARACTER.sub("", content)
    return content.strip()


def _insert(channel: Channel, message: Message) -> None:
    newest = channel.last_message_id or 0
    channel.messages[message.id] = message
    if message.id < newest:
        channel.messages = dict(sorted(channel.messages.items()))
    elif message.ephemeral_for is None:
        channel.last_message_id = message.id


def note_mentions(world: State, message: Message, allowed: Allowed, reply_to: Message | None) -> None:
    """Compute whom a message mentions, from its text and from what it replies to."""
    channel, text = world.channels[message.channel_id], _CODE.sub("", message.content)
    users = [int(one) for one in _USER.findall(text)]
    counted = [one for one in users if one in world.users and (allowed.users or one in allowed.user_ids)]
    if reply_to is not None and allowed.replied_user and reply_to.author_id in world.users:
        counted.append(reply_to.author_id)
    message.mention_ids = list(dict.fromkeys(counted))
    guild = world.guild_of(channel)
    known = guild.roles if guild else {}
    roles = [int(one) for one in _ROLE.findall(text)]
    counted = [one for one in roles if one in known and (allowed.roles or one in allowed.role_ids)]
    message.mention_role_ids = list(dict.fromkeys(counted))
    message.mentions_everyone = bool(
        guild is not None
        and allowed.everyone
        and _EVERYONE.search(text)
        and world.may(message.author_id, channel, permissions.MENTION_EVERYONE)
    )


def edit(
    world: State,
    message: Message,
    *,
    content: str | None = None,
    allowed: Allowed | None = None,
    **fields: Any,
) -> None:
    """Edit a message; what fills the loading line of a deferred answer does not count as an edit."""
    if message.loading:
        fields["flags"] = fields.get("flags", message.flags) & ~LOADING
        message.versions.clear()
    else:
        message.edited = world.clock.wall()
    if content is not None:
        content = tidied(content)
        message.content = content
        message.versions.append(Version(world.clock.steady(), content))
        note_mentions(world, message, allowed or Allowed(replied_user=False), referenced(world, message))
    update(world, message, **fields)


def update(world: State, message: Message, **fields: Any) -> None:
    """Change what is not the author's: flags, pins, link previews, the thread that was opened."""
    for name, value in fields.items():
        setattr(message, name, value)
    _tell(world, "MESSAGE_UPDATE", world.channels[message.channel_id], message)


def referenced(world: State, message: Message) -> Message | None:
    """Return the message that this one replies to, if it still exists."""
    if message.reference is None:
        return None
    return world.find_message(int(message.reference["channel_id"]), int(message.reference["message_id"]))


def delete(world: State, message: Message) -> None:
    """Remove a message."""
    channel = world.channels[message.channel_id]
    _remove(channel, message)
    data = {"id": str(message.id), **_place(channel)}
    world.emit(Event("MESSAGE_DELETE", data, channel.guild_id, channel.id, message.ephemeral_for))


def delete_many(world: State, channel: Channel, messages: list[Message]) -> None:
    """Remove several messages of one channel at once."""
    for message in messages:
        _remove(channel, message)
    data = {"ids": [str(one.id) for one in messages], **_place(channel)}
    world.emit(Event("MESSAGE_DELETE_BULK", data, channel.guild_id, channel.id))


def _remove(channel: Channel, message: Message) -> None:
    channel.messages.pop(message.id, None)
    message.deleted = True


def react(world: State, message: Message, user_id: int, emoji: str) -> None:
    """Add someone's reaction; a second one of the same kind changes nothing.

    Raises:
        ApiError: it is no emoji, or would be one kind too many on the message.
    """
    if len(emoji) > MOST_EMOJI_CHARACTERS:
        raise ApiError(UNKNOWN_EMOJI)
    if emoji not in message.reactions and len(message.reactions) >= MOST_KINDS_OF_REACTIONS:
        raise ApiError(TOO_MANY_REACTIONS)
    users = message.reactions.setdefault(emoji, [])
    if user_id in users:
        return
    users.append(user_id)
    channel = world.channels[message.channel_id]
    data = _reaction(channel, message, emoji) | {"user_id": str(user_id), "burst": False, "type": 0}
    data["message_author_id"] = str(message.author_id)
    member = world.member_in(channel.id, user_id)
    if member is not None:
        data["member"] = payloads.member(world, member)
    world.emit(Event("MESSAGE_REACTION_ADD", data, channel.guild_id, channel.id))


def unreact(world: State, message: Message, user_id: int, emoji: str) -> None:
    """Take someone's reaction away, if it is there."""
    users = message.reactions.get(emoji, [])
    if user_id not in users:
        return
    users.remove(user_id)
    if not users:
        del message.reactions[emoji]
    channel = world.channels[message.channel_id]
    data = _reaction(channel, message, emoji) | {"user_id": str(user_id), "burst": False, "type": 0}
    world.emit(Event("MESSAGE_REACTION_REMOVE", data, channel.guild_id, channel.id))


def unreact_all(world: State, message: Message) -> None:
    """Take all reactions of a message away."""
    message.reactions.clear()
    channel = world.channels[message.channel_id]
    data = {"message_id": str(message.id), **_place(channel)}
    world.emit(Event("MESSAGE_REACTION_REMOVE_ALL", data, channel.guild_id, channel.id))


def start_typing(world: State, channel: Channel, user_id: int) -> None:
    """Show that someone is typing."""
    data: dict[str, Any] = {"user_id": str(user_id), "timestamp": int(world.clock.wall()), **_place(channel)}
    member = world.member_in(channel.id, user_id)
    if member is not None:
        data["member"] = payloads.member(world, member)
    world.emit(Event("TYPING_START", data, channel.guild_id, channel.id))


def _reaction(channel: Channel, message: Message, emoji: str) -> dict[str, Any]:
    return {
        "message_id": str(message.id),
        "emoji": payloads.partial_emoji(emoji),
        **_place(channel),
    }


def _place(channel: Channel) -> dict[str, Any]:
    place = {"channel_id": str(channel.id)}
    return place if channel.guild_id is None else place | {"guild_id": str(channel.guild_id)}


def _tell(world: State, name: str, channel: Channel, message: Message) -> None:
    data = payloads.message_event(world, message)
    world.emit(Event(name, data, channel.guild_id, channel.id, message.ephemeral_for))
