"""The picture of the house is what the code is."""

from pathlib import Path

import pytest

from tests import rooms


@pytest.mark.parametrize("path", [rooms.PAGE, *rooms.READMES], ids=lambda path: path.name)
def test_the_picture_is_drawn_from_the_imports_as_they_are(path: Path) -> None:
    assert rooms.written(path) == path.read_text(encoding="utf-8"), "run python -m tests.rooms --write"


def test_every_decision_is_led_to_from_the_room_that_it_is_about() -> None:
    page = rooms.PAGE.read_text(encoding="utf-8")

    decided = sorted(rooms.PAGE.parent.glob("decisions/0*.md"))
    assert [one.name for one in decided if f"(decisions/{one.name})" not in page] == []


def test_every_room_has_its_paragraph() -> None:
    page = rooms.PAGE.read_text(encoding="utf-8")
    missing = [name for name in rooms.rooms() if f"`{name.replace('.', '/').removesuffix('.py')}" not in page]

    assert missing == []
