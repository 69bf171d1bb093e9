"""Edits of one answer that nothing was heard of: they may arrive late, and undo what was shown since."""

import asyncio
import logging
from collections.abc import Callable

from bot.client.retry import FAILURES
from bot.ui.requests.calls import Call
from bot.ui.requests.limiter import Limiter

log = logging.getLogger(__name__)

# After one another; what hung somewhere on the way has then arrived, or the connections there have ended.
LATE_SECONDS = (25.0, 75.0)


class LateEdits:
    """Shows the end again once what was lost can have arrived."""

    def __init__(self, limiter: Limiter) -> None:
        self._limiter = limiter
        self._lost: set[int] = set()

    def __bool__(self) -> bool:
        return bool(self._lost)

    def note(self, message_id: int) -> None:
        """Note that nothing was heard of an edit of a message."""
        self._lost.add(message_id)

    async def outlast(self, show_again: Callable[[int], Call | None]) -> None:
        """Have each message of which something was lost shown as it should be, now and again."""
        for seconds in LATE_SECONDS:
            await asyncio.sleep(seconds)
            for message_id in self._lost:
                if (call := show_again(message_id)) is not None:
                    await self._made(call, message_id)

    async def _made(self, call: Call, message_id: int) -> None:
        try:
            await call.accepted()
        except FAILURES as error:
            log.info("message %s could not be shown again: %r", message_id, error)
        finally:
            self._limiter.withdraw(call)
