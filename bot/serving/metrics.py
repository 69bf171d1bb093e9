"""The figures that Prometheus takes: counted as things happen, or read when it asks."""

import math
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from bot.chat.meter import Answered, Meter
from bot.client.sessions import Sessions
from bot.rules.spending.usage import Usage
from bot.serving.readings import Readings
from bot.settings.forms import ServerUrl
from bot.settings.spending import MICROS

__all__ = ["CONTENT_TYPE", "Metrics"]

FIRST_WORD = (0.2, 0.5, 1, 2, 5, 10, 20, 60, 300)
ANSWER = (1, 2, 5, 10, 20, 60, 120, 300, 900)
LAG = (0.1, 0.2, 0.5, 1, 1.5, 2, 3, 5, 10, 30)
DELAY = (0.005, 0.02, 0.05, 0.1, 0.25, 1, 5)
OF_ANSWERS = {"create", "edit", "edit old"}
OK, MANY = 300, 429


class Metrics(Meter):
    """Counts and times what happens, for Prometheus."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        count, time = partial(Counter, registry=registry), partial(Histogram, registry=registry)
        self._questions = count("parley_questions", "Questions that got in line")
        self._answers = count("parley_answers", "Answers that ended, by how", ["outcome"])
        self._first_word = time(
            "parley_first_word_seconds",
            "Time from an answer's beginning to the model's first word",
            buckets=FIRST_WORD,
        )
        self._whole = time(
            "parley_answer_seconds", "Time from an answer's beginning to its end", buckets=ANSWER
        )
        self._lag = time(
            "parley_lag_seconds", "Time from words to where they can be read on Discord", buckets=LAG
        )
        self._shown = count("parley_shown", "Messages posted and edits made", ["kind"])
        self._refused = count("parley_discord_429", "Requests that Discord refused for now", ["route"])
        self._tokens = count(
            "parley_tokens",
            "Tokens that models took: cached ones are among the prompt's, reasoning among the completion's",
            ["model", "kind"],
        )
        self._dollars = count("parley_dollars", "What models cost, where that is known", ["model"])
        self._delay = time(
            "parley_loop_delay_seconds", "How late the event loop was, tried each second", buckets=DELAY
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
            "parley_shards": (
                "Shards that this process holds",
                lambda: math.nan if sessions.held is None else len(sessions.held),
            ),
            "parley_queue_waiting": ("Questions whose turn has not come", lambda: readings.lengths()[1]),
            "parley_slots_waiting": ("Requests that wait for a slot at their model", readings.in_line),
            "parley_queue_running": ("Answers that are being given", lambda: readings.lengths()[0]),
            "parley_database_bytes": (
                "Size of the database and of what stands beside it",
                lambda: sum(file.stat().st_size for file in _files(readings.database)),
            ),
        }
        for name, (what, look) in read.items():
            Gauge(name, what, registry=self._registry).set_function(look)
        self._registry.register(_Connected(sessions))

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

    def spent(self, model: str, usage: Usage, micros: int | None) -> None:
        """Count what a request to a model took."""
        for kind, tokens in (
            ("prompt", usage.prompt_tokens),
            ("cached", usage.cached_tokens),
            ("completion", usage.completion_tokens),
            ("reasoning", usage.reasoning_tokens),
        ):
            self._tokens.labels(model, kind).inc(tokens)
        if micros is not None:
            self._dollars.labels(model).inc(micros / MICROS)

    def turned(self, late: float) -> None:
        """Note by how many seconds the event loop was late."""
        self._delay.observe(late)


class _Connected(Collector):
    """Whether each shard that this process holds is connected; which those are may change."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def collect(self) -> Iterator[Metric]:
        """Yield a figure for each."""
        told = GaugeMetricFamily("parley_shard_connected", "Whether a shard is connected", labels=["shard"])
        for shard in sorted(self._sessions.held or ()):
            told.add_metric([str(shard)], self._sessions.is_up(shard))
        yield told


def _files(database: Path | ServerUrl) -> list[Path]:
    """Return the database's files; those of a server are for the server's own figures."""
    if isinstance(database, ServerUrl):
        return []
    return [file for end in ("", "-wal", "-shm") if (file := Path(f"{database}{end}")).exists()]
