"""One shard's session: opened at its turn, watched, resumed or started anew when it is lost.

This stands in for discord.py's own loop, which reconnects without a pause and waits for ever for a READY.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import yarl
from discord import ConnectionClosed
from discord.gateway import ReconnectWebSocket

from bot.client import invitation
from bot.client.bot import ParleyBot
from bot.errors import MemoryRefused, StartError, TokenRefused
from bot.gateway.connection import Connection, Lost
from bot.gateway.gate import Gate
from bot.gateway.lookup import Unreachable
from bot.gateway.patience import Patience
from bot.gateway.times import Times, until
from bot.network import FAILURES, reason
from bot.rules.places.shards import ShardId
from bot.rules.waits import back_off
from bot.texts import serving, startup

log = logging.getLogger(__name__)

GOODBYE, RESUMABLE = 1000, 4000
MORE_SHARDS = 4011
TOKEN_REFUSED = 4004
FATAL = {
    4010: startup.GATEWAY_REFUSED.format(code=4010, what="its shard"),
    MORE_SHARDS: startup.TOO_FEW_SHARDS,
    4012: startup.GATEWAY_REFUSED.format(code=4012, what="its version of the API"),
    4013: startup.GATEWAY_REFUSED.format(code=4013, what="its intents"),
    4014: startup.INTENT_MISSING,
}
SESSION_OVER = (4003, 4007, 4009)  # not identified, wrong sequence, timed out


@dataclass(frozen=True, slots=True)
class Session:
    """What RESUME needs: the session's id, its address, and the last sequence number."""

    id: str
    sequence: int | None
    gateway: yarl.URL


@dataclass(frozen=True, slots=True)
class Means:
    """What all shards of a process share."""

    client: ParleyBot
    gate: Gate
    patience: Patience
    times: Times
    chance: Callable[[], float]


class Shard:
    """One shard's session, over as many connections as it takes."""

    def __init__(self, means: Means, id_: ShardId) -> None:
        self._means = means
        self._client = means.client
        self._times = means.times
        self._id = id_
        self._number = id_.number
        self._session: Session | None = None
        self._up_since: float | None = None
        self._lost_at = 0.0
        self._failures = 0

    async def keep(self) -> None:
        """Stay connected until cancelled; raise a StartError where Discord refuses for good."""
        await self._take()
        while True:
            try:
                await self._hold()
            except ConnectionClosed as error:  # noticed while something was sent
                await self._pause(Lost(f"closed with {error.code}", error.code))
            except (Lost, ReconnectWebSocket, Unreachable, *FAILURES) as error:
                await self._pause(error)

    async def _take(self) -> None:
        """Read what is kept of the shard's places, before anything is said there."""
        failures = 0
        while True:
            try:
                await self._client.services.holding.take(self._id)
            except MemoryRefused as error:
                failures += 1
                seconds = back_off(failures, self._times.longest, self._means.chance())
                what = (self._number, type(error).__name__, until(seconds))
                log.warning("shard %s: memory refused (%s); trying again at %s", *what)
                await asyncio.sleep(seconds)
            else:
                return

    async def _hold(self) -> None:
        """Open a connection and listen until it is lost."""
        async with AsyncExitStack() as turn:
            resuming = self._session is not None
            connection = await self._open(turn)
            await self._listen(connection, turn, resuming=resuming)

    async def _listen(self, connection: Connection, turn: AsyncExitStack, *, resuming: bool) -> None:
        code = GOODBYE
        try:
            await self._answered(connection, "RESUMED" if resuming else "READY")
            await turn.aclose()
            self._up(connection, resumed=resuming)
            while True:
                await connection.poll_event()
        except Exception:
            code = RESUMABLE
            raise
        finally:
            self._client.sessions.down(self._number)
            id_, sequence, gateway = connection.session_id, connection.sequence, connection.gateway
            self._session = None if id_ is None else Session(id_, sequence, gateway)
            await connection.close(code)

    async def _open(self, turn: AsyncExitStack) -> Connection:
        if self._session is None:
            url = await turn.enter_async_context(self._means.gate.start(self._number))
            return await self._connected(gateway=url)
        one = self._session
        return await self._connected(gateway=one.gateway, session=one.id, sequence=one.sequence, resume=True)

    async def _connected(self, **options: Any) -> Connection:
        """Connect, hear HELLO, and send IDENTIFY or RESUME."""
        try:
            async with asyncio.timeout(self._times.hello):
                connection = await Connection.from_client(
                    self._client, initial=True, shard_id=self._number, **options
                )
        except TimeoutError as error:
            raise Lost(f"no HELLO within {self._times.hello:g} s") from error
        connection.silence = self._times.silence
        return connection

    async def _answered(self, connection: Connection, name: str) -> None:
        answer = connection.wait_for(name, lambda _: True)
        try:
            async with asyncio.timeout(self._times.ready):
                while not answer.done():
                    await connection.poll_event()
        except TimeoutError as error:
            connection.session_id = None
            raise Lost(f"no {name} within {self._times.ready:g} s") from error

    def _up(self, connection: Connection, *, resumed: bool) -> None:
        self._up_since = asyncio.get_running_loop().time()
        self._client.sessions.up(self._number, connection.heartbeat)
        self._means.patience.succeed()
        if resumed:
            log.info("shard %s is connected again", self._number)
        else:
            self._introduce()

    def _introduce(self) -> None:
        """Say who is connected, and in how many servers; one that is in none can be invited."""
        client, count = self._client, sum(self._id.has(one.id) for one in self._client.guilds)
        servers = serving.SERVERS.format(count=count) if count != 1 else serving.ONE_SERVER
        log.info(serving.IN_SERVERS.format(shard=self._number, name=client.user, servers=servers))
        if not count and client.application_id and self._id.count == 1:
            log.info(serving.IN_NO_SERVER.format(link=invitation.link(client.application_id)))

    async def _pause(self, error: Exception) -> None:
        """Say what was lost, and wait before the next attempt; raise a StartError if there is to be none."""
        code = error.code if isinstance(error, Lost) else None
        if code == TOKEN_REFUSED:
            raise TokenRefused(startup.LOGIN_REFUSED) from error
        if code in FATAL:
            raise StartError(FATAL[code]) from error
        now = asyncio.get_running_loop().time()
        self._means.patience.fail()
        if self._up_since is not None:
            self._lost_at = now
            self._failures = 0 if now - self._up_since >= self._times.stable else self._failures
            self._up_since = None
            self._client.dispatch("disconnect")
            self._client.dispatch("shard_disconnect", self._number)
        self._failures += 1
        if code in SESSION_OVER or now - self._lost_at > self._times.resumable:
            self._session = None
        seconds = self._wait(error)
        log.warning(
            "shard %s: %s; %s at %s",
            self._number,
            _why(error),
            "starting anew" if self._session is None else "resuming",
            until(seconds),
        )
        await asyncio.sleep(seconds)

    def _wait(self, error: Exception) -> float:
        chance = self._means.chance()
        seconds = back_off(self._failures - 1, self._times.longest, chance)
        if isinstance(error, ReconnectWebSocket) and not error.resume:  # Discord wants a second to five here
            seconds = max(seconds, self._times.identify * (1 + 4 * chance) / 5)
        return max(seconds, (error.wait or 0.0) if isinstance(error, Unreachable) else 0.0)


def _why(error: Exception) -> str:
    if isinstance(error, ReconnectWebSocket):
        return "Discord asks for another connection" if error.resume else "its session has ended"
    if isinstance(error, Lost | Unreachable):
        return str(error)
    return reason(error)
