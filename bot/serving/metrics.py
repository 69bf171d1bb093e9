"""The figures that Prometheus takes: counted as things happen, or read when it asks."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client.process_collector import ProcessCollector

from bot.chat.meter import Answered, Meter
from bot.client.sessions import Sessions

__all__ = ["CONTENT_TYPE", "Metrics", "Readings"]

FIRST_WORD = (0.2, 0.5, 1, 2, 5, 10, 20, 60, 300)
ANSWER = (1, 2, 5, 10, 20, 60, 120, 300, 900)
LAG = (0.1, 0.2, 0.5, 1, 1.5, 2, 3, 5, 10, 30)
DELAY = (0.005, 0.02, 0.05, 0.1, 0.25, 1, 5)
OF_ANSWERS = {"create", "edit", "edit old"}
OK, MANY = 300, 429


@dataclass(frozen=True, slots=True)
class Readings:
    """What is looked at when somebody asks; `lengths` are the answers that are given, and those that wait."""

    sessions: Sessions
    lengths: Callable[[], tuple[int, int]]
    database: Path


class Metrics(Meter):
    """Counts and times what happens, for Prometheus."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._questions = Counter("parley_questions", "Questions that got in line", registry=registry)
        self._answers = Counter(
            "parley_answers", "Answers that ended, by how", ["outcome"], registry=registry
        )
        self._first_word = Histogram(
            "parley_first_word_seconds",
            "Time from an answer's beginning to the model's first word",
            buckets=FIRST_WORD,
            registry=registry,
        )
        self._whole = Histogram(
            "parley_answer_seconds",
            "Time from an answer's beginning to its end",
            buckets=ANSWER,
            registry=registry,
        )
        self._lag = Histogram(
            "parley_lag_seconds",
            "Time from words to where they can be read on Discord",
            buckets=LAG,
            registry=registry,
        )
        self._shown = Counter("parley_shown", "Messages posted and edits made", ["kind"], registry=registry)
        self._refused = Counter(
            "parley_discord_429",
            "Requests that Discord refused for now, by route",
            ["route"],
            registry=registry,
        )
        self._delay = Histogram(
            "parley_loop_delay_seconds",
            "How late the event loop was, tried each second",
            buckets=DELAY,
            registry=registry,
        )

    def read(self, readings: Readings) -> None:
        """Have some figures read when they are asked for."""
        sessions = readings.sessions
        read: dict[str, tuple[str, Callable[[], float]]] = {
            "parley_gateway_latency_seconds": (
                "Time that Discord took to acknowledge the last heartbeat; NaN without one",
                lambda: math.nan if math.isinf(sessions.latency) else sessions.latency,
            ),
            "parley_gateway_reconnects": (
                "How often a shard was connected again since the start",
                lambda: sessions.reconnects,
            ),
            "parley_queue_waiting": ("Questions whose turn has not come", lambda: readings.lengths()[1]),
            "parley_queue_running": ("Answers that are being given", lambda: readings.lengths()[0]),
            "parley_database_bytes": (
                "Size of the database and of what stands beside it",
                lambda: sum(file.stat().st_size for file in _files(readings.database)),
            ),
        }
        for name, (what, look) in read.items():
            Gauge(name, what, registry=self._registry).set_function(look)

    def exposition(self) -> bytes:
        """Return all figures as Prometheus reads them."""
        return generate_latest(self._registry)

    def asked(self) -> None:
        """Count a question that gets in line."""
        self._questions.inc()

    def answered(self, answered: Answered) -> None:
        """Count and time an answer."""
        self._answers.labels(answered.outcome).inc()
        self._whole.observe(answered.seconds)
        if answered.first_word_seconds is not None:
            self._first_word.observe(answered.first_word_seconds)

    def heard(self, route: str, status: int, seconds: float) -> None:
        """Count what Discord answered to a request."""
        if status == MANY:
            self._refused.labels(route).inc()
        elif status < OK and route in OF_ANSWERS:
            self._shown.labels(route).inc()
            self._lag.observe(seconds)

    def turned(self, late: float) -> None:
        """Note by how many seconds the event loop was late."""
        self._delay.observe(late)


def _files(database: Path) -> list[Path]:
    return [file for end in ("", "-wal", "-shm") if (file := Path(f"{database}{end}")).exists()]
