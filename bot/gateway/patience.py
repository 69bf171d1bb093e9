"""How long a process goes without a session before it ends, so that a new one may fare better."""

import asyncio
import math
from dataclasses import dataclass

from bot.client.sessions import Sessions
from bot.errors import GatewayLost
from bot.gateway.lookup import Lookup, Unreachable
from bot.texts import startup


@dataclass(eq=False)
class Patience:
    """Ends what waits for a session after `most_seconds` without any, unless all of Discord is away.

    While Discord's API does not answer either, another process would be no better off, and a restart each few
    minutes would only use up session starts; it is asked again after `pause` seconds. The same holds where
    Discord has a session wait.
    """

    sessions: Sessions
    lookup: Lookup
    most_seconds: float
    pause: float

    def __post_init__(self) -> None:
        self._in_vain_since = math.inf

    def fail(self) -> None:
        """Note that there is no session just now, if no shard has one."""
        if self.sessions.are_all_down:
            self._in_vain_since = min(self._in_vain_since, asyncio.get_running_loop().time())

    def look(self) -> None:
        """Note which shards are held now: where none is, no session is waited for."""
        if self.sessions.are_all_down:
            self.fail()
        else:
            self.succeed()

    def succeed(self) -> None:
        """Note that there is a session."""
        self._in_vain_since = math.inf

    async def wait_for_leave(self, seconds: float) -> None:
        """Wait until Discord lets a session begin; more than a `pause` is no time without success."""
        if seconds > self.pause:
            self._in_vain_since = math.inf
        await asyncio.sleep(seconds)
        self.fail()

    async def lose(self) -> None:
        """Wait until there has been no session for too long.

        Raises:
            GatewayLost: that is so, and Discord's API answers.
            StartError: the token is refused.
        """
        self.fail()
        while True:
            left = self._in_vain_since + self.most_seconds - asyncio.get_running_loop().time()
            if left <= 0:
                left = await self._ask_whether_all_is_away()
            await asyncio.sleep(min(left, self.most_seconds))

    async def _ask_whether_all_is_away(self) -> float:
        """Return after how many seconds to ask again."""
        try:
            await self.lookup.gateway()
        except Unreachable as error:
            return max(self.pause, error.wait or 0.0)
        raise GatewayLost(startup.GATEWAY_LOST.format(seconds=round(self.most_seconds)))
