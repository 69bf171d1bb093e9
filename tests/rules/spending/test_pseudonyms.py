"""Who somebody is to others."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.spending.pseudonyms import pseudonym

PEOPLE = st.integers(10**14, 10**19)


@given(st.text(min_size=1, max_size=80), PEOPLE)
def test_the_same_person_has_the_same_one_which_holds_no_id(secret: str, person: int) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", pseudonym(secret, person))
    assert pseudonym(secret, person) == pseudonym(secret, person)
    assert str(person) not in pseudonym(secret, person)


@given(PEOPLE, PEOPLE)
def test_another_person_or_another_secret_has_another(one: int, other: int) -> None:
    assert (pseudonym("secret", one) == pseudonym("secret", other)) is (one == other)
    assert pseudonym("secret", one) != pseudonym("another", one)
