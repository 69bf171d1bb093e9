"""Pauses between the tries of an answer's requests, and waits that end early."""

import asyncio
from contextlib import suppress

FIRST_RETRY, LONGEST_RETRY = 0.5, 5.0  # an API that returns is met within seconds


class BackOff:
    """Failures in a row, and the pause after each."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._pause = FIRST_RETRY

    def succeed(self) -> None:
        """Begin anew."""
        self._since, self._pause = None, FIRST_RETRY

    def fail(self, now: float) -> tuple[float, float]:
        """Return since how many seconds there are only failures, and how many to wait now."""
        self._since = now if self._since is None else self._since
        pause, self._pause = self._pause, min(2 * self._pause, LONGEST_RETRY)
        return now - self._since, pause


async def wait(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, but no longer than that."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
