"""The stage: the playground in this process, the bot in another, and waves of questions between them."""

import asyncio
import contextlib
import gc
import json
import os
import re
import string
import sys
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.pacing.model import ROUND_TRIP
from bot.settings import bounds
from playground import Playground
from playground.model.request import ModelRequest
from playground.model.scripts import Script
from playground.wire import REST, Entry
from playground.world.entities import Channel, Message

ALPHABET = string.ascii_lowercase + string.ascii_uppercase + string.digits
WORD = re.compile(r"\b[a-zA-Z0-9]{2}\b")
CASE = re.compile(r"case (\d+)")
WORD_LENGTH = 3  # with its space
LIMIT_SECONDS = 180.0
THINKING_SECONDS = 0.3  # what a model takes for its first token, as a rule
LOOK_EVERY_SECONDS = 0.25  # seldom: looking takes the playground time to serve
YOUNG_OBJECTS = 10_000  # that are looked through for garbage at once, which takes it time as well


@dataclass(frozen=True, slots=True)
class Figures:
    """What a process has used."""

    cpu_seconds: float
    memory_mib: float


class Actor:
    """A measured process."""

    def __init__(
        self, process: asyncio.subprocess.Process, orders: asyncio.StreamWriter, answers: asyncio.StreamReader
    ) -> None:
        self._process = process
        self._orders = orders
        self._answers = answers
        self.ready_after = 0.0

    @classmethod
    async def start(cls, role: str, playground: Playground, folder: Path) -> "Actor":
        """Start a process and wait until it is ready."""
        started = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "benchmarks.actor",
            role,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=os.environ | environment(playground, folder),
        )
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the process has no pipes")
        actor = cls(process, process.stdin, process.stdout)
        if role == "bot":
            await playground.world.until(lambda: playground.wire.events("READY"), LIMIT_SECONDS)
        actor.ready_after = time.perf_counter() - started
        await actor.heard()
        return actor

    async def do(self, order: int = 0) -> Figures:
        """Give an order and return what the process has used once it is carried out."""
        self._orders.write(f"{order}\n".encode())
        await self._orders.drain()
        return await self.heard()

    async def heard(self) -> Figures:
        """Return the figures that the process tells next."""
        return Figures(**json.loads(await self._answers.readline()))

    async def end(self) -> None:
        """End the process as an operator does."""
        self._orders.close()
        await self._process.wait()


def environment(playground: Playground, folder: Path) -> dict[str, str]:
    """Return the settings with which the bot finds a playground."""
    return {
        "DISCORD_TOKEN": playground.token,
        "DISCORD_API_URL": playground.api_url,
        "OPENAI_BASE_URL": playground.model_url,
        "OPENAI_API_KEY": "",
        "OPENAI_MODEL": "gpt-4.1-mini",
        "SYSTEM_PROMPT": "You are a helpful assistant.",
        "DATABASE_URL": f"sqlite:///{folder / 'parley.db'}",
        **bounds.OFF,  # one person asks for many
        "SITUATION": "off",  # prompts are held to the letter
        "LOG_LEVEL": "ERROR",
        "MAX_REPLY_TOKENS": "10000",  # the longest answers have 2,400 words
    }


@dataclass(frozen=True, slots=True)
class Part:
    """One answer to be given: where, and for how long the model speaks how fast after thinking how long."""

    channel: Channel
    seconds: float
    words_per_second: float
    thinking_seconds: float = THINKING_SECONDS


@dataclass(slots=True)
class Lags:
    """How late the words of one answer were seen, in seconds; `sent` and `seen` are characters by when."""

    words: list[float]
    sent: list[tuple[float, int]]
    seen: list[tuple[float, int]]

    @property
    def mean(self) -> float:
        """Return the mean lag."""
        return sum(self.words) / len(self.words)


@dataclass(slots=True)
class Wave:
    """What a wave of questions came to: the answers' lags, in the order of the parts."""

    answers: list[Lags]
    refused: int
    unfinished: int

    @property
    def mean(self) -> float:
        """Return the mean lag of all words."""
        lags = [lag for answer in self.answers for lag in answer.words]
        return sum(lags) / len(lags)


class Stage:
    """Asks and measures."""

    def __init__(self, playground: Playground, folder: Path) -> None:
        self.playground = playground
        self.folder = folder
        self._parts: Sequence[Part] = ()
        self._asked: dict[int, ModelRequest] = {}
        self._shown: dict[str, list[tuple[float, int]]] = {}
        self._refused = 0
        self._channels = 0
        gc.set_threshold(YOUNG_OBJECTS)
        playground.wire.subscribe(self._note)
        playground.faults.round_trip = ROUND_TRIP
        playground.model.responder = self._speak

    def channels(self, count: int) -> list[Channel]:
        """Return new channels."""
        self._channels += count
        first = self._channels - count
        world = self.playground.world
        return [world.add_text_channel(f"bench-{number}") for number in range(first, self._channels)]

    def will_speak(self, parts: Sequence[Part]) -> None:
        """Set what the model says when asked for a case."""
        self._parts = parts
        self._asked.clear()

    async def play(self, parts: Sequence[Part], every: float = 0.0) -> Wave:
        """Ask a question for each part, all at once or `every` so many seconds, and measure the answers."""
        self.will_speak(parts)
        self._shown.clear()
        self._refused = 0
        alex = self.playground.world.people["alex"]
        waiting = {}
        for case, part in enumerate(parts):
            waiting[case] = alex.say(part.channel, f"case {case}")
            if every:
                await asyncio.sleep(every)
        for _ in range(int(LIMIT_SECONDS / LOOK_EVERY_SECONDS)):
            if not self._unanswered(waiting):
                break
            await asyncio.sleep(LOOK_EVERY_SECONDS)
        answers = [self._lags(case, part) for case, part in enumerate(parts) if case not in waiting]
        return Wave(answers, self._refused, len(waiting))

    def _note(self, entry: Entry) -> None:
        """Note what Discord shows of an answer, and what it refuses."""
        if entry.kind != REST:
            return
        self._refused += entry.status == 429
        if entry.status == 200 and entry.method in ("POST", "PATCH") and isinstance(entry.payload, dict):
            words = WORD.findall(entry.payload.get("content") or "")
            if words:
                channel = entry.path.split("/")[2]
                self._shown.setdefault(channel, []).append((entry.at, _number(words[-1]) + 1))

    def _unanswered(self, waiting: dict[int, Message]) -> dict[int, Message]:
        for case, question in list(waiting.items()):
            channel = self._parts[case].channel
            newest = next(reversed(channel.messages.values()))
            if newest.id > question.id and "parley:regenerate" in json.dumps(newest.components):
                del waiting[case]
        return waiting

    def _speak(self, asked: ModelRequest) -> Script | None:
        found = CASE.findall(json.dumps(asked.messages[-1]))
        if not found:
            return None
        case = int(found[-1])
        self._asked[case] = asked
        part = self._parts[case]
        count = round(part.seconds * part.words_per_second)
        names = [f"{_name(number)} " for number in range(count)]
        return Script().text(*names, at=part.thinking_seconds, every=1 / part.words_per_second)

    def _lags(self, case: int, part: Part) -> Lags:
        sent = [chunk.at for chunk in self._asked[case].chunks]
        steps = self._shown[str(part.channel.id)]
        seen: list[float] = []
        for moment, count in steps:
            seen += [moment] * (count - len(seen))
        lags = [later - earlier for earlier, later in zip(sent, seen, strict=True)]
        return Lags(
            lags,
            [(moment - sent[0], WORD_LENGTH * count) for count, moment in enumerate(sent, 1)],
            [(moment - sent[0], WORD_LENGTH * count) for moment, count in steps],
        )


async def answered(playground: Playground, channel: Channel, question: Message) -> None:
    """Wait until a question's answer is whole."""

    def is_answered() -> bool:
        newest = next(reversed(channel.messages.values()))
        return newest.id > question.id and "parley:regenerate" in json.dumps(newest.components)

    await playground.world.until(is_answered, LIMIT_SECONDS)


def _name(number: int) -> str:
    return ALPHABET[number // len(ALPHABET)] + ALPHABET[number % len(ALPHABET)]


def _number(name: str) -> int:
    return ALPHABET.index(name[0]) * len(ALPHABET) + ALPHABET.index(name[1])


@contextlib.asynccontextmanager
async def set_up(folder: Path) -> AsyncIterator[Stage]:
    """Open the playground, with Discord's limits on."""
    async with Playground() as playground:
        yield Stage(playground, folder)
