"""A second opinion on what answers show: npm's discord-markdown-parser sees what our own reader of them sees.

It has no lists, so that their bullets are words to it, and gives mentions no words.
"""

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.pages.layout import Pages
from tests.rules.pages.test_spec import EXAMPLES
from tests.rules.texts import jumbles
from tests.support.discord_markdown import read
from tests.support.strategies import examples

READER = Path(__file__).with_name("read.js")
Character = tuple[str, frozenset[str], str]


def theirs(pages: list[str]) -> list[list[Character]]:
    """Return the characters that their parser sees on each page."""
    found = subprocess.run(  # noqa: S603 - ours
        ["node", READER],  # noqa: S607 - the one that is installed
        input=json.dumps(pages),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return [list(characters(page)) for page in json.loads(found.stdout)]


def ours(page: str) -> list[Character]:
    """Return the characters that our reader sees on a page, in their parser's terms."""
    seen = (one for one in read(page) if "mention" not in one.looks)
    return list(characters([one.text, map(theirs_of, one.looks), one.href] for one in seen))


def theirs_of(look: str) -> str:
    return "" if look.startswith(("list", "bullet")) else look.rstrip("0123456789")


def characters(seen: Iterable[Any]) -> Iterable[Character]:
    for words, looks, href in seen:
        kinds = frozenset(filter(None, looks))
        yield from ((one, kinds, href) for one in words if not one.isspace() and one != "\u200b")


def test_the_specifications_examples_are_seen_alike() -> None:
    pages = [page for example in EXAMPLES for page in Pages().update(example["markdown"], done=True)]

    assert len(pages) > 600
    assert theirs(pages) == [ours(page) for page in pages]


@examples(12)
@given(st.lists(jumbles, min_size=2, max_size=5))
def test_any_text_is_seen_alike(texts: list[str]) -> None:
    pages = [page for text in texts for page in Pages().update(text, done=True)]

    assert theirs(pages) == [ours(page) for page in pages]
