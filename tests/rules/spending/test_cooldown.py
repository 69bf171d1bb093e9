"""A token bucket: bursts up to its size, and never more than its rate in the long run."""

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.spending.cooldown import taken, wait
from bot.settings.bounds import Rate
from tests.support.strategies import examples

rates = st.builds(Rate, st.integers(1, 100), st.sampled_from([1, 60, 3600]))
gaps = st.lists(st.floats(0, 100), max_size=60)


def begun(rate: Rate, moments: list[float]) -> list[float]:
    """Return the moments at which one was taken, of those at which somebody wanted one."""
    full_at, times = 0.0, []
    for now in moments:
        if not wait(rate, full_at, now):
            full_at = taken(rate, full_at, now)
            times.append(now)
    return times


@given(rates, gaps)
@examples(100)
def test_no_stretch_of_time_holds_more_than_a_bucket_and_what_flows_in_meanwhile(
    rate: Rate, gaps: list[float]
) -> None:
    moments = [sum(gaps[:number]) for number in range(1, len(gaps) + 1)]
    times = begun(rate, moments)

    for first, start in enumerate(times):
        for last, end in enumerate(times[first:], first):
            most = rate.times + (end - start) * rate.times / rate.seconds
            assert last - first + 1 <= most + 0.001


@given(rates)
@examples(20)
def test_a_full_bucket_gives_all_of_it_at_once_and_then_none(rate: Rate) -> None:
    assert len(begun(rate, [0.0] * (rate.times + 5))) == rate.times


@given(rates, st.floats(0, 1e6), st.floats(0, 1e6))
@examples(100)
def test_after_the_wait_that_was_told_there_is_one(rate: Rate, full_at: float, now: float) -> None:
    full_at = min(full_at, now + rate.seconds)

    assert 0 <= wait(rate, full_at, now) <= rate.seconds / rate.times + 0.001
    assert wait(rate, full_at, now + wait(rate, full_at, now) + 0.001) == 0
