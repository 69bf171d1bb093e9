"""The law over the specifications' examples: what they show is what Discord shows."""

import json
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from bot.rules.pages.layout import Pages
from tests.rules.pages.shown import bare
from tests.rules.texts import to_discord
from tests.support.discord_markdown import Seen, read
from tests.support.markdown_html import shown

SPEC = Path(__file__).parent / "spec"
EXAMPLES: list[dict[str, Any]] = [
    {"source": name, **example}
    for name in ("commonmark", "gfm")
    for example in json.loads((SPEC / f"{name}.json").read_text(encoding="utf-8"))
]
# Raw HTML is shown as it is written, but for what says how words look.
HTML = {"HTML blocks", "Raw HTML"}
TAGGED = {21, 31, 201, 344, 476, 477, 491, 494, 524, 536, 642, 643}
# Text above `---` that has several lines: models mean a rule.
RULED = {95}
# A star in code would end the italics around it.
STARRED = {478}


def named(example: dict[str, Any]) -> str:
    return f"{example['source']} {example['number']}"


def compared(*, without: Collection[int] = ()) -> list[dict[str, Any]]:
    return [
        example
        for example in EXAMPLES
        if example["section"] not in HTML
        and not (example["source"] == "commonmark" and example["number"] in {*without, *TAGGED, *RULED})
    ]


def each(examples: list[dict[str, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("example", examples, ids=map(named, examples))


def test_all_examples_are_there() -> None:
    assert len(EXAMPLES) == 652 + 12


@each(compared())
def test_the_words_are_the_same_in_the_same_order(example: dict[str, Any]) -> None:
    wanted, got = bare(shown(example["html"])), bare(read(to_discord(example["markdown"])))
    if "<table" in example["html"]:
        wanted, got = (re.sub(r"[|+-]", "", words) for words in (wanted, got))

    assert unquote(got) == unquote(wanted)


@each([example for example in compared(without=STARRED) if "<table" not in example["html"]])
def test_all_looks_as_it_was_meant(example: dict[str, Any]) -> None:
    wanted, got = shown(example["html"]), read(to_discord(example["markdown"]))

    for look in ("italic", "strike", "quote"):
        assert targetless(looking(got, look)) == targetless(looking(wanted, look))
    assert looking(got, "code", "block") == looking(wanted, "code")
    if not re.search("<h[1-6]>", example["html"]):  # deep headings are bold, as are those in lists
        assert targetless(looking(got, "bold")) == targetless(looking(wanted, "bold"))
    assert not looking(got, "underline", "spoiler", "mention", "subtext")
    assert looking(got, "heading1", "heading2", "heading3") in looking(wanted, "heading")
    assert not looking(got, "list") or "<li>" in example["html"]


def looking(seen: list[Seen], *looks: str) -> str:
    return bare(seen, lambda one: not one.looks.isdisjoint(looks))


def targetless(words: str) -> str:
    """Leave out where a link leads that isn't one on Discord."""
    return re.sub(r"\([^()]*\)", "", words)


@each([example for example in compared() if "http" in example["html"]])
def test_links_lead_where_they_led(example: dict[str, Any]) -> None:
    def targets(seen: list[Seen]) -> list[str]:
        masked = (one for one in seen if unquote(one.text) != unquote(one.href))
        found = [unquote(one.href) for one in masked if one.href.startswith("http")]
        return [href for number, href in enumerate(found) if not number or href != found[number - 1]]

    got = read(to_discord(example["markdown"]))

    assert targets(got) == targets(shown(example["html"]))


@each(EXAMPLES)
def test_what_is_shown_is_shown_the_same_again(example: dict[str, Any]) -> None:
    once = to_discord(example["markdown"])

    assert to_discord(once) == once


def test_pieces_don_t_matter() -> None:
    for example in EXAMPLES:
        text = example["markdown"]
        whole, pages = Pages().update(text, done=True), Pages()
        for end in range(0, len(text), 7):
            pages.update(text[:end], done=False)
        pieced = pages.update(text, done=True)

        assert pieced == whole or not whole
