"""The record of a bot's health: what it tells, and for how long it is believed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.serving.health import STALE_SECONDS, Health, State, recorded

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
healths = st.builds(Health, st.sampled_from(State), st.text())


@given(healths, st.floats(-STALE_SECONDS, STALE_SECONDS))
def test_a_fresh_record_tells_what_was_put_on_it(health: Health, age: float) -> None:
    assert recorded(health.record(NOW), NOW + timedelta(seconds=age)) == health


@given(healths, st.floats(STALE_SECONDS + 1, 10 * 365 * 86_400), st.booleans())
def test_a_record_that_nobody_renews_tells_of_no_life(health: Health, age: float, ahead: bool) -> None:
    now = NOW - timedelta(seconds=age) if ahead else NOW + timedelta(seconds=age)
    told = recorded(health.record(NOW), now)

    assert told is not None
    assert told.state is State.DEAD


@pytest.mark.parametrize("hours", [0, 100])
def test_what_was_stopped_says_so_however_long_ago(hours: int) -> None:
    stopped = Health(State.DEAD, "the bot was stopped")

    assert recorded(stopped.record(NOW), NOW + timedelta(hours=hours)) == stopped


def test_where_nothing_is_on_record_nothing_is_told() -> None:
    assert recorded(None, NOW) is None


def test_a_health_is_one_line() -> None:
    assert str(Health(State.LIVE, "no model")) == "live, but not ready: no model"
