"""Faults on demand, as the real client meets them."""

from __future__ import annotations

import asyncio

import aiohttp
import discord
import pytest

from playground import Playground
from tests.playground.conftest import Client

MESSAGES = "/channels/*/messages"


@pytest.fixture
def channel(playground: Playground, bot: Client) -> discord.PartialMessageable:
    return bot.get_partial_messageable(playground.world.channel("general").id)


async def test_a_status_is_answered_as_often_as_wanted(
    playground: Playground, channel: discord.PartialMessageable
) -> None:
    playground.faults.next("POST", MESSAGES, status=503, times=2)
    codes = []
    for _ in range(2):
        with pytest.raises(discord.DiscordServerError) as caught:
            await channel.send("no")
        codes.append(caught.value.status)
    await channel.send("yes")

    assert codes == [503, 503]
    assert [message.content for message in playground.world.channel("general").messages.values()][-1] == "yes"


async def test_a_pattern_means_the_route_that_it_names(
    playground: Playground, channel: discord.PartialMessageable
) -> None:
    playground.faults.next("PATCH", MESSAGES + "/*", status=403)
    message = await channel.send("fine")

    with pytest.raises(discord.Forbidden):
        await message.edit(content="not fine")


async def test_a_dropped_connection_reaches_the_client(
    playground: Playground, channel: discord.PartialMessageable
) -> None:
    playground.faults.drop("POST", MESSAGES)
    with pytest.raises(aiohttp.ClientError):
        await channel.send("lost")

    assert "lost" not in playground.world.describe()


async def test_a_connection_can_drop_after_the_request_took_effect(
    playground: Playground, channel: discord.PartialMessageable
) -> None:
    playground.faults.drop("POST", MESSAGES, after=True)
    with pytest.raises(aiohttp.ClientError):
        await channel.send("arrived")

    assert "arrived" in playground.world.describe()


async def test_a_held_request_waits_until_it_is_released(
    playground: Playground, channel: discord.PartialMessageable
) -> None:
    hold = playground.faults.hold("POST", MESSAGES)
    sending = asyncio.create_task(channel.send("held"))
    await hold.reached()
    before = playground.world.describe()
    hold.release()
    await sending

    assert "held" not in before
    assert "held" in playground.world.describe()


async def test_what_the_client_gives_up_on_still_takes_effect(
    playground: Playground, channel: discord.PartialMessageable
) -> None:
    hold = playground.faults.hold("POST", MESSAGES)
    sending = asyncio.create_task(channel.send("given up"))
    await hold.reached()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    hold.release()

    await playground.world.until(lambda: "given up" in playground.world.describe())


async def test_a_round_trip_takes_its_time(
    playground: Playground, channel: discord.PartialMessageable
) -> None:
    playground.faults.round_trip = 0.06
    loop = asyncio.get_running_loop()
    start = loop.time()
    await channel.send("there and back")

    assert loop.time() - start >= 0.06


async def test_a_slow_api_is_slow(playground: Playground, channel: discord.PartialMessageable) -> None:
    playground.faults.slow(0.05, "POST", MESSAGES)
    loop = asyncio.get_running_loop()
    start = loop.time()
    await channel.send("slow")

    assert loop.time() - start >= 0.05


async def test_a_fault_that_ended_happens_no_more(
    playground: Playground, channel: discord.PartialMessageable
) -> None:
    playground.faults.slow(3600).end()

    await channel.send("quick")


async def test_a_429_without_via_is_raised_at_once(
    playground: Playground, channel: discord.PartialMessageable
) -> None:
    playground.faults.rate_limit("POST", MESSAGES, via=False)

    with pytest.raises(discord.HTTPException) as caught:
        await channel.send("banned")
    assert caught.value.status == 429


async def test_an_injected_429_is_outwaited(
    playground: Playground, channel: discord.PartialMessageable
) -> None:
    playground.faults.rate_limit("POST", MESSAGES, retry_after=0.05, overall=True)
    await channel.send("at last")

    assert [
        entry.status for entry in playground.wire.rest("POST", MESSAGES.replace("*", "{channel_id}"))
    ] == [429, 200]


async def test_an_unknown_route_is_a_loud_404_that_names_it(playground: Playground) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{playground.api_url}/guilds/1/soundboard-sounds") as response,
    ):
        body = await response.json()

    assert response.status == 404
    assert body["message"] == "404: the playground has no route GET /guilds/1/soundboard-sounds"
    assert [entry.path for entry in playground.wire.unknown()] == ["/guilds/1/soundboard-sounds"]


async def test_a_wrong_token_is_refused(playground: Playground) -> None:
    async with (
        aiohttp.ClientSession(headers={"Authorization": "Bot wrong"}) as session,
        session.get(f"{playground.api_url}/users/@me") as response,
    ):
        body = await response.json()

    assert (response.status, body) == (401, {"message": "401: Unauthorized", "code": 0})
