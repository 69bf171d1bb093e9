"""What a request took: the server's bill, or an estimate that is marked."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.spending.entries import Sending, entry_id, entry_time, taken
from bot.rules.spending.prices import cost
from bot.rules.spending.usage import Usage
from bot.settings.spending import Price

AT = datetime(2026, 11, 25, 12, 0, 0, 5, tzinfo=UTC)
TOKENS = st.integers(0, 10**9)


def sending(**noted: object) -> Sending:
    made = Sending("gpt-4.1-mini", "https://api.openai.com/v1/", 100)
    made.left = True
    for name, value in noted.items():
        setattr(made, name, value)
    return made


def test_an_entrys_id_is_its_time_and_never_that_of_another() -> None:
    first = entry_id(AT, 0)

    assert entry_time(first) == AT
    assert entry_id(AT, first) == first + 1
    assert entry_id(AT - timedelta(days=1), first) == first + 1


def test_what_the_server_bills_holds() -> None:
    bill = Usage(20, 7, 4, 2)

    assert taken(sending(usage=bill, characters=9), 50, 60, 9) == (bill, False)


def test_a_bill_of_nothing_is_an_estimate_of_ours() -> None:
    assert taken(sending(usage=Usage(0, 0), characters=9), 50, 3, 9) == (Usage(50, 3), True)


def test_thoughts_are_estimated_by_their_length() -> None:
    assert taken(sending(characters=409), 50, 3, 9) == (Usage(50, 103, 0, 100), True)


def test_a_request_that_was_refused_took_nothing() -> None:
    assert taken(sending(left=False), 50, 0, 0) == (Usage(0, 0), False)
    assert taken(sending(left=False, usage=Usage(9, 0)), 50, 0, 0) == (Usage(9, 0), False)


@given(TOKENS, TOKENS, TOKENS)
def test_more_tokens_never_cost_less_and_cached_ones_never_more(prompt: int, cached: int, said: int) -> None:
    price = Price(Fraction("0.4"), Fraction("0.1"), Fraction("1.6"))
    costs = cost(price, Usage(prompt, said, cached))

    assert cost(price, Usage(prompt, said)) >= costs
    assert cost(price, Usage(prompt + 1, said, cached)) >= costs
    assert cost(price, Usage(prompt, said + 1, cached)) >= costs
    assert costs >= 0


def test_prices_are_dollars_for_a_million_tokens() -> None:
    price = Price(Fraction(2), Fraction(1), Fraction(8))

    assert cost(price, Usage(1_000, 100, 400)) == 600 * 2 + 400 * 1 + 100 * 8
