"""What Discord tells of its gateway: numbers from outside, which are bounded where they enter."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.gateway.lookup import Found, refusal
from bot.gateway.times import until
from bot.rules.figures import MOST_SECONDS


def found(reset_after: float) -> Found:
    """Read an answer after which no session may be started for so many milliseconds."""
    starts = {"remaining": 0, "total": 1000, "reset_after": reset_after}
    answer: dict[str, Any] = {"url": "wss://gateway", "shards": 1, "session_start_limit": starts}
    return Found.read(answer)


@pytest.mark.parametrize("told", ["inf", "1e300", "9" * 400])
def test_a_wait_without_end_is_bounded(told: str) -> None:
    wait = refusal(429, {"Retry-After": told}).wait

    assert wait == MOST_SECONDS
    assert until(wait)


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "nan"}, {"Retry-After": "Wed, 25 Nov 2026"}])
def test_a_wait_that_is_no_number_is_left_to_us(headers: dict[str, str]) -> None:
    assert refusal(429, headers).wait is None


@given(st.integers(-(10**400), 10**400) | st.floats(allow_nan=True))
def test_a_wait_for_session_starts_can_be_told_and_slept(reset_after: float) -> None:
    wait = found(reset_after).reset_after

    assert 0 <= wait <= MOST_SECONDS
    assert until(wait)
