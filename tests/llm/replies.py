"""What model servers send, as replies for the script: good streams, bad ones, and refusals."""

import asyncio
import json
from typing import Any

from aiohttp import web

from tests.llm.conftest import Reply

DONE = b"data: [DONE]\n\n"
USAGE = {
    "prompt_tokens": 20,
    "completion_tokens": 9,
    "total_tokens": 29,
    "prompt_tokens_details": {"cached_tokens": 4, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 0},
}


def event(data: object) -> bytes:
    return b"data: " + json.dumps(data).encode() + b"\n\n"


def chunk(delta: object = None, finish: str | None = None, **fields: Any) -> bytes:
    """One chunk as OpenAI sends it."""
    choice = {"index": 0, "delta": delta or {}, "logprobs": None, "finish_reason": finish}
    return event({**head("chat.completion.chunk"), "choices": [choice], "usage": None, **fields})


def head(kind: str) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": kind,
        "created": 1_790_000_000,
        "model": "gpt-4.1-mini-2025-04-14",
        "service_tier": "default",
        "system_fingerprint": "fp_1",
    }


def word(text: str) -> bytes:
    return chunk({"content": text})


OPENING = chunk({"role": "assistant", "content": "", "refusal": None})
END = chunk(finish="stop")
BILL = event({**head("chat.completion.chunk"), "choices": [], "usage": USAGE})
ANSWER = (OPENING, word("Hello"), word(" John."), END, BILL, DONE)


def whole(text: str = "Hello John.", **fields: Any) -> dict[str, Any]:
    """The same answer, unstreamed."""
    message = {"role": "assistant", "content": text, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return {**head("chat.completion"), "choices": [choice], "usage": USAGE, **fields}


def stream(*parts: bytes, kind: str = "text/event-stream", cut: bool = False, hold: bool = False) -> Reply:
    """Send these bytes; then end well, cut the connection, or hold it open until the client leaves."""

    async def reply(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": kind})
        await response.prepare(request)
        for part in parts:
            await response.write(part)
        if hold:
            await asyncio.Event().wait()
        if cut and request.transport:
            request.transport.abort()
        return response

    return reply


def keep_alives(*parts: bytes) -> Reply:
    """Send these bytes, and then comments until the client leaves."""

    async def reply(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for part in parts:
            await response.write(part)
        while True:
            await response.write(b": keep-alive\n\n")
            await asyncio.sleep(0.01)

    return reply


def silence() -> Reply:
    """Send nothing, not even headers."""

    async def reply(request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    return reply


def body(content: object, status: int = 200, **headers: str) -> Reply:
    """Send one JSON body."""

    async def reply(request: web.Request) -> web.StreamResponse:
        return web.json_response(content, status=status, headers=headers)

    return reply


def page(text: str, status: int = 200) -> Reply:
    """Send an HTML page."""

    async def reply(request: web.Request) -> web.StreamResponse:
        return web.Response(text=text, status=status, content_type="text/html")

    return reply


def error(status: int, message: str, *, headers: dict[str, str] | None = None, **fields: Any) -> Reply:
    """Refuse as OpenAI does."""
    said = {"message": message, "type": "invalid_request_error", "param": None, "code": None, **fields}
    return body({"error": said}, status, **(headers or {}))
