"""Why a server can't be reached is said with its address and the cause, for Discord and for the model."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from bot import errors
from bot.clock import SystemClock
from bot.gateway import lookup
from bot.gateway.lookup import Lookup, Unreachable
from bot.llm.completer import OpenAICompleter
from bot.llm.connection import connect
from bot.llm.counter import TiktokenCounter
from bot.network import passwords, proxy_for, reason
from tests.llm.conftest import served
from tests.support.process import run

CERTIFICATE = Path(__file__).parent / "support" / "certificate.pem"  # signed by nobody but itself
Said = Callable[[str], Awaitable[str]]
TOKEN = f"{'A' * 24}.BBBBBB.{'C' * 38}"


@asynccontextmanager
async def listening(answer: bytes = b"", *, secure: bool = False) -> AsyncIterator[int]:
    """Listen on loopback, say the same to everybody, and yield the port."""
    context = None
    if secure:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(CERTIFICATE)

    writers: list[asyncio.StreamWriter] = []

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        if answer:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0, ssl=context) as server:
        yield server.sockets[0].getsockname()[1]
        for writer in writers:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def said_of_discord(url: str) -> str:
    with pytest.raises(Unreachable) as caught:
        await Lookup(TOKEN, url).gateway()
    return str(caught.value)


async def said_of_the_model(url: str) -> str:
    counter = await TiktokenCounter.load()
    async with connect("sk-a-key-of-mine", url) as client:
        completer = OpenAICompleter(served(client), counter, SystemClock(), lambda: 0.0)
        with pytest.raises(errors.ModelError) as caught:
            await completer.check("gpt-4.1-mini")
        return completer.why(caught.value)


BOTH = pytest.mark.parametrize("said", [said_of_discord, said_of_the_model])


@BOTH
async def test_a_certificate_that_nobody_vouches_for(said: Said) -> None:
    async with listening(secure=True) as port:
        url = f"https://localhost:{port}/v1"
        words = await said(url)

    assert "certificate can't be verified, self-signed certificate" in words
    assert url in words


@BOTH
async def test_a_name_that_does_not_resolve(said: Said) -> None:
    words = await said("https://nowhere.invalid/v1")

    assert "the name nowhere.invalid does not resolve, https://nowhere.invalid/v1" in words


@BOTH
async def test_a_port_at_which_nothing_listens(said: Said) -> None:
    words = await said("http://127.0.0.1:1/v1")

    assert "nothing listens there, http://127.0.0.1:1/v1" in words


@BOTH
async def test_a_proxy_that_refuses(said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n") as port:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
        words = await said("https://discord.invalid/v1")

    assert (
        "the proxy 127.0.0.1 refused, 407 Proxy Authentication Required, https://discord.invalid/v1" in words
    )


@BOTH
async def test_a_proxy_that_is_not_there(said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    words = await said("https://discord.invalid/v1")

    assert "the proxy 127.0.0.1:1 can't be reached" in words


async def test_a_server_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "ATTEMPT_SECONDS", 0.2)
    async with listening() as port:
        words = await said_of_discord(f"http://127.0.0.1:{port}/v1")

    assert "no answer in time, http://127.0.0.1" in words


def test_what_has_no_name_of_its_own_is_told_by_type_and_words() -> None:
    assert reason(ValueError("odd")) == "ValueError: odd"
    assert reason(ValueError()) == "ValueError"


def test_a_server_on_this_machine_is_reached_past_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.invalid:3128")

    assert proxy_for("https://discord.com/api/v10") == "http://proxy.invalid:3128"
    assert proxy_for("https://127.0.0.1:8080/api") is None


async def test_check_names_addresses_and_causes(tmp_path: Path) -> None:
    async with listening(secure=True) as port:
        environ = {
            "DISCORD_TOKEN": TOKEN,
            "DISCORD_API_URL": f"https://localhost:{port}/api/v10",
            "OPENAI_BASE_URL": "https://nowhere.invalid/v1",
            "OPENAI_API_KEY": "sk-a-key-of-mine",
        }
        stopped = await run(tmp_path, "check", environ=environ)

    lines = [line for line in stopped.output.splitlines() if line.startswith("not ok")]
    assert [line.split()[2] for line in lines] == ["Discord:", "model:"]
    assert (
        f"certificate can't be verified, self-signed certificate, https://localhost:{port}/api/v10"
        in lines[0]
    )
    assert (
        "https://nowhere.invalid/v1 gives no answers (the name nowhere.invalid does not resolve" in lines[1]
    )
    assert stopped.errors == ""


def test_the_passwords_of_proxies_are_known_as_they_are_written_and_as_they_are_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("https_proxy", "http://me:pr0xy%20pass@proxy.example:3128")
    monkeypatch.setenv("all_proxy", "me:another-pass@proxy.example:1080")
    monkeypatch.setenv("no_proxy", "10.0.0.0/8,[half")

    assert {"pr0xy%20pass", "pr0xy pass", "another-pass"} <= set(passwords())
