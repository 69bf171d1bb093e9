"""docs/works-with.md says what the bot does with each kind of server, and leaves none out."""

import pytest

from playground.model.characters.cast import CAST
from tests.works_with import PAGE, SERVERS, row

ROWS = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][1:]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_every_kind_of_server_has_its_row() -> None:
    assert [cells(line)[0] for line in ROWS] == [SERVERS[name].title for name in CAST]


@pytest.mark.parametrize("name", CAST)
async def test_the_page_says_what_a_run_shows(name: str) -> None:
    [page] = [line for line in ROWS if cells(line)[0] == SERVERS[name].title]

    assert await row(name) == page, "run python -m tests.works_with --write"
