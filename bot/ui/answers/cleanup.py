"""What is left to do when an answer is on the screen: messages deleted, lost edits repeated."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial

from bot.client.retry import FAILURES, persist
from bot.ui.answers.posting import Channel, Post, nonce_of
from bot.ui.requests.calls import Call, Kind, Priority
from bot.ui.requests.limiter import Limiter

log = logging.getLogger(__name__)

# After one another; what hung somewhere on the way has then arrived, or the connections there have ended.
LATE_SECONDS = (25.0, 75.0)
DELETE_SECONDS = 900.0


class Cleanup:
    """Cleans up after one answer.

    An edit that nothing was heard of may arrive late, and undo what was shown since.
    """

    def __init__(self, limiter: Limiter, channel: Channel) -> None:
        self._limiter = limiter
        self._channel = channel
        self._lost: set[int] = set()

    @property
    def has_lost(self) -> bool:
        """Say whether edits were lost."""
        return bool(self._lost)

    def note_lost(self, message_id: int) -> None:
        """Note that nothing was heard of an edit of a message."""
        self._lost.add(message_id)

    async def delete(self, message_ids: Sequence[int], priority: Priority) -> None:
        """Delete messages; one that Discord does not let go stays."""
        for message_id in message_ids:
            try:
                work = partial(self._delete, message_id, priority)
                await persist(f"message {message_id}", work, DELETE_SECONDS)
            except FAILURES as error:
                log.info("message %s could not be deleted: %s", message_id, error)

    async def _delete(self, message_id: int, priority: Priority) -> None:
        lane, work = self._channel.lane(Kind.DELETE), partial(self._channel.delete, message_id)
        await self._limiter.ask(lane, priority, work).accepted()

    def tell(self, sentence: str, question_id: int) -> None:
        """Name what is missing to those who can change it, where all can read that; nobody waits for it."""
        say = partial(self._channel.create, Post(sentence), nonce_of(question_id, sentence), None)
        self._limiter.ask(self._channel.lane(Kind.CREATE), Priority.SMALL, say)

    async def repeat_lost(self, show_again: Callable[[int], Call | None]) -> None:
        """Have each message of which an edit was lost shown as it should be, now and again."""
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
