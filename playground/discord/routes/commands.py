"""Routes that register and list application commands."""

from __future__ import annotations

from typing import Any

from playground.discord.calls import Call, Reply, Route
from playground.world.errors import MISSING_ACCESS, UNKNOWN_COMMAND, ApiError
from playground.world.interacting.commands import check_commands, register


def _scope(call: Call) -> int | None:
    """Return the guild of the path, or None for the global commands."""
    if call.number("application_id") != call.world.application_id:
        raise ApiError(MISSING_ACCESS)
    return call.guild().id if "guild_id" in call.params else None


def _registered(call: Call) -> list[dict[str, Any]]:
    return call.world.commands.get(_scope(call), [])


def listed(call: Call) -> Reply:
    """GET .../commands."""
    return Reply(200, _registered(call))


def overwrite(call: Call) -> Reply:
    """PUT .../commands."""
    return Reply(200, register(call.world, _scope(call), check_commands(call.body)))


def add(call: Call) -> Reply:
    """POST .../commands: a command of a known name replaces it."""
    scope = _scope(call)
    [command] = check_commands([call.form])
    key = (command["type"], command["name"])
    others = [one for one in _registered(call) if (one["type"], one["name"]) != key]
    kept = register(call.world, scope, check_commands([*others, command]))
    return Reply(200 if len(kept) == len(others) else 201, kept[-1])


def read(call: Call) -> Reply:
    """GET .../commands/{command_id}."""
    return Reply(200, _found(call))


def _found(call: Call) -> dict[str, Any]:
    for command in _registered(call):
        if command["id"] == call.params["command_id"]:
            return command
    raise ApiError(UNKNOWN_COMMAND)


def delete(call: Call) -> Reply:
    """DELETE .../commands/{command_id}."""
    gone = _found(call)
    register(call.world, _scope(call), [one for one in _registered(call) if one is not gone])
    return Reply(204)


ROUTES = [
    Route(method, base + path, answer)
    for base in (
        "/applications/{application_id}/commands",
        "/applications/{application_id}/guilds/{guild_id}/commands",
    )
    for method, path, answer in (
        ("GET", "", listed),
        ("PUT", "", overwrite),
        ("POST", "", add),
        ("GET", "/{command_id}", read),
        ("DELETE", "/{command_id}", delete),
    )
]
