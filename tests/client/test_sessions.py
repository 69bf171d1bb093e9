"""The sessions of all shards, and which of them hear anything."""

import math

from hypothesis import given
from hypothesis import strategies as st

from bot.client.sessions import Heartbeat, Sessions

ages = st.lists(
    st.none() | st.floats(0, 300), min_size=1, max_size=5
)  # of the last acknowledgement, if it is up
INTERVAL = 40.0


@given(ages)
def test_a_shard_hears_that_is_up_and_was_acknowledged_within_two_intervals(ages: list[float | None]) -> None:
    sessions, now = Sessions(), 1000.0
    sessions.hold(range(len(ages)))
    for shard, age in enumerate(ages):
        sessions.up(shard, Heartbeat(INTERVAL, now - (age or 0.0)))
        if age is None:
            sessions.down(shard)

    assert sessions.deaf(now) == sum(age is None or age > 2 * INTERVAL for age in ages)
    assert sessions.are_all_down is all(age is None for age in ages)


def test_a_session_that_comes_again_is_a_reconnect() -> None:
    sessions = Sessions()
    for shard in (0, 1, 0, 0):
        sessions.up(shard, Heartbeat(INTERVAL, 0.0))

    assert sessions.reconnects == 2


def test_the_latency_is_the_slowest_shards() -> None:
    sessions = Sessions()
    assert sessions.latency == math.inf
    for shard, latency in enumerate((0.1, 0.4, 0.2)):
        sessions.up(shard, Heartbeat(INTERVAL, 0.0, latency))

    assert sessions.latency == 0.4
