"""A heart for each test."""

from collections.abc import AsyncIterator

import pytest

from tests.chat.heart import Heart, beating


@pytest.fixture
async def heart() -> AsyncIterator[Heart]:
    async with beating() as beats:
        yield beats
