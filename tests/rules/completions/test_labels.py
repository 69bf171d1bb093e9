"""The bot's own label at the beginning of an answer, however it is cut into chunks."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.completions.labels import OwnLabel

NAMES = ("Parley", "Tea Bot (beta)")


def said(*chunks: str, names: tuple[str, ...] = NAMES) -> str:
    label = OwnLabel(names)
    return "".join([*(label.take(chunk) for chunk in chunks), label.end()])


LABELLED = (
    "Parley: Hello",
    "parley:  Hello",
    "\nParley:\n\nHello",
    "**Parley:** Hello",
    "**Parley**: Hello",
    "[Parley]: Hello",
    "Parley : Hello",
    "Parley： Hello",
    "Tea Bot (beta): Hello",
)
UNLABELLED = (
    "",
    "Hello",
    "Parl",
    "Parley",
    "Parley is my name: Hello",
    "Parley:Hello",
    "I am Parley: Hello",
    "Alex: Hello",
    "Parleys: Hello",
    "  Hello",
    "**Hello**",
    "Parley:",  # all that there is
)


def ways_to_cut(text: str) -> list[list[str]]:
    return [[text], list(text), *([text[:at], text[at:]] for at in range(len(text)))]


@pytest.mark.parametrize("text", LABELLED)
def test_the_label_is_not_said_however_it_is_cut(text: str) -> None:
    for chunks in ways_to_cut(text):
        assert said(*chunks) == "Hello"


@pytest.mark.parametrize("text", UNLABELLED)
def test_what_is_no_label_of_the_bots_is_said(text: str) -> None:
    for chunks in ways_to_cut(text):
        assert said(*chunks) == text


def test_a_label_later_on_and_a_second_one_are_said() -> None:
    assert said("Parley: Hello\nParley: Hello") == "Hello\nParley: Hello"
    assert said("Parley: Parley: Hello") == "Parley: Hello"


def test_without_a_name_all_is_said_at_once() -> None:
    label = OwnLabel(())

    assert [label.take(piece) for piece in ("Parley", ": Hello")] == ["Parley", ": Hello"]


def test_what_can_be_no_label_is_said_at_once() -> None:
    label = OwnLabel(NAMES)

    assert [label.take(piece) for piece in ("Hel", "lo", " Parley: x")] == ["Hel", "lo", " Parley: x"]


PIECES = st.sampled_from(["Parley", "par", ":", " ", "*", "[", "]", "\n", "Hello", "：", "Tea Bot (beta)"])


@given(st.lists(PIECES | st.text(max_size=3), max_size=10).map("".join), st.data())
def test_any_chunking_says_the_same(text: str, data: st.DataObject) -> None:
    places = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)) | {0, len(text)})

    assert said(*(text[start:end] for start, end in itertools.pairwise(places))) == said(text)
