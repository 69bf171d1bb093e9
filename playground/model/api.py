"""An OpenAI-compatible model API: chat completions, streamed or not, from scripts or from the stand-in."""

from __future__ import annotations

import asyncio
import json
from bisect import bisect_right
from collections import deque
from collections.abc import Callable
from typing import Any

from aiohttp import web

from playground.clock import Clock
from playground.model import stand_in
from playground.model.counting import CountTokens, guess_tokens
from playground.model.prefix_cache import PrefixCache, cached
from playground.model.request import ModelRequest
from playground.model.scripts import Failure, Hold, Pause, Script, cut_into_words, error_body
from playground.model.streaming import Delivery, Stream, completion
from playground.wire import MODEL_END, MODEL_REQUEST, Entry, Wire

Json = dict[str, Any]
NAME = "stand-in"
KEPT = 10_000


class ModelApi:
    """Answer chat completions; what is scripted first, then `responder`, then the stand-in.

    `key`, `known_models`, `context_window` and the `refuses_` switches make it stricter; all are off.
    """

    def __init__(self, clock: Clock, wire: Wire, speed: float, count_tokens: CountTokens | None) -> None:
        self._clock = clock
        self._wire = wire
        self._delivery = Delivery(clock, wire, speed, count_tokens or guess_tokens)
        self.key: str | None = None
        self.known_models: set[str] | None = None
        self.context_window: int | None = None
        self.refuses_stream = False
        self.refuses_stream_options = False
        self.refuses_max_completion_tokens = False
        self.responder: Callable[[ModelRequest], Script | None] | None = None
        self.requests: list[ModelRequest] = []
        self._scripts: deque[tuple[Script, Callable[[ModelRequest], bool] | None]] = deque()
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

    @property
    def last(self) -> ModelRequest:
        """Return the newest request."""
        return self.requests[-1]

    @property
    def waiting_scripts(self) -> int:
        """Return how many queued answers were not asked for yet."""
        return len(self._scripts)

    def mount(self, app: web.Application) -> None:
        """Add the routes to the application."""
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_get("/v1/models", self._models)

    async def close(self) -> None:
        """End all answers that are still being written."""
        running = [task for task in self._running if task is not None]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _models(self, request: web.Request) -> web.StreamResponse:
        refusal = self._wrong_key(request)
        if refusal is not None:
            return _refuse(refusal)
        names = sorted(self.known_models or {NAME})
        listed = [
            {"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "playground"}
            for name in names
        ]
        return web.json_response({"object": "list", "data": listed})

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        try:
            body = json.loads(raw)
        except ValueError:
            message = "We could not parse the JSON body of your request."
            return _refuse(Failure(400, error_body(message, code=None, kind="invalid_request_error")))
        asked = ModelRequest(body, len(raw), dict(request.headers), self._clock.steady())
        self.requests.append(asked)
        del self.requests[:-KEPT]
        self._record_request(asked)
        task = asyncio.current_task()
        self._running.add(task)
        try:
            return await self._answer(request, asked)
        except asyncio.CancelledError:
            asked.closed_early = True
            raise
        finally:
            self._running.discard(task)
            asked.end(self._clock.steady())
            self._record_end(asked, self._clock.steady())

    async def _answer(self, request: web.Request, asked: ModelRequest) -> web.StreamResponse:
        refusal = self._wrong_key(request) or self._refusal(asked)
        if refusal is not None:
            asked.status = refusal.status
            return _refuse(refusal)
        script = self._choose(asked)
        if script is None:
            script = await asked.work_out(lambda: self._stand_in(asked))
        for step in script.before_headers:
            await _wait(step)
        if script.failure is not None:
            asked.status = script.failure.status
            return _refuse(script.failure)
        shared = asked.messages[: self._cache.look_up(asked)]
        asked.prompt_tokens, begun = await asked.work_out(
            lambda: (self.count_tokens(asked.messages, asked.model), self.count_tokens(shared, asked.model))
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

    def _stand_in(self, asked: ModelRequest) -> Script:
        tokens = self.count_tokens(asked.messages, asked.model)
        words = cut_into_words(stand_in.answer(asked.messages, tokens))
        fitting = self._fitting(words, asked)
        script = Script()
        for word in words[:fitting]:
            script.text(word).pace()
        return script.finish("stop" if fitting == len(words) else "length")

    def _fitting(self, words: list[str], asked: ModelRequest) -> int:
        """Return how many words stay within the most tokens that the request allows."""
        most = asked.body.get("max_completion_tokens") or asked.body.get("max_tokens")
        if most is None:
            return len(words)
        numbers = range(1, len(words) + 1)
        return bisect_right(
            numbers, most, key=lambda count: self.count_tokens("".join(words[:count]), asked.model)
        )

    def _wrong_key(self, request: web.Request) -> Failure | None:
        if self.key is None or request.headers.get("Authorization") == f"Bearer {self.key}":
            return None
        return Failure(
            401,
            error_body("Incorrect API key provided.", code="invalid_api_key", kind="invalid_request_error"),
        )

    def _refusal(self, asked: ModelRequest) -> Failure | None:
        if self.known_models is not None and asked.model not in self.known_models:
            said = f"The model `{asked.model}` does not exist or you do not have access to it."
            return _invalid(404, said, "model_not_found", None)
        switches = {
            "stream": self.refuses_stream and asked.streamed,
            "stream_options": self.refuses_stream_options,
            "max_completion_tokens": self.refuses_max_completion_tokens,
        }
        for name, refused in switches.items():
            if refused and asked.body.get(name) is not None:
                said = f"Unsupported parameter: '{name}' is not supported with this model."
                return _invalid(400, said, "unsupported_parameter", name)
        return self._too_long(asked)

    def _too_long(self, asked: ModelRequest) -> Failure | None:
        if self.context_window is None:
            return None
        tokens = self.count_tokens(asked.messages, asked.model)
        if tokens <= self.context_window:
            return None
        said = (
            f"This model's maximum context length is {self.context_window} tokens. "
            f"However, your messages resulted in {tokens} tokens. Please reduce the length of the messages."
        )
        return _invalid(400, said, "context_length_exceeded", "messages")

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


def _invalid(status: int, message: str, code: str, param: str | None) -> Failure:
    return Failure(status, error_body(message, code=code, kind="invalid_request_error", param=param))


def _refuse(failure: Failure) -> web.Response:
    body = failure.body if isinstance(failure.body, str) else json.dumps(failure.body)
    return web.Response(
        status=failure.status, text=body, headers=failure.headers, content_type=failure.content_type
    )


async def _wait(step: Pause | Hold) -> None:
    await (step.gate.wait() if isinstance(step, Hold) else asyncio.sleep(step.seconds))
