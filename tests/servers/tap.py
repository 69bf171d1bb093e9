"""A tap between the bot and a server: passes everything on, and keeps what was asked."""

import asyncio
import json
from typing import Any, Self

import aiohttp
from aiohttp import web

Json = dict[str, Any]
OWN_HEADERS = {"host", "content-length", "transfer-encoding", "connection", "content-encoding"}


class Tap:
    """Forward to a server; whoever hangs up in front is hung up behind."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        self.asked: list[tuple[Json, int]] = []  # bodies of requests for answers, with the status of each
        self.hung_up = 0  # requests that the bot gave up in the middle

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(auto_decompress=False)
        app = web.Application(client_max_size=2**25)
        app.router.add_route("*", "/{path:.*}", self._forward)
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        assert self._session is not None
        await self._runner.cleanup()
        await self._session.close()

    @property
    def url(self) -> str:
        """Where it listens."""
        assert self._runner is not None
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"

    @property
    def taken(self) -> list[list[Json]]:
        """The messages of the requests that the server took."""
        return [body["messages"] for body, status in self.asked if status == 200]

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        assert self._session is not None
        body = await request.read()
        headers = {name: value for name, value in request.headers.items() if name.lower() not in OWN_HEADERS}
        answer = web.StreamResponse()
        try:
            url = self._target + request.path_qs
            async with self._session.request(request.method, url, data=body, headers=headers) as behind:
                if request.method == "POST":
                    self.asked.append((json.loads(body), behind.status))
                answer.set_status(behind.status)
                answer.headers["Content-Type"] = behind.headers.get("Content-Type", "text/plain")
                await answer.prepare(request)
                async for data in behind.content.iter_any():
                    try:
                        await answer.write(data)
                    except aiohttp.ClientConnectionResetError:  # the write met the closed connection first
                        self.hung_up += 1
                        return answer
        except asyncio.CancelledError:
            self.hung_up += 1
            raise
        except aiohttp.ClientError:  # it died, or isn't there
            if request.transport is not None:
                request.transport.abort()
        return answer
