"""Routes about the bot itself, users, guilds and where the gateway is."""

from __future__ import annotations

from playground.discord.calls import Call, Reply, Route, snowflake
from playground.world import guild_payloads, payloads, places
from playground.world.errors import CANNOT_WRITE_TO_USER, UNKNOWN_MEMBER, UNKNOWN_USER, ApiError


def me(call: Call) -> Reply:
    """GET /users/@me."""
    return Reply(200, payloads.user(call.world.bot) | {"verified": True, "mfa_enabled": True})


def user(call: Call) -> Reply:
    """GET /users/{user_id}."""
    found = call.world.users.get(call.number("user_id"))
    if found is None:
        raise ApiError(UNKNOWN_USER)
    return Reply(200, payloads.user(found))


def application(call: Call) -> Reply:
    """GET /oauth2/applications/@me."""
    return Reply(200, guild_payloads.application(call.world) | {"flags": call.backend.application.flags})


def gateway(call: Call) -> Reply:
    """GET /gateway."""
    return Reply(200, {"url": call.backend.application.gateway_url})


def gateway_for_bots(call: Call) -> Reply:
    """GET /gateway/bot."""
    where = {"url": call.backend.application.gateway_url, "shards": call.backend.application.shards}
    return Reply(200, where | {"session_start_limit": call.backend.application.starts.figures()})


def my_guilds(call: Call) -> Reply:
    """GET /users/@me/guilds: by their ids, a page at a time."""
    world = call.world
    after, limit = int(call.query.get("after", 0)), int(call.query.get("limit", 200))
    mine = sorted(one for one, guild in world.guilds.items() if world.bot.id in guild.members and one > after)
    return Reply(200, [guild_payloads.own_guild(world, world.guilds[one]) for one in mine[:limit]])


def open_dm(call: Call) -> Reply:
    """POST /users/@me/channels."""
    world = call.world
    recipient = world.users.get(snowflake(call.form.get("recipient_id"), "recipient_id"))
    if recipient is None:
        raise ApiError(UNKNOWN_USER)
    if recipient.bot:
        raise ApiError(CANNOT_WRITE_TO_USER)
    return Reply(200, payloads.channel(world, places.direct_messages(world, recipient.id)))


def guild(call: Call) -> Reply:
    """GET /guilds/{guild_id}."""
    return Reply(200, guild_payloads.guild_object(call.guild()))


def guild_channels(call: Call) -> Reply:
    """GET /guilds/{guild_id}/channels."""
    world = call.world
    all_of_them = [world.channels[one] for one in call.guild().channel_ids]
    return Reply(200, [payloads.channel(world, one) for one in all_of_them if not one.is_thread])


def guild_roles(call: Call) -> Reply:
    """GET /guilds/{guild_id}/roles."""
    return Reply(200, [payloads.role(one) for one in call.guild().roles.values()])


def guild_member(call: Call) -> Reply:
    """GET /guilds/{guild_id}/members/{user_id}."""
    member = call.guild().members.get(call.number("user_id"))
    if member is None:
        raise ApiError(UNKNOWN_MEMBER)
    return Reply(200, payloads.member(call.world, member))


def active_threads(call: Call) -> Reply:
    """GET /guilds/{guild_id}/threads/active."""
    world = call.world
    channels = [world.channels[one] for one in call.guild().channel_ids]
    threads = [one for one in channels if one.is_thread and not one.archived]
    return Reply(200, {"threads": [payloads.channel(world, one) for one in threads], "members": []})


def leave_guild(call: Call) -> Reply:
    """DELETE /users/@me/guilds/{guild_id}."""
    places.remove_bot(call.world, call.guild())
    return Reply(204)


ROUTES = [
    Route("GET", "/users/@me", me),
    Route("GET", "/users/@me/guilds", my_guilds),
    Route("DELETE", "/users/@me/guilds/{guild_id}", leave_guild),
    Route("POST", "/users/@me/channels", open_dm),
    Route("GET", "/users/{user_id}", user),
    Route("GET", "/oauth2/applications/@me", application),
    Route("GET", "/applications/@me", application),
    Route("GET", "/gateway", gateway, authorised=False),
    Route("GET", "/gateway/bot", gateway_for_bots),
    Route("GET", "/guilds/{guild_id}", guild),
    Route("GET", "/guilds/{guild_id}/channels", guild_channels),
    Route("GET", "/guilds/{guild_id}/roles", guild_roles),
    Route("GET", "/guilds/{guild_id}/members/{user_id}", guild_member),
    Route("GET", "/guilds/{guild_id}/threads/active", active_threads),
]
