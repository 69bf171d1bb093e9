"""Laws of the schedule, and what it reaches against a sender that knows when the model will stop."""

from itertools import pairwise
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.pacing.model import ROUND_TRIP, SPOKEN_FOR, Outcome, bound, play, words
from benchmarks.pacing.search import GOOD_ENOUGH, SEEDS, ratios, reached, search
from bot.rules.pacing import (
    FEWEST_AT_ONCE,
    FIRST_PATIENCE,
    LEAST_GAP,
    MOST_AT_ONCE,
    MOST_PATIENCE,
    PAUSE,
    SHAPE,
    Allowance,
    Bucket,
    Flow,
    edit_due,
)

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


# The flow.


def flowing(since: float, shown_at: float) -> Flow:
    """Return a flow of words, 40 a second until it was last shown."""
    return Flow(since, shown_at, 1 + round(40 * (shown_at - since)), shown_at)


def test_a_flow_begins_with_the_first_text_however_long_the_model_has_thought() -> None:
    flow = Flow().show(1.0).hear(8.0)

    assert (flow.since, flow.chunks) == (8.0, 1)
    assert flow.hear(8.1) == Flow(8.0, 8.1, 2, shown_at=1.0)


def test_text_after_a_pause_is_first_words_again() -> None:
    flow = flowing(0.0, 3.0)

    assert flow.hear(3.5).since == 0.0
    assert flow.hear(3.1 + PAUSE).since == 3.1 + PAUSE


@given(open_buckets.filter(lambda bucket: bucket.left > 1), st.floats(0.0, 5.0), st.floats(0.001, 5.0))
def test_first_words_are_due_at_once(bucket: Bucket, now: float, shown_ago: float) -> None:
    assert edit_due(bucket, Flow().show(now - shown_ago).hear(now), now) == now
    assert edit_due(Bucket(), Flow().show(now - shown_ago).hear(now), now) == now


def test_what_stood_there_before_the_first_word_is_due_at_once() -> None:
    assert edit_due(Bucket(), Flow(), 7.0) == 7.0


@given(st.lists(gaps, min_size=0, max_size=20))
def test_patience_is_never_longer_than_said(steps: list[float]) -> None:
    flow, now = Flow(), 0.0
    for step in steps:
        now += step
        flow = flow.hear(now)

    assert 0.0 <= flow.patience() <= MOST_PATIENCE


def test_first_words_wait_a_moment_for_the_next_chunk() -> None:
    assert Flow().patience() == 0.0
    assert Flow().hear(8.0).patience() == FIRST_PATIENCE
    assert play([0.0, FIRST_PATIENCE, 1.0]).accepted[0] == pytest.approx(
        FIRST_PATIENCE + ROUND_TRIP / 2, abs=0.01
    )
    assert play([0.0]).accepted[0] == pytest.approx(ROUND_TRIP / 2, abs=0.01)


def test_patience_is_as_long_as_two_chunks_take() -> None:
    assert flowing(0.0, 1.0).patience() == pytest.approx(0.05)


# The schedule.


def test_the_edit_after_the_first_words_follows_soon() -> None:
    assert edit_due(Bucket(), flowing(0.0, 0.0), 0.0) == SHAPE.first_gap


def test_the_gaps_between_the_first_edits_grow() -> None:
    bucket, flow = Bucket(left=4, resets_at=5.3), flowing(0.0, 0.3)
    gaps = []
    for _ in range(3):
        due = edit_due(bucket, flow, flow.shown_at)
        gaps.append(due - flow.shown_at)
        bucket, flow = bucket.spend(due), flow.show(due)

    assert gaps[1] > 1.7 * gaps[0]
    assert gaps[2] > 1.7 * gaps[1]


def test_the_edits_of_an_old_answer_lie_evenly() -> None:
    bucket = Bucket(left=2, resets_at=1050.0)

    due = edit_due(bucket, flowing(0.0, 1046.0), 1046.0)
    assert due == pytest.approx(1046.0 + (4.0 - SHAPE.reset_is_near) / 2, rel=1e-5)


def test_a_bucket_of_one_is_spent_when_its_window_is_closed() -> None:
    assert edit_due(Bucket(1, 1.0, 1), flowing(0.0, 1.0), 9.0) < 9.0
    assert edit_due(Bucket(1, 1.0, 0, 9.5), flowing(0.0, 1.0), 9.0) == 9.5


@given(open_buckets, st.floats(0.0, 5.0), st.floats(0.0, 5.0))
def test_the_last_request_of_a_window_is_kept_for_the_end_unless_the_reset_is_near(
    bucket: Bucket, now: float, shown_ago: float
) -> None:
    due = edit_due(bucket, flowing(now - shown_ago - 1, now - shown_ago), now)

    assert bucket.at(now).left != 1 or bucket.at(now).resets_at is None or due >= now_near(bucket)


def now_near(bucket: Bucket) -> float:
    """Return from when on the reset is near."""
    assert bucket.resets_at is not None
    return bucket.resets_at - SHAPE.reset_is_near


@given(open_buckets, st.floats(0.0, 5.0), st.floats(0.0, 30.0))
def test_an_edit_is_never_due_before_the_window_has_room(bucket: Bucket, now: float, age: float) -> None:
    due = edit_due(bucket, flowing(now - age, now), now)

    assert due >= min(bucket.ready_at(now), now + LEAST_GAP)


@given(open_buckets, st.floats(0.0, 5.0), st.floats(0.0, 30.0))
def test_an_edit_is_due_by_the_reset_or_shortly_after(bucket: Bucket, now: float, age: float) -> None:
    due = edit_due(bucket, flowing(now - age, now), now)

    assert due <= max(now, bucket.resets_at or now) + bucket.span


@given(streams, buckets)
def test_no_window_is_ever_overdrawn(times: list[float], bucket: Bucket) -> None:
    outcome = play(times, bucket=bucket)

    assert most_in_a_window(outcome, bucket.span) <= bucket.limit


@given(streams)
def test_the_end_is_seen_within_little_more_than_half_a_second(times: list[float]) -> None:
    assert play(times).final_lag <= 0.55


@given(streams)
def test_edits_never_overlap(times: list[float]) -> None:
    accepted = play(times).accepted

    assert all(later - earlier >= ROUND_TRIP for earlier, later in pairwise(accepted))


# What it reaches.


def test_after_a_refusal_fewer_go_at_once_until_time_gives_them_back() -> None:
    cut = Allowance().cut(10.0)

    assert [cut.at(now) for now in (10.0, 14.0, 1_000.0)] == [36, 40, MOST_AT_ONCE]


def test_however_often_discord_refuses_some_go_on() -> None:
    allowance = Allowance()
    for _ in range(20):
        allowance = allowance.cut(10.0)

    assert allowance.at(10.0) == FEWEST_AT_ONCE


def test_the_bound_is_what_a_clairvoyant_sender_reaches() -> None:
    assert [round(bound(seconds), 4) for seconds in SPOKEN_FOR] == [0.1175, 0.2175, 0.4175, 0.4425, 0.5175]


@pytest.mark.no_cover
def test_lag_is_near_the_bound() -> None:
    found = reached(SHAPE, SEEDS[:1])

    assert mean(found.five) <= 1.35
    assert max(found.five) <= 1.5
    assert found.mixed <= 1.42


@pytest.mark.no_cover
def test_the_constants_are_those_that_the_search_finds() -> None:
    best, *_ = search(SEEDS[:1])

    assert reached(SHAPE, SEEDS[:1]).both <= best.both + GOOD_ENOUGH


@pytest.mark.parametrize(("lengths", "most"), [((0.5, 0.6, 0.7, 0.8), 2.1), ((1.2, 1.5, 1.8), 1.6)])
def test_short_answers_are_not_paid_for_the_others(lengths: tuple[float, ...], most: float) -> None:
    assert mean(ratios(lengths)) <= most


def test_each_word_of_a_slow_model_is_seen_with_the_edit_that_was_due() -> None:
    accepted = play(words(30, rate=5)).accepted

    sent = [moment - ROUND_TRIP / 2 for moment in accepted]
    assert all(moment % 0.2 < 0.01 or moment % 0.2 > 0.195 for moment in sent[1:-1])


@pytest.mark.no_cover
def test_the_end_is_seen_at_once_however_long_the_model_speaks() -> None:
    lags = [play(words(tenths / 10)).final_lag for tenths in range(1, 300)]

    assert max(lags) <= 0.55
    assert mean(lags) <= 0.1


def test_a_word_every_three_seconds_is_seen_at_once() -> None:
    outcome = play([3.0 * index for index in range(20)])

    assert outcome.mean_lag <= ROUND_TRIP / 2 + FIRST_PATIENCE + 0.01


def test_a_long_answer_moves_at_an_even_pace() -> None:
    accepted = play(words(120)).accepted

    pauses = [later - earlier for earlier, later in pairwise(accepted)]
    assert max(pauses) <= 2.4
    assert max(pauses[-20:]) <= 1.3
