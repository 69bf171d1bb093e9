"""The real clock; tests have one of their own."""

import asyncio
import time
from datetime import UTC, datetime


class SystemClock:
    """Time as this machine knows it."""

    def now(self) -> datetime:
        """Return the time of day, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that only ever grow."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
