"""Sharding as awkward as Discord's: who may identify when, and who hears of what."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from playground import Limits, Playground
from playground.world.entities import Guild
from playground.world.interacting.commands import check_commands, register

INTENTS = 1 | 1 << 9 | 1 << 12 | 1 << 15
HELLO, IDENTIFY, INVALID = 10, 2, 9


@dataclass
class Bot:
    """A connection that speaks the protocol itself."""

    socket: aiohttp.ClientWebSocketResponse
    token: str

    async def identify(self, shard: tuple[int, int] | None = None) -> dict[str, Any]:
        """Identify, and return what is answered; after a close its code."""
        named = {} if shard is None else {"shard": list(shard)}
        data = {"token": self.token, "intents": INTENTS, "properties": {}} | named
        await self.socket.send_json({"op": IDENTIFY, "d": data})
        return await self.hear()

    async def hear(self) -> dict[str, Any]:
        frame = await self.socket.receive(timeout=10)
        if frame.type is aiohttp.WSMsgType.TEXT:
            told: dict[str, Any] = json.loads(frame.data)
            return told
        return {"closed": self.socket.close_code}

    async def until(self, *names: str) -> dict[str, Any]:
        """Return the first event of one of these names."""
        while (told := await self.hear())["t"] not in names:
            pass
        return told


@pytest.fixture
async def real() -> AsyncIterator[Playground]:
    async with Playground(limits=Limits()) as running:
        yield running


@asynccontextmanager
async def bots(playground: Playground, count: int) -> AsyncIterator[list[Bot]]:
    async with aiohttp.ClientSession() as session:
        sockets = [await session.ws_connect(playground.gateway_url) for _ in range(count)]
        for socket in sockets:
            assert (await socket.receive_json())["op"] == HELLO
        yield [Bot(socket, playground.token) for socket in sockets]


def on(playground: Playground, number: int, count: int) -> Guild:
    """Return a guild of a shard."""
    world = playground.world
    while True:
        playground.clock.advance(0.001)
        guild = world.add_guild("Another", world.person("olivia"))
        if (guild.id >> 22) % count == number:
            return guild


@pytest.mark.parametrize(
    ("concurrency", "shards", "refused"),
    [(1, [0, 1, 2], [False, True, True]), (2, [0, 1, 2], [False, False, True]), (1, [0, 0], [False, True])],
)
async def test_shards_that_take_turns_identify_once_in_five_seconds(
    real: Playground, concurrency: int, shards: list[int], refused: list[bool]
) -> None:
    real.gateway.starts.max_concurrency = concurrency
    async with bots(real, len(shards)) as clients:
        told = [await bot.identify((shard, 4)) for bot, shard in zip(clients, shards, strict=True)]
        real.clock.advance(5.0)
        later = await clients[-1].identify((shards[-1], 4))

    assert [(one["op"], one["d"]) == (INVALID, False) for one in told] == refused
    assert later["t"] == "READY"
    assert real.gateway.starts.refused == sum(refused)
    assert real.gateway.starts.remaining == 1000 - len(shards) - 1


@pytest.mark.parametrize("shard", [(2, 2), (-1, 2), (0, 0)])
async def test_a_shard_that_can_not_be_is_refused(real: Playground, shard: tuple[int, int]) -> None:
    async with bots(real, 1) as [bot]:
        assert await bot.identify(shard) == {"closed": 4010}


async def test_a_shard_that_would_have_too_many_servers_is_refused(playground: Playground) -> None:
    on(playground, 0, 2)
    on(playground, 0, 2)
    playground.guilds_of_shard = 1
    async with bots(playground, 2) as [whole, half]:
        told = await whole.identify(), await half.identify((0, 2))

    assert told == ({"closed": 4011}, {"closed": 4011})


async def test_a_session_hears_of_its_own_servers_alone_and_the_first_of_direct_messages(
    playground: Playground,
) -> None:
    world, olivia = playground.world, playground.world.person("olivia")
    guilds = [on(playground, number, 2) for number in (0, 1)]
    places = [world.add_text_channel("general", guild) for guild in guilds]
    async with bots(playground, 3) as [first, second, alone]:
        ready = [
            await first.identify((0, 2)),
            await second.identify((1, 2)),
            await alone.identify(),  # another process, with another number of shards
        ]
        olivia.post(places[0], "one")
        olivia.post(places[1], "two")
        olivia.dm("three")
        heard = [
            [(await bot.until("MESSAGE_CREATE"))["d"]["content"] for _ in range(messages)]
            for bot, messages in ((first, 2), (second, 1), (alone, 3))
        ]

    told = [{int(one["id"]) for one in answer["d"]["guilds"]} for answer in ready]
    assert [guild.id in told[number] for number, guild in enumerate(guilds)] == [True, True]
    assert told[0] & told[1] == set()
    assert told[0] | told[1] == told[2] == set(world.guilds)
    assert heard == [["one", "three"], ["two"], ["one", "two", "three"]]


async def test_an_interaction_goes_by_the_shard_of_its_server(playground: Playground) -> None:
    world, olivia = playground.world, playground.world.person("olivia")
    register(world, None, check_commands([{"name": "hello", "description": "Says hello"}]))
    place = world.add_text_channel("general", on(playground, 1, 2))
    async with bots(playground, 2) as [first, second]:
        await first.identify((0, 2))
        await second.identify((1, 2))
        olivia.run(place, "hello")
        olivia.dm("the end")
        heard = await first.until("INTERACTION_CREATE", "MESSAGE_CREATE")
        told = await second.until("INTERACTION_CREATE")

    assert heard["t"] == "MESSAGE_CREATE"
    assert told["d"]["channel_id"] == str(place.id)
