"""Scripted answers of the model: exactly what a test wants it to send, when, and how it breaks."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Self

from playground.gates import Gate

Json = dict[str, Any]
FOREVER = float("inf")


@dataclass(frozen=True, slots=True)
class Delta:
    """Send one chunk with this delta, at so many seconds after the start (None: at once)."""

    delta: Json | None
    at: float | None = None
    finish: str | None = None


@dataclass(frozen=True, slots=True)
class Raw:
    """Send these bytes as they are, after `wait` seconds; `again` for ever."""

    data: bytes
    wait: float = 0.0
    again: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """Send nothing for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Pace:
    """Wait as long as a word takes at the model's present speed."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Wait at a gate."""

    gate: Gate


@dataclass(frozen=True, slots=True)
class Cut:
    """Cut the connection."""


@dataclass(frozen=True, slots=True)
class End:
    """End the response here, with or without `[DONE]`, and without anything that is missing."""

    done: bool


Step = Delta | Raw | Pause | Pace | Hold | Cut | End


@dataclass(frozen=True, slots=True)
class Failure:
    """An answer that is no stream: a status, headers and a body."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


class Script:
    """One answer of the model, put together step by step; what isn't ended by hand ends with `stop`."""

    def __init__(self) -> None:
        self.before_headers: list[Pause | Hold] = []
        self.failure: Failure | None = None
        self.steps: list[Step] = []
        self.usage: Json | None = None
        self.finished = False

    @property
    def content(self) -> str:
        """Return the whole text that the answer would have."""
        deltas = [step.delta or {} for step in self.steps if isinstance(step, Delta)]
        return "".join(delta.get("content") or "" for delta in deltas)

    def first_half(self) -> Script:
        """Return a script that says half as much, and does not end yet."""
        said = [
            place for place, step in enumerate(self.steps) if isinstance(step, Delta) and step.finish is None
        ]
        half = Script()
        half.before_headers, half.usage = self.before_headers, self.usage
        half.steps = self.steps[: said[len(said) // 2]] if said else []
        return half

    def text(self, *chunks: str, at: float | None = None, every: float = 0.0) -> Self:
        """Send texts, a chunk each; from `at` seconds after the start, `every` so many seconds."""
        for index, chunk in enumerate(chunks):
            moment = None if at is None and not every else (at or 0.0) + index * every
            self.steps.append(Delta({"content": chunk}, moment))
        return self

    def words(self, text: str, per_second: float, *, start: float = 0.0) -> Self:
        """Send a text word by word at a pace."""
        return self.text(*cut_into_words(text), at=start, every=1 / per_second)

    def delta(self, delta: Json | None, *, at: float | None = None) -> Self:
        """Send any delta, such as `{"reasoning_content": "…"}`, `{"refusal": "…"}` or None."""
        self.steps.append(Delta(delta, at))
        return self

    def raw(self, data: bytes) -> Self:
        """Send bytes as they are."""
        self.steps.append(Raw(data))
        return self

    def event(self, payload: Any) -> Self:
        """Send any JSON as an event, such as a chunk whose `choices` are empty or null."""
        return self.raw(b"data: " + json.dumps(payload).encode() + b"\n\n")

    def malformed(self) -> Self:
        """Send a chunk that is no JSON."""
        return self.raw(b'data: {"id": "chatcmpl-broken", "choices": [\n\n')

    def bad_utf8(self) -> Self:
        """Send a chunk that is no UTF-8."""
        return self.raw(b'data: {"choices": [{"index": 0, "delta": {"content": "\xff\xfe"}}]}\n\n')

    def error(self, message: str, code: str | None = None, kind: str = "server_error") -> Self:
        """Send an error event in mid-stream."""
        return self.event({"error": {"message": message, "type": kind, "param": None, "code": code}})

    def comments(self, every: float = 0.05) -> Self:
        """Send keep-alive comments for ever."""
        self.steps.append(Raw(b": keep-alive\n\n", every, again=True))
        return self

    def pause(self, seconds: float) -> Self:
        """Send nothing for a while."""
        self.steps.append(Pause(seconds))
        return self

    def pace(self) -> Self:
        """Wait as long as a word takes at the model's present speed."""
        self.steps.append(Pace())
        return self

    def stall(self) -> Self:
        """Send nothing any more, and leave the connection open."""
        return self.pause(FOREVER)

    def hold(self) -> Gate:
        """Wait here until the returned gate is released."""
        gate = Gate()
        self.steps.append(Hold(gate))
        return gate

    def hold_headers(self) -> Gate:
        """Don't even send headers until the returned gate is released."""
        gate = Gate()
        self.before_headers.append(Hold(gate))
        return gate

    def slow_headers(self, seconds: float) -> Self:
        """Send the headers late."""
        self.before_headers.append(Pause(seconds))
        return self

    def cut(self) -> Self:
        """Cut the connection here."""
        self.steps.append(Cut())
        self.finished = True
        return self

    def end(self, *, done: bool = False) -> Self:
        """End here without a finish reason."""
        self.steps.append(End(done))
        self.finished = True
        return self

    def finish(self, reason: str | None = "stop", *, usage: Json | None = None) -> Self:
        """End with this finish reason; `usage` replaces the computed one."""
        self.steps.append(Delta({}, None, reason))
        self.usage = usage
        self.finished = True
        return self

    def fail(
        self,
        status: int,
        message: str = "The server had an error while processing your request.",
        *,
        code: str | None = None,
        kind: str | None = None,
        param: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Self:
        """Answer with an error instead, in OpenAI's form."""
        body = error_body(message, code=code, kind=kind or _KINDS.get(status, "server_error"), param=param)
        self.failure = Failure(status, body, headers or {})
        return self

    def refuse(self, failure: Failure) -> Self:
        """Answer with this failure instead, in whatever form it has."""
        self.failure = failure
        return self

    def plain(self, body: Any, *, status: int = 200, content_type: str = "text/html") -> Self:
        """Answer with a body that is no stream: a text, or JSON."""
        self.failure = Failure(status, body, {}, content_type)
        return self


_KINDS = {
    400: "invalid_request_error",
    401: "invalid_request_error",
    403: "invalid_request_error",
    404: "invalid_request_error",
    429: "requests",
}


def error_body(message: str, *, code: str | None, kind: str, param: str | None = None) -> Json:
    """Return an error as OpenAI writes it."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def cut_into_words(text: str) -> list[str]:
    """Cut a text into words, each with the space before it, as a model's chunks are."""
    words: list[str] = []
    start = 0
    for place in range(1, len(text)):
        if text[place].isspace() and not text[place - 1].isspace():
            words.append(text[start:place])
            start = place
    return [*words, text[start:]] if text else words
