"""Routes about channels themselves: reading, deleting, typing in them, and threads."""

from __future__ import annotations

from playground.discord.calls import Call, Reply, Route, TooManyRequests
from playground.world import conversation, payloads, permissions, places
from playground.world.entities import Channel, Message
from playground.world.errors import (
    MISSING_PERMISSIONS,
    THREAD_ARCHIVED,
    UNKNOWN_CHANNEL,
    UNKNOWN_MEMBER,
    ApiError,
)
from playground.world.threads import changing, membership, opening


def read(call: Call) -> Reply:
    """GET /channels/{channel_id}."""
    return Reply(200, payloads.channel(call.world, call.channel()))


def update(call: Call) -> Reply:
    """PATCH /channels/{channel_id}: the fields that a bot of ours may change."""
    channel = call.channel()
    world = call.world
    _limit_renaming(call, channel)
    if channel.is_thread:
        changing.change_thread(world, world.bot.id, channel, call.form)
    elif not world.may(world.bot.id, channel, permissions.MANAGE_CHANNELS):
        raise ApiError(MISSING_PERMISSIONS)
    else:
        names = {**changing.FIELDS, "topic": "topic"}
        changes = {names[name]: value for name, value in call.form.items() if name in names}
        places.update_channel(world, channel, **changes)
    return Reply(200, payloads.channel(world, channel))


def _limit_renaming(call: Call, channel: Channel) -> None:
    """Apply the narrower limit for new names and topics."""
    if not {"name", "topic"} & set(call.form):
        return
    verdict = call.backend.limiter.take("rename", str(channel.id), counts_overall=False)
    if not verdict.allowed:
        raise TooManyRequests(verdict)


def delete(call: Call) -> Reply:
    """DELETE /channels/{channel_id}."""
    channel = call.channel()
    world = call.world
    shown = payloads.channel(world, channel)
    if channel.is_dm:
        return Reply(200, shown)
    if channel.is_thread:
        changing.delete_thread(world, world.bot.id, channel)
    elif not world.may(world.bot.id, channel, permissions.MANAGE_CHANNELS):
        raise ApiError(MISSING_PERMISSIONS)
    else:
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
    channel = call.channel()
    message = call.message(channel)
    return _created(call, channel, opening.kind_of(channel), message)


def thread(call: Call) -> Reply:
    """POST /channels/{channel_id}/threads."""
    return _created(call, call.channel(), opening.asked_kind(call.form))


def _created(call: Call, parent: Channel, kind: int, message: Message | None = None) -> Reply:
    world, form = call.world, call.form
    minutes = form.get("auto_archive_duration") or 1440
    new = places.NewThread(form.get("name") or "", world.bot.id, kind, message, minutes)
    made = opening.open_thread(world, parent, new)
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
    membership.join_thread(world, here, _whom(call))
    return Reply(204)


def leave_thread(call: Call) -> Reply:
    """DELETE /channels/{channel_id}/thread-members/@me, or /{user_id} for somebody else."""
    membership.leave_thread(call.world, _thread(call), _whom(call))
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
