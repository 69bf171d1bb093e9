"""Numbers that others tell: of any size and type, and bounded from here on."""

import json
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.rules.figures import MOST_SECONDS, MOST_TOKENS, figure, seconds, whole

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
)


@given(ANYTHING)
@example(10**400)
@example(-(10**400))
@example(math.nan)
@example(math.inf)
@example(True)
def test_a_whole_number_is_bounded_or_none(said: object) -> None:
    read = whole(said, MOST_TOKENS)

    assert read is None or (type(read) is int and 0 <= read <= MOST_TOKENS)


@given(st.integers(0, MOST_TOKENS))
def test_a_sound_number_is_read_as_it_is(said: int) -> None:
    assert whole(said, MOST_TOKENS) == whole(said + 0.5, MOST_TOKENS + 1) == said
    assert whole(json.loads(json.dumps(said)), MOST_TOKENS) == said


@given(ANYTHING)
@example(10**400)
@example(-(10**400))
@example("9" * 5_000)
@example("nan")
@example("-inf")
@example("²")
def test_a_duration_is_bounded_or_none(said: object) -> None:
    read = seconds(said)

    assert read is None or (type(read) is float and 0 <= read <= MOST_SECONDS)


@pytest.mark.parametrize(
    ("said", "read"), [("1.5", 1.5), (2, 2.0), ("-3", 0.0), ("1e999", 100.0), ("soon", None), (None, None)]
)
def test_a_figure_of_a_header_is_brought_within_its_bounds(said: object, read: float | None) -> None:
    assert figure(said, 100.0) == read
