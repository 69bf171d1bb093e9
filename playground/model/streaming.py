"""Playing a script: as server-sent events, or gathered into one completion."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from playground.clock import Clock
from playground.model.counting import CountTokens
from playground.model.request import ModelRequest, SentChunk
from playground.model.scripts import Cut, Delta, End, Hold, Pace, Pause, Raw, Script, Step
from playground.wire import MODEL_CHUNK, Entry, Wire

Json = dict[str, Any]
DONE = b"data: [DONE]\n\n"
STEPS_A_TURN = 50  # then everybody else gets theirs


@dataclass(slots=True)
class Delivery:
    """How answers are sent: by which clock, noted on which wire, how many words a second, and how counted."""

    clock: Clock
    wire: Wire
    speed: float
    count_tokens: CountTokens


class _Over(Exception):
    """The response ends here."""


class Stream:
    """One streamed answer."""

    def __init__(self, delivery: Delivery, request: web.Request, asked: ModelRequest, script: Script) -> None:
        self._delivery = delivery
        self._request = request
        self._asked = asked
        self._script = script
        self._response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        self._start = 0.0
        self._begun = False
        options = asked.body.get("stream_options") or {}
        self._with_usage = bool(options.get("include_usage"))
        envelope = json.dumps(_envelope(delivery.clock, asked, "chat.completion.chunk"))[:-1]
        usage = ', "usage": null' if self._with_usage else ""
        self._head = f'data: {envelope}, "choices": [{{"index": 0, "delta": '.encode()
        self._tail = f', "logprobs": null, "finish_reason": null}}]{usage}}}\n\n'.encode()

    async def run(self) -> web.StreamResponse:
        """Send the whole script and return the response."""
        self._response.enable_chunked_encoding()
        try:
            await self._response.prepare(self._request)
            self._start = asyncio.get_running_loop().time()
            for number, step in enumerate(self._script.steps):
                await self._play(step)
                if number % STEPS_A_TURN == 0:  # a write that has room does not wait
                    await asyncio.sleep(0)
            if not self._script.finished:
                await self._play(Delta({}, None, "stop"))
            await self._close()
        except _Over:
            pass
        except ConnectionError:
            self._asked.closed_early = True
        return self._response

    async def _close(self) -> None:
        if self._with_usage:
            usage = self._script.usage or usage_of(self._delivery, self._asked)
            last = _envelope(self._delivery.clock, self._asked, "chat.completion.chunk") | {
                "choices": [],
                "usage": usage,
            }
            await self._response.write(b"data: " + json.dumps(last).encode() + b"\n\n")
        await self._response.write(DONE)

    async def _play(self, step: Step) -> None:
        match step:
            case Delta():
                await self._send(step)
            case Pause(seconds):
                await asyncio.sleep(seconds)
            case Pace():
                await asyncio.sleep(1 / self._delivery.speed)
            case Hold(gate):
                await gate.wait()
            case Raw():
                await self._send_raw(step)
            case Cut():
                if self._request.transport is not None:
                    self._request.transport.abort()
                raise _Over
            case End(done):
                if done:
                    await self._response.write(DONE)
                raise _Over

    async def _send(self, step: Delta) -> None:
        if step.at is not None:
            wait = self._start + step.at - asyncio.get_running_loop().time()
            if wait > 0:
                await asyncio.sleep(wait)
        if not self._begun:
            self._begun = True
            opening = b'{"role": "assistant", "content": "", "refusal": null}'
            await self._response.write(self._head + opening + self._tail)
        tail = self._tail
        if step.finish is not None:
            tail = tail.replace(
                b'"finish_reason": null', b'"finish_reason": "' + step.finish.encode() + b'"', 1
            )
        await self._response.write(self._head + json.dumps(step.delta).encode() + tail)
        text = (step.delta or {}).get("content")
        if text:
            self._note(text)

    def _note(self, text: str) -> None:
        at = self._delivery.clock.steady()
        self._asked.chunks.append(SentChunk(at, text))
        self._delivery.wire.record(Entry(at, MODEL_CHUNK, exchange=self._asked.completion_id, payload=text))

    async def _send_raw(self, step: Raw) -> None:
        while True:
            await asyncio.sleep(step.wait)
            await self._response.write(step.data)
            if not step.again:
                return


async def completion(
    delivery: Delivery, request: web.Request, asked: ModelRequest, script: Script
) -> web.StreamResponse:
    """Play a script without streaming: its waits count, its texts come as one completion."""
    message: Json = {"role": "assistant", "content": "", "refusal": None, "annotations": []}
    reason = "stop"
    for step in script.steps:
        match step:
            case Delta(delta, _, finish):
                _gather(message, delta or {})
                reason = finish or reason
            case Pause(seconds):
                await asyncio.sleep(seconds)
            case Hold(gate):
                await gate.wait()
            case Cut():
                if request.transport is not None:
                    request.transport.abort()
    asked.chunks.append(SentChunk(delivery.clock.steady(), message["content"]))
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reason}
    usage = script.usage or usage_of(delivery, asked)
    body = _envelope(delivery.clock, asked, "chat.completion") | {"choices": [choice], "usage": usage}
    return web.json_response(body)


def _gather(message: Json, delta: Json) -> None:
    for name in ("content", "refusal", "reasoning_content"):
        if delta.get(name):
            message[name] = (message.get(name) or "") + delta[name]


def _envelope(clock: Clock, asked: ModelRequest, kind: str) -> Json:
    return {
        "id": asked.completion_id,
        "object": kind,
        "created": int(clock.wall()),
        "model": asked.model,
        "service_tier": "default",
        "system_fingerprint": "fp_playground",
    }


def usage_of(delivery: Delivery, asked: ModelRequest) -> Json:
    """Return what a request cost."""
    completion_tokens = delivery.count_tokens(asked.text, asked.model)
    return {
        "prompt_tokens": asked.prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": asked.prompt_tokens + completion_tokens,
        "prompt_tokens_details": {"cached_tokens": asked.cached_tokens, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }
