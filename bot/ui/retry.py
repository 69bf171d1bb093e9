"""Trying again what Discord's API did not take for the moment."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.ui.posting import FAILURES, Refusal, refusal_of

log = logging.getLogger(__name__)

T = TypeVar("T")
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0  # an API that returns is met within seconds


async def persist(what: str, work: Callable[[], Awaitable[T]], seconds: float) -> T:
    """Do something until it is done, is refused for good, or so many seconds are over; `what` is for the log.

    Raises:
        One of FAILURES: the last one.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    pause = FIRST_PAUSE
    while True:
        try:
            return await work()
        except FAILURES as error:
            why = refusal_of(error, creating=False, replying=False, attaching=False)
            if why is not Refusal.PASSING or loop.time() + pause > until:
                raise
            log.info("%s: trying again in %.1f s after %r", what, pause, error)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
