"""What pieces add to an answer of which parts come again."""

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.rules.completions.repetition import LEAST_GROWN, Pieces
from bot.rules.graphemes import is_blank

ALL = "Hello John, how are you today, and the cat?"


def heard(*pieces: str) -> str:
    """Return what is heard of pieces, the last of which comes with the reason for the end."""
    said = Pieces()
    return "".join(said.take(piece, last=piece is pieces[-1]) for piece in pieces) + said.end()


@given(st.text(min_size=3).filter(lambda text: not is_blank(text[0])), st.sets(st.integers(1, 40)))
def test_of_pieces_that_each_hold_all_so_far_each_word_is_heard_once(text: str, cuts: set[int]) -> None:
    ends = sorted({min(cut, len(text)) for cut in cuts} | {1, 2, len(text)})

    assert heard(*(text[:end] for end in ends)) == text


@given(st.lists(st.text(min_size=1), min_size=2))
def test_pieces_of_which_none_begins_with_the_one_before_are_all_heard(pieces: list[str]) -> None:
    assume(not any(after.startswith(before) for before, after in pairwise(pieces)))
    assume(pieces[-1] != "".join(pieces[:-1]))

    assert heard(*pieces) == "".join(pieces)


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        ([ALL[:LEAST_GROWN], ALL], ALL),
        (["", ALL[:3], ALL[:9], ALL, ALL, ""], ALL),
        ([ALL[:9], ALL[:20], ALL[:12], ALL], ALL),
        ([ALL[:9], ALL[:20], " Good"], ALL[:20] + " Good"),
        ([" ", "  ", "   x"], "      x"),
        (["ha", "haha"], "hahaha"),
        (["ha", "haha", "!"], "hahaha!"),
        (["ha", "ha", "ha"], "hahaha"),
        ([ALL[:9], ALL[9:], ALL], ALL),
        ([ALL, " ", ALL], f"{ALL} {ALL}"),
        ([ALL], ALL),
    ],
)
def test_what_may_be_chance_is_heard_and_what_can_not_be_is_heard_once(pieces: list[str], said: str) -> None:
    assert heard(*pieces) == said


def test_a_piece_that_may_be_chance_is_held_back_until_the_next_one_tells() -> None:
    pieces = Pieces()

    said = [pieces.take(text, last=False) for text in ("He", "Hello", "Hello John", "Hello John.")]

    assert said == ["He", "", "llo John", "."]
