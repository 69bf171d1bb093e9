"""A playground, and the real discord.py and openai clients connected to it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import replace
from typing import Any

import aiohttp
import discord
import openai
import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from playground import Limits, Playground
from playground.world.interacting.interactions import Interaction
from tests.support.wire_log import wire_kept

Handler = Callable[[discord.Message], Coroutine[Any, Any, Any]]


class Client(discord.Client):
    """A bare bot: keeps what it was told and hands messages to `answer`."""

    def __init__(self, intents: discord.Intents | None = None) -> None:
        super().__init__(
            intents=intents or discord.Intents(37377 | 1 << 10 | 1 << 13),
            guild_ready_timeout=0.05,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.tree = discord.app_commands.CommandTree(self)
        self.heard: list[discord.Message] = []
        self.edits: list[discord.RawMessageUpdateEvent] = []
        self.deletes: list[int] = []
        self.answer: Handler | None = None
        self.ready = asyncio.Event()
        self.resumes = 0
        self.interactions = 0

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Begin another session without the pause of five seconds, for which the playground does not ask."""

    async def on_ready(self) -> None:
        self.ready.set()

    async def on_resumed(self) -> None:
        self.resumes += 1

    async def on_interaction(self, _: discord.Interaction) -> None:
        self.interactions += 1

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message)
        if self.answer is not None and not message.author.bot:
            await self.answer(message)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        self.edits.append(payload)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        self.deletes.append(payload.message_id)

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        self.deletes.extend(sorted(payload.message_ids))


async def refused(call: Coroutine[Any, Any, Any]) -> tuple[int, int]:
    """Return the status and code with which a call was refused."""
    with pytest.raises(discord.HTTPException) as caught:
        await call
    return caught.value.status, caught.value.code


@contextlib.asynccontextmanager
async def connected(playground: Playground, client: discord.Client) -> AsyncIterator[None]:
    """Keep a client connected to a playground."""
    async with client:
        task = asyncio.create_task(client.start(playground.token))
        yield
        await client.close()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def playground(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Playground]:
    limits = replace(Limits(), identify=None)
    async with Playground(limits=limits, speed=10_000) as running, wire_kept(running.wire):
        monkeypatch.setattr(Route, "BASE", running.api_url)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(running.gateway_url))
        yield running


@pytest.fixture
async def bot(playground: Playground) -> AsyncIterator[Client]:
    client = Client()
    async with connected(playground, client):
        async with asyncio.timeout(5):
            await client.ready.wait()
        yield client


@pytest.fixture
async def ai(playground: Playground) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(base_url=playground.model_url, api_key="any", max_retries=0) as client:
        yield client


class Answers:
    """Raw requests with the bot's token, for what a library would not send."""

    def __init__(self, playground: Playground, session: aiohttp.ClientSession) -> None:
        self._playground = playground
        self.session = session

    async def request(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Send a request and return the status and the JSON of the answer."""
        headers = {"Authorization": f"Bot {self._playground.token}"}
        url = self._playground.api_url + path
        async with self.session.request(method, url, json=body, headers=headers) as response:
            return response.status, await response.json() if response.status != 204 else None

    async def callback(
        self, interaction: Interaction, kind: int, data: Any, *, with_response: bool = True
    ) -> tuple[int, Any]:
        """Answer an interaction."""
        path = f"/interactions/{interaction.id}/{interaction.token}/callback"
        query = "?with_response=true" if with_response else ""
        return await self.request("POST", path + query, {"type": kind, "data": data})

    async def webhook(
        self, method: str, interaction: Interaction, path: str, body: Any = None
    ) -> tuple[int, Any]:
        """Use an interaction's token."""
        base = f"/webhooks/{self._playground.world.application_id}/{interaction.token}"
        return await self.request(method, base + path, body)
