"""The endpoint that judges texts: it flags those with certain words, fails, or takes its time."""

from __future__ import annotations

import json
from collections import deque
from typing import Any

from aiohttp import web

from playground.clock import Clock
from playground.gates import Gate
from playground.wire import MODEL_REQUEST, Entry, Wire

PATH = "/moderations"


class Moderation:
    """Answer moderations: a text is flagged for each word of `words` that it holds, with their categories."""

    def __init__(self, clock: Clock, wire: Wire) -> None:
        self._clock = clock
        self._wire = wire
        self.words = {"murder": "violence", "slur": "hate"}
        self.judged: list[list[str]] = []
        self._failures: deque[int] = deque()
        self._gates: deque[Gate] = deque()

    def fail(self, *statuses: int) -> None:
        """Queue errors as the next answers."""
        self._failures.extend(statuses)

    def hold(self) -> Gate:
        """Hold the next answer until the returned gate is released."""
        self._gates.append(gate := Gate())
        return gate

    def mount(self, app: web.Application) -> None:
        """Add the route to the application."""
        app.router.add_post(f"/v1{PATH}", self._judge)

    async def _judge(self, request: web.Request) -> web.StreamResponse:
        body: dict[str, Any] = json.loads(await request.read())
        given = body["input"]
        texts = [given] if isinstance(given, str) else [str(one) for one in given]
        self.judged.append(texts)
        summary = f"{body['model']}, {len(texts)} texts"
        self._wire.record(Entry(self._clock.steady(), MODEL_REQUEST, "POST", PATH, PATH, summary=summary))
        if self._gates:
            await self._gates.popleft().wait()
        if self._failures:
            error = {"error": {"message": "The server had an error.", "type": "server_error"}}
            return web.json_response(error, status=self._failures.popleft())
        results = [self._result(text) for text in texts]
        return web.json_response({"id": "modr-playground", "model": body["model"], "results": results})

    def _result(self, text: str) -> dict[str, Any]:
        found = {category for word, category in self.words.items() if word in text.lower()}
        every = sorted(set(self.words.values()))
        return {
            "flagged": bool(found),
            "categories": {one: one in found for one in every},
            "category_scores": {one: 0.9 if one in found else 0.01 for one in every},
        }
