"""Laws of the global limit, with times given by hand."""

from heapq import heappop, heappush
from random import Random

import pytest

from bot.rules.pacing import MOST_AT_ONCE
from bot.ui.requests.budget import LONGEST_HOLD, SECOND, UNTRIED, Budget, Slot
from playground.discord.limits import Limiter, Limits

DISCORD = 1_700_000_000.0  # by how much Discord's clock is ahead


def fill(
    budget: Budget,
    now: float,
    slots: int = MOST_AT_ONCE,
    round_trip: float | None = None,
    delay: float | None = None,
) -> None:
    """Make so many requests, answered after a round trip or not at all, and counted after a delay."""
    for _ in range(slots):
        slot = budget.take(now)
        budget.send(slot, now)
        if round_trip is not None:
            budget.answer(slot, now + round_trip, None if delay is None else DISCORD + now + delay)


def test_there_is_room_until_the_second_is_full() -> None:
    budget = Budget()
    fill(budget, 10.0, MOST_AT_ONCE - 1)

    assert budget.room_at(10.0) == 10.0


def test_a_place_is_free_a_second_after_its_request_when_round_trips_are_even() -> None:
    budget = Budget()
    fill(budget, 5.0, UNTRIED, round_trip=0.06)
    fill(budget, 10.0, round_trip=0.06)

    assert abs(budget.room_at(10.06) - (10.0 + SECOND)) < 0.01


def test_while_no_round_trip_is_known_as_fast_a_place_is_free_a_second_after_its_answer() -> None:
    budget = Budget()
    fill(budget, 10.0, round_trip=0.4, delay=0.3)

    assert budget.room_at(10.4) >= 10.4 + SECOND


def test_a_late_answer_keeps_its_place_longer() -> None:
    budget = Budget()
    fill(budget, 5.0, UNTRIED, round_trip=0.06)
    fill(budget, 10.0, round_trip=0.5)

    assert budget.room_at(11.1) > 11.4


def test_discords_own_clock_may_say_that_a_late_answer_was_counted_early() -> None:
    budget = Budget()
    fill(budget, 5.0, UNTRIED, round_trip=0.06, delay=0.03)
    fill(budget, 10.0, round_trip=0.5, delay=0.05)

    assert abs(budget.room_at(10.6) - (10.02 + SECOND)) < 0.01


def test_discords_clock_is_not_believed_against_ours() -> None:
    budget = Budget()
    fill(budget, 5.0, UNTRIED, round_trip=0.06, delay=0.03)
    fill(budget, 10.0, round_trip=0.06, delay=9.0)

    assert abs(budget.room_at(10.1) - (10.0 + SECOND)) < 0.01


def test_a_request_without_an_answer_gives_its_place_back_in_the_end() -> None:
    budget = Budget()
    fill(budget, 10.0)

    assert budget.room_at(10.5) == 10.0 + LONGEST_HOLD


def test_a_request_that_was_never_sent_keeps_no_place() -> None:
    budget = Budget()
    fill(budget, 10.0, MOST_AT_ONCE - 1)
    budget.answer(budget.take(10.0), 10.0)

    assert budget.room_at(10.0) == 10.0


def test_typing_has_room_only_while_there_is_plenty() -> None:
    budget = Budget()
    fill(budget, 10.0, slots=MOST_AT_ONCE // 2)

    assert budget.room_at(10.0) == 10.0
    assert budget.room_at(10.0, share=8) > 10.0


def test_several_refusals_at_once_are_one() -> None:
    budget = Budget()

    assert budget.refuse(10.0, 1.0)
    assert not budget.refuse(10.1, 2.0)
    assert budget.room_at(11.0) > 12.0


def test_after_a_refusal_there_is_less_room_for_a_while() -> None:
    budget = Budget()
    budget.refuse(10.0, 0.0)
    fill(budget, 11.0, slots=40)

    assert budget.room_at(11.0) > 11.0
    assert budget.room_at(40.0) == 40.0


@pytest.mark.parametrize("clock", [True, False])
@pytest.mark.parametrize("seed", range(20))
def test_discord_refuses_nothing_however_late_requests_and_answers_are(seed: int, clock: bool) -> None:
    """The first second of a start is the slowest: it must not pass for what is fast."""
    assert refusals(Random(seed), clock=clock) == 0  # noqa: S311 - a test's


def refusals(random: Random, *, clock: bool) -> int:
    """Send what there is room for, for eight seconds; return how much the playground's limiter refused."""
    now, refused = 10.0, 0
    budget, discord = Budget(), Limiter(Limits(), lambda: now, lambda: DISCORD + now)
    events: list[tuple[float, int, Slot, float | None]] = []

    def later() -> float:
        start = random.random() * 0.4 if now < 11.0 else 0.0
        return now + 0.02 + start + random.expovariate(20.0)

    for number in range(10_000):
        room_at = max(now, budget.room_at(now))
        if not events or events[0][0] > room_at:
            now = room_at
            slot = budget.take(now)
            budget.send(slot, now)
            heappush(events, (later(), number, slot, None))
            continue
        at, _, slot, counted_at = heappop(events)
        now = max(now, at)
        if counted_at is not None:
            budget.answer(slot, now, counted_at if clock else None)
        elif now < 18.0:
            refused += not discord.take("guild", "1").allowed
            heappush(events, (later(), number, slot, DISCORD + now))
        else:
            break
    return refused
