"""An event loop whose clock jumps: whoever sleeps wakes at once, and hours pass in a moment."""

import asyncio
import selectors
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")


class _Selector(selectors.SelectSelector):
    """Never waits for longer than sockets and threads need, but notes how long it was to."""

    skipped = 0.0
    threads = 0

    def __init__(self, patience: float) -> None:
        super().__init__()
        self.patience = patience

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        patience = self.patience if self.threads == 0 and timeout is not None else 1000 * self.patience
        ready = super().select(patience if timeout is None else min(timeout, patience))
        if not ready and timeout is None:
            raise RuntimeError("nothing will ever happen")
        if not ready and timeout is not None:
            self.skipped += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """Tells a time that only passes while all sleep, sockets and threads for so many real seconds."""

    def __init__(self, patience: float = 0.0) -> None:
        self._selector_of_time = _Selector(patience)
        super().__init__(self._selector_of_time)

    def time(self) -> float:
        return 1000.0 + self._selector_of_time.skipped

    def expect(self, patience: float) -> None:
        """Wait so many real seconds for sockets and threads from now on."""
        self._selector_of_time.patience = patience

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # type: ignore[override]
        future = super().run_in_executor(executor, func, *args)
        self._selector_of_time.threads += 1
        future.add_done_callback(self._end_thread)
        return future

    @contextmanager
    def thread(self) -> Iterator[None]:
        """Let no time pass within this context, in which a thread of somebody else's is at work."""
        self._selector_of_time.threads += 1
        try:
            yield
        finally:
            self._selector_of_time.threads -= 1

    def _end_thread(self, _: object) -> None:
        self._selector_of_time.threads -= 1


def run(work: Coroutine[Any, Any, T], patience: float = 0.0) -> T:
    """Run a coroutine in virtual time; where it has sockets or threads, with some patience for them."""
    with asyncio.Runner(loop_factory=partial(VirtualLoop, patience)) as runner:
        return runner.run(work)
