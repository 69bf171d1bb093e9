"""Retries of what Discord's API refused for the moment, and what counts as that."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import discord

from bot import network

log = logging.getLogger(__name__)

T = TypeVar("T")
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0  # an API that returns is met within seconds
FAILURES = (discord.DiscordException, *network.FAILURES)
# Refusals for the moment that look like final ones: internal errors, an overload, a slow channel.
FOR_THE_MOMENT = frozenset({20016, 20022, 20028, 20029, 40062, 40333, 130000})
NO_TOKEN_OF_AN_INTERACTION = 50027


class LongWait(TimeoutError):
    """A rate limit that lasts longer than anybody is kept waiting."""


class TooManyRequests(discord.HTTPException):
    """A 429, with the seconds after which the request may be made again."""

    def __init__(self, response: Any, told: dict[str, Any] | str, retry_after: float) -> None:
        super().__init__(response, told)
        self.retry_after = retry_after


def is_passing(error: BaseException) -> bool:
    """Say whether the same request may succeed later.

    Only Discord's own JSON is final, and only with a code that says so; whatever else answers in its place
    (a proxy, a filter, an error page) says nothing of the request.
    """
    if isinstance(error, LongWait):
        return False
    if not isinstance(error, discord.HTTPException):
        return not isinstance(error, discord.DiscordException)
    if error.code == NO_TOKEN_OF_AN_INTERACTION:
        return False
    return (
        error.status in (401, 429) or error.status >= 500 or error.code == 0 or error.code in FOR_THE_MOMENT
    )


class BackOff:
    """Failures in a row, and the pause after each."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._pause = FIRST_PAUSE

    def fail(self, now: float) -> tuple[float, float]:
        """Return for how many seconds there have only been failures, and how many to wait now."""
        self._since = now if self._since is None else self._since
        pause, self._pause = self._pause, min(2 * self._pause, LONGEST_PAUSE)
        return now - self._since, pause


async def persist(what: str, work: Callable[[], Awaitable[T]], seconds: float) -> T:
    """Repeat something until it succeeds, is refused for good, or so many seconds are over; `what` is logged.

    Raises:
        One of FAILURES: the last one.
    """
    loop = asyncio.get_running_loop()
    until, back_off = loop.time() + seconds, BackOff()
    while True:
        try:
            return await work()
        except FAILURES as error:
            asked = error.retry_after if isinstance(error, TooManyRequests) else 0.0
            _, pause = back_off.fail(loop.time())
            wait = max(pause, asked)
            if not is_passing(error) or loop.time() + wait > until:
                raise
            log.info("%s: trying again in %.2f s after %r", what, wait, error)
        await asyncio.sleep(wait)
