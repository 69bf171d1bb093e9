"""The figures for Prometheus, and that whoever does not want them pays nothing."""

from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families as families

from bot.chat.meter import Answered, Meter
from bot.client.sessions import Heartbeat, Sessions
from bot.rules.spending.usage import Usage
from bot.serving.metrics import Metrics
from bot.serving.readings import Readings

KINDS = ("prompt", "cached", "completion", "reasoning")


def figures(metrics: Metrics) -> dict[str, float]:
    """Return the samples by name, with the value of a label behind it."""
    return {
        " ".join((sample.name, *sample.labels.values())): sample.value
        for family in families(metrics.exposition().decode())
        for sample in family.samples
    }


def test_what_happens_is_counted_and_timed() -> None:
    metrics = Metrics()
    metrics.asked()
    metrics.answered(Answered("done", 3.0, 0.4))
    metrics.answered(Answered("ModelDown", 1.0, None))
    for route, status in [("create", 200), ("edit", 200), ("edit", 429), ("typing", 204), ("edit", 500)]:
        metrics.heard(route, status, 0.3)
    metrics.spent("gpt", Usage(100, 20, 60, 5), 250)
    metrics.spent("llama", Usage(10, 2), None)
    metrics.turned(0.03)
    told = figures(metrics)

    assert told["parley_questions_total"] == 1
    assert (told["parley_answers_total done"], told["parley_answers_total ModelDown"]) == (1, 1)
    assert (told["parley_answer_seconds_count"], told["parley_answer_seconds_sum"]) == (2, 4)
    assert (told["parley_first_word_seconds_count"], told["parley_first_word_seconds_sum"]) == (1, 0.4)
    assert (told["parley_shown_total create"], told["parley_shown_total edit"]) == (1, 1)
    assert told["parley_lag_seconds_count"] == 2
    assert told["parley_discord_429_total edit"] == 1
    assert [told[f"parley_tokens_total {kind} gpt"] for kind in KINDS] == [100, 60, 20, 5]
    assert told["parley_dollars_total gpt"] == 0.00025
    assert "parley_dollars_total llama" not in told
    assert (told["parley_loop_delay_seconds_bucket 0.02"], told["parley_loop_delay_seconds_count"]) == (0, 1)


def test_what_stands_is_read_when_it_is_asked_for(tmp_path: Path) -> None:
    metrics, sessions, database = Metrics(), Sessions(), tmp_path / "parley.db"
    database.write_bytes(b"x" * 100)
    metrics.read(Readings(sessions, lambda: (2, 5), lambda: 3, database))
    sessions.hold([0, 3])
    sessions.up(0, Heartbeat(40, 0, 0.25))
    sessions.up(0, Heartbeat(40, 0, 0.75))
    (tmp_path / "parley.db-wal").write_bytes(b"x" * 10)
    told = figures(metrics)

    assert told["parley_gateway_latency_seconds"] == 0.75
    assert told["parley_gateway_reconnects"] == 1
    assert (told["parley_shard_connected 0"], told["parley_shard_connected 3"]) == (1, 0)
    assert (told["parley_queue_running"], told["parley_queue_waiting"]) == (2, 5)
    assert told["parley_slots_waiting"] == 3
    assert told["parley_database_bytes"] == 110


def test_where_nobody_asks_nothing_is_counted() -> None:
    meter = Meter()
    meter.asked()
    meter.answered(Answered("done", 1.0, None))
    meter.heard("edit", 429, 1.0)
    meter.spent("gpt", Usage(1, 1), 1)
    meter.turned(1.0)

    assert vars(meter) == {}
