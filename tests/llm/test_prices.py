"""What models cost: by their owner, at home nothing, else by the provider's own list."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from bot.llm.prices import Prices
from bot.rules.spending.usage import Usage
from bot.settings.spending import Price

AT = datetime(2026, 11, 25, tzinfo=UTC)
OPENAI, HOME, ELSEWHERE = (
    "https://api.openai.com/v1/",
    "http://10.0.0.2:8000/v1/",
    "https://ai.example.com/v1/",
)
USAGE = Usage(1_000, 500, 100)


def price(model: str, server: str, usage: Usage = USAGE, **own: Price) -> int | None:
    return Prices(own).price(model, server, usage, AT)


def test_a_providers_own_list_holds_with_cached_tokens_cheaper() -> None:
    assert price("gpt-4.1-mini", OPENAI) == 900 * 0.4 + 100 * 0.1 + 500 * 1.6


@pytest.mark.parametrize("model", ["nobodys-model", "whisper-1"])
def test_what_is_not_known_for_tokens_is_none(model: str) -> None:
    assert price(model, OPENAI) is None


def test_another_server_may_take_another_price() -> None:
    assert price("gpt-4.1-mini", ELSEWHERE) is None


def test_at_home_nothing_is_paid_unless_the_owner_says_so() -> None:
    assert price("llama", HOME) == 0
    assert price("llama", HOME, llama=Price(Fraction(1), Fraction(0), Fraction(2))) == 1_900


def test_a_request_that_took_nothing_costs_nothing() -> None:
    assert price("nobodys-model", OPENAI, Usage(0, 0)) == 0
    assert price("omni-moderation-latest", OPENAI, Usage(100, 0)) == 0


def test_rates_are_those_of_a_million_tokens() -> None:
    assert Prices({}).rates("gpt-4.1-mini", OPENAI, AT) == (0.4, 1.6)
    assert Prices({}).rates("llama", HOME, AT) == (0, 0)
    assert Prices({}).rates("nobodys-model", OPENAI, AT) is None
