"""What a server repeats of a request is nobody's to read in a log."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.llm.dialects.echoes import LEAST, MARK, MOST, without_echo

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=LEAST + 5, max_size=60)


@given(WORDS, st.text(st.sampled_from("abc xyz\n"), max_size=40), st.sampled_from([0, 1, 2]))
def test_whatever_is_quoted_of_a_request_is_left_out(said: str, before: str, encoded: int) -> None:
    quoted = said
    for _ in range(encoded):
        quoted = json.dumps(quoted)[1:-1]
    shown = without_echo(f"{before}got '{quoted}'", [f"Alex: {said}"])

    assert said not in shown
    assert MARK in shown


@given(st.text(max_size=600), st.lists(st.text(max_size=80), max_size=5))
def test_what_is_shown_is_short_and_on_one_line(words: str, said: list[str]) -> None:
    shown = without_echo(words, said)

    assert len(shown) <= MOST
    assert shown == " ".join(shown.split())


def test_what_a_server_says_itself_stays() -> None:
    refusal = "Invalid 'messages[1].content': got 'Alex: my own secret', which is too long for this model"

    shown = without_echo(refusal, ["You are a helpful assistant.", "Alex: my own secret"])

    assert shown == "Invalid 'messages[1].content': got '…', which is too long for this model"


def test_few_letters_are_enough_where_a_letter_is_much() -> None:
    assert without_echo("거부됨: 나는 비밀이 있어요", ["Alex: 나는 비밀이 있어요"]) == f"거부됨{MARK}"
