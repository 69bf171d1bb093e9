"""Which servers are greeted: those that come after the first start, once for each coming."""

import asyncio
from datetime import timedelta

from bot.chat.home.greetings import Greetings
from tests.chat.heart import Heart, started_again

GUILD = 77
HOUR = timedelta(hours=1)


async def loaded(heart: Heart) -> Greetings:
    """Return the greetings of a process that has started."""
    await heart.services.greetings.load()
    return heart.services.greetings


async def test_a_server_that_comes_after_the_first_start_is_new_once(heart: Heart) -> None:
    greetings = await loaded(heart)
    joined = heart.clock.now() + HOUR

    assert await greetings.is_new(GUILD, joined)
    assert not await greetings.is_new(GUILD, joined)
    assert await greetings.is_new(GUILD + 1, joined)


async def test_nobody_is_greeted_twice_while_the_first_time_is_being_noted(heart: Heart) -> None:
    greetings = await loaded(heart)
    joined = heart.clock.now() + HOUR
    looks = (greetings.is_new(GUILD, joined), greetings.is_new(GUILD, joined))

    assert sorted(await asyncio.gather(*looks)) == [False, True]


async def test_servers_of_before_the_first_start_are_old(heart: Heart) -> None:
    greetings = await loaded(heart)

    assert not await greetings.is_new(GUILD, heart.clock.now() - HOUR)
    assert not await greetings.is_new(GUILD, None)


async def test_before_it_is_known_since_when_nobody_is_greeted(heart: Heart) -> None:
    assert not await heart.services.greetings.is_new(GUILD, heart.clock.now() + HOUR)


async def test_another_start_knows_since_when_and_whom_and_greets_a_return(heart: Heart) -> None:
    greetings = await loaded(heart)
    first, second = heart.clock.now() + HOUR, heart.clock.now() + 3 * HOUR
    assert await greetings.is_new(GUILD, first)
    heart.clock.pass_time(hours=2)

    async with started_again(heart) as later:
        again = await loaded(later)
        assert not await again.is_new(GUILD, first)
        assert await again.is_new(GUILD + 1, first)
        assert await again.is_new(GUILD, second)


async def test_the_presence_names_the_bot(heart: Heart) -> None:
    assert heart.services.greetings.presence("Parley") == ""
    assert (
        Greetings(heart.store.facts, heart.clock, "@{name} or /help").presence("Parley") == "@Parley or /help"
    )
