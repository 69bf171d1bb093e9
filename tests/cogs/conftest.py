"""A room whose clock goes on when it is told to; no answer to a command may be seen by anybody else."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import SystemClock
from playground.world.entities import Message
from playground.world.people import Person
from tests.support.engine import engine as engine
from tests.support.openapi import problems_of
from tests.support.room import Room, open_room

SYNC_ROUTE = "/applications/{application_id}/commands"  # always the same: one test looks at it


class ShiftedClock(SystemClock):
    """The real clock, ahead by as much as a test let pass."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self._ahead

    def pass_time(self, **duration: float) -> None:
        """Let time go by."""
        self._ahead += timedelta(**duration)


@pytest.fixture
def clock() -> ShiftedClock:
    return ShiftedClock()


@pytest.fixture
async def room(engine: None, tmp_path: Path, clock: ShiftedClock) -> AsyncIterator[Room]:
    async with open_room(tmp_path, clock=clock, ALLOWED_MODELS="gpt-4o,llama-9") as room:
        yield room
        assert problems_of(entry for entry in room.playground.wire if entry.route != SYNC_ROUTE) == []
        assert room.playground.wire.unknown() == []
        assert [said for said in _answers(room) if said.ephemeral_for is None and not _is_news(said)] == []


def _is_news(message: Message) -> bool:
    """Say whether a message is for everybody: that history was cleared, and how to undo it."""
    return " cleared what I remember " in message.content or message.content.startswith("Brought back")


def _answers(room: Room) -> list[Message]:
    return [said for one in room.world.interactions.values() for said in one.responses]


@pytest.fixture
def alex(room: Room) -> Person:
    """A member."""
    return room.world.people["alex"]


@pytest.fixture
def sam(room: Room) -> Person:
    """Another member."""
    return room.world.people["sam"]


@pytest.fixture
def mo(room: Room) -> Person:
    """A moderator, who holds Manage Channels."""
    return room.world.people["mo"]


@pytest.fixture
def olivia(room: Room) -> Person:
    """The server's owner."""
    return room.world.people["olivia"]
