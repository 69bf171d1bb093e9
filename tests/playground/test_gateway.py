"""The gateway with the real discord.py: identifying, resuming, losing sessions, who may hear what."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import discord
import pytest
from discord.http import Route

from playground import Playground
from playground.world.interacting.commands import check_commands, register
from playground.world.permissions import VIEW_CHANNEL
from tests.playground.conftest import Client, connected


async def _connected(playground: Playground, client: Client) -> None:
    await playground.world.until(lambda: client.ready.is_set())


async def test_a_bot_learns_the_guild_its_channels_and_threads(playground: Playground, bot: Client) -> None:
    guild = bot.get_guild(playground.world.guild.id)

    assert guild is not None
    assert [channel.name for channel in guild.text_channels] == ["general", "help", "random"]
    assert [thread.name for thread in guild.threads] == ["ideas"]
    assert guild.me.guild_permissions.send_messages


async def test_a_wrong_token_ends_the_client(playground: Playground) -> None:
    async with Client() as client:
        with pytest.raises(discord.LoginFailure):
            await client.start("wrong")


async def test_a_bot_without_the_privileged_intent_is_told_so(playground: Playground) -> None:
    playground.message_content_allowed = False
    async with Client() as client:
        with pytest.raises(discord.PrivilegedIntentsRequired):
            await client.start(playground.token)


async def test_a_dropped_bot_resumes_and_hears_what_it_missed(playground: Playground, bot: Client) -> None:
    await playground.gateway.drop()
    playground.world.person("alex").post("general", "while you were away")
    await playground.world.until(lambda: bot.heard)

    assert [message.content for message in bot.heard] == ["while you were away"]
    await playground.world.until(lambda: bot.resumes == 1)


async def test_a_cut_connection_is_resumed(playground: Playground, bot: Client) -> None:
    playground.gateway.abort()
    playground.world.person("alex").post("general", "after the cut")
    await playground.world.until(lambda: bot.resumes == 1 and bot.heard)

    assert len(bot.heard) == 1


async def test_a_bot_that_is_asked_to_reconnect_does(playground: Playground, bot: Client) -> None:
    playground.gateway.ask_to_reconnect()

    await playground.world.until(lambda: bot.resumes == 1)


async def test_a_bot_whose_session_is_in_doubt_resumes_it(playground: Playground, bot: Client) -> None:
    playground.gateway.invalidate(resumable=True)

    await playground.world.until(lambda: bot.resumes == 1)


async def test_a_bot_that_was_offline_hears_nothing_of_it_after_identifying(playground: Playground) -> None:
    alex = playground.world.person("alex")
    first = Client()
    async with connected(playground, first):
        await _connected(playground, first)
        message = alex.post("general", "soon gone")
        await playground.world.until(lambda: first.heard)
    alex.delete(message)
    second = Client()
    async with connected(playground, second):
        await _connected(playground, second)
        channel = second.get_partial_messageable(message.channel_id)
        with pytest.raises(discord.NotFound) as caught:
            await channel.fetch_message(message.id)

    assert caught.value.code == 10008
    assert second.deletes == []


async def test_a_forgotten_session_cannot_be_resumed(playground: Playground) -> None:
    identify = {"token": playground.token, "intents": 0, "properties": {}}
    resume = {"token": playground.token, "session_id": "session-1", "seq": 1}
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(playground.gateway_url) as socket:
            await socket.receive_json()
            await socket.send_json({"op": 2, "d": identify})
            ready = await socket.receive_json()
            playground.gateway.forget_sessions()
            await socket.close(code=4000)
        async with session.ws_connect(playground.gateway_url) as socket:
            await socket.receive_json()
            await socket.send_json({"op": 6, "d": resume})
            answer = await socket.receive_json()

    assert ready["d"]["session_id"] == "session-1"
    assert (answer["op"], answer["d"]) == (9, False)


async def _crash(playground: Playground) -> None:
    """Leave a session behind whose bot is gone without goodbye."""
    client = Client()
    async with connected(playground, client):
        await _connected(playground, client)
        playground.gateway.refusing = True
        playground.gateway.abort()
        await playground.world.until(lambda: not playground.gateway.connected)
    playground.gateway.refusing = False


async def test_an_interaction_goes_to_the_bot_that_is_there(playground: Playground) -> None:
    await _crash(playground)
    client = Client()
    register(playground.world, None, check_commands([{"name": "hello", "description": "Says hello"}]))
    async with connected(playground, client):
        await _connected(playground, client)
        sessions = len(playground.gateway.sessions)
        playground.world.person("alex").run("general", "hello")
        await playground.world.until(lambda: client.interactions)

    assert sessions == 2


async def test_the_session_of_a_bot_that_is_long_gone_is_forgotten(playground: Playground) -> None:
    await _crash(playground)
    playground.clock.advance(121)
    client = Client()
    async with connected(playground, client):
        await _connected(playground, client)

        assert playground.gateway.sessions == playground.gateway.connected


async def test_an_event_can_be_delivered_twice(playground: Playground, bot: Client) -> None:
    playground.gateway.repeat_next("MESSAGE_CREATE")
    message = playground.world.person("alex").post("general", "echo")
    await playground.world.until(lambda: len(bot.heard) == 2)

    assert {heard.id for heard in bot.heard} == {message.id}


async def test_a_silent_gateway_catches_up_on_resume(playground: Playground, bot: Client) -> None:
    playground.gateway.silent = True
    playground.world.person("alex").post("general", "unheard")
    before = list(bot.heard)
    playground.gateway.silent = False
    await playground.gateway.drop()
    await playground.world.until(lambda: bot.heard)

    assert before == []
    assert bot.heard[0].content == "unheard"


async def test_without_the_intent_only_mentions_and_dms_have_content(playground: Playground) -> None:
    client = Client(discord.Intents(37377 & ~(1 << 15)))
    async with connected(playground, client):
        await _connected(playground, client)
        alex = playground.world.person("alex")
        secret = alex.post("general", "secret")
        alex.say("general", "to you", reply_to=secret)
        alex.dm("in private")
        await playground.world.until(lambda: len(client.heard) == 3)

    assert [message.content for message in client.heard] == [
        "",
        f"<@{playground.world.bot.id}> to you",
        "in private",
    ]
    reference = client.heard[1].reference
    assert reference is not None
    assert isinstance(reference.resolved, discord.Message)
    assert reference.resolved.content == ""


async def test_a_bot_does_not_hear_of_channels_that_it_cannot_see(
    playground: Playground, bot: Client
) -> None:
    world = playground.world
    world.deny(world.channel("help"), world.bot_role, VIEW_CHANNEL)
    world.person("alex").post("help", "unseen")
    world.person("alex").post("general", "seen")
    await world.until(lambda: bot.heard)

    assert [message.content for message in bot.heard] == ["seen"]


async def test_deletions_of_all_kinds_are_told(playground: Playground, bot: Client) -> None:
    world = playground.world
    alex, mo = world.person("alex"), world.person("mo")
    messages = [alex.post("general", str(number)) for number in range(3)]
    alex.delete(messages[0])
    mo.delete(*messages[1:])
    world.delete_channel(world.channel("ideas"))
    world.delete_channel(world.channel("help"))
    await world.until(lambda: len(bot.deletes) == 3 and len(playground.wire.events("CHANNEL_DELETE")) == 1)

    assert bot.deletes == [message.id for message in messages]
    assert len(playground.wire.events("THREAD_DELETE")) == 1
    guild = bot.get_guild(world.guild.id)
    assert guild is not None
    await world.until(lambda: len(guild.text_channels) == 2)


async def test_a_bot_that_is_thrown_out_loses_the_guild(playground: Playground, bot: Client) -> None:
    playground.world.remove_bot()

    await playground.world.until(lambda: not bot.guilds)


async def test_each_shard_serves_its_own_guilds(playground: Playground) -> None:
    class Sharded(discord.AutoShardedClient):
        async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
            pass

    playground.shards = 2
    world = playground.world
    olivia = world.person("olivia")
    while len({(guild.id >> 22) % 2 for guild in world.guilds.values()}) < 2:
        world.add_guild("Another", olivia)
    client = Sharded(intents=discord.Intents.default(), guild_ready_timeout=0.05)
    async with connected(playground, client):
        await world.until(client.is_ready)
        served = {guild.id: guild.shard_id for guild in client.guilds}

    assert served == {guild_id: (guild_id >> 22) % 2 for guild_id in world.guilds}
    assert client.shard_count == 2


async def test_heartbeats_are_acknowledged(playground: Playground, monkeypatch: pytest.MonkeyPatch) -> None:
    beats: list[Any] = []
    playground.wire.subscribe(lambda entry: beats.append(entry) if entry.method == "op 1" else None)
    client = Client()
    async with connected(playground, client):
        await _connected(playground, client)
        await playground.world.until(lambda: beats and client.latency < 5)

    assert beats


async def test_ten_thousand_channels_are_told_at_once(playground: Playground) -> None:
    for number in range(10_000):
        playground.world.add_text_channel(f"c{number}")
    client = Client()
    async with connected(playground, client):
        await _connected(playground, client)

        assert len(list(client.get_all_channels())) >= 10_000


async def test_the_gateway_is_where_the_rest_api_says(playground: Playground, bot: Client) -> None:
    told = await bot.http.request(Route("GET", "/gateway/bot"))
    await asyncio.sleep(0)

    assert told["url"] == playground.gateway_url


async def test_each_identify_is_counted_until_a_day_has_passed(playground: Playground, bot: Client) -> None:
    before = playground.gateway.starts.remaining
    playground.gateway.invalidate()
    await playground.world.until(lambda: playground.gateway.starts.remaining < before, 15)
    told = await bot.http.request(Route("GET", "/gateway/bot"))
    playground.clock.advance(86_401)

    assert (before, told["session_start_limit"]["remaining"]) == (999, 998)
    assert playground.gateway.starts.remaining == 1000


async def test_a_bot_that_starts_more_sessions_than_it_may_loses_its_token(playground: Playground) -> None:
    playground.gateway.starts.leave(0, 60)
    token = playground.token
    async with Client() as client:
        with pytest.raises(discord.ConnectionClosed) as caught:
            await client.start(token)

    assert caught.value.code == 4004
    assert playground.token != token
