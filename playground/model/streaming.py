"""Playing a script: as server-sent events, or gathered into one completion."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from playground.clock import Clock
from playground.model.characters.character import Character
from playground.model.counting import CountTokens
from playground.model.request import ModelRequest, SentChunk
from playground.model.scripts import Cut, Delta, End, Hold, Pace, Pause, Raw, Script, Step
from playground.wire import MODEL_CHUNK, Entry, Wire

Json = dict[str, Any]
DONE = b"data: [DONE]\n\n"
STEPS_A_TURN = 50  # then everybody else gets theirs


@dataclass(slots=True)
class Delivery:
    """How answers are sent: by which clock, noted on which wire, how fast, counted by what, as whom."""

    clock: Clock
    wire: Wire
    speed: float
    count_tokens: CountTokens
    character: Character


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
        character = delivery.character
        asked_for = bool((asked.body.get("stream_options") or {}).get("include_usage"))
        self._with_usage = character.bills and (asked_for or character.bills_unasked)
        envelope = json.dumps(self._envelope())[:-1]
        choice = f", {json.dumps(character.choice)[1:-1]}" if character.choice else ""
        usage = ', "usage": null' if asked_for and character.bills else ""
        self._head = f'data: {envelope}, "choices": [{{"index": 0, "delta": '.encode()
        self._tail = f', "logprobs": null, "finish_reason": null{choice}}}]{usage}}}\n\n'.encode()

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
            await self._close()
        except _Over:
            pass
        except ConnectionError:
            self._asked.closed_early = True
        return self._response

    def _envelope(self) -> Json:
        return _envelope(self._delivery, self._asked, "chat.completion.chunk")

    async def _close(self) -> None:
        if self._with_usage:
            usage = self._script.usage or usage_of(self._delivery, self._asked)
            last = self._envelope() | {"choices": [], "usage": usage}
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
        if text := _words((step.delta or {}).get("content")):
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
    asked.chunks.append(SentChunk(delivery.clock.steady(), _words(message["content"])))
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reason}
    body = _envelope(delivery, asked, "chat.completion") | {"choices": [choice | delivery.character.choice]}
    if delivery.character.bills:
        body["usage"] = script.usage or usage_of(delivery, asked)
    return web.json_response(body)


def _gather(message: Json, delta: Json) -> None:
    for name, part in delta.items():
        if part:
            message[name] = message[name] + part if message.get(name) else part


def _words(content: Any) -> str:
    """Return what is said by a delta's content, of whatever parts it is made."""
    if isinstance(content, list):
        return "".join(part.get("text") or "" for part in content)
    return content or ""


def _envelope(delivery: Delivery, asked: ModelRequest, kind: str) -> Json:
    return {
        "id": asked.completion_id,
        "object": kind,
        "created": int(delivery.clock.wall()),
        "model": asked.model,
        "service_tier": "default",
        "system_fingerprint": "fp_playground",
    } | delivery.character.chunk


def usage_of(delivery: Delivery, asked: ModelRequest) -> Json:
    """Return what a request cost."""
    completion_tokens = delivery.count_tokens(asked.text, asked.model) + asked.thought_tokens
    return {
        "prompt_tokens": asked.prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": asked.prompt_tokens + completion_tokens,
        "prompt_tokens_details": {"cached_tokens": asked.cached_tokens, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": asked.thought_tokens,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }
