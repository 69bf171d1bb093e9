"""The events of a stream, by openai's client, and whether the server said that these were all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from openai import AsyncStream
from openai._streaming import ServerSentEvent

DONE = "[DONE]"
DRAIN_SECONDS = 2.0  # for the connection to be used again


class Events(AsyncStream[object]):
    """A stream that knows whether it is complete: not every server gives a finish reason."""

    done = False

    async def _iter_events(self) -> AsyncIterator[ServerSentEvent]:
        events = super()._iter_events()
        async for event in events:
            if event.data.startswith(DONE):
                self.done = True
                with suppress(TimeoutError):
                    async with asyncio.timeout(DRAIN_SECONDS):
                        async for _ in events:
                            pass
                return
            yield event
