"""Health and figures over HTTP: what clients do wrong neither delays the end nor fills the log."""

import asyncio
import logging

import pytest

from bot.serving.health import Health, State
from bot.serving.http import served
from bot.serving.metrics import Metrics
from bot.settings.serving import Address
from tests.support.process import free_port

LIMIT_SECONDS = 5.0


@pytest.mark.parametrize(
    "said",
    [
        b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost",
        b"POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nab",
        b"GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nab",
    ],
)
async def test_whoever_says_only_half_of_it_does_not_delay_the_end(said: bytes) -> None:
    port, loop = free_port(), asyncio.get_running_loop()
    async with served(Address("127.0.0.1", port), lambda: Health(State.READY, "ok"), Metrics()):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        await writer.drain()
        if said.endswith((b"\n", b"ab")):
            await asyncio.wait_for(reader.readline(), LIMIT_SECONDS)
        begun = loop.time()
    writer.close()

    assert loop.time() - begun < LIMIT_SECONDS


@pytest.mark.parametrize("said", [b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n", b"\x16\x03\x01\r\n\r\n"])
async def test_what_is_no_request_is_refused_without_a_line_in_the_log(
    said: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    async with served(Address("127.0.0.1", port), lambda: Health(State.READY, "ok"), Metrics()):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        await writer.drain()
        answer = await asyncio.wait_for(reader.readline(), LIMIT_SECONDS)
        writer.close()

    assert answer.startswith(b"HTTP/1.0 400") or answer.startswith(b"HTTP/1.1 400")
    assert caplog.records == []


async def test_what_fails_of_ours_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> Health:
        raise ValueError("a bug of ours")

    port = free_port()
    async with served(Address("127.0.0.1", port), broken, Metrics()):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = await asyncio.wait_for(reader.readline(), LIMIT_SECONDS)
        writer.close()

    assert b"500" in answer
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
