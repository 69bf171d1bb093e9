"""Laws of many answers on paper, and that they tell what the real bot was measured to do."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.pacing.crowd import SECOND, Crowd, Spoken, burst, most_at_once, steady
from benchmarks.pacing.model import ROUND_TRIP, SPOKEN_FOR, play, words

PAGE = (Path(__file__).parent.parent.parent / "docs" / "performance.md").read_text(encoding="utf-8")
MEASURED = [
    (int(size), float(lag))
    for size, lag in re.findall(r"\| (\d+) channels at once: mean lag +\| +([\d.]+) s", PAGE)
]
spoken = st.builds(Spoken, st.floats(0, 5), st.integers(1, 80), st.just(20.0))
crowds = st.lists(spoken, min_size=1, max_size=40)


@given(crowds, st.integers(1, 20))
@settings(deadline=None)
def test_every_answer_comes_whole_and_no_word_is_seen_before_it_is_said(
    answers: list[Spoken], per_second: int
) -> None:
    Crowd(answers, per_second).play()

    assert all(answer.is_whole and answer.shown == answer.words for answer in answers)
    assert all(answer.mean_lag > 0 for answer in answers)


@given(crowds, st.integers(1, 20))
@settings(deadline=None)
def test_no_second_has_more_requests_than_it_may(answers: list[Spoken], per_second: int) -> None:
    crowd = Crowd(answers, per_second)
    crowd.play()
    gaps = [late - early for early, late in zip(crowd.sent, crowd.sent[per_second:], strict=False)]

    assert all(gap >= SECOND - 1e-9 for gap in gaps)


@pytest.mark.parametrize("seconds", SPOKEN_FOR)
def test_one_answer_alone_is_as_late_as_where_it_is_played_alone(seconds: float) -> None:
    assert burst(1, seconds) == pytest.approx(play(words(seconds)).mean_lag, abs=ROUND_TRIP)


@pytest.mark.parametrize(("size", "lag"), [one for one in MEASURED if one[0] <= 200])
def test_crowds_on_paper_are_as_late_as_those_that_were_measured(size: int, lag: float) -> None:
    assert burst(size, 10, rate=20) == pytest.approx(lag, rel=0.1)


def test_a_limit_that_is_raised_lets_at_least_as_many_more_be_answered() -> None:
    assert most_at_once(2, 3.0, 24) >= 2 * most_at_once(2, 3.0, 12)


def test_more_at_once_are_seen_later() -> None:
    lags = [steady(size, 8, 24) for size in (5, 40, 80)]

    assert lags == sorted(lags)
