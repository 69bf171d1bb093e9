"""The typing indicator: shown until there is text, unless that comes at once; asked for after all else."""

import asyncio

from bot.ui.answers.posting import Channel
from bot.ui.requests.calls import Call, Kind, Priority
from bot.ui.requests.limiter import Limiter

PATIENCE_SECONDS = 0.5  # most models have begun by then, and a request is spared
LASTS_SECONDS = 9.0  # Discord's ten, less what a request takes


class TypingIndicator:
    """Shows in one channel that an answer is on its way."""

    def __init__(self, limiter: Limiter, channel: Channel) -> None:
        self._limiter = limiter
        self._channel = channel
        self._call: Call | None = None
        self._again: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Show it, unless it is stopped soon, until it is stopped."""
        self._again = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._show)

    def _show(self) -> None:
        if self._call is None or not self._call.waits:
            lane = self._channel.lane(Kind.TYPING)
            self._call = self._limiter.ask(lane, Priority.TYPING, self._channel.type)
        self._again = asyncio.get_running_loop().call_later(LASTS_SECONDS, self._show)

    def stop(self) -> None:
        """Ask for no more of it, and take back what waits; Discord takes it away with the first message."""
        if self._call is not None:
            self._limiter.withdraw(self._call)
        if self._again is not None:
            self._again.cancel()
