"""The shards' sessions: opened within Discord's limits, watched, resumed or started anew when they are lost.

This stands in for discord.py's own loop, which reconnects without a pause and waits for ever for a READY.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import yarl
from discord import ConnectionClosed
from discord.gateway import ReconnectWebSocket

from bot.client import invitation
from bot.client.bot import ParleyBot
from bot.errors import StartError, TokenRefused
from bot.gateway.connection import Connection, Lost
from bot.gateway.lookup import Found, Lookup, Unreachable
from bot.gateway.patience import Patience
from bot.network import FAILURES, reason
from bot.rules.waits import back_off, before_a_session
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
class Times:
    """Seconds that are waited for the gateway, and before it is tried again."""

    hello: float = 15.0  # for a connection and its HELLO
    ready: float = 30.0  # for READY after IDENTIFY, RESUMED after RESUME
    silence: float = 55.0  # without a frame; a heartbeat is answered at least each 45 s
    stable: float = 10.0  # a connection that held so long was no failure
    resumable: float = 90.0  # a session that was lost for so long is given up
    identify: float = 5.0  # between two sessions' starts
    longest: float = 30.0  # between two attempts
    hopeless: float = 300.0  # without any session, though Discord's API answers
    longest_at_start: float = 60.0


DEFAULT_TIMES = Times()


@dataclass(frozen=True, slots=True)
class Session:
    """What it takes to resume."""

    id: str
    sequence: int | None
    gateway: yarl.URL


class Gateway:
    """Keeps all shards of a client connected."""

    def __init__(self, client: ParleyBot, lookup: Lookup, times: Times, chance: Callable[[], float]) -> None:
        self.client = client
        self.times = times
        self.chance = chance
        self._lookup = lookup
        self._found: Found | None = None
        self._one_at_a_time = asyncio.Lock()
        self._next_start = 0.0
        self.patience = Patience(client.sessions, lookup, times.hopeless, times.longest)

    async def run(self, found: Found) -> None:
        """Stay connected until cancelled.

        Raises:
            StartError: Discord refuses the bot for good.
        """
        while True:
            self._found = found
            state: Any = self.client._connection
            self.client.sessions.shards = found.shards
            self.client.shard_count = state.shard_count = found.shards
            state.shard_ids = range(found.shards)
            try:
                async with asyncio.TaskGroup() as shards:
                    shards.create_task(self.patience.lose())
                    for number in range(found.shards):
                        shards.create_task(Shard(self, number).keep())
            except ExceptionGroup as failures:
                found = await self._more_shards(failures.exceptions[0], found)

    async def _more_shards(self, failure: Exception, found: Found) -> Found:
        """Return a bigger number of shards if that is all that is missing, else raise the failure."""
        cause = failure.__cause__
        if isinstance(cause, Lost) and cause.code == MORE_SHARDS:
            newer = await self._lookup.gateway()
            if newer.shards > found.shards:
                log.warning("Discord wants %s shards now", newer.shards)
                return newer
        raise failure

    @asynccontextmanager
    async def start(self) -> AsyncIterator[yarl.URL]:
        """Wait until another session may be started, and yield the gateway's address to start it at."""
        async with self._one_at_a_time:
            first, self._found = self._found, None
            found = first or await self._lookup.gateway()
            while found.remaining <= 0:
                pause = max(found.reset_after, self.times.identify)  # at once it would be asked without end
                log.warning(
                    "no session may be started before Discord counts them anew: waiting until %s",
                    until(pause),
                )
                await self.patience.wait_for_leave(pause)
                found = await self._lookup.gateway()
            now = asyncio.get_running_loop().time()
            pause = self._next_start - now
            if first is None:
                pause = max(pause, before_a_session(found.remaining, found.total, found.reset_after))
            if pause > self.times.identify:
                log.warning(
                    "%s of %s session starts are left: the next one is at %s",
                    found.remaining,
                    found.total,
                    until(pause),
                )
            await self.patience.wait_for_leave(pause)
            self._next_start = asyncio.get_running_loop().time() + self.times.identify
            yield yarl.URL(found.url)


class Shard:
    """One shard's session, over as many connections as it takes."""

    def __init__(self, gateway: Gateway, number: int) -> None:
        self._gateway = gateway
        self._client = gateway.client
        self._times = gateway.times
        self._number = number
        self._session: Session | None = None
        self._up_since: float | None = None
        self._lost_at = 0.0
        self._failures = 0

    async def keep(self) -> None:
        """Stay connected until cancelled; raise a StartError where Discord refuses for good."""
        while True:
            try:
                await self._hold()
            except ConnectionClosed as error:  # noticed while something was sent
                await self._pause(Lost(f"closed with {error.code}", error.code))
            except (Lost, ReconnectWebSocket, Unreachable, *FAILURES) as error:
                await self._pause(error)

    async def _hold(self) -> None:
        """Open a connection and listen until it is lost."""
        resuming = self._session is not None
        connection = await self._open()
        code = GOODBYE
        try:
            await self._answered(connection, "RESUMED" if resuming else "READY")
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

    async def _open(self) -> Connection:
        if self._session is None:
            async with self._gateway.start() as url:
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
        self._gateway.patience.succeed()
        if resumed:
            log.info("shard %s is connected again", self._number)
        else:
            self._introduce()

    def _introduce(self) -> None:
        """Say who is connected, and in how many servers; one that is in none can be invited."""
        client, count = self._client, len(self._client.guilds)
        servers = serving.SERVERS.format(count=count) if count != 1 else serving.ONE_SERVER
        log.info(serving.IN_SERVERS.format(shard=self._number, name=client.user, servers=servers))
        if not count and client.application_id and client.sessions.shards == 1:
            log.info(serving.IN_NO_SERVER.format(link=invitation.link(client.application_id)))

    async def _pause(self, error: Exception) -> None:
        """Say what was lost, and wait before the next attempt; raise a StartError if there is to be none."""
        code = error.code if isinstance(error, Lost) else None
        if code == TOKEN_REFUSED:
            raise TokenRefused from error
        if code in FATAL:
            raise StartError(FATAL[code]) from error
        now = asyncio.get_running_loop().time()
        self._gateway.patience.fail()
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
        chance = self._gateway.chance()
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


def until(seconds: float) -> str:
    """Return the time of day, as the log tells it, so many seconds from now."""
    when = datetime.now().astimezone() + timedelta(seconds=seconds)
    return f"{when:%H:%M:%S}" if seconds < 3600 else f"{when:%Y-%m-%d %H:%M:%S}"
