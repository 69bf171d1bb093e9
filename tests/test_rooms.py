"""The picture of the house is what the code is."""

from pathlib import Path

import pytest

from tests import rooms


@pytest.mark.parametrize("path", [rooms.PAGE, *rooms.READMES], ids=lambda path: path.name)
def test_the_picture_is_drawn_from_the_imports_as_they_are(path: Path) -> None:
    assert rooms.written(path) == path.read_text(encoding="utf-8"), "run python -m tests.rooms --write"


def test_every_room_has_its_paragraph() -> None:
    page = rooms.PAGE.read_text(encoding="utf-8")
    missing = [name for name in rooms.rooms() if f"`{name.replace('.', '/').removesuffix('.py')}" not in page]

    assert missing == []
