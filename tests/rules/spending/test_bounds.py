"""Limits as they are written and read, and what counts for them."""

import pytest

from bot.rules.spending.bounds import Bound, Whose, in_words, sum_of
from bot.rules.spending.sums import ALL, Sum
from bot.settings.spending import Limit, Per, Unit, limit
from tests.store.test_ledger import ENTRY


@pytest.mark.parametrize(
    ("raw", "held", "words"),
    [
        ("$0.50/day", Limit(500_000, Unit.MICROS, Per.DAY), "$0.50 a day"),
        ("$ 20 per month", Limit(20_000_000, Unit.MICROS, Per.MONTH), "$20 a month"),
        ("$0.000001/day", Limit(1, Unit.MICROS, Per.DAY), "$0.000001 a day"),
        ("200000 tokens/month", Limit(200_000, Unit.TOKENS, Per.MONTH), "200,000 tokens a month"),
        ("1,000 TOKENS a day", Limit(1_000, Unit.TOKENS, Per.DAY), "1,000 tokens a day"),
    ],
)
def test_a_limit_is_read_and_written_as_people_do(raw: str, held: Limit, words: str) -> None:
    assert limit(raw) == held
    assert in_words(held) == words


@pytest.mark.parametrize("raw", ["", "$5", "5/day", "$0/day", "0 tokens/day", "$1/week", "$-1/day", "€1/day"])
def test_what_is_no_limit_is_told(raw: str) -> None:
    with pytest.raises(ValueError, match="such as"):
        limit(raw)


def test_a_limit_holds_up_to_its_amount() -> None:
    bound = Bound(Limit(240, Unit.TOKENS, Per.DAY), Whose.TOTAL, ALL)

    assert bound.holds([sum_of(ENTRY), sum_of(ENTRY)])
    assert not bound.holds([sum_of(ENTRY), sum_of(ENTRY), Sum(prompt_tokens=1)])
