"""A store and a conversation in it, in SQLite's memory and in PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from bot.store.connection.database import Database
from bot.store.connection.migrate import migrate, shipped
from bot.store.postgres.opening import open_postgres
from bot.store.store import MEMORY, Store, open_store
from tests.store.building import StoppedClock, Talk
from tests.support import postgres


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    """Return the engine's name; what is SQLite's alone is marked `parametrize("engine", ["sqlite"])`."""
    name: str = request.param
    if name == "postgres" and not postgres.is_there():
        pytest.skip(postgres.NONE_FOUND)
    return name


@pytest.fixture
async def store(engine: str, clock: StoppedClock) -> AsyncIterator[Store]:
    async with open_store(MEMORY if engine == "sqlite" else postgres.emptied(), clock.now) as opened:
        yield opened


@pytest.fixture
async def talk(store: Store, clock: StoppedClock) -> Talk:
    return Talk(store, clock)


@pytest.fixture
async def database(engine: str, clock: StoppedClock) -> AsyncIterator[Database]:
    """Return the bare database, for what can only be seen below the ports."""
    if engine == "postgres":
        opened = await open_postgres(postgres.emptied(), clock.now)
    else:
        opened = await Database.connect(MEMORY)
        await migrate(opened, None, clock.now, shipped())
    try:
        yield opened
    finally:
        await opened.close()
