"""The inspector: the wire's traffic numbered for the page, its details on demand, faults and speed."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from playground.discord.faults import Fault, Faults
from playground.discord.gateway import Gateway
from playground.discord.limits import Limits
from playground.model.api import ModelApi
from playground.model.characters.cast import CAST
from playground.model.cutoff import find_cutoff
from playground.model.request import ModelRequest
from playground.model.scripts import Script
from playground.page.cluster import Cluster
from playground.wire import MODEL_CHUNK, MODEL_REQUEST, REST, Entry, Wire
from playground.world.state import State

Json = dict[str, Any]
Listener = Callable[[str, Json], None]

KEPT = 3000
TOLD_AFTER_SECONDS = 0.1
SLOWEST, FASTEST = 1.0, 200.0
LATENCY_SECONDS = 2.0
ALL = ("*", "**")


@dataclass(frozen=True, slots=True)
class Inspected:
    """What the inspector looks at and meddles with."""

    world: State
    wire: Wire
    faults: Faults
    limits: Limits
    gateway: Gateway
    model: ModelApi
    cluster: Cluster | None = None


class Inspector:
    """Listen to the wire, tell the tabs that look, and do to the next calls what somebody asks for."""

    def __init__(self, inspected: Inspected) -> None:
        self._world = inspected.world
        self._clock = inspected.world.clock
        self._network = inspected.faults
        self._limits = inspected.limits
        self._gateway = inspected.gateway
        self._model = inspected.model
        self.cluster = inspected.cluster
        self._kept: deque[tuple[int, Entry]] = deque(maxlen=KEPT)
        self._count = 0
        self._news: list[Json] = []
        self._planned: asyncio.TimerHandle | None = None
        self._listeners: list[Listener] = []
        self._faults: list[Fault] = []
        self._told: Json = {}
        inspected.wire.subscribe(self._note)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell the listener of traffic and instruments from now on; the returned function ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def latest(self, most: int = 500) -> list[Json]:
        """Return the newest entries in short, oldest first."""
        return [self._brief(number, entry) for number, entry in list(self._kept)[-most:]]

    def instruments(self) -> Json:
        """Return who the model is and how fast, how slow the network, and how many faults wait to happen."""
        return {
            "speed": self._model.speed,
            "character": self._model.character.name,
            "bill": asdict(self._model.bill),
            "latency": self._network.round_trip > 0,
            "waiting": sum(1 for one in self._faults if one.times > 0) + self._model.waiting_scripts,
        }

    async def close(self) -> None:
        """Tell nothing any more."""
        if self._planned is not None:
            self._planned.cancel()

    def set_speed(self, words_a_second: float) -> None:
        """Let the stand-in speak faster or slower, also in an answer that it has begun."""
        self._model.speed = min(max(words_a_second, SLOWEST), FASTEST)
        self._plan()

    def set_character(self, name: str) -> None:
        """Let the model speak like another kind of server."""
        self._model.character = CAST[name]
        self._plan()

    async def cause(self, fault: str) -> None:
        """Let something go wrong, named as on the page's buttons; see `web/inspector.js`."""
        faults, model = self._network, self._model
        if fault == "limited":
            self._faults.append(faults.rate_limit(*ALL, retry_after=2.0))
        elif fault == "failed":
            self._faults.append(faults.next(*ALL, status=500))
        elif fault == "lost":
            self._faults.append(faults.drop(*ALL, after=True))
        elif fault == "intercepted":
            self._faults.append(faults.intercept(*ALL))
        elif fault == "latency":
            faults.round_trip = 0.0 if faults.round_trip else LATENCY_SECONDS
        elif fault == "gateway":
            await self._gateway.drop()
        elif fault == "stall":
            model.break_off(Script.stall)
        elif fault == "cut":
            model.break_off(Script.cut)
        elif fault == "own":
            model.fail_in_its_way()
        else:
            raise LookupError(f"no fault is called {fault}")
        self._plan()

    async def details(self, number: int) -> Json:
        """Return all that is known of one entry."""
        entry = next((one for place, one in self._kept if place == number), None)
        if entry is None:
            raise LookupError("That is too long ago.")
        asked = self._asked(entry) if entry.kind == MODEL_REQUEST else None
        return {
            "payload": None if asked else entry.payload,
            "answer": entry.answer,
            "model": await self._model_details(asked) if asked else None,
        }

    def _note(self, entry: Entry) -> None:
        self._count += 1
        self._kept.append((self._count, entry))
        if self._listeners:
            self._news.append(self._brief(self._count, entry))
            self._plan()

    def _plan(self) -> None:
        if self._planned is None:
            loop = asyncio.get_running_loop()
            self._planned = loop.call_later(TOLD_AFTER_SECONDS, self._tell)

    def _tell(self) -> None:
        self._planned = None
        news, self._news = self._news, []
        instruments = self.instruments()
        for listener in tuple(self._listeners):
            if news:
                listener("WIRE", {"entries": news})
            if instruments != self._told:
                listener("INSTRUMENTS", instruments)
        self._told = instruments

    def _brief(self, number: int, entry: Entry) -> Json:
        brief: Json = {
            "n": number,
            "at": self._clock.wall() - self._clock.steady() + entry.at,
            "kind": entry.kind,
            "method": entry.method,
            "path": entry.path,
            "status": entry.status,
            "note": entry.summary,
            "request": entry.exchange,
        }
        if entry.kind == REST:
            limit = self._limits.of(entry.bucket)
            brief |= {
                "bucket": entry.bucket,
                "remaining": entry.remaining,
                "of": limit.most if limit else None,
            } | _written(entry)
        elif entry.kind == MODEL_CHUNK:
            brief["size"] = len(entry.payload)
        return brief

    def _asked(self, entry: Entry) -> ModelRequest | None:
        requests = reversed(self._model.requests)
        return next((one for one in requests if one.completion_id == entry.exchange), None)

    async def _model_details(self, asked: ModelRequest) -> Json:
        count = self._model.count_tokens
        empty = count([], asked.model)
        messages = await asked.work_out(
            lambda: [one | {"tokens": count([one], asked.model) - empty} for one in asked.messages]
        )
        first = asked.chunks[0].at - asked.began if asked.chunks else None
        return {
            "messages": messages,
            "settings": {name: value for name, value in asked.body.items() if name != "messages"},
            "status": asked.status,
            "text": asked.text,
            "prompt_tokens": asked.prompt_tokens or empty + sum(one["tokens"] for one in messages),
            "cached_tokens": asked.cached_tokens,
            "completion_tokens": count(asked.text, asked.model),
            "first_chunk": first,
            "seconds": (asked.ended or self._clock.steady()) - asked.began,
            "running": asked.ended is None,
            "closed_early": asked.closed_early,
            "cutoff": self._cutoff(asked),
        }

    def _cutoff(self, asked: ModelRequest) -> Json | None:
        found = find_cutoff(self._world, asked.messages)
        if found is None:
            return None
        return {
            "channel": str(found.channel.id),
            "message": str(found.oldest.id),
            "text": found.oldest.content[:120],
            "left_out": found.left_out,
        }


def _written(entry: Entry) -> Json:
    """Return which message a call wrote in which channel and how long it became, if it wrote one."""
    answer = entry.answer
    if entry.method not in ("POST", "PATCH") or not isinstance(answer, dict) or "channel_id" not in answer:
        return {}
    text = answer.get("content")
    if not isinstance(text, str):
        return {}
    return {"channel": answer["channel_id"], "message": answer["id"], "size": len(text)}
