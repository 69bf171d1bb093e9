"""Names and quoted texts in the bot's own sentences."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.literal import literal, literal_line
from tests.support.discord_markdown import read
from tests.support.strategies import texts

SPECIAL = st.text(st.sampled_from("\\*_~`|<>[]()@#:/ \n-+1.)aetd!&\u202e"), max_size=40)
SNIPPETS = st.sampled_from(
    [
        "<@1>",
        "<#1>",
        "<t:0>",
        "<a:b:1>",
        "https://a.b",
        "[a](https://b.c)",
        "@everyone",
        "```",
        "||",
        "\n# ",
        "\n> ",
    ]
)
WILD = texts | SPECIAL | st.lists(SNIPPETS | SPECIAL).map("".join)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë O'Neil-Smith (she/her)", "Zoë O'Neil-Smith (she/her)"),
        ("<@123>", "\\<@123>"),
        ("@everyone", "\\@everyone"),
        ("**bold** `code` ||spoiler||", "\\*\\*bold\\*\\* \\`code\\` \\|\\|spoiler\\|\\|"),
        ("[a link](https://example.com)", "\\[a link](https\\://example.com)"),
        ("# heading", "\\# heading"),
        ("two\n  > quoted", "two\n  \\> quoted"),
        ("1. one\n- two\n-# three", "1\\. one\n\\- two\n\\-# three"),
        ("a\\_b", "a\\\\\\_b"),
        ("\u202eevil\u2066", "evil"),
    ],
)
def test_a_text_is_shown_as_it_stands(text: str, shown: str) -> None:
    assert literal(text) == shown


@given(text=WILD)
def test_nothing_in_a_text_is_markdown_a_mention_or_a_link(text: str) -> None:
    shown = literal(text)

    assert all(not seen.looks and not seen.href for seen in read(shown))
    assert not re.search(r"^[ \t]*([#>+-]|\d+[.)])|(?<!\\)(@(everyone|here)|://)", shown, re.MULTILINE)


@given(text=WILD)
def test_nothing_of_a_text_is_lost(text: str) -> None:
    seen = re.sub(r"\\([^0-9A-Za-z\s])", r"\1", literal(text))

    assert seen == re.sub("[\u202a-\u202e\u2066-\u2069]", "", text)


@given(text=WILD)
def test_a_name_stays_on_its_line(text: str) -> None:
    assert literal_line(text) == " ".join(literal_line(text).split())
