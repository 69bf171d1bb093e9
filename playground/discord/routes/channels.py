"""Routes about channels themselves: reading, deleting, typing in them, and threads."""

from __future__ import annotations

from playground.discord.calls import Call, Reply, Route
from playground.world import conversation, payloads, permissions, places
from playground.world.entities import PRIVATE_THREAD, PUBLIC_THREAD, THREADS, Channel, Message
from playground.world.errors import (
    MISSING_PERMISSIONS,
    THREAD_ARCHIVED,
    THREAD_EXISTS,
    UNKNOWN_CHANNEL,
    UNKNOWN_MEMBER,
    ApiError,
    bad_form,
)

ARCHIVE_AFTER = (60, 1440, 4320, 10080)


def read(call: Call) -> Reply:
    """GET /channels/{channel_id}."""
    return Reply(200, payloads.channel(call.world, call.channel()))


def update(call: Call) -> Reply:
    """PATCH /channels/{channel_id}: the fields that a bot of ours may change."""
    channel = call.channel()
    world = call.world
    if not world.may(world.bot.id, channel, _to_change(call, channel)):
        raise ApiError(MISSING_PERMISSIONS)
    if channel.archived and call.form.get("archived") is not False:
        raise ApiError(THREAD_ARCHIVED)
    names = {
        "name": "name",
        "topic": "topic",
        "archived": "archived",
        "locked": "locked",
        "auto_archive_duration": "auto_archive_minutes",
        "rate_limit_per_user": "slowmode_seconds",
    }
    places.update_channel(
        world, channel, **{names[key]: value for key, value in call.form.items() if key in names}
    )
    return Reply(200, payloads.channel(world, channel))


def _to_change(call: Call, channel: Channel) -> int:
    """Return what a change takes: of a thread that isn't locked, to unarchive it takes leave to write."""
    if not channel.is_thread:
        return permissions.MANAGE_CHANNELS
    if call.form.get("archived") is False and set(call.form) == {"archived"} and not channel.locked:
        return permissions.SEND_MESSAGES_IN_THREADS
    return 0 if channel.owner_id == call.world.bot.id else permissions.MANAGE_THREADS


def delete(call: Call) -> Reply:
    """DELETE /channels/{channel_id}."""
    channel = call.channel()
    world = call.world
    shown = payloads.channel(world, channel)
    if channel.is_dm:
        return Reply(200, shown)
    wanted = permissions.MANAGE_THREADS if channel.is_thread else permissions.MANAGE_CHANNELS
    if not world.may(world.bot.id, channel, wanted):
        raise ApiError(MISSING_PERMISSIONS)
    places.delete_channel(world, channel)
    return Reply(200, shown)


def typing(call: Call) -> Reply:
    """POST /channels/{channel_id}/typing."""
    channel = call.channel()
    wanted = permissions.SEND_MESSAGES_IN_THREADS if channel.is_thread else permissions.SEND_MESSAGES
    call.channel(wanted)
    world = call.world
    conversation.start_typing(world, channel, world.bot.id)
    return Reply(204)


def thread_from_message(call: Call) -> Reply:
    """POST /channels/{channel_id}/messages/{message_id}/threads."""
    channel = call.channel(permissions.CREATE_PUBLIC_THREADS)
    message = call.message(channel)
    if message.thread_id is not None:
        raise ApiError(THREAD_EXISTS)
    return _created(call, channel, PUBLIC_THREAD, message=message)


def thread(call: Call) -> Reply:
    """POST /channels/{channel_id}/threads."""
    kind = int(call.form.get("type", PRIVATE_THREAD))
    if kind not in THREADS:
        raise bad_form("type", "BASE_TYPE_CHOICES", "Value must be one of (11, 12).")
    private = kind == PRIVATE_THREAD
    wanted = permissions.CREATE_PRIVATE_THREADS if private else permissions.CREATE_PUBLIC_THREADS
    return _created(call, call.channel(wanted), kind)


def _created(call: Call, parent: Channel, kind: int, message: Message | None = None) -> Reply:
    form = call.form
    name = form.get("name")
    minutes = form.get("auto_archive_duration") or 1440
    if not isinstance(name, str) or not 1 <= len(name) <= 100:
        raise bad_form("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    if minutes not in ARCHIVE_AFTER:
        raise bad_form("auto_archive_duration", "BASE_TYPE_CHOICES", f"Value must be one of {ARCHIVE_AFTER}.")
    if parent.is_thread or parent.is_dm:
        raise bad_form("_", "CHANNEL_TYPE_INVALID", "Cannot execute action on this channel type")
    world = call.world
    new = places.NewThread(name, world.bot.id, kind, message, minutes)
    made = places.add_thread(world, parent, new)
    return Reply(201, payloads.channel(world, made) | {"member": payloads.thread_member(made, world.bot.id)})


def _thread(call: Call) -> Channel:
    channel = call.channel()
    if not channel.is_thread:
        raise ApiError(UNKNOWN_CHANNEL)
    return channel


def join_thread(call: Call) -> Reply:
    """PUT /channels/{channel_id}/thread-members/@me, or /{user_id} for somebody else."""
    here = _thread(call)
    if here.archived:
        raise ApiError(THREAD_ARCHIVED)
    world = call.world
    places.join_thread(world, here, _whom(call))
    return Reply(204)


def leave_thread(call: Call) -> Reply:
    """DELETE /channels/{channel_id}/thread-members/@me, or /{user_id} for somebody else."""
    places.leave_thread(call.world, _thread(call), _whom(call))
    return Reply(204)


def _whom(call: Call) -> int:
    return call.number("user_id") if "user_id" in call.params else call.world.bot.id


def thread_members(call: Call) -> Reply:
    """GET /channels/{channel_id}/thread-members."""
    here = _thread(call)
    return Reply(200, [payloads.thread_member(here, one) for one in here.member_ids])


def thread_member(call: Call) -> Reply:
    """GET /channels/{channel_id}/thread-members/{user_id}."""
    here = _thread(call)
    if call.number("user_id") not in here.member_ids:
        raise ApiError(UNKNOWN_MEMBER)
    return Reply(200, payloads.thread_member(here, call.number("user_id")))


_CHANNEL = "/channels/{channel_id}"

ROUTES = [
    Route("GET", _CHANNEL, read),
    Route("PATCH", _CHANNEL, update),
    Route("DELETE", _CHANNEL, delete),
    Route("POST", _CHANNEL + "/typing", typing, "typing"),
    Route("POST", _CHANNEL + "/messages/{message_id}/threads", thread_from_message),
    Route("POST", _CHANNEL + "/threads", thread),
    Route("GET", _CHANNEL + "/thread-members", thread_members),
    Route("PUT", _CHANNEL + "/thread-members/@me", join_thread),
    Route("DELETE", _CHANNEL + "/thread-members/@me", leave_thread),
    Route("GET", _CHANNEL + "/thread-members/{user_id}", thread_member),
    Route("PUT", _CHANNEL + "/thread-members/{user_id}", join_thread),
    Route("DELETE", _CHANNEL + "/thread-members/{user_id}", leave_thread),
]
