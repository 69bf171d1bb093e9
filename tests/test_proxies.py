"""A proxy that the environment names is the way to Discord, to the models and to attachments alike."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import discord
import openai
import pytest

from bot.errors import AttachmentError, SettingsError
from bot.gateway.lookup import Lookup, Unreachable
from bot.llm.connection import connect
from bot.network import proxy_for, socks_proxies
from bot.reading.downloads import Downloads
from bot.rules.model import AttachmentRef
from bot.settings.environment import PROXIES
from bot.settings.settings import load
from tests.support.proxy import proxy
from tests.support.room import open_room
from tests.test_network import listening
from tests.test_settings import SOUND


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


async def lookup() -> None:
    with pytest.raises(Unreachable, match=r"the proxy 127\.0\.0\.1 refused, 403"):
        await Lookup("token").gateway()


async def login() -> None:
    bot = discord.Client(intents=discord.Intents.none(), proxy=proxy_for("https://discord.com/api"))
    async with bot:
        with pytest.raises(aiohttp.ClientHttpProxyError):
            await bot.login("token")


async def model() -> None:
    async with connect("sk-1", "https://models.discord.com/v1") as client:
        with pytest.raises(openai.APIConnectionError):
            await client.models.list()


async def attachment() -> None:
    ref = AttachmentRef(1, "a.txt", "https://cdn.discordapp.com/a.txt", 3)
    with pytest.raises(AttachmentError):
        await Downloads(None).attachment(ref, 10)


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize("reach", [lookup, login, model, attachment])
async def test_each_goes_through_the_proxy(
    reach: Callable[[], Awaitable[None]], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with proxy() as through:
        monkeypatch.setenv(name, through.url.replace("//", "//me:secret@"))
        await reach()

    assert through.asked
    assert all(line.startswith("CONNECT ") and "discord" in line for line in through.asked)
    assert len(through.signed) == len(through.asked)


async def test_the_gateway_goes_through_the_proxy_though_the_api_is_on_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_room(tmp_path) as room, proxy() as through:
        monkeypatch.setenv("HTTPS_PROXY", through.url)
        with pytest.raises(aiohttp.ClientHttpProxyError):
            await room.app.bot.http.ws_connect("wss://gateway.discord.gg/?v=10")

        assert await room.ask("Hello!")
    assert [line.split()[:2] for line in through.asked] == [["CONNECT", "gateway.discord.gg:443"]]


async def test_what_is_reached_through_the_proxy_is_the_server_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with listening(secure=True) as port, proxy(port) as through:
        monkeypatch.setenv("HTTPS_PROXY", through.url)
        with pytest.raises(Unreachable) as caught:
            await Lookup("token", "https://discord.test/api").gateway()

    assert "its certificate can't be verified, self-signed certificate" in str(caught.value)
    assert [line.split()[1] for line in through.asked] == ["discord.test:443"]


@pytest.mark.parametrize(
    ("excepted", "url", "direct"),
    [
        ("discord.com", "https://discord.com/api", True),
        (".discord.com", "https://gateway.discord.com", True),
        ("discord.com", "https://api.openai.com/v1", False),
        ("*", "https://api.openai.com/v1", True),
        ("10.0.0.0/8", "http://10.1.2.3:8000/v1", True),
        ("10.0.0.0/8, 192.168.1.1/24", "http://192.168.1.7:8000/v1", True),
        ("10.0.0.0/8", "http://11.1.2.3:8000/v1", False),
        ("10.0.0.0/8", "https://api.openai.com/v1", False),
        ("not/a/network", "http://10.1.2.3:8000/v1", False),
        ("", "http://localhost:11434/v1", True),
        ("", "ws://127.0.0.1:8765/gateway", True),
        ("", "wss://gateway.discord.gg", False),
    ],
)
def test_what_is_excepted_is_reached_directly(
    excepted: str, url: str, direct: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "proxy.invalid:3128")
    monkeypatch.setenv("NO_PROXY", excepted)

    assert proxy_for(url) == (None if direct else "http://proxy.invalid:3128")


def test_the_nearer_name_wins_over_that_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://all.invalid:1080")
    monkeypatch.setenv("HTTPS_PROXY", "http://https.invalid:3128")
    monkeypatch.setenv("HTTP_PROXY", "http://http.invalid:3128")

    assert proxy_for("wss://gateway.discord.gg") == "http://https.invalid:3128"
    assert proxy_for("http://models.invalid/v1") == "http://http.invalid:3128"
    assert list(socks_proxies()) == []


@pytest.mark.parametrize("name", ["ALL_PROXY", "HTTPS_PROXY"])
def test_a_socks_proxy_is_refused_in_a_sentence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "socks5h://me:secret@proxy.invalid:1080")
    with pytest.raises(SettingsError, match=f"{name} names a SOCKS proxy") as caught:
        load(None, SOUND)

    assert "secret" not in str(caught.value)


def test_proxies_in_the_file_hold_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SOUND.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("https_proxy", "http://ours.invalid:3128")
    (tmp_path / ".env").write_text("HTTPS_PROXY=http://file.invalid:3128\nNO_PROXY=discord.com\n")
    try:
        load(tmp_path / ".env")
        assert proxy_for("https://api.openai.com/v1") == "http://ours.invalid:3128"
        assert proxy_for("https://discord.com/api") is None
    finally:
        os.environ.pop("NO_PROXY", None)
