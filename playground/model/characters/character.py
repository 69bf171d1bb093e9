"""A character: what makes one OpenAI-compatible server differ from another, as data with small hooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

from playground.model.characters import refusals
from playground.model.request import ModelRequest
from playground.model.scripts import Delta, Failure, Script, Step

Json = dict[str, Any]
DEFAULT = ""  # the effort of a request that names none
THOUGHTS = " They ask something, and before I answer I look at what was said here."
PIECE = 7  # characters: markers come cut anywhere


@dataclass(frozen=True, slots=True)
class Window:
    """How many tokens a server reads, and how it refuses more; without `refuse` it cuts silently."""

    tokens: int
    refuse: Callable[[refusals.Overflow], Failure] | None = None
    with_reply: bool = False  # whether the reply that was asked for must fit, too


@dataclass(frozen=True, slots=True)
class Thinking:
    """How many words of thought an effort brings, and how one is sent: as a delta, between marks, or not."""

    words: Mapping[str, int]
    delta: Callable[[str], Json] | None = None
    marks: tuple[str, str, str] | None = None  # before the thoughts, after them, after the answer

    def count(self, asked: ModelRequest) -> int:
        """Return how many words are to be thought, which is how many tokens they are billed as."""
        effort = str(asked.body.get("reasoning_effort") or DEFAULT)
        return self.words.get(effort, self.words[DEFAULT])


@dataclass(frozen=True, slots=True)
class Character:
    """One kind of server: its name, what it does in a line, and where it departs from OpenAI's API."""

    name: str
    does: str
    window: Window
    checks: tuple[refusals.Check, ...] = ()
    unknown_model: Callable[[str], Failure] = refusals.model_not_found
    wrong_key: Failure = refusals.INCORRECT_KEY
    fails: Callable[[Script], Script] = lambda script: script.fail(500)
    loads: float = 0.0  # seconds that its first request waits; who gives up meanwhile cancels the loading
    thinking: Thinking | None = None
    limits: tuple[str, ...] = ("max_completion_tokens", "max_tokens")  # that it heeds
    bills_unasked: bool = False
    bills: bool = True
    interrupts: bool = False  # whether a new request ends the one that runs
    opening: tuple[bytes, ...] = ()  # sent before the first chunk
    closing: tuple[bytes, ...] = ()  # sent after the last word
    content: Callable[[str], Any] = str  # how a word is sent
    reasons: Mapping[str, str | None] = field(default_factory=dict)  # its names for how answers end
    chunk: Json = field(default_factory=dict)  # further fields of each chunk
    choice: Json = field(default_factory=dict)  # further fields of each choice
    listed: Callable[[int], Json] = lambda _: {}  # further fields of a model in the list, by its window
    props: Callable[[int], Json] | None = None  # what `GET /props` tells, by its window

    def most(self, asked: ModelRequest) -> int | None:
        """Return how many tokens a reply may have, by the limit in the request that this server heeds."""
        return next((asked.body[name] for name in self.limits if asked.body.get(name)), None)

    def left(self, asked: ModelRequest) -> int | None:
        """Return how many tokens are left for words once the model has thought."""
        most = self.most(asked)
        thoughts = self.thinking.count(asked) if self.thinking else 0
        return None if most is None else max(most - thoughts, 0)


def perform(character: Character, script: Script, asked: ModelRequest) -> Script:
    """Return a script as this kind of server plays it."""
    if script.failure is not None:
        return script
    played = Script()
    played.before_headers, played.usage, played.finished = script.before_headers, script.usage, True
    for event in character.opening:
        played.raw(event)
    thoughts = character.thinking.count(asked) if character.thinking else 0
    if character.thinking and thoughts:
        _think(character.thinking, played, min(thoughts, character.most(asked) or thoughts))
        asked.thought_tokens = 0 if character.thinking.marks else thoughts
    steps = script.steps if script.finished else [*script.steps, Delta({}, None, "stop")]
    if thoughts and character.left(asked) == 0:
        steps = [Delta({}, None, "length")]
    for step in steps:
        if isinstance(step, Delta) and step.finish is not None:
            _close(character, played)
        played.steps.append(_put(character, step))
    return played


def _put(character: Character, step: Step) -> Step:
    if not isinstance(step, Delta) or (character.content is str and step.finish is None):
        return step
    delta, finish = step.delta, step.finish
    if delta and isinstance(delta.get("content"), str):
        delta = delta | {"content": character.content(delta["content"])}
    return Delta(delta, step.at, character.reasons.get(finish, finish) if finish else None)


def _think(thinking: Thinking, played: Script, count: int) -> None:
    words = list(islice(cycle(THOUGHTS.split()), count))
    if thinking.marks:
        text = f"{thinking.marks[0]}{' '.join(words)}{thinking.marks[1]}"
        for start in range(0, len(text), PIECE):
            played.pace().text(text[start : start + PIECE])
        return
    for word in words:
        played.pace()
        if thinking.delta:
            played.delta(thinking.delta(f" {word}"))


def _close(character: Character, played: Script) -> None:
    if character.thinking and character.thinking.marks and character.thinking.marks[2]:
        played.text(character.thinking.marks[2])
    for event in character.closing:
        played.raw(event)
