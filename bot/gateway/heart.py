"""The heartbeats of one connection, sent from the event loop.

This stands in for discord.py's thread, which notes when a heartbeat left only once it wakes up again (so that
an answer that came before is taken for one to the heartbeat before: "Can't keep up, … 41 s behind"), and does
not mind if none is acknowledged while events still come.
"""

import asyncio
import logging
from typing import Any, Protocol

from discord import ConnectionClosed
from discord.gateway import DiscordWebSocket

from bot.client.sessions import Heartbeat
from bot.network import FAILURES

log = logging.getLogger(__name__)

SLOW_SECONDS = 10.0


class Beating(Protocol):
    """What a heart needs of its connection: to send a heartbeat, and to close."""

    sequence: int | None
    heartbeat: Heartbeat

    async def send_heartbeat(self, data: Any) -> None:
        """Send a heartbeat."""

    async def leave(self, why: str) -> None:
        """Close the connection."""


class Heart:
    """Sends heartbeats, and leaves a connection where one was not acknowledged by the time of the next."""

    def __init__(self, *, ws: Beating, interval: float, shard_id: int | None) -> None:
        self._connection = ws
        self._shard = shard_id
        self._loop = asyncio.get_running_loop()
        self._sent_at = self._loop.time()
        self._is_answered = True
        self._task: asyncio.Task[None] | None = None
        self.heartbeat = ws.heartbeat = Heartbeat(interval, self._sent_at)

    @property
    def latency(self) -> float:
        """Return how long the last acknowledgement took."""
        return self.heartbeat.latency

    def start(self) -> None:
        """Send the next heartbeats; discord.py has sent the first."""
        self._task = asyncio.create_task(self._beat())

    def stop(self) -> None:
        """Send no more heartbeats."""
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()

    def get_payload(self) -> dict[str, Any]:
        """Return a heartbeat that is sent now."""
        if self._is_answered:
            self._sent_at, self._is_answered = self._loop.time(), False
        return {"op": DiscordWebSocket.HEARTBEAT, "d": self._connection.sequence}

    beat = get_payload  # which the gateway may ask for

    def tick(self) -> None:
        """Note that a frame came, which says nothing of heartbeats."""

    def ack(self) -> None:
        """Note that the heartbeat was acknowledged."""
        now, heart = self._loop.time(), self.heartbeat
        self._is_answered = True
        heart.acknowledged_at, heart.latency = now, now - self._sent_at
        if heart.latency > SLOW_SECONDS:
            log.warning("shard %s: a heartbeat was acknowledged after %.1f s", self._shard, heart.latency)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self.heartbeat.interval)
            if not self._is_answered:
                silent = self._loop.time() - self.heartbeat.acknowledged_at
                await self._connection.leave(f"no heartbeat acknowledged for {silent:.0f} s")
                return
            try:
                await self._connection.send_heartbeat(self.get_payload())
            except (ConnectionClosed, *FAILURES):
                return  # whoever reads from the connection finds it closed
