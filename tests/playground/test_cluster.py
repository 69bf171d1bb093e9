"""Several processes at one gateway: who holds which shard, and where servers are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace

import aiohttp
import pytest

from playground import Limits, Playground, World
from playground.page.cluster import Cluster, Process
from playground.world.interacting.commands import register


@asynccontextmanager
async def identified(
    playground: Playground, device: str, shard: int
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with aiohttp.ClientSession() as session, session.ws_connect(playground.gateway_url) as socket:
        said = {
            "token": playground.token,
            "intents": 1,
            "properties": {"device": device},
            "shard": [shard, 4],
        }
        await socket.receive_json()
        await socket.send_json({"op": 2, "d": said})
        assert (await socket.receive_json())["t"] == "READY"
        yield socket


async def test_a_shard_is_that_of_its_newest_session() -> None:
    held = [Process(1, "one"), Process(2, "two", paused=True)]
    async with Playground(limits=Limits.off()) as playground:
        cluster = Cluster(SimpleNamespace(shards=4, living=lambda: held), playground.gateway)
        async with (
            identified(playground, "one", 0),
            identified(playground, "two", 3),
            identified(playground, "two", 0),
            identified(playground, "gone", 2),
        ):
            table = cluster.table()

    assert table == {
        "shards": 4,
        "processes": [
            {"number": 1, "paused": False, "shards": []},
            {"number": 2, "paused": True, "shards": [0, 3]},
        ],
        "free": [1, 2],
    }


async def test_of_two_sessions_of_a_shard_the_newer_one_gets_interactions() -> None:
    async with Playground(limits=Limits.off(), shards=4) as playground:
        shard = (playground.world.guild.id >> 22) % 4
        async with identified(playground, "old", shard), identified(playground, "new", shard) as newer:
            await newer.receive_json()  # the guild
            register(playground.world, None, [{"name": "help", "description": "Helps", "type": 1}])
            playground.world.people["alex"].run("general", "help")

            assert (await newer.receive_json())["t"] == "INTERACTION_CREATE"


@pytest.mark.parametrize("shard", range(5))
def test_a_server_may_be_put_on_a_shard(shard: int) -> None:
    world = World()
    first, second = (world.add_guild("On it", world.people["olivia"], shard=(shard, 5)) for _ in range(2))

    assert (first.id >> 22) % 5 == (second.id >> 22) % 5 == shard
    assert first.id < second.id
