"""The typing indicator: shown until there is text; asked for rarely, and after all else."""

import asyncio

from bot.ui.answers.posting import Channel
from bot.ui.requests.lanes import Call, Kind, Lane, Priority
from bot.ui.requests.limiter import Limiter

LASTS_SECONDS = 9.0  # Discord's ten, less what a request takes


class TypingIndicator:
    """Shows in one channel that an answer is on its way."""

    def __init__(self, limiter: Limiter, channel: Channel) -> None:
        self._limiter = limiter
        self._channel = channel
        self._call: Call | None = None
        self._again: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Show it until it is stopped."""
        if self._call is None or not self._call.waits:
            lane = Lane(self._channel.id, Kind.TYPING)
            self._call = self._limiter.ask(lane, Priority.TYPING, self._channel.type)
        self._again = asyncio.get_running_loop().call_later(LASTS_SECONDS, self.start)

    def stop(self) -> None:
        """Ask for no more of it, and take back what waits; Discord takes it away with the first message."""
        if self._call is not None:
            self._limiter.withdraw(self._call)
        if self._again is not None:
            self._again.cancel()
