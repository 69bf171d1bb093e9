"""Waits before the next attempt: they grow, stay bounded, and spare the day's session starts."""

from hypothesis import given
from hypothesis import strategies as st

from bot.gateway.times import DEFAULT_TIMES
from bot.rules.waits import back_off, before_a_session

DAY_SECONDS = 86_400.0

chances = st.floats(0, 1)


@given(failures=st.integers(1, 10_000), longest=st.floats(0.01, 600), chance=chances)
def test_a_wait_is_at_least_half_of_what_it_is_at_most(failures: int, longest: float, chance: float) -> None:
    whole = back_off(failures, longest, 1)

    assert whole <= longest
    assert whole / 2 <= back_off(failures, longest, chance) <= whole <= back_off(failures + 1, longest, 1)


@given(chance=chances)
def test_the_first_attempt_is_not_waited_for(chance: float) -> None:
    assert back_off(0, 60, chance) == 0


@given(draws=st.lists(chances, min_size=30, max_size=30))
def test_a_gateway_that_refuses_at_once_sees_at_most_15_connections_a_minute(draws: list[float]) -> None:
    elapsed, attempts = 0.0, 0
    while elapsed < 60:
        elapsed += back_off(attempts, DEFAULT_TIMES.longest, draws[attempts])
        attempts += 1

    assert attempts <= 15


@given(
    remaining=st.integers(1, 1000),
    reset_after=st.floats(1, DAY_SECONDS),
    lives=st.lists(st.floats(0, 30), min_size=1, max_size=50),
)
def test_the_session_starts_of_a_day_never_run_out(
    remaining: int, reset_after: float, lives: list[float]
) -> None:
    elapsed = 0.0
    while elapsed < reset_after:
        wait = before_a_session(remaining, 1000, reset_after - elapsed)
        elapsed += max(wait, DEFAULT_TIMES.identify)
        if elapsed < reset_after:
            remaining -= 1
            assert remaining >= 0
        elapsed += lives[remaining % len(lives)]


def test_where_none_are_left_the_count_must_begin_anew() -> None:
    assert before_a_session(0, 1000, 3600) == 3600


def test_the_first_half_goes_without_a_wait() -> None:
    assert before_a_session(501, 1000, 3600) == 0
    assert before_a_session(500, 1000, 3600) == 7.2
