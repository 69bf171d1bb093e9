"""The front door of the REST API: reads requests, applies faults, authorisation and limits, and answers.

What each route does is told in `routes`; nothing here knows one from another.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from playground.discord.faults import Fault
from playground.discord.limits import PASS, Verdict
from playground.wire import REST, Entry
from playground.world import permissions
from playground.world.entities import Attachment, Channel, Guild, Message
from playground.world.errors import (
    INVALID_JSON,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    REQUEST_TOO_LARGE,
    UNAUTHORIZED,
    UNKNOWN_CHANNEL,
    UNKNOWN_GUILD,
    UNKNOWN_MESSAGE,
    ApiError,
    Kind,
    bad_form,
)
from playground.world.files import attach

if TYPE_CHECKING:
    from playground.server import Playground

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status, its JSON (None for an empty one) and its headers."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class TooManyRequests(Exception):
    """A limit that only the route itself can know was reached."""

    def __init__(self, verdict: Verdict, code: int) -> None:
        super().__init__(code)
        self.verdict = verdict
        self.code = code


@dataclass(slots=True)
class Call:
    """One request, read and ready to be answered."""

    playground: Playground
    params: dict[str, str]
    query: dict[str, str]
    body: Any = None
    files: dict[str, Attachment] = field(default_factory=dict)
    unreadable: Kind | None = None

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
        world = self.playground.world
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
        guild = self.playground.world.guilds.get(self.number("guild_id"))
        if guild is None or self.playground.world.bot.id not in guild.members:
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


class Rest:
    """Answer requests to the REST API."""

    def __init__(self, playground: Playground, routes: list[Route]) -> None:
        self._playground = playground
        self._running: set[asyncio.Task[Reply | None]] = set()
        self.routes = routes

    def mount(self, app: web.Application, base: str) -> None:
        """Add all routes to the application; anything else below the base is a loud 404."""
        self._base = base
        for route in self.routes:
            app.router.add_route(route.method, base + route.path, self._handler(route))
        app.router.add_route("*", base + "/{unknown:.*}", self._unknown)

    async def close(self) -> None:
        """End what is still being answered."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _handler(self, route: Route) -> Callable[[web.Request], Coroutine[Any, Any, web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._handle(route, request)

        return handle

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix(self._base)
        said = f"404: the playground has no route {request.method} {path}"
        reply = Reply(404, {"message": said, "code": 0})
        self._record(request, None, None, reply, PASS)
        return _respond(reply)

    async def _handle(self, route: Route, request: web.Request) -> web.StreamResponse:
        call = Call(self._playground, dict(request.match_info), dict(request.query))
        await _read(call, request)
        faults = self._playground.faults
        fault = faults.take(request.method, request.path.removeprefix(self._base))
        if fault is None and not faults.round_trip:
            reply: Reply | None = self._answer(route, request, call)
        else:  # what a client gives up on still takes effect
            task = asyncio.create_task(self._answer_late(route, request, call, fault))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
            reply = await asyncio.shield(task)
        if reply is None:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        return _respond(reply)

    async def _answer_late(
        self, route: Route, request: web.Request, call: Call, fault: Fault | None
    ) -> Reply | None:
        if fault and fault.hangs:
            self._record(request, route, call.body, Reply(0), PASS, "injected")
            await asyncio.Event().wait()
        half = self._playground.faults.round_trip / 2
        await asyncio.sleep(half + (fault.delay if fault else 0.0))
        if fault and fault.gate and not fault.after:
            await fault.gate.wait()
        reply: Reply | None = None
        broken = fault is not None and (fault.drop or fault.status is not None)
        if fault is None or not broken or fault.after:
            reply = self._answer(route, request, call)
        if fault and fault.gate and fault.after:
            await fault.gate.wait()
        if fault and broken:
            reply = None if fault.drop else Reply(fault.status or 500, fault.body, fault.headers)
            shown = reply or Reply(0, None)
            self._record(request, route, call.body, shown, PASS, "injected")
        await asyncio.sleep(half)
        return reply

    def _answer(self, route: Route, request: web.Request, call: Call) -> Reply:
        verdict = PASS
        try:
            self._check(route, request, call)
            major = call.params.get(route.major, "")
            limiter = self._playground.limiter
            verdict = limiter.take(route.bucket, major, counts_overall=route.counts_overall)
            reply = route.answer(call) if verdict.allowed else _refused(verdict)
        except ApiError as error:
            reply = Reply(error.status, error.body())
        except TooManyRequests as error:
            verdict = error.verdict
            reply = _refused(verdict, error.code)
        reply = Reply(reply.status, reply.body, {**verdict.headers, **reply.headers})
        self._record(request, route, call.body, reply, verdict)
        return reply

    def _check(self, route: Route, request: web.Request, call: Call) -> None:
        """Refuse a request with a wrong token, or one that can't be read."""
        if route.authorised and request.headers.get("Authorization") != f"Bot {self._playground.token}":
            raise ApiError(UNAUTHORIZED)
        if call.unreadable is not None:
            raise ApiError(call.unreadable)

    def _record(
        self,
        request: web.Request,
        route: Route | None,
        body: Any,
        reply: Reply,
        verdict: Verdict,
        summary: str = "",
    ) -> None:
        self._playground.wire.record(
            Entry(
                self._playground.clock.steady(),
                REST,
                request.method,
                request.path.removeprefix(self._base),
                route.path if route else "",
                reply.status,
                route.bucket if route else "",
                verdict.remaining,
                summary,
                body,
                reply.body,
            )
        )


def _refused(verdict: Verdict, code: int = 0) -> Reply:
    body = {
        "message": "You are being rate limited.",
        "retry_after": round(verdict.retry_after + 0.0005, 3),
        "global": verdict.overall,
    }
    if code:
        body["code"] = code
    return Reply(429, body, {"Via": "1.1 playground"})


def _respond(reply: Reply) -> web.Response:
    if reply.body is None:
        return web.Response(status=reply.status, headers=reply.headers)
    if isinstance(reply.body, str):
        kind = "text/html" if reply.body.startswith("<") else "text/plain"
        return web.Response(status=reply.status, text=reply.body, headers=reply.headers, content_type=kind)
    body = json.dumps(reply.body, separators=(",", ":")).encode()
    return web.Response(
        status=reply.status, body=body, headers=reply.headers, content_type="application/json"
    )


async def _read(call: Call, request: web.Request) -> None:
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
            attachment_id = call.playground.world.ids.next()
            call.files[number] = attach(attachment_id, part.filename, part.file.read())
