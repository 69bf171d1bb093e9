"""Routes that set, list and remove reactions."""

from __future__ import annotations

from playground.discord.calls import Call, Reply, Route
from playground.discord.routes.messages import must_not_be_archived
from playground.world import conversation, payloads, permissions
from playground.world.entities import Message
from playground.world.errors import UNKNOWN_EMOJI, ApiError


def _emoji(call: Call) -> str:
    """Return the emoji of the path: a character, or `name:id`; plain words are none."""
    emoji = call.params["emoji_name"]
    if emoji.isascii() and not emoji.rpartition(":")[2].isdigit():
        raise ApiError(UNKNOWN_EMOJI)
    return emoji


def add(call: Call) -> Reply:
    """PUT /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me."""
    channel = call.channel(permissions.READ_MESSAGE_HISTORY)
    message = call.message(channel)
    must_not_be_archived(channel)
    emoji = _emoji(call)
    world = call.world
    if emoji not in message.reactions:
        call.channel(permissions.ADD_REACTIONS)
    conversation.react(world, message, world.bot.id, emoji)
    return Reply(204)


def remove_mine(call: Call) -> Reply:
    """DELETE /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me."""
    channel = call.channel()
    message = call.message(channel)
    must_not_be_archived(channel)
    world = call.world
    conversation.unreact(world, message, world.bot.id, _emoji(call))
    return Reply(204)


def _moderated(call: Call) -> Message:
    return call.message(call.channel(permissions.MANAGE_MESSAGES))


def remove_of_user(call: Call) -> Reply:
    """DELETE /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/{user_id}."""
    message = _moderated(call)
    conversation.unreact(call.world, message, call.number("user_id"), _emoji(call))
    return Reply(204)


def remove_kind(call: Call) -> Reply:
    """DELETE /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}."""
    message = _moderated(call)
    emoji = _emoji(call)
    for user_id in tuple(message.reactions.get(emoji, ())):
        conversation.unreact(call.world, message, user_id, emoji)
    return Reply(204)


def remove_all(call: Call) -> Reply:
    """DELETE /channels/{channel_id}/messages/{message_id}/reactions."""
    conversation.unreact_all(call.world, _moderated(call))
    return Reply(204)


def users(call: Call) -> Reply:
    """GET /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}."""
    message = call.message(call.channel())
    world = call.world
    return Reply(200, [payloads.user(world.users[one]) for one in message.reactions.get(_emoji(call), ())])


_MESSAGE = "/channels/{channel_id}/messages/{message_id}/reactions"

ROUTES = [
    Route("DELETE", _MESSAGE, remove_all, "reaction"),
    Route("GET", _MESSAGE + "/{emoji_name}", users),
    Route("DELETE", _MESSAGE + "/{emoji_name}", remove_kind, "reaction"),
    Route("PUT", _MESSAGE + "/{emoji_name}/@me", add, "reaction"),
    Route("DELETE", _MESSAGE + "/{emoji_name}/@me", remove_mine, "reaction"),
    Route("DELETE", _MESSAGE + "/{emoji_name}/{user_id}", remove_of_user, "reaction"),
]
