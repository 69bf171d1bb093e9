"""Laws of length and of what can be seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.graphemes import first_visible, grapheme_ends, is_blank, reach, units
from tests.rules.texts import INVISIBLE

any_text = st.text(st.characters(codec=None, exclude_categories=()))


@given(any_text)
def test_units_are_what_utf16_needs(text: str) -> None:
    assert units(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(any_text, st.integers(0, 40))
def test_reach_is_the_longest_prefix_within_the_limit(text: str, most: int) -> None:
    end = reach(text, most)

    assert units(text[:end]) <= most
    assert end == len(text) or units(text[: end + 1]) > most


@given(any_text)
def test_characters_end_in_order_up_to_the_texts_end(text: str) -> None:
    ends = grapheme_ends(text)

    assert ends == sorted(set(ends))
    assert (ends or [0])[-1] == len(text)


def test_a_family_a_flag_and_an_accent_are_one_character_each() -> None:
    assert grapheme_ends("x👩‍👩‍👧🇰🇷e\u0301", 1) == [6, 8, 10]


@pytest.mark.parametrize(
    ("text", "at"),
    [("a", 0), (" \n\u200b\x00\ud83da", 5), ("\u200b", 1), ("\u3164\ufe0f\u2800", 3), ("", 0), ("\ue000", 0)],
)
def test_the_first_visible_character_is_found(text: str, at: int) -> None:
    assert first_visible(text) == at


@given(any_text, st.text(st.sampled_from(INVISIBLE)))
def test_a_text_is_blank_if_all_of_it_is_invisible(text: str, unseen: str) -> None:
    assert is_blank(unseen)
    assert is_blank(unseen + text) == is_blank(text + unseen) == is_blank(text)
