"""Calls of the REST API: a request read into one, a reply to it, and the route that answers it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from playground.discord.application import Application
from playground.discord.limits import Limiter, Verdict
from playground.world import permissions
from playground.world.entities import Attachment, Channel, Guild, Message
from playground.world.errors import (
    INVALID_JSON,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    REQUEST_TOO_LARGE,
    UNKNOWN_CHANNEL,
    UNKNOWN_GUILD,
    UNKNOWN_MESSAGE,
    ApiError,
    Kind,
    bad_form,
)
from playground.world.files import attach
from playground.world.world import World

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status, its JSON (None for an empty one) and its headers."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class TooManyRequests(Exception):
    """A limit that only the route itself can know was reached."""

    def __init__(self, verdict: Verdict, code: int = 0) -> None:
        super().__init__(code)
        self.verdict = verdict
        self.code = code


@dataclass(frozen=True, slots=True)
class Backend:
    """What the routes act on."""

    world: World
    application: Application
    limiter: Limiter


@dataclass(slots=True)
class Call:
    """One request, read and ready to be answered."""

    backend: Backend
    params: dict[str, str]
    query: dict[str, str]
    body: Any = None
    files: dict[str, Attachment] = field(default_factory=dict)
    unreadable: Kind | None = None

    @property
    def world(self) -> World:
        """Return the world that is asked about."""
        return self.backend.world

    @property
    def form(self) -> Json:
        """Return the body as an object."""
        if not isinstance(self.body, dict):
            raise bad_form("_", "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return self.body

    def number(self, name: str) -> int:
        """Return an id of the path."""
        return snowflake(self.params[name], name)

    def channel(self, wanted: int = 0, otherwise: Kind = MISSING_PERMISSIONS) -> Channel:
        """Return the channel of the path, in which the bot has these permissions."""
        world = self.world
        channel = world.channels.get(self.number("channel_id"))
        if channel is None:
            raise ApiError(UNKNOWN_CHANNEL)
        granted = world.permissions(world.bot.id, channel)
        if not granted & permissions.VIEW_CHANNEL:
            raise ApiError(MISSING_ACCESS)
        if granted & wanted != wanted:
            raise ApiError(otherwise)
        return channel

    def message(self, channel: Channel) -> Message:
        """Return the message of the path; ephemeral ones exist for interactions alone."""
        message = channel.messages.get(self.number("message_id"))
        if message is None or message.ephemeral_for is not None:
            raise ApiError(UNKNOWN_MESSAGE)
        return message

    def guild(self) -> Guild:
        """Return the guild of the path, of which the bot is a member."""
        guild = self.world.guilds.get(self.number("guild_id"))
        if guild is None or self.world.bot.id not in guild.members:
            raise ApiError(UNKNOWN_GUILD)
        return guild


def snowflake(value: Any, path: str) -> int:
    """Read an id, or say where it is none."""
    try:
        return int(value)
    except (TypeError, ValueError):
        raise bad_form(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.') from None


Answer = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path with what answers it, its bucket, and the parameter that its limit goes by."""

    method: str
    path: str
    answer: Answer
    bucket: str = ""
    major: str = "channel_id"
    authorised: bool = True
    counts_overall: bool = True


async def read(call: Call, request: web.Request) -> None:
    """Fill in what the request carries; what can't be read is refused once it is known who asks."""
    if not request.can_read_body:
        return
    try:
        if request.content_type == "multipart/form-data":
            await _read_parts(call, request)
        else:
            call.body = json.loads(await request.read() or "null")
    except ValueError:
        call.unreadable = INVALID_JSON
    except web.HTTPRequestEntityTooLarge:
        call.unreadable = REQUEST_TOO_LARGE


async def _read_parts(call: Call, request: web.Request) -> None:
    for name, part in (await request.post()).items():
        if name == "payload_json" and isinstance(part, str):
            call.body = json.loads(part)
        elif isinstance(part, web.FileField):
            number = name.removeprefix("files[").removesuffix("]")
            attachment_id = call.world.ids.next()
            call.files[number] = attach(attachment_id, part.filename, part.file.read())
