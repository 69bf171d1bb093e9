"""One connection to the gateway: discord.py's, with ends that don't hang and an honest latency."""

import asyncio
import json
import logging
import os
import zlib
from contextlib import suppress
from typing import Any

import aiohttp
import discord.gateway
from discord import ConnectionClosed
from discord.gateway import DiscordWebSocket, ReconnectWebSocket

from bot.client.sessions import Heartbeat
from bot.gateway.heart import Heart
from bot.network import FAILURES

log = logging.getLogger(__name__)

discord.gateway.KeepAliveHandler = Heart  # type: ignore[misc, assignment]

CLOSE_SECONDS = 1.0
FRAMES = (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY)


def device_of(pid: int) -> str:
    """Return the device name with which a process identifies."""
    return f"parley-{pid}"


class Lost(Exception):
    """The connection is lost; `code` is its close code, None where it had none."""

    def __init__(self, why: str, code: int | None = None) -> None:
        super().__init__(why)
        self.code = code


class Connection(DiscordWebSocket):
    """A websocket that tells its close code, and closes within a second.

    `silence` is how many seconds without a frame it is believed to live; `heartbeat` is there from HELLO on.
    """

    heartbeat: Heartbeat
    silence = 60.0
    _why = ""

    async def poll_event(self) -> None:
        """Take the next frame.

        Raises:
            Lost: the gateway closed the connection or fell silent.
            ReconnectWebSocket: the gateway asks for another connection.
        """
        try:
            await self._poll()
        except BaseException:
            if self._keep_alive is None:  # no HELLO yet, so nobody else has it to close
                await self.close()
            raise

    async def _poll(self) -> None:
        try:
            frame = await self.socket.receive(timeout=self.silence)
        except TimeoutError as error:
            raise Lost(f"not a word for {self.silence:g} s") from error
        if frame.type not in FRAMES:
            code = self._close_code or self.socket.close_code
            raise Lost(self._why or f"closed with {code}", code)
        await self.received_message(frame.data)

    async def send(self, data: str, /) -> None:
        """Send a frame; a connection that can't be written to is closed."""
        try:
            await super().send(data)
        except BaseException:
            await self.close()
            raise

    async def received_message(self, msg: Any, /) -> None:
        """Handle a frame; an event that can't be read is logged, and the next one is waited for."""
        try:
            await super().received_message(msg)
        except (ReconnectWebSocket, ConnectionClosed, *FAILURES):
            raise
        except (zlib.error, json.JSONDecodeError, UnicodeDecodeError) as error:
            raise Lost("a frame that can't be read") from error
        except Exception:
            log.exception("shard %s: event %s could not be read", self.shard_id, self.sequence)

    async def send_as_json(self, data: Any, /) -> None:
        """Send a frame; discord.py writes an IDENTIFY's presence as Discord no longer documents it.

        Its device is this process, so that whoever looks at the gateway can tell processes apart.
        """
        if data.get("op") == self.IDENTIFY:
            data["d"]["properties"]["device"] = device_of(os.getpid())
            if presence := data["d"].get("presence"):
                activity = presence.pop("game")
                presence["status"] = presence["status"] or "online"
                presence["activities"] = [activity] if activity else []
        await super().send_as_json(data)

    async def leave(self, why: str) -> None:
        """Close the connection so that its session can be resumed, and say why to whoever reads from it."""
        self._why = why
        await self.close()

    async def close(self, code: int = 4000) -> None:
        """Close the connection; the session can be resumed unless the code is 1000 or 1001."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await super().close(code)
