"""Files are fetched on the way that the environment names, and a failure on it is a sentence."""

import asyncio
import socket
import struct

import discord
import pytest

from bot.errors import AttachmentError
from bot.reading.history import DiscordReader
from bot.rules.model import AttachmentRef

NOTES = AttachmentRef(1, "notes.txt", "http://cdn.discordapp.com/attachments/1/2/notes.txt", 5)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHello"


async def fetched(monkeypatch: pytest.MonkeyPatch, answer: bytes, heard: list[bytes]) -> bytes:
    """Fetch a file through a proxy that answers, or resets the connection where it has no answer."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        if answer:
            writer.write(answer)
            await writer.drain()
        else:
            at_once = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        monkeypatch.delenv("no_proxy", raising=False)
        reader = DiscordReader(discord.Client(intents=discord.Intents(guilds=True)), None)
        return await reader.attachment(NOTES, 100)


async def test_a_file_is_fetched_through_the_proxy_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[bytes] = []

    assert await fetched(monkeypatch, ANSWER, heard) == b"Hello"
    assert heard[0].startswith(f"GET {NOTES.url} ".encode())


async def test_a_connection_that_is_reset_is_a_file_that_could_not_be_fetched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(AttachmentError, match=r"notes\.txt"):
        await fetched(monkeypatch, b"", [])
