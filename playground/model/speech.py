"""The endpoint that writes down what is said in sound files, from scripts or by their size."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from aiohttp import web

from playground.clock import Clock
from playground.wire import MODEL_REQUEST, Entry, Wire

PATH = "/audio/transcriptions"


@dataclass(frozen=True, slots=True)
class Heard:
    """A sound file that came, and for which model."""

    model: str
    filename: str
    data: bytes


class Speech:
    """Answer transcriptions: what is scripted, else how large the file is."""

    def __init__(self, clock: Clock, wire: Wire) -> None:
        self._clock = clock
        self._wire = wire
        self.heard: list[Heard] = []
        self._scripts: deque[web.Response] = deque()

    def say(self, text: str) -> None:
        """Queue what is heard in the next file."""
        self._scripts.append(web.json_response({"text": text}))

    def fail(self, status: int, message: str = "The server had an error.") -> None:
        """Queue an error as the next answer."""
        self._scripts.append(web.json_response({"error": {"message": message}}, status=status))

    def mount(self, app: web.Application) -> None:
        """Add the route to the application."""
        app.router.add_post(f"/v1{PATH}", self._transcribe)

    async def _transcribe(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        model, file = form.get("model"), form.get("file")
        if not isinstance(model, str) or not isinstance(file, web.FileField):
            refusal = {
                "error": {"message": "A model and a file are needed.", "type": "invalid_request_error"}
            }
            return web.json_response(refusal, status=400)
        heard = Heard(model, file.filename, file.file.read())
        self.heard.append(heard)
        summary = f"{model}, {heard.filename}, {len(heard.data)} bytes"
        self._wire.record(Entry(self._clock.steady(), MODEL_REQUEST, "POST", PATH, PATH, summary=summary))
        if self._scripts:
            return self._scripts.popleft()
        return web.json_response({"text": f"These are {len(heard.data)} bytes of sound."})
