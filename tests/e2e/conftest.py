"""The room of end-to-end tests; whatever the bot sends there is held against Discord's description."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.chat.conversation import gathering
from tests.support.engine import engine as engine
from tests.support.openapi import problems_of
from tests.support.room import Room, open_room


@pytest.fixture
def soon_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an auto channel be quiet after less than its two seconds."""
    monkeypatch.setattr(gathering, "QUIET_SECONDS", 0.2)


@pytest.fixture
async def room(engine: None, tmp_path: Path) -> AsyncIterator[Room]:
    async with open_room(tmp_path) as room:
        yield room
        assert problems_of(room.playground.wire) == []
        assert room.playground.wire.unknown() == []
