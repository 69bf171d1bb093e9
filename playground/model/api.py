"""An OpenAI-compatible model API: chat completions, streamed or not, from scripts or from the stand-in."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Any

from aiohttp import web

from playground.clock import Clock
from playground.model import stand_in
from playground.model.characters.cast import CAST
from playground.model.characters.character import Character, perform
from playground.model.characters.refusals import invalid, refuses
from playground.model.counting import CountTokens, guess_tokens
from playground.model.prefix_cache import PrefixCache, cached
from playground.model.reading import read
from playground.model.request import LARGE, Bill, ModelRequest
from playground.model.scripts import Failure, Hold, Pause, Script, cut_into_words
from playground.model.streaming import Delivery, Stream, completion
from playground.wire import MODEL_END, MODEL_REQUEST, Entry, Wire

Json = dict[str, Any]
NAME = "stand-in"
KEPT = 10_000


class ModelApi:
    """Answer chat completions in a character: what is scripted, else `responder`, else the stand-in.

    `key`, `known_models`, `context_window` and the `refuses_` switches make it stricter; all are off. Without
    `lists_models` it has no page of its models.
    """

    def __init__(self, clock: Clock, wire: Wire, speed: float, count_tokens: CountTokens | None) -> None:
        self._clock = clock
        self._wire = wire
        self._delivery = Delivery(clock, wire, speed, count_tokens or guess_tokens, CAST["openai"])
        self._loaded = False
        self.loadings = 0  # that were begun
        self.key: str | None = None
        self.known_models: set[str] | None = None
        self.lists_models = True
        self.context_window: int | None = None
        self.refuses_stream = False
        self.refuses_stream_options = False
        self.refuses_max_completion_tokens = False
        self.responder: Callable[[ModelRequest], Script | None] | None = None
        self.requests: list[ModelRequest] = []
        self.bill = Bill()
        self._scripts: deque[tuple[Script, Callable[[ModelRequest], bool] | None]] = deque()
        self._breaks: deque[Callable[[Script], Script]] = deque()
        self._cache = PrefixCache()
        self._running: set[asyncio.Task[Any] | None] = set()

    @property
    def speed(self) -> float:
        """How many words the stand-in says a second; whoever changes it changes answers under way, too."""
        return self._delivery.speed

    @speed.setter
    def speed(self, words_a_second: float) -> None:
        self._delivery.speed = words_a_second

    @property
    def character(self) -> Character:
        """Which kind of server it is; one that has just become it has nothing loaded."""
        return self._delivery.character

    @character.setter
    def character(self, character: Character) -> None:
        self._delivery.character = character
        self._loaded = False

    @property
    def count_tokens(self) -> CountTokens:
        """What counts the tokens."""
        return self._delivery.count_tokens

    @count_tokens.setter
    def count_tokens(self, count: CountTokens) -> None:
        self._delivery.count_tokens = count

    def script(self, *texts: str, when: Callable[[ModelRequest], bool] | None = None) -> Script:
        """Queue the next answer and return it, to be continued; `when` picks the requests that it is for."""
        script = Script().text(*texts)
        self._scripts.append((script, when))
        return script

    def answer(self, text: str, *, per_second: float | None = None) -> Script:
        """Queue a plain answer, word by word at a pace or as fast as can be."""
        script = self.script()
        return script.words(text, per_second) if per_second else script.text(*cut_into_words(text))

    def fail(self, status: int, message: str = "The server had an error.", **details: Any) -> Script:
        """Queue an error as the next answer."""
        return self.script().fail(status, message, **details)

    def fail_in_its_way(self) -> Script:
        """Queue the error that is typical for the character as the next answer."""
        return self.character.fails(self.script())

    def break_off(self, end: Callable[[Script], Script]) -> None:
        """Let the next answer end in its middle, in such a way as `Script.cut` or `Script.stall`."""
        self._breaks.append(end)

    @property
    def last(self) -> ModelRequest:
        """Return the newest request."""
        return self.requests[-1]

    @property
    def waiting_scripts(self) -> int:
        """Return how many queued answers, or ends of answers, were not asked for yet."""
        return len(self._scripts) + len(self._breaks)

    def mount(self, app: web.Application) -> None:
        """Add the routes to the application."""
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_get("/v1/models", self._models)
        app.router.add_get("/props", self._props)

    async def close(self) -> None:
        """End all answers that are still being written."""
        await asyncio.gather(*self._interrupt(), return_exceptions=True)

    def _interrupt(self) -> list[asyncio.Task[Any]]:
        running = [task for task in self._running if task is not None]
        for task in running:
            task.cancel()
        return running

    async def _models(self, request: web.Request) -> web.StreamResponse:
        refusal = self._wrong_key(request)
        if refusal is not None:
            return _refuse(refusal)
        if not self.lists_models:
            return web.Response(status=404)
        names = sorted(self.known_models or {NAME})
        further = self.character.listed(self._window)
        listed = [
            {"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "playground"} | further
            for name in names
        ]
        return web.json_response({"object": "list", "data": listed})

    async def _props(self, _: web.Request) -> web.StreamResponse:
        if self.character.props is None:
            return web.Response(status=404)
        return web.json_response(self.character.props(self._window))

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        try:
            body = json.loads(raw)
        except ValueError:
            return _refuse(invalid(400, "We could not parse the JSON body of your request."))
        asked = ModelRequest(body, len(raw), dict(request.headers), self._clock.steady())
        self.requests.append(asked)
        del self.requests[:-KEPT]
        self._record_request(asked)
        if self.character.interrupts:
            self._interrupt()
        task = asyncio.current_task()
        self._running.add(task)
        try:
            return await self._answer(request, asked)
        except asyncio.CancelledError:
            asked.closed_early = True
            raise
        finally:
            self._running.discard(task)
            # To count what is large would hold all else up.
            count = guess_tokens if len(asked.text) > LARGE else self.count_tokens
            self.bill.add(asked, count(asked.text, asked.model))
            asked.end(self._clock.steady())
            self._record_end(asked, self._clock.steady())

    async def _answer(self, request: web.Request, asked: ModelRequest) -> web.StreamResponse:
        refusal = self._wrong_key(request) or self._refusal(asked)
        if refusal is not None:
            asked.status = refusal.status
            return _refuse(refusal)
        await self._load()
        script = self._choose(asked)
        if script is None:
            script = await asked.work_out(lambda: self._stand_in(asked))
        if self._breaks and script.failure is None:
            script = self._breaks.popleft()(script.first_half())
        script = perform(self.character, script, asked)
        for step in script.before_headers:
            await _wait(step)
        if script.failure is not None:
            asked.status = script.failure.status
            return _refuse(script.failure)
        shared = asked.read[: self._cache.look_up(asked)]
        asked.prompt_tokens, begun = await asked.work_out(
            lambda: (self.count_tokens(asked.read, asked.model), self.count_tokens(shared, asked.model))
        )
        asked.cached_tokens = cached(begun)
        stream = Stream(self._delivery, request, asked, script)
        return (
            await stream.run() if asked.streamed else await completion(self._delivery, request, asked, script)
        )

    def _choose(self, asked: ModelRequest) -> Script | None:
        for index, (script, when) in enumerate(self._scripts):
            if when is None or when(asked):
                del self._scripts[index]
                return script
        return self.responder(asked) if self.responder else None

    async def _load(self) -> None:
        if not self._loaded:
            self.loadings += 1
            await asyncio.sleep(self.character.loads)
            self._loaded = True

    def _stand_in(self, asked: ModelRequest) -> Script:
        tokens = self.count_tokens(asked.read, asked.model)
        said = stand_in.answer(asked.read, tokens)
        return stand_in.spoken(
            said, self._room(asked, tokens), lambda text: self.count_tokens(text, asked.model)
        )

    def _room(self, asked: ModelRequest, prompt: int) -> int:
        """Return how many tokens stay within the limit of the request and within the window.

        A server that cuts prompts in silence shifts its window while it answers.
        """
        left = self.character.left(asked)
        room = max(self._window - prompt, 0) if self.character.window.refuse else self._window
        return room if left is None else min(room, left)

    @property
    def _window(self) -> int:
        return self.context_window or self.character.window.tokens

    def _wrong_key(self, request: web.Request) -> Failure | None:
        if self.key is None or request.headers.get("Authorization") == f"Bearer {self.key}":
            return None
        return self.character.wrong_key

    def _refusal(self, asked: ModelRequest) -> Failure | None:
        if self.known_models is not None and asked.model not in self.known_models:
            return self.character.unknown_model(asked.model)
        switches = {
            "stream": self.refuses_stream and asked.streamed,
            "stream_options": self.refuses_stream_options,
            "max_completion_tokens": self.refuses_max_completion_tokens,
        }
        refused = refuses(*(name for name, switched in switches.items() if switched))
        said = (check(asked) for check in (refused, *self.character.checks))
        first = next((one for one in said if one is not None), None)
        return first or read(asked, self.character, self._window, self.count_tokens)

    def _record_request(self, asked: ModelRequest) -> None:
        path = "/chat/completions"
        summary = f"{asked.model}, {len(asked.messages)} messages"
        self._wire.record(
            Entry(
                asked.began,
                MODEL_REQUEST,
                "POST",
                path,
                path,
                exchange=asked.completion_id,
                summary=summary,
                payload=asked.body,
            )
        )

    def _record_end(self, asked: ModelRequest, ended: float) -> None:
        summary = "closed by the client" if asked.closed_early else f"{len(asked.chunks)} chunks"
        told = {"prompt_tokens": asked.prompt_tokens, "cached_tokens": asked.cached_tokens}
        self._wire.record(
            Entry(
                ended,
                MODEL_END,
                status=asked.status,
                exchange=asked.completion_id,
                summary=summary,
                payload=told,
            )
        )


def _refuse(failure: Failure) -> web.Response:
    body = failure.body if isinstance(failure.body, str) else json.dumps(failure.body)
    return web.Response(
        status=failure.status, text=body, headers=failure.headers, content_type=failure.content_type
    )


async def _wait(step: Pause | Hold) -> None:
    await (step.gate.wait() if isinstance(step, Hold) else asyncio.sleep(step.seconds))
