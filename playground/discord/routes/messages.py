"""Routes that read, send, edit and delete messages in channels."""

from __future__ import annotations

from typing import Any

from playground.clock import moment_of
from playground.discord.calls import Call, Reply, Route, TooManyRequests, snowflake
from playground.discord.content import Content, read_content
from playground.world import conversation, payloads, permissions
from playground.world.entities import HAS_SNAPSHOT, REPLY, SPOKEN, SUPPRESS_EMBEDS, Channel, Message
from playground.world.errors import (
    BULK_DELETE_COUNT,
    BULK_DELETE_TOO_OLD,
    CANNOT_WRITE_TO_USER,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    NOT_IN_A_DM,
    NOT_THE_AUTHOR,
    REPLY_NEEDS_HISTORY,
    SLOWED,
    SYSTEM_MESSAGE,
    THREAD_ARCHIVED,
    THREAD_LOCKED,
    ApiError,
    bad_form,
)
from playground.world.people import reference_to, snapshot_of

HOUR, FORTNIGHT = 3600.0, 14 * 86_400.0
NONCE_LIFE = 300.0
EDITED_TOO_OFTEN = 30046


def create(call: Call) -> Reply:
    """POST /channels/{channel_id}/messages."""
    channel = call.channel()
    _may_write(call, channel)
    form = call.form
    world = call.world
    content = read_content(call, form)
    _may_carry(call, channel, content)
    sent = _sent_before(call, channel, form)
    if sent is not None:
        return Reply(200, payloads.message(world, sent))
    _must_be_quick_enough(call, channel)
    fields, reply_to = _reference(call, channel, form.get("message_reference"))
    if not fields.get("snapshots"):
        content.must_say_something()
    message = conversation.post(
        world,
        channel,
        world.bot.id,
        content.text,
        allowed=content.allowed,
        reply_to=reply_to,
        nonce=form.get("nonce"),
        **content.fields() | fields,
    )
    return Reply(200, payloads.message(world, message))


def _may_write(call: Call, channel: Channel) -> None:
    world = call.world
    if channel.recipient_id is not None and not world.users[channel.recipient_id].accepts_dms:
        raise ApiError(CANNOT_WRITE_TO_USER)
    wanted = permissions.SEND_MESSAGES_IN_THREADS if channel.is_thread else permissions.SEND_MESSAGES
    if not world.may(world.bot.id, channel, wanted):
        raise ApiError(MISSING_PERMISSIONS)
    _must_not_be_locked(call, channel)


def _must_not_be_locked(call: Call, channel: Channel) -> None:
    """Refuse what a locked thread takes of moderators alone: new messages, and changes of those there.

    Messages may still be deleted, and reacted to, until it is archived.
    https://github.com/discordjs/discord.js/pull/9216, https://github.com/discord/discord-api-docs/pull/5919
    """
    if channel.locked and not call.world.may(call.world.bot.id, channel, permissions.MANAGE_THREADS):
        raise ApiError(THREAD_LOCKED)


def must_not_be_archived(channel: Channel) -> None:
    """Refuse what an archived thread does not take: all but new messages, which take it out."""
    if channel.archived:
        raise ApiError(THREAD_ARCHIVED)


def _must_be_quick_enough(call: Call, channel: Channel) -> None:
    if (wait := call.world.slowed(call.world.bot.id, channel)) > 0:
        raise ApiError(SLOWED, retry_after=wait)


def _may_carry(call: Call, channel: Channel, content: Content) -> None:
    world = call.world
    wanted = permissions.ATTACH_FILES if content.attachments else 0
    wanted |= permissions.EMBED_LINKS if content.embeds else 0
    if not world.may(world.bot.id, channel, wanted):
        raise ApiError(MISSING_PERMISSIONS)


def _sent_before(call: Call, channel: Channel, form: dict[str, Any]) -> Message | None:
    """Return what the same nonce already sent, so that a retry does not post twice."""
    nonce = form.get("nonce")
    if nonce is None or not form.get("enforce_nonce"):
        return None
    if len(str(nonce)) > 25:
        raise bad_form("nonce", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    world = call.world
    oldest = world.clock.wall() - NONCE_LIFE
    for message in reversed(channel.messages.values()):
        if message.created < oldest:
            return None
        if message.author_id == world.bot.id and str(message.nonce) == str(nonce):
            return message
    return None


def _reference(
    call: Call, channel: Channel, raw: dict[str, Any] | None
) -> tuple[dict[str, Any], Message | None]:
    """Read what a message replies to or forwards, as fields of the record."""
    if raw is None:
        return {}, None
    world = call.world
    place_id = snowflake(raw.get("channel_id") or channel.id, "message_reference.channel_id")
    original = world.find_message(place_id, snowflake(raw.get("message_id"), "message_reference.message_id"))
    forward = raw.get("type") == 1
    if original is None or (place_id != channel.id and not forward):
        if not raw.get("fail_if_not_exists", True):
            return {}, None
        raise bad_form("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    if not world.may(world.bot.id, world.channels[place_id], permissions.READ_MESSAGE_HISTORY):
        raise ApiError(REPLY_NEEDS_HISTORY)
    if original.type not in SPOKEN:
        said = "Cannot reply to a system message"
        raise bad_form("message_reference", "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE", said)
    if forward:
        snapshots = [snapshot_of(world, original)]
        return {
            "reference": reference_to(world, original, 1),
            "snapshots": snapshots,
            "flags": HAS_SNAPSHOT,
        }, None
    return {"type": REPLY, "reference": reference_to(world, original, 0)}, original


def edit(call: Call) -> Reply:
    """PATCH /channels/{channel_id}/messages/{message_id}."""
    channel = call.channel()
    message = call.message(channel)
    world = call.world
    if message.author_id != world.bot.id:
        return _suppress_embeds(call, channel, message)
    if message.type not in SPOKEN:
        raise ApiError(SYSTEM_MESSAGE)
    must_not_be_archived(channel)
    _must_not_be_locked(call, channel)
    if call.files and not world.may(world.bot.id, channel, permissions.ATTACH_FILES):
        raise ApiError(MISSING_PERMISSIONS)
    _limit_old_edits(call, channel, message)
    apply_edit(call, message, call.form)
    return Reply(200, payloads.message(world, message))


def _suppress_embeds(call: Call, channel: Channel, message: Message) -> Reply:
    world = call.world
    if set(call.form) != {"flags"} or not world.may(world.bot.id, channel, permissions.MANAGE_MESSAGES):
        raise ApiError(NOT_THE_AUTHOR)
    flags = message.flags & ~SUPPRESS_EMBEDS | int(call.form["flags"] or 0) & SUPPRESS_EMBEDS
    conversation.update(world, message, flags=flags)
    return Reply(200, payloads.message(world, message))


def _limit_old_edits(call: Call, channel: Channel, message: Message) -> None:
    """Apply the narrower limit for messages that are more than an hour old."""
    if call.world.clock.wall() - moment_of(message.id) < HOUR:
        return
    verdict = call.backend.limiter.take("old_edit", str(channel.id), counts_overall=False)
    if not verdict.allowed:
        raise TooManyRequests(verdict, EDITED_TOO_OFTEN)


def apply_edit(call: Call, message: Message, form: dict[str, Any]) -> None:
    """Change a message as a form says; what the form leaves out stays."""
    content = read_content(call, form, before=message)
    content.must_say_something()
    text = content.text if "content" in form else None
    world = call.world
    conversation.edit(world, message, content=text, allowed=content.allowed, **content.fields())


def read(call: Call) -> Reply:
    """GET /channels/{channel_id}/messages/{message_id}."""
    channel = call.channel(permissions.READ_MESSAGE_HISTORY, MISSING_ACCESS)
    return Reply(200, _shown(call, call.message(channel)))


def _shown(call: Call, message: Message) -> dict[str, Any]:
    return call.backend.application.without_secrets(payloads.message(call.world, message), message)


def history(call: Call) -> Reply:
    """GET /channels/{channel_id}/messages: newest first."""
    channel = call.channel()
    world = call.world
    if not world.may(world.bot.id, channel, permissions.READ_MESSAGE_HISTORY):
        return Reply(200, [])
    limit = int(call.query.get("limit", 50))
    if not 1 <= limit <= 100:
        raise bad_form("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")
    messages = [one for one in channel.messages.values() if one.ephemeral_for is None]
    return Reply(200, [_shown(call, one) for one in reversed(_stretch(messages, call.query, limit))])


def _stretch(messages: list[Message], query: dict[str, str], limit: int) -> list[Message]:
    """Return the asked-for stretch, oldest first."""
    if "after" in query:
        after = snowflake(query["after"], "after")
        return [one for one in messages if one.id > after][:limit]
    if "around" in query:
        around = snowflake(query["around"], "around")
        older = [one for one in messages if one.id < around][-(limit // 2) :]
        rest = [one for one in messages if one.id >= around][: limit - len(older)]
        return older + rest
    if "before" in query:
        before = snowflake(query["before"], "before")
        messages = [one for one in messages if one.id < before]
    return messages[-limit:]


def delete(call: Call) -> Reply:
    """DELETE /channels/{channel_id}/messages/{message_id}."""
    channel = call.channel()
    message = call.message(channel)
    world = call.world
    if message.author_id != world.bot.id:
        if channel.is_dm:
            raise ApiError(NOT_IN_A_DM)
        if not world.may(world.bot.id, channel, permissions.MANAGE_MESSAGES):
            raise ApiError(MISSING_PERMISSIONS)
    if channel.locked:
        must_not_be_archived(channel)
    conversation.delete(world, message)
    return Reply(204)


def bulk_delete(call: Call) -> Reply:
    """POST /channels/{channel_id}/messages/bulk-delete."""
    channel = call.channel(permissions.MANAGE_MESSAGES)
    ids = {snowflake(one, "messages") for one in call.form.get("messages") or ()}
    if channel.is_dm:
        raise ApiError(NOT_IN_A_DM)
    if not 2 <= len(ids) <= 100:
        raise ApiError(BULK_DELETE_COUNT)
    world = call.world
    if any(moment_of(one) < world.clock.wall() - FORTNIGHT for one in ids):
        raise ApiError(BULK_DELETE_TOO_OLD)
    found = [channel.messages[one] for one in sorted(ids) if one in channel.messages]
    conversation.delete_many(world, channel, found)
    return Reply(204)


ROUTES = [
    Route("GET", "/channels/{channel_id}/messages", history),
    Route("POST", "/channels/{channel_id}/messages", create, "create"),
    Route("POST", "/channels/{channel_id}/messages/bulk-delete", bulk_delete, "delete"),
    Route("GET", "/channels/{channel_id}/messages/{message_id}", read),
    Route("PATCH", "/channels/{channel_id}/messages/{message_id}", edit, "edit"),
    Route("DELETE", "/channels/{channel_id}/messages/{message_id}", delete, "delete"),
]
