"""The engine that a test's memory is in: SQLite, unless the test is of both or the run asks for the other."""

from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path

import pytest

from bot.settings.forms import ServerUrl
from bot.store.store import MEMORY
from tests.support import postgres

ENGINE = ContextVar("ENGINE", default="sqlite")  # of the databases that are opened from here on


def new_memory(path: Path | str = MEMORY) -> Path | ServerUrl | str:
    """Return where a memory with nothing in it is to be: at a path, or in PostgreSQL."""
    return postgres.emptied() if ENGINE.get() == "postgres" else path


@pytest.fixture(autouse=True)
def engine(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the bot's memory be in the engine that the test or the run asks for."""
    name = getattr(request, "param", "sqlite")
    if name == "postgres" and not postgres.is_there():
        pytest.skip(postgres.NONE_FOUND)
    everywhere = request.config.getoption("--database")
    token = ENGINE.set(everywhere if everywhere != "sqlite" else name)
    yield
    ENGINE.reset(token)
