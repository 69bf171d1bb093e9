"""A record of one request to the model and of what became of it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")
Json = dict[str, Any]
LARGE = 100_000  # bytes of a request; to count the tokens of more takes long enough to be noticed
SECRET_HEADERS = ("authorization", "api-key", "cookie")


@dataclass(slots=True)
class Bill:
    """What all requests took so far, in tokens; those that were refused took nothing."""

    requests: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0

    def add(self, asked: ModelRequest, said: int) -> None:
        """Add a request that has ended, with the tokens of what was said."""
        if asked.prompt_tokens:
            self.requests += 1
            self.prompt_tokens += asked.prompt_tokens
            self.cached_tokens += asked.cached_tokens
            self.completion_tokens += said + asked.thought_tokens


class SentChunk(NamedTuple):
    """A text that the model sent, and when (the steady clock)."""

    at: float
    text: str


class ModelRequest:
    """What was asked, what was sent when, and how it ended; keys are never kept."""

    def __init__(self, body: Json, size: int, headers: dict[str, str], began: float) -> None:
        self.body = body
        self.size = size
        self.headers = {name: value for name, value in headers.items() if name.lower() not in SECRET_HEADERS}
        self.completion_id = f"chatcmpl-{secrets.token_urlsafe(24)[:29]}"
        self.began = began
        self.ended: float | None = None
        self.status = 200
        self.chunks: list[SentChunk] = []
        self.read: list[Json] = body.get("messages") or []  # all of it, or what a server left of it
        self.prompt_tokens = 0
        self.thought_tokens = 0
        self.cached_tokens = 0
        self.closed_early = False
        self._over = asyncio.Event()

    @property
    def messages(self) -> list[Json]:
        """Return the messages that were sent."""
        messages: list[Json] = self.body.get("messages") or []
        return messages

    @property
    def model(self) -> str:
        """Return the model that was asked for."""
        return str(self.body.get("model", ""))

    @property
    def streamed(self) -> bool:
        """Return whether a stream was asked for."""
        return bool(self.body.get("stream"))

    @property
    def text(self) -> str:
        """Return the text that was sent so far."""
        return "".join(chunk.text for chunk in self.chunks)

    async def work_out(self, what: Callable[[], T]) -> T:
        """Do something with the whole prompt; where it is large, everything else goes on meanwhile."""
        return await asyncio.to_thread(what) if self.size > LARGE else what()

    def end(self, at: float) -> None:
        """Note that the request is over."""
        self.ended = at
        self._over.set()

    async def over(self, limit: float = 10.0) -> None:
        """Wait until the answer has ended, however it did."""
        async with asyncio.timeout(limit):
            await self._over.wait()

    async def closed(self, limit: float = 10.0) -> None:
        """Wait until the client has closed the connection before the answer was complete.

        Raises:
            AssertionError: the answer ended otherwise.
        """
        await self.over(limit)
        if not self.closed_early:
            raise AssertionError("the answer was sent to its end")
