"""A server's stream as events of JSON, whatever it says that it is and however it writes them."""

import asyncio
import json
import re
from codecs import BOM_UTF8
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from openai import AsyncStream
from openai._streaming import ServerSentEvent, SSEDecoder

DONE = "[DONE]"
_DONE = re.compile(r"\W*DONE\W*", re.IGNORECASE)
_LAST_EVENTS = ("done", "end", "close", "complete", "finish")  # by which some servers tell the end
_JSON = re.compile(rb"\[?\s*\{")
DRAIN_SECONDS = 2.0  # for the connection to be used again


class Decoder(SSEDecoder):
    """openai's decoder of events, for streams without what it needs and for answers that come as JSON."""

    def aiter_bytes(self, iterator: AsyncIterator[bytes]) -> AsyncIterator[ServerSentEvent]:
        """Return the events of a stream."""
        return super().aiter_bytes(_as_events(iterator))

    def decode(self, line: str) -> ServerSentEvent | None:
        """Read a line; llama.cpp wrote an error into a field of its own, others the end mark into none."""
        if line.startswith("error: {"):
            line = f'data: {{"error": {line[6:]}}}'
        return super().decode(f"data: {line}" if line == DONE else line)


class Events(AsyncStream[object]):
    """A stream that knows whether it is complete: not every server gives a finish reason."""

    done = False

    def __init__(self, **means: Any) -> None:
        super().__init__(**means)
        self._decoder = Decoder()

    async def _iter_events(self) -> AsyncIterator[ServerSentEvent]:
        events = super()._iter_events()
        async for event in events:
            if event.event and event.event.lower() in _LAST_EVENTS:
                self.done = True
            for data in _objects(event.data):
                if data[:1] != "{":
                    if not _DONE.match(data):
                        continue  # nothing at all, or a sign of life
                    self.done = True
                    with suppress(TimeoutError):
                        async with asyncio.timeout(DRAIN_SECONDS):
                            async for _ in events:
                                pass
                    return
                same = data is event.data  # as it nearly always is
                yield event if same else ServerSentEvent(event=event.event, data=data)


async def _as_events(received: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Write what a server sends as events.

    A byte order mark at the beginning goes; the last event gets the blank line that it may lack.
    """
    begun = False
    async for piece in received:
        if not begun:
            piece = piece.removeprefix(BOM_UTF8).lstrip()
            begun = bool(piece)
            if _JSON.match(piece):
                async for event in _of_json(_beginning_with(piece, received)):
                    yield event
                return
        yield piece
    yield b"\n\n"


async def _of_json(received: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Write JSON objects as events, each on a line or over some, or all in a list.

    One alone stands for all of the answer, and so does a list.
    """
    lines: list[bytes] = []
    objects = 0
    async for line in _lines(received):
        lines.append(line)
        if line.endswith(b"}") and _is_json(b" ".join(lines)):
            yield _event(lines)
            objects += 1
    for item in _listed(b" ".join(lines)):
        yield _event([item])
    yield b"" if objects > 1 else f"data: {DONE}\n\n".encode()


def _event(lines: list[bytes]) -> bytes:
    """Take the lines of an object, and write them as an event."""
    event = b"data: " + b" ".join(lines) + b"\n\n"
    lines.clear()
    return event


def _listed(rest: bytes) -> list[bytes]:
    """Return what a list holds that came in the place of objects, or else what there is."""
    if not rest.startswith(b"[") or not _is_json(rest):
        return [rest] if rest else []
    return [json.dumps(item).encode() for item in json.loads(rest)]


async def _lines(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield lines that say something, each as soon as it is complete."""
    held: list[bytes] = []
    async for piece in pieces:
        *ends, rest = piece.split(b"\n")
        for end in ends:
            if line := b"".join((*held, end)).strip():
                yield line
            held.clear()
        held.append(rest)
    if line := b"".join(held).strip():
        yield line


async def _beginning_with(first: bytes, received: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in received:
        yield piece


def _objects(data: str) -> list[str]:
    """Return the JSON of an event; some servers write several lines of it, or several objects into one.

    Some name its field twice, as what writes events for them does so too.
    """
    if data.startswith("data:"):
        data = data[5:].strip()
    if "\n" not in data or _is_json(data):
        return [data]
    lines = [line for line in data.split("\n") if line]
    return lines if all(_DONE.match(line) or _is_json(line) for line in lines) else ["".join(lines)]


def _is_json(text: bytes | str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
