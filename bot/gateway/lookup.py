"""The few requests that a start needs before anything else: who the bot is, and where its gateway is.

They go past discord.py's client, which tries again and sleeps without a word; here each is one attempt, and
what went wrong is told.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from discord.http import Route

from bot.errors import TokenRefused
from bot.network import FAILURES, proxy_for, reason
from bot.rules.figures import MOST_SECONDS, figure, seconds
from bot.texts import startup

ATTEMPT_SECONDS = 10.0
ME, APPLICATION, GATEWAY = "/users/@me", "/oauth2/applications/@me", "/gateway/bot"
EXPECTED = {ME: "id", APPLICATION: "flags", GATEWAY: "session_start_limit"}


class Unreachable(Exception):
    """Discord did not answer as it should, which may get better; after `wait` seconds, if it said so."""

    def __init__(self, why: str, wait: float | None = None, status: int | None = None) -> None:
        super().__init__(why)
        self.wait = wait
        self.status = status


@dataclass(frozen=True, slots=True)
class Found:
    """Where the gateway is, how many shards it wants, and how many sessions may still be started.

    Shards of which no two leave the same remainder by `concurrency` may each start one at the same time.
    """

    url: str
    shards: int
    remaining: int
    total: int
    reset_after: float
    concurrency: int = 1

    @classmethod
    def read(cls, answer: Any) -> "Found":
        """Read the answer of GET /gateway/bot; raise Unreachable where it is not of Discord's shape."""
        try:
            return cls._read(answer)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Unreachable(startup.NOT_DISCORD) from error

    @classmethod
    def _read(cls, answer: Any) -> "Found":
        starts = answer["session_start_limit"]
        reset_after = (figure(starts["reset_after"], 1000 * MOST_SECONDS) or 0.0) / 1000
        told = (answer["url"], answer["shards"], starts["remaining"], starts["total"], reset_after)
        return cls(*told, max(1, starts.get("max_concurrency", 1)))


@dataclass(frozen=True, slots=True)
class _Heard:
    """A response: its JSON, and the time in its Date header."""

    body: Any
    date: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """Discord's REST API as seen with a token."""

    token: str = field(repr=False)
    api_url: str | None = None

    async def gateway(self) -> Found:
        """Find the gateway.

        Raises:
            Unreachable: it can't be found now.
            StartError: the token is refused.
        """
        [answer] = await self.ask(GATEWAY)
        return Found.read(answer)

    async def date(self) -> str:
        """Return what time Discord says it is, as headers have it; raises as `gateway` does."""
        [heard] = await self._hear(GATEWAY)
        return heard.date

    async def ask(self, *paths: str) -> Sequence[Any]:
        """Return the answers of some GET requests; raises as `gateway` does."""
        return [heard.body for heard in await self._hear(*paths)]

    async def _hear(self, *paths: str) -> Sequence[_Heard]:
        base = self.api_url or Route.BASE
        timeout = aiohttp.ClientTimeout(total=ATTEMPT_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            return [await self._answer(session, base, path) for path in paths]

    async def _answer(self, session: aiohttp.ClientSession, base: str, path: str) -> _Heard:
        url = base + path
        headers = {"Authorization": f"Bot {self.token}", "User-Agent": "DiscordBot (Parley)"}
        try:
            async with session.get(
                url, headers=headers, proxy=proxy_for(url), allow_redirects=False
            ) as response:
                body = _json(await response.read())
        except FAILURES as error:
            raise Unreachable(f"{reason(error)}, {url}") from error
        if response.status == 401 and body is not None:
            raise TokenRefused(startup.LOGIN_REFUSED)
        if response.status != 200:
            raise refusal(response.status, response.headers, url)
        expected = EXPECTED.get(path)
        if body is None or (expected and not (isinstance(body, dict) and expected in body)):
            raise Unreachable(f"{startup.NOT_DISCORD}, {url}")
        return _Heard(body, response.headers.get("Date", ""))


def _json(body: bytes) -> Any:
    """Return a response's JSON; None where it is not Discord's."""
    try:
        said = json.loads(body)
    except ValueError:
        return None
    return said if isinstance(said, dict | list) else None


def refusal(status: int, headers: Mapping[str, str], url: str = "") -> Unreachable:
    """Return the error that an unsuccessful status means."""
    where = f", {url}" if url else ""
    if status != 429:
        return Unreachable(f"status {status}{where}", status=status)
    wait = seconds(headers.get("Retry-After"))  # None where it is absent, or a date
    return Unreachable(f"too many requests (status 429){where}", wait)
