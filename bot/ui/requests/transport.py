"""What discord.py's session sends to Discord's REST API, request by request, whoever made it.

aiohttp's trace hooks are awaited before a request leaves and after its answer's headers came, within the task
that makes it. So this is the one place that no request gets round: each one waits for its turn in the budget,
has a time-out of its own, and is answered or fails at once. discord.py itself would sleep and try again,
for hours where it is told so; here whoever wanted the request says how to go on.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp
from discord.http import Route

from bot.client.retry import LongWait
from bot.ui.requests.calls import Lane, Sent, current_call
from bot.ui.requests.heard import Answer
from bot.ui.requests.limiter import Limiter

SILENCE_SECONDS = 10.0  # without a byte sent or received a request has failed


@dataclass(frozen=True, slots=True)
class _Request:
    """One that is under way."""

    sent: Sent
    timeout: asyncio.Timeout


class Transport:
    """Holds requests back until they may leave, and hears their answers."""

    def __init__(self, limiter: Limiter, may_send: Callable[[], bool] = lambda: True) -> None:
        self._limiter = limiter
        self._may_send = may_send

    def trace(self) -> aiohttp.TraceConfig:
        """Return the hook; give it to the client as `http_trace`."""
        config = aiohttp.TraceConfig()
        config.on_request_start.append(self._on_start)
        config.on_request_chunk_sent.append(self._on_chunk)
        config.on_request_end.append(self._on_end)
        config.on_request_exception.append(self._on_exception)
        return config

    async def _on_start(
        self, _: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestStartParams
    ) -> None:
        context.request = None
        url = str(params.url)
        if not url.startswith(Route.BASE):  # the gateway, or a download
            return
        # What carries no token answers an interaction, which the limit does not count; its lane may.
        call = current_call.get()
        if "Authorization" in params.headers or (call is not None and not call.lane.is_counted):
            path = url.removeprefix(Route.BASE).partition("?")[0]
            sent = await self._limiter.turn(Lane.of(params.method, path))
        else:
            sent = self._limiter.aside()
        if not self._may_send():  # another process may answer here by now
            self._limiter.lost(sent)
            raise LongWait
        context.request = _Request(sent, asyncio.timeout(SILENCE_SECONDS))
        await context.request.timeout.__aenter__()

    async def _on_chunk(
        self, _: aiohttp.ClientSession, context: SimpleNamespace, __: aiohttp.TraceRequestChunkSentParams
    ) -> None:
        request: _Request | None = context.request
        if request is not None and not request.timeout.expired():
            request.timeout.reschedule(asyncio.get_running_loop().time() + SILENCE_SECONDS)

    async def _on_end(
        self, _: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        request: _Request | None = context.request
        if request is None:
            return
        response = params.response
        answer = Answer(response.status, response.headers, await response.read())
        context.request = None
        await request.timeout.__aexit__(None, None, None)
        self._limiter.heard(request.sent, answer)
        if (error := answer.error(response)) is not None:
            raise error

    async def _on_exception(
        self, _: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestExceptionParams
    ) -> None:
        request: _Request | None = context.request
        if request is None:
            return
        context.request = None
        error = params.exception
        self._limiter.lost(request.sent)
        await request.timeout.__aexit__(type(error), error, error.__traceback__)  # may raise a TimeoutError
