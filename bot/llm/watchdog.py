"""Time limits on a stream: one timer that is looked at, not set anew, for each chunk.

The client's own timeout is reset by every keep-alive comment, and `asyncio.timeout` may not be held over a
`yield`; this one interrupts only what is awaited through it.
"""

import asyncio
from collections.abc import Awaitable
from types import TracebackType
from typing import Self, TypeVar

T = TypeVar("T")


class Watchdog:
    """Interrupt awaits that take longer than their own limit, or than what is left of the total."""

    def __init__(self, total_seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._total = total_seconds
        self._end = self._loop.time() + total_seconds
        self._deadline = self._end
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: asyncio.Task[object] | None = None
        self._what = ""
        self._expired = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer:
            self._timer.cancel()

    async def within(self, seconds: float, awaitable: Awaitable[T], what: str = "no answer") -> T:
        """Await something; raise TimeoutError when it takes longer, or the total has passed.

        The error says `what` there was not, within how long, or that it was the total.
        """
        self._deadline, self._what = self._loop.time() + seconds, f"{what} within {seconds:g} s"
        if self._deadline > self._end:
            self._deadline, self._what = self._end, f"not done within {self._total:g} s in all"
        self._arm()
        task = self._waiting = asyncio.current_task()
        cancelling = task.cancelling() if task else 0
        try:
            return await awaitable
        except asyncio.CancelledError:
            if self._expired and task and task.uncancel() <= cancelling:
                self._expired = False
                raise TimeoutError(self._what) from None
            raise
        finally:
            self._waiting = None

    def _arm(self) -> None:
        if self._timer and self._timer.when() <= self._deadline:
            return
        if self._timer:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._deadline, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._loop.time() < self._deadline:
            self._arm()
        elif self._waiting:
            self._expired = True
            self._waiting.cancel()
