"""The picture of a text's tokens always fits and never breaks out of its code block."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.prompting.tokenview import DEFAULT_LIMIT, token_picture
from bot.texts.languages.spoken import speaking

COLOUR = re.compile("\x1b\\[(\\d+)m")

pieces_of_text = st.lists(st.text(min_size=1, max_size=12).map(lambda text: text.encode(errors="replace")))
any_pieces = st.lists(st.binary(min_size=1, max_size=12) | st.sampled_from([b"```", b"`", b"\n", b"\n```\n"]))
limits = st.integers(60, 400)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def plain(picture: str) -> str:
    """What a picture shows, without its code block and colours."""
    return COLOUR.sub("", picture.removeprefix("```ansi\n").removesuffix("\n```"))


def test_neighbours_differ_in_colour() -> None:
    picture = token_picture([b"Hello", b" I", b"'m", b" John"])

    assert picture == "```ansi\n\x1b[36mHello\x1b[35m I\x1b[36m'm\x1b[35m John\x1b[0m\n```"


def test_no_tokens_have_no_picture() -> None:
    assert token_picture([]) == ""


@given(pieces=any_pieces, limit=limits)
def test_a_picture_never_passes_its_limit(pieces: list[bytes], limit: int) -> None:
    assert units(token_picture(pieces, limit)) <= limit


@given(pieces=any_pieces.filter(bool), limit=limits)
def test_no_text_closes_the_code_block(pieces: list[bytes], limit: int) -> None:
    picture = token_picture(pieces, limit)

    assert picture.startswith("```ansi\n")
    assert picture.endswith("\n```")
    assert picture.count("`") == 6


@given(pieces=any_pieces, limit=limits)
def test_only_our_own_control_characters_are_in_a_picture(pieces: list[bytes], limit: int) -> None:
    shown = plain(token_picture(pieces, limit)).replace("\n", "")

    assert shown.isprintable()


@given(pieces=any_pieces.filter(bool), limit=limits)
def test_what_does_not_fit_is_counted(pieces: list[bytes], limit: int) -> None:
    picture = token_picture(pieces, limit)
    rest = re.search(r" … ([\d,]+) more tokens?\n```$", picture)
    drawn = len(re.findall("\x1b\\[3[56]m", picture))

    assert drawn + (int(rest[1].replace(",", "")) if rest else 0) == len(pieces)


def test_one_token_left_is_said_in_the_singular() -> None:
    picture = token_picture([b"x" * 10, b"y" * 80], limit=80)

    assert plain(picture) == "xxxxxxxxxx … 1 more token"


def test_what_is_left_is_said_in_the_language_that_is_spoken() -> None:
    with speaking("ko"):
        picture = token_picture([b"x" * 10, b"y" * 80], limit=80)

    assert plain(picture) == "xxxxxxxxxx … 토큰 1개 더"


@given(pieces=pieces_of_text.filter(lambda pieces: sum(map(len, pieces)) < 100))
def test_ordinary_text_is_shown_as_it_is(pieces: list[bytes]) -> None:
    text = b"".join(pieces).decode()
    shown = plain(token_picture(pieces))

    if text.isprintable() and "`" not in text and b" " not in pieces:
        assert shown.replace("·", " ") == text.replace("·", " ")


@pytest.mark.parametrize(
    ("piece", "shown"),
    [
        (b"\xec\x9e", r"\xec\x9e"),
        (b" \xec", r" \xec"),
        ("어".encode(), "어"),
        (b"\t", "⇥"),
        (b"\r\n", "␍⏎\n"),
        (b"\n\n\n", "⏎⏎⏎\n"),
        (b"\x00", "␀"),
        (b"\x1b[31m", "␛[31m"),
        (b"\x7f", "␡"),
        (b"   ", "···"),
        ("\u200b".encode(), r"\u200b"),
        ("\u202e".encode(), r"\u202e"),
        ("\U000e0041".encode(), r"\U000e0041"),
        (b"```py", "ˋˋˋpy"),
    ],
)
def test_what_has_no_face_is_made_visible(piece: bytes, shown: str) -> None:
    assert plain(token_picture([piece])) == shown


def test_the_default_leaves_room_in_a_message() -> None:
    assert units(token_picture([b"word "] * 5000)) <= DEFAULT_LIMIT < 2000
