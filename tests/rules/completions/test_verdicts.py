"""What a moderation endpoint says, judged."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.completions.verdicts import UNNAMED, categories, judges, missing

SAID = {
    "flagged": True,
    "categories": {"hate": True, "violence": False, "sexual": True},
    "category_scores": {"hate": 0.7, "violence": 0.3, "sexual": 0.9},
}


@pytest.mark.parametrize(
    ("thresholds", "found"),
    [
        ({}, ("hate", "sexual")),
        ({"hate": None}, ("hate",)),
        ({"violence": None}, ()),
        ({"violence": 0.3}, ("violence",)),
        ({"hate": 0.8, "sexual": 0.9}, ("sexual",)),
        ({"self-harm": 0.1, "illicit": None}, ()),
    ],
)
def test_the_categories_that_count_are_those_that_are_named_or_all(
    thresholds: dict[str, float | None], found: tuple[str, ...]
) -> None:
    assert categories(SAID, thresholds) == found


@pytest.mark.parametrize(
    ("said", "thresholds", "found"),
    [
        ({"flagged": True}, {}, (UNNAMED,)),
        ({"flagged": True}, {"hate": 0.5}, (UNNAMED,)),
        ({"flagged": True, "categories": ["hate"]}, {"violence": None}, (UNNAMED,)),
        ({"flagged": False}, {"hate": 0.5}, ()),
        ({"flagged": False, "categories": None}, {}, ()),
        ({"categories": {"hate": True}, "category_scores": {"hate": "high"}}, {"hate": 0.5}, ("hate",)),
        ({"categories": {"hate": True}, "category_scores": {"hate": True}}, {"hate": 0.5}, ("hate",)),
        ([], {}, ()),
    ],
)
def test_a_strange_answer_is_taken_for_what_it_says(
    said: Any, thresholds: dict[str, float | None], found: tuple[str, ...]
) -> None:
    assert categories(said, thresholds) == found


@pytest.mark.parametrize(
    ("said", "is_verdict"),
    [
        (SAID, True),
        ({"flagged": False}, True),
        ({"categories": {"hate": False, "illicit": None}}, True),
        ({"category_scores": {"hate": 0.1}}, True),
        ({"flagged": False, "category_scores": {"hate": "low"}}, True),
        (None, False),
        ("flagged", False),
        ({}, False),
        ({"flagged": None, "categories": {}}, False),
        ({"flagged": "true"}, False),
        ({"flagged": 1}, False),
        ({"flagged": False, "categories": {"hate": "true"}}, False),
        ({"categories": {"hate": 1}}, False),
        ({"category_scores": {"hate": "low", "violence": float("nan"), "sexual": True}}, False),
    ],
)
def test_what_says_neither_yes_nor_no_is_no_verdict(said: Any, is_verdict: bool) -> None:
    assert judges(said) is is_verdict


values = st.none() | st.booleans() | st.floats() | st.text(max_size=3)
things = st.recursive(
    values, lambda inner: st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=8
)


@given(things, st.dictionaries(st.text(max_size=3), st.none() | st.floats(0, 1), max_size=3))
def test_whatever_is_said_is_read(said: Any, thresholds: dict[str, float | None]) -> None:
    found = categories(said, thresholds)

    assert not thresholds or set(found) <= {*thresholds, UNNAMED}
    assert judges(said) or not found


@pytest.mark.parametrize(
    ("said", "missed"),
    [
        (SAID, {"self-harm"}),
        ({"category_scores": {"self-harm": 0.1}}, {"hate"}),
        ({"flagged": True}, set()),
        (None, set()),
    ],
)
def test_a_category_is_missing_where_others_are_told_of(said: Any, missed: set[str]) -> None:
    assert missing(["hate", "self-harm"], said) == missed
