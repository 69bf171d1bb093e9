"""A model that failed is asked again after a minute, by one question at a time."""

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.completions.breaker import REST_SECONDS, Breaker

TIMES = st.floats(min_value=0, max_value=10**9)
EVENTS = st.lists(st.tuples(st.sampled_from(["fails", "tells nothing"]), st.floats(0, 200)), max_size=20)


@given(TIMES)
def test_every_question_may_ask_a_model_that_has_not_failed(now: float) -> None:
    assert Breaker().lets_through(now)
    assert Breaker().is_closed


@given(EVENTS)
def test_no_two_questions_ask_within_a_minute_of_a_failure_nor_during_a_trial(
    events: list[tuple[str, float]],
) -> None:
    now, failed_at, breaker = 0.0, 0.0, Breaker.failed(0.0)
    for event, seconds in events:
        now += seconds
        assert breaker.lets_through(now) is (now >= failed_at + REST_SECONDS)
        if breaker.lets_through(now):
            breaker = breaker.on_trial()
            assert not breaker.lets_through(now + seconds)
            if event == "fails":
                failed_at, breaker = now, Breaker.failed(now)
            else:
                breaker = breaker.untold()
                assert breaker.lets_through(now)
        assert not breaker.is_closed
