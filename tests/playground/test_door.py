"""The playground answers only to this machine's own names and to its own page."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from playground import Playground


@pytest.fixture
async def visitor(playground: Playground) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(playground.url) as session:
        yield session


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
async def test_this_machines_own_names_come_in(
    visitor: aiohttp.ClientSession, playground: Playground, host: str
) -> None:
    port = playground.url.rsplit(":", 1)[1]
    async with visitor.get("/", headers={"Host": f"{host}:{port}"}) as response:
        assert response.status == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", ""])
@pytest.mark.parametrize("path", ["/", "/live", "/api/v10/users/@me", "/v1/models", "/web/app.js"])
async def test_other_hosts_are_refused_everywhere(
    visitor: aiohttp.ClientSession, host: str, path: str
) -> None:
    async with visitor.get(path, headers={"Host": host}) as response:
        assert response.status == 421


@pytest.mark.parametrize("origin", ["http://evil.example", "https://127.0.0.1", "http://127.0.0.1:1", "null"])
async def test_other_origins_are_refused(
    visitor: aiohttp.ClientSession, playground: Playground, origin: str
) -> None:
    async with visitor.post("/v1/chat/completions", json={}, headers={"Origin": origin}) as response:
        assert response.status == 403
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await visitor.ws_connect("/live", headers={"Origin": origin})

    assert refused.value.status == 403
    assert playground.model.requests == []


async def test_the_own_page_may_connect(visitor: aiohttp.ClientSession, playground: Playground) -> None:
    async with visitor.ws_connect("/live?as=sam", headers={"Origin": playground.url}) as socket:
        hello = await socket.receive_json(timeout=5)

    assert hello["t"] == "HELLO"
    assert hello["d"]["me"] == str(playground.world.person("sam").id)


async def test_the_page_may_load_only_from_its_own_server(visitor: aiohttp.ClientSession) -> None:
    async with visitor.get("/") as response:
        policy = response.headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy


async def test_an_uploaded_page_may_run_nothing(
    visitor: aiohttp.ClientSession, playground: Playground
) -> None:
    script = b"<script>alert(1)</script>"
    message = playground.world.person("sam").post("general", files=[("page.html", script)])
    attachment = message.attachments[0]
    path = f"/attachments/{message.channel_id}/{attachment.id}/page.html"
    async with visitor.get(path) as response:
        policy = response.headers["Content-Security-Policy"]

        assert "sandbox" in policy
        assert "default-src 'none'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_nothing_outside_the_pages_folder_is_served(visitor: aiohttp.ClientSession) -> None:
    for path in ("/web/../server.py", "/web/%2e%2e/server.py", "/web/"):
        async with visitor.get(path) as response:
            assert response.status in (403, 404)


async def test_a_window_learns_only_what_its_person_may_know(
    visitor: aiohttp.ClientSession, playground: Playground
) -> None:
    world = playground.world
    alex, sam = world.person("alex"), world.person("sam")
    hidden = world.add_text_channel("hidden")
    world.deny(hidden, sam, 1 << 10)
    async with visitor.ws_connect("/live?as=sam") as socket:
        hello = await socket.receive_json(timeout=5)
        alex.post("hidden", "a secret")
        alex.dm("another")
        alex.post("general", "for all")
        told = [hello]
        while told[-1]["t"] != "MESSAGE_CREATE":
            told.append(await socket.receive_json(timeout=5))
        await socket.send_json({"n": 1, "do": "open", "channel": str(hidden.id)})
        while told[-1]["t"] != "ANSWER":
            told.append(await socket.receive_json(timeout=5))

    contents = [one["d"]["content"] for one in told if one["t"] == "MESSAGE_CREATE"]
    assert contents == ["for all"]
    assert told[-1]["d"] == {"n": 1, "error": "Missing Access"}
    assert "hidden" not in {channel["name"] for channel in hello["d"]["places"]["channels"]}
