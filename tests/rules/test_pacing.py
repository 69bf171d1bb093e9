"""Laws of the schedule, and what it reaches against a sender that knows when the model will stop."""

from itertools import pairwise
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.pacing_model import ROUND_TRIP, SPOKEN_FOR, Outcome, bound, play, words
from bot.rules.pacing import LEAST_GAP, RESET_IS_NEAR, Bucket, Flow, edit_due, final_due

gaps = st.floats(0.001, 6.0)
streams = st.lists(gaps, min_size=1, max_size=60).map(
    lambda steps: [sum(steps[:n]) for n in range(len(steps))]
)
buckets = st.builds(Bucket, limit=st.integers(2, 10), span=st.floats(1.0, 10.0)).map(
    lambda bucket: Bucket(bucket.limit, bucket.span, bucket.limit)
)
open_buckets = st.builds(
    lambda limit, left, resets_at: Bucket(limit, 5.0, min(limit, left), resets_at),
    st.integers(1, 10),
    st.integers(0, 10),
    st.floats(0.0, 5.0),
)


def most_in_a_window(outcome: Outcome, span: float) -> int:
    """Count as Discord does: a window opens with the first edit and is over a span later."""
    most = count = 0
    closes = float("-inf")
    for moment in outcome.accepted[1:]:
        if moment >= closes:
            closes, count = moment + span, 0
        count += 1
        most = max(most, count)
    return most


# A bucket.


def test_a_bucket_is_full_until_a_request_opens_its_window() -> None:
    bucket = Bucket()

    assert bucket.spend(10.0) == Bucket(left=4, resets_at=15.0)
    assert bucket.spend(10.0).spend(11.0) == Bucket(left=3, resets_at=15.0)


def test_a_window_that_has_reset_is_full_and_closed() -> None:
    bucket = Bucket(left=0, resets_at=15.0)

    assert bucket.at(14.9) == bucket
    assert bucket.at(15.0) == Bucket()


def test_an_empty_bucket_is_ready_when_its_window_resets() -> None:
    assert Bucket(left=0, resets_at=15.0).ready_at(11.0) == 15.0
    assert Bucket(left=1, resets_at=15.0).ready_at(11.0) == 11.0
    assert Bucket(left=0, resets_at=15.0).ready_at(16.0) == 16.0


def test_headers_are_believed_over_defaults() -> None:
    learnt = Bucket().spend(0.0).learn(0.06, limit=3, remaining=2, reset_after=6.0)

    assert learnt == Bucket(3, 6.0, 2, 6.06)
    assert learnt.at(6.06) == Bucket(3, 6.0, 3, None)


def test_headers_in_mid_window_do_not_shorten_the_span() -> None:
    learnt = Bucket().learn(3.0, limit=5, remaining=2, reset_after=1.5)

    assert (learnt.span, learnt.resets_at) == (5.0, 4.5)


def test_a_refused_bucket_holds_nothing_until_told() -> None:
    assert Bucket().refuse(2.0, 1.5).ready_at(2.0) == 3.5


# The schedule.


def test_the_first_edits_follow_at_twice_the_age() -> None:
    bucket = Bucket(left=4, resets_at=5.0)

    assert edit_due(bucket, Flow(0.0, 0.5), 0.5) == pytest.approx(1.0)


def test_later_edits_share_what_the_window_has_left() -> None:
    bucket = Bucket(left=2, resets_at=50.0)

    assert edit_due(bucket, Flow(0.0, 45.7), 46.0) == pytest.approx(45.7 + (49.7 - 45.7) / 2)


def test_text_after_a_pause_is_first_words_again() -> None:
    flow = Flow(0.0, 3.0)

    assert flow.resume(3.5) == flow
    assert flow.resume(4.5) == Flow(4.5, 3.0)
    assert edit_due(Bucket(), flow.resume(4.5), 4.5) < 4.5


def test_a_bucket_of_one_is_spent_when_its_window_is_closed() -> None:
    assert edit_due(Bucket(1, 1.0, 1), Flow(0.0, 1.0), 9.0) < 9.0
    assert edit_due(Bucket(1, 1.0, 0, 9.5), Flow(0.0, 1.0), 9.0) == 9.5


@given(open_buckets, st.floats(0.0, 5.0), st.floats(0.0, 5.0))
def test_the_last_request_of_a_window_is_kept_for_the_end_unless_the_reset_is_near(
    bucket: Bucket, now: float, shown_ago: float
) -> None:
    due = edit_due(bucket, Flow(now - shown_ago - 1, now - shown_ago), now)

    assert bucket.at(now).left != 1 or bucket.at(now).resets_at is None or due >= now_near(bucket)


def now_near(bucket: Bucket) -> float:
    """Return from when on the reset is near."""
    assert bucket.resets_at is not None
    return bucket.resets_at - RESET_IS_NEAR


@given(open_buckets, st.floats(0.0, 5.0), st.floats(0.0, 30.0))
def test_an_edit_is_never_due_before_the_window_has_room(bucket: Bucket, now: float, age: float) -> None:
    due = edit_due(bucket, Flow(now - age, now), now)

    assert due >= min(final_due(bucket, now), now + LEAST_GAP)


@given(open_buckets, st.floats(0.0, 5.0), st.floats(0.0, 30.0))
def test_an_edit_is_due_by_the_reset_or_shortly_after(bucket: Bucket, now: float, age: float) -> None:
    due = edit_due(bucket, Flow(now - age, now), now)

    assert due <= max(now, bucket.resets_at or now) + bucket.span


@given(streams, buckets)
def test_no_window_is_ever_overdrawn(times: list[float], bucket: Bucket) -> None:
    outcome = play(times, bucket=bucket)

    assert most_in_a_window(outcome, bucket.span) <= bucket.limit


@given(streams)
def test_the_end_is_seen_within_four_tenths_of_a_second(times: list[float]) -> None:
    assert play(times).final_lag <= 0.4


@given(streams)
def test_edits_never_overlap(times: list[float]) -> None:
    accepted = play(times).accepted

    assert all(later - earlier >= ROUND_TRIP for earlier, later in pairwise(accepted))


# What it reaches.


def test_the_bound_is_what_a_clairvoyant_sender_reaches() -> None:
    assert [round(bound(seconds), 4) for seconds in SPOKEN_FOR] == [0.1175, 0.2175, 0.4175, 0.4425, 0.5175]


def test_lag_stays_within_one_and_four_tenths_of_the_bound() -> None:
    ratios = [play(words(seconds)).mean_lag / bound(seconds) for seconds in SPOKEN_FOR]

    assert mean(ratios) <= 1.4


def test_the_end_is_seen_at_once_however_long_the_model_speaks() -> None:
    lags = [play(words(tenths / 10)).final_lag for tenths in range(1, 300)]

    assert max(lags) <= 0.4
    assert mean(lags) <= 0.1


def test_a_word_every_three_seconds_is_seen_at_once() -> None:
    outcome = play([3.0 * index for index in range(20)])

    assert outcome.mean_lag == pytest.approx(ROUND_TRIP / 2, abs=0.01)


def test_a_long_answer_moves_at_an_even_pace() -> None:
    accepted = play(words(120)).accepted

    pauses = [later - earlier for earlier, later in pairwise(accepted)]
    assert max(pauses) <= 2.4
    assert max(pauses[-20:]) <= 1.3
