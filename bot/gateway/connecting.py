"""The start: logging in, however long it takes, and then staying connected."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord

from bot.client.bot import ParleyBot
from bot.client.retry import LongWait
from bot.errors import StartError
from bot.gateway.holding import Gateway, Sharing, Waits
from bot.gateway.lookup import Found, Lookup, Unreachable, refusal
from bot.gateway.times import DEFAULT_TIMES, Times, until
from bot.network import FAILURES, reason
from bot.rules.waits import back_off
from bot.texts import startup

log = logging.getLogger(__name__)

READY_SECONDS = 15.0


@asynccontextmanager
async def connected(
    bot: ParleyBot, token: str, times: Times = DEFAULT_TIMES, sharing: Sharing | None = None
) -> AsyncIterator[asyncio.Task[None]]:
    """Connect, wait until the bot listens, and disconnect at the end; yield what ends when it can't stay.

    Raises:
        StartError: what the self-hoster has to mend, or that the bot did not get ready.
    """
    connecting = asyncio.create_task(connect_to_discord(bot, token, times, sharing))
    ready = asyncio.create_task(bot.wait_until_ready())
    both = {connecting, ready}
    try:
        await asyncio.wait(both, timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if connecting.done():
            await connecting
        if not ready.done():
            raise StartError(startup.NOT_CONNECTED.format(seconds=round(READY_SECONDS)))
        yield connecting
    finally:
        for task in both:
            task.cancel()
        await asyncio.gather(*both, return_exceptions=True)


async def connect_to_discord(
    bot: ParleyBot,
    token: str,
    times: Times = DEFAULT_TIMES,
    sharing: Sharing | None = None,
) -> None:
    """Log in and stay connected until cancelled.

    Raises:
        StartError: what the self-hoster has to mend, in a sentence.
    """
    lookup, waits = Lookup(token, bot.api_url), Waits(times, random.random)
    try:
        async with asyncio.TaskGroup() as both:
            both.create_task(_watch(bot, lookup))
            both.create_task(_stay(bot, lookup, waits, sharing or Sharing()))
    except ExceptionGroup as failures:
        raise failures.exceptions[0]  # noqa: B904 - the group is nothing but its first failure


async def _watch(bot: ParleyBot, lookup: Lookup) -> None:
    """Raise a StartError once a 401 shows that the token is no longer valid; one may be a proxy's own."""
    while True:
        await bot.unauthorized.wait()
        bot.unauthorized.clear()
        try:
            await lookup.gateway()
        except Unreachable as error:
            log.warning("Discord answered 401, and can't be asked why: %s", error)


async def _stay(bot: ParleyBot, lookup: Lookup, waits: Waits, sharing: Sharing) -> None:
    found = await _logged_in(bot, lookup, waits)
    await Gateway(bot, lookup, waits, sharing).run(found)


async def _logged_in(bot: ParleyBot, lookup: Lookup, waits: Waits) -> Found:
    """Log in, and try again until it succeeds; raise what can't get better."""
    failures = 0
    while True:
        try:
            found = await lookup.gateway()
            await _log_in(bot, lookup.token)
        except Unreachable as error:
            failures += 1
            seconds = back_off(failures, waits.times.longest_at_start, waits.chance())
            seconds = seconds if error.wait is None else max(seconds, error.wait)
            log.warning("Discord can't be reached: %s; trying again at %s", error, until(seconds))
            await asyncio.sleep(seconds)
        else:
            return found


async def _log_in(bot: ParleyBot, token: str) -> None:
    try:
        await bot.login(token)
    except discord.LoginFailure as error:  # by something else than Discord, which has just let us look
        await _forget(bot)
        raise Unreachable("status 401") from error
    except discord.HTTPException as error:
        await _forget(bot)
        if error.status == 200:  # a page of something in between
            raise Unreachable(startup.NOT_DISCORD) from error
        raise refusal(error.status, error.response.headers) from error
    except LongWait as error:
        await _forget(bot)
        raise Unreachable("it refuses all requests from here for now") from error
    except FAILURES as error:
        await _forget(bot)
        raise Unreachable(reason(error)) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # discord.py trusts what it reads
        if bot.application is not None:  # then all was read, and this is a bug of ours
            raise
        await _forget(bot)
        raise Unreachable(startup.NOT_DISCORD) from error


async def _forget(bot: ParleyBot) -> None:
    """Close what a failed login leaves open; the next attempt opens it anew."""
    await bot.http.close()
    bot.http.connector = discord.utils.MISSING
