"""The way over the network, as the client sees it."""

import asyncio
import gzip
import json

import httpx2
import pytest
from aiohttp import web

from bot.llm.connection import connect
from bot.llm.transport import AiohttpTransport
from tests.llm.conftest import KEY, Script


async def test_a_compressed_answer_is_read(script: Script) -> None:
    async def compressed(_: web.Request) -> web.Response:
        body = gzip.compress(json.dumps({"id": "small", "object": "model", "created": 0}).encode())
        return web.Response(
            body=body, headers={"Content-Encoding": "gzip", "Content-Type": "application/json"}
        )

    script.replies = [compressed]
    async with connect(KEY, script.url) as client:
        model = await client.models.retrieve("small")

    assert model.id == "small"


async def test_headers_and_status_arrive_as_they_were_sent(script: Script) -> None:
    async def odd(_: web.Request) -> web.Response:
        return web.Response(status=418, headers=[("X-Two", "a"), ("X-Two", "b"), ("Set-Cookie", "a=b")])

    script.replies = [odd]
    async with httpx2.AsyncClient(transport=AiohttpTransport()) as client:
        first = await client.get(f"{script.url}/tea", headers={"X-Ours": "c"})
        client.cookies.clear()
        await client.get(f"{script.url}/tea")

    assert (first.status_code, first.headers.get_list("x-two")) == (418, ["a", "b"])
    assert script.headers[0]["x-ours"] == "c"
    assert "cookie" not in {name.lower() for name in script.headers[1]}


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_server_that_has_moved_is_asked_the_same_there(script: Script, status: int) -> None:
    async def moved(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": f"{request.path}/there"})

    async def there(request: web.Request) -> web.Response:
        return web.json_response({"method": request.method})

    script.replies = [moved, there]
    async with connect(KEY, script.url) as client:
        said = await client.post("/chat/completions", cast_to=object, body={"model": "small"})

    assert said == {"method": "POST"}
    assert script.bodies == [{"model": "small"}] * 2


async def test_a_server_that_takes_too_long_is_a_timeout(script: Script) -> None:
    async def slow(_: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    script.replies = [slow]
    async with httpx2.AsyncClient(transport=AiohttpTransport(), timeout=0.1) as client:
        with pytest.raises(httpx2.ReadTimeout):
            await client.get(script.url)


async def test_a_server_that_is_not_there_is_a_connection_error() -> None:
    async with httpx2.AsyncClient(transport=AiohttpTransport()) as client:
        with pytest.raises(httpx2.ConnectError):
            await client.get("http://127.0.0.1:9/")


async def test_a_body_that_is_cut_is_a_protocol_error(script: Script) -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"half")
        assert request.transport is not None
        request.transport.abort()
        return response

    script.replies = [cut]
    async with httpx2.AsyncClient(transport=AiohttpTransport()) as client:
        with pytest.raises(httpx2.RemoteProtocolError):
            await client.get(script.url)


async def test_the_environments_proxy_is_used(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    async def reached(_: web.Request) -> web.Response:
        return web.Response(text="reached")

    script.replies = [reached]
    monkeypatch.setenv("http_proxy", script.url.removesuffix("/v1"))
    async with httpx2.AsyncClient(transport=AiohttpTransport()) as client:
        answer = await client.get("http://model.invalid/v1/models")

    assert answer.text == "reached"
