"""Laws of Discord's inline markup: what counts as marked, and what is one thing."""

import pytest

from bot.rules.pages.fences import find_fences
from bot.rules.pages.marks import find_markup
from tests.rules.texts import ATOMS


def marked(text: str, *, complete: bool = True) -> list[str]:
    """Return each marked stretch without its delimiters."""
    found = find_markup(text, find_fences(text), complete=complete)
    return [text[mark.end : mark.close if mark.close >= 0 else len(text)] for mark in found.marks]


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("**b** *i* _i_ __u__ ~~s~~ ||h|| `c` ``c ` d``", ["b", "i", "i", "u", "s", "h", "c", "c ` d"]),
        ("***both***", ["*both*", "both"]),
        ("***a* b**", ["*a* b", "a"]),
        ("**a *b***", ["a *b*", "b"]),
        ("*a **b** c*", ["a **b** c", "b"]),
        ("**a\nb**", ["a\nb"]),
        ("> **a\n> b**", ["a\n> b"]),
        ("||a\n\nb||", ["a\n\nb"]),
        ("`a\nb`", ["a\nb"]),
        ("https://e.com/a*b* **c**", ["c"]),
        ("**https://e.com/a**", ["https://e.com/a"]),
    ],
)
def test_marks_reach_from_delimiter_to_delimiter(text: str, stretches: list[str]) -> None:
    assert marked(text) == stretches


@pytest.mark.parametrize(
    "text",
    [
        "5 * 4 * 3",
        "snake_case_name and other_name_too",
        "a | b ~ c ~",
        "**a\n\nb**",
        "*a\n- b*",
        "*a\n1. b*",
        "*a\n## b*",
        "`a\n\nb`",
        "\\*a\\* \\`b\\`",
        "**** a ****",
        "~~~ a ~~~",
        "`````````a`````````",
        "[a *b](https://e.com/*c)",
        "<:a_b_c:1> <:d_e_f:2>",
        "```\n**a** `b`\n```",
        "x://y",
        "a:b",
    ],
)
def test_what_is_no_markup_marks_nothing(text: str) -> None:
    assert marked(text) == []


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("**a *b", ["a *b", "b"]),
        ("**a **b", ["a **b"]),
        ("**a\n", ["a\n"]),
        ("`a", ["a"]),
        ("||a", ["a"]),
        ("a || b", []),
        ("**a\n\nb", []),
        ("`a\n\nb", []),
    ],
)
def test_what_is_open_in_a_growing_text_counts_as_marked(text: str, stretches: list[str]) -> None:
    assert marked(text, complete=False) == stretches
    assert marked(text) == []


@pytest.mark.parametrize("atom", [*ATOMS, "\\*", "**"])
def test_an_atom_is_found_as_one(atom: str) -> None:
    found = find_markup(f"({atom})", [], complete=True)

    assert any(start <= 1 and len(atom) < end for start, end in found.atoms)


@pytest.mark.parametrize(
    "text", ["[some words", "[words](https://e.com", "[words]", "<@12", "</reset", "https://e"]
)
def test_an_unfinished_atom_reaches_to_the_end(text: str) -> None:
    assert find_markup(f"a {text}", [], complete=False).atoms[-1] == (2, 2 + len(text))
