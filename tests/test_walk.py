"""The walks through the code get no longer, and the page that tells of them is what the code is."""

import asyncio
import re
from collections.abc import Mapping

import pytest

from tests import walk
from tests.walk import Walk

# What was reached, with a little room: files that lead on, changes of file (of a mention some thirty more
# where an edit comes in between), further files of tools.
BOUNDS = {
    "a mention": (71, 282, 75),
    "an edit": (18, 38, 22),
    "/reset": (27, 56, 23),
}


@pytest.fixture(scope="module")
def walks() -> Mapping[str, Walk]:
    return asyncio.run(walk.measured())


@pytest.mark.parametrize("name", walk.WALKS)
def test_a_walk_gets_no_longer(walks: Mapping[str, Walk], name: str) -> None:
    taken = walks[name]

    lengths = (len(taken.files), taken.changes, len(taken.tools))
    assert all(length <= most for length, most in zip(lengths, BOUNDS[name], strict=True)), lengths
    assert taken.files[0] == "bot/gateway/hearing.py"


def test_the_page_lists_the_files_that_are_walked_through(walks: Mapping[str, Walk]) -> None:
    page = walk.PAGE.read_text(encoding="utf-8")

    assert walk.written(page, walks) == page, "run python -m tests.walk --write"


def test_what_the_page_tells_of_is_walked_through(walks: Mapping[str, Walk]) -> None:
    prose = walk.PAGE.read_text(encoding="utf-8").partition("## ")[0]
    mention = walks["a mention"]

    told = set(re.findall(r"`((?:bot|cogs)/[\w/]+\.py)`", prose))
    assert told - {*mention.files, *mention.tools} == set()
    assert len(told) > len(mention.files) / 2
