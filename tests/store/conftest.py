"""A store in memory and a conversation in it."""

from collections.abc import AsyncIterator

import pytest

from bot.store.connection.database import Database
from bot.store.connection.migrate import migrate, shipped
from bot.store.sqlite import MEMORY, Store, open_store
from tests.store.building import StoppedClock, Talk


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def store(clock: StoppedClock) -> AsyncIterator[Store]:
    async with open_store(MEMORY, clock.now) as opened:
        yield opened


@pytest.fixture
async def talk(store: Store, clock: StoppedClock) -> Talk:
    return Talk(store, clock)


@pytest.fixture
async def database(clock: StoppedClock) -> AsyncIterator[Database]:
    """Return the bare database, for what can only be seen below the ports."""
    opened = await Database.connect(MEMORY)
    try:
        await migrate(opened, None, clock.now, shipped())
        yield opened
    finally:
        await opened.close()
