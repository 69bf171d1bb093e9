"""A heart for each test."""

from collections.abc import AsyncIterator

import pytest

from tests.chat.heart import Heart, beating
from tests.support.engine import engine as engine


@pytest.fixture
async def heart(engine: None) -> AsyncIterator[Heart]:
    async with beating() as beats:
        yield beats
