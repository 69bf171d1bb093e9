"""The REST API itself: it applies faults, authorisation and limits to requests, and answers.

What each route does is told in `routes`; nothing here knows one from another.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

from aiohttp import web

from playground.discord.calls import Backend, Call, Reply, Route, TooManyRequests, read
from playground.discord.faults import Fault, Faults
from playground.discord.limits import PASS, Verdict
from playground.wire import REST, Entry, Wire
from playground.world.errors import UNAUTHORIZED, ApiError


class _Asked(NamedTuple):
    """A request with its route, if there is one, and its body."""

    request: web.Request
    route: Route | None = None
    body: Any = None


class Rest:
    """Answer requests to the REST API."""

    def __init__(self, backend: Backend, wire: Wire, faults: Faults, routes: list[Route]) -> None:
        self._backend = backend
        self._wire = wire
        self._faults = faults
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
        self._record(_Asked(request), reply)
        return _respond(reply)

    async def _handle(self, route: Route, request: web.Request) -> web.StreamResponse:
        call = Call(self._backend, dict(request.match_info), dict(request.query))
        await read(call, request)
        fault = self._faults.take(request.method, request.path.removeprefix(self._base))
        if fault is None and not self._faults.round_trip:
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
            self._record(_Asked(request, route, call.body), Reply(0), summary="injected")
            await asyncio.Event().wait()
        half = self._faults.round_trip / 2
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
            self._record(_Asked(request, route, call.body), reply or Reply(0, None), summary="injected")
        await asyncio.sleep(half)
        return reply

    def _answer(self, route: Route, request: web.Request, call: Call) -> Reply:
        verdict = PASS
        try:
            self._check(route, request, call)
            major = call.params.get(route.major, "")
            verdict = self._backend.limiter.take(route.bucket, major, counts_overall=route.counts_overall)
            reply = route.answer(call) if verdict.allowed else _refused(verdict)
        except ApiError as error:
            reply = Reply(error.status, error.body())
        except TooManyRequests as error:
            verdict = error.verdict
            reply = _refused(verdict, error.code)
        reply = Reply(reply.status, reply.body, {**verdict.headers, **reply.headers})
        self._record(_Asked(request, route, call.body), reply, verdict)
        return reply

    def _check(self, route: Route, request: web.Request, call: Call) -> None:
        """Refuse a request with a wrong token, or one that can't be read."""
        if (
            route.authorised
            and request.headers.get("Authorization") != f"Bot {self._backend.application.token}"
        ):
            raise ApiError(UNAUTHORIZED)
        if call.unreadable is not None:
            raise ApiError(call.unreadable)

    def _record(self, asked: _Asked, reply: Reply, verdict: Verdict = PASS, *, summary: str = "") -> None:
        route = asked.route
        self._wire.record(
            Entry(
                self._backend.world.clock.steady(),
                REST,
                asked.request.method,
                asked.request.path.removeprefix(self._base),
                route.path if route else "",
                reply.status,
                route.bucket if route else "",
                verdict.remaining,
                summary,
                asked.body,
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
