"""A place at which something waits until a test lets it go on."""

from __future__ import annotations

import asyncio


class Gate:
    """Hold whoever comes here until it is released; once released it stays open."""

    def __init__(self) -> None:
        self._reached = asyncio.Event()
        self._released = asyncio.Event()

    @property
    def open(self) -> bool:
        """Return whether it was released."""
        return self._released.is_set()

    async def reached(self, limit: float = 10.0) -> None:
        """Wait until somebody has come here."""
        async with asyncio.timeout(limit):
            await self._reached.wait()

    def release(self) -> None:
        """Let all go on."""
        self._released.set()

    async def wait(self) -> None:
        """Wait for the release."""
        self._reached.set()
        await self._released.wait()
