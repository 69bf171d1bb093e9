"""All that goes over the wire, newest kept: tests count it, the browser's drawer shows it live."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

GATEWAY_OUT, GATEWAY_IN = "gateway-out", "gateway-in"
REST = "rest"
MODEL_REQUEST, MODEL_CHUNK, MODEL_END = "model-request", "model-chunk", "model-end"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that crossed the wire; `at` is of the steady clock.

    `path` is what was asked for, `route` its pattern (empty when no route knows it), `payload` the request's
    body, the event's data or the chunk's text, `answer` the body of the answer. `exchange` is what the parts
    of one answer of the model have in common.
    """

    at: float
    kind: str
    method: str = ""
    path: str = ""
    route: str = ""
    status: int = 0
    bucket: str = ""
    remaining: int | None = None
    summary: str = ""
    payload: Any = None
    answer: Any = None
    exchange: str = ""


class Wire:
    """A bounded record of the traffic, with subscribers."""

    def __init__(self, keep: int = 20_000) -> None:
        self._entries: deque[Entry] = deque(maxlen=keep)
        self._subscribers: list[Callable[[Entry], None]] = []

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def record(self, entry: Entry) -> None:
        """Keep an entry and tell the subscribers."""
        self._entries.append(entry)
        for subscriber in tuple(self._subscribers):
            subscriber(entry)

    def subscribe(self, subscriber: Callable[[Entry], None]) -> Callable[[], None]:
        """Call the subscriber with every entry from now on; the returned function ends that."""
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    def clear(self) -> None:
        """Forget what was recorded so far."""
        self._entries.clear()

    def rest(
        self, method: str | None = None, route: str | None = None, status: int | None = None
    ) -> list[Entry]:
        """Return the REST calls with this method, route pattern and status, oldest first."""
        return [
            entry
            for entry in self._entries
            if entry.kind == REST
            and method in (None, entry.method)
            and route in (None, entry.route)
            and status in (None, entry.status)
        ]

    def unknown(self) -> list[Entry]:
        """Return the REST calls that no route knew."""
        return [entry for entry in self._entries if entry.kind == REST and not entry.route]

    def events(self, name: str) -> list[Entry]:
        """Return the gateway events of this name that were sent."""
        return [entry for entry in self._entries if entry.kind == GATEWAY_OUT and entry.method == name]
