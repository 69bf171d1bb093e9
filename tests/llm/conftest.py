"""A model's server that sends exactly what a test tells it, on loopback, to the real client."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from openai import AsyncOpenAI

from bot.chat.completions import Request, StreamEvent
from bot.llm.attempt import Limits
from bot.llm.completer import OpenAICompleter, Server
from bot.llm.connection import connect
from bot.llm.counter import TiktokenCounter
from bot.llm.dialects.learned import Dialects
from bot.rules.spending.entries import Sending

Reply = Callable[[web.Request], Awaitable[web.StreamResponse]]

KEY = "sk-test-0123456789abcdef"
LIMIT = 60.0  # seconds that no test comes near, on a slow machine that is shared either


class FakeClock:
    """Time that passes in sleep alone, which takes none and is written down."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)

    def monotonic(self) -> float:
        return sum(self.slept)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def served(client: AsyncOpenAI) -> Server:
    """Return a server that nothing is known of."""
    return Server(client, Dialects(str(client.base_url), FakeClock().now))


@dataclass
class Script:
    """What the server answers, one reply per request, the last one again and again; and what it was asked."""

    url: str = ""
    replies: list[Reply] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    left: asyncio.Event = field(default_factory=asyncio.Event)  # the client closed the connection

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.paths.append(request.path)
        self.headers.append(dict(request.headers))
        if request.can_read_body:
            self.bodies.append(json.loads(await request.read()))
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        try:
            return await reply(request)
        except (ConnectionError, asyncio.CancelledError):
            self.left.set()
            raise


@pytest.fixture
async def script() -> AsyncIterator[Script]:
    script = Script()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", script.serve)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    script.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    yield script
    await runner.cleanup()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def counter() -> TiktokenCounter:
    return asyncio.run(TiktokenCounter.load())


@pytest.fixture
async def client(script: Script) -> AsyncIterator[AsyncOpenAI]:
    async with connect(KEY, script.url) as client:
        yield client


@pytest.fixture
def connected(
    client: AsyncOpenAI, clock: FakeClock, counter: TiktokenCounter
) -> Callable[..., OpenAICompleter]:
    """Make completers that talk to the script."""

    def make(**limits: float) -> OpenAICompleter:
        return OpenAICompleter(replace(served(client), limits=Limits(**limits)), counter, clock, lambda: 0.0)

    return make


@pytest.fixture
def completer(connected: Callable[..., OpenAICompleter]) -> OpenAICompleter:
    return connected()


async def told(completer: OpenAICompleter, request: Request) -> AsyncGenerator[StreamEvent, None]:
    """Yield what is heard of an answer, without the requests that it takes."""
    async with aclosing(completer.stream(request)) as events:
        async for event in events:
            if not isinstance(event, Sending):
                yield event
