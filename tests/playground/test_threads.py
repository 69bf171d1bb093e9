"""Threads: who opens them where, how they change, and what the real client hears of that."""

from __future__ import annotations

import asyncio

import aiohttp
import discord
import pytest

from playground import Playground
from playground.world.entities import (
    ANNOUNCEMENT,
    ANNOUNCEMENT_THREAD,
    PRIVATE_THREAD,
    STAGE,
    VOICE,
    Channel,
)
from playground.world.errors import ApiError
from playground.world.permissions import CREATE_PUBLIC_THREADS, MANAGE_THREADS
from playground.world.threads import changing, opening
from playground.world.world import World
from tests.playground.conftest import Answers, Client, refused


@pytest.fixture
def general(playground: Playground) -> Channel:
    return playground.world.channel("general")


@pytest.fixture
def channel(bot: Client, general: Channel) -> discord.TextChannel:
    found = bot.get_channel(general.id)
    assert isinstance(found, discord.TextChannel)
    return found


async def test_the_bot_may_open_threads_only_with_the_permission(
    playground: Playground, general: Channel, channel: discord.TextChannel
) -> None:
    sent = await channel.send("topic")
    playground.world.deny(general, playground.world.bot, CREATE_PUBLIC_THREADS)

    assert await refused(sent.create_thread(name="more")) == (403, 50013)
    kind = discord.ChannelType.public_thread
    assert await refused(channel.create_thread(name="more", type=kind)) == (403, 50013)


async def test_a_thread_without_a_message_is_told_in_its_channel(
    playground: Playground, general: Channel, bot: Client, channel: discord.TextChannel
) -> None:
    thread = await channel.create_thread(name="  more ", type=discord.ChannelType.public_thread)
    told = general.messages[general.last_message_id or 0]

    assert (told.type, told.content, told.author_id) == (18, "more", playground.world.bot.id)
    assert (thread.name, thread.owner_id) == ("more", playground.world.bot.id)
    assert playground.world.channels[thread.id].member_ids == [playground.world.bot.id]


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
async def test_a_name_has_one_to_a_hundred_characters(channel: discord.TextChannel, name: str) -> None:
    sent = await channel.send("topic")

    assert await refused(sent.create_thread(name=name)) == (400, 50035)
    assert (await sent.create_thread(name="x" * 100)).name == "x" * 100


async def messageable(bot: Client, place: Channel) -> discord.TextChannel:
    found = await bot.fetch_channel(place.id)
    assert isinstance(found, discord.abc.Messageable)
    return found  # type: ignore[return-value]  # or another that has messages


@pytest.mark.parametrize("kind", [VOICE, STAGE])
async def test_a_place_without_threads_says_so(playground: Playground, bot: Client, kind: int) -> None:
    place = playground.world.add_text_channel("lounge", kind=kind)
    sent = await (await messageable(bot, place)).send("topic")

    assert await refused(sent.create_thread(name="more")) == (400, 50024)


async def test_an_announcements_threads_are_a_kind_of_their_own(playground: Playground, bot: Client) -> None:
    news = playground.world.add_text_channel("news", kind=ANNOUNCEMENT)
    sent = await (await messageable(bot, news)).send("topic")
    thread = await sent.create_thread(name="more")

    assert thread.type.value == ANNOUNCEMENT_THREAD


async def test_no_thread_begins_with_what_discord_itself_says(
    playground: Playground, channel: discord.TextChannel
) -> None:
    told = playground.world.person("alex").join("general")

    assert await refused(channel.get_partial_message(told.id).create_thread(name="more")) == (403, 50021)


async def test_a_guild_has_so_many_active_threads_at_most(
    channel: discord.TextChannel, monkeypatch: pytest.MonkeyPatch, playground: Playground
) -> None:
    monkeypatch.setattr(opening, "MOST_ACTIVE", 1)
    sent = await channel.send("topic")

    assert await refused(sent.create_thread(name="more")) == (400, 160006)
    playground.world.archive(playground.world.channel("ideas"))
    assert await sent.create_thread(name="more")


async def test_a_person_opens_a_thread_that_the_bot_hears_of(
    playground: Playground, general: Channel, bot: Client
) -> None:
    alex = playground.world.person("alex")
    said = alex.post(general, "topic")
    opened = alex.open_thread(general, "more", said)
    thread = await playground.world.until(lambda: bot.get_channel(opened.id))

    assert (thread.id, thread.owner_id, thread.parent_id) == (said.id, alex.id, general.id)
    with pytest.raises(ApiError, match="160004"):
        alex.open_thread(general, "again", said)
    alex.post(opened, "inside")
    playground.world.deny(general, alex.user, CREATE_PUBLIC_THREADS)
    with pytest.raises(ApiError, match="50013"):
        alex.open_thread(general, "another")


def test_a_private_thread_tells_its_channel_nothing() -> None:
    world = World()
    general = world.channel("general")
    before = len(general.messages)
    opened = world.person("olivia").open_thread(general, "secret", kind=PRIVATE_THREAD)

    assert (opened.type, len(general.messages)) == (PRIVATE_THREAD, before)


async def test_the_bot_is_told_when_it_becomes_a_member(playground: Playground, bot: Client) -> None:
    ideas = playground.world.channel("ideas")
    thread = bot.get_channel(ideas.id)
    assert isinstance(thread, discord.Thread)

    await thread.send("I am here")
    await playground.world.until(lambda: thread.me is not None)
    left = asyncio.create_task(bot.wait_for("thread_remove", timeout=5))
    await asyncio.sleep(0)  # so that it listens
    await thread.leave()

    assert await left is thread


def test_who_opened_a_thread_renames_and_archives_it_and_moderators_lock_it() -> None:
    world = World()
    alex, sam = world.person("alex"), world.person("sam")
    warden = world.add_person("wanda", roles=[world.add_role("warden", MANAGE_THREADS)])
    thread = alex.open_thread("general", "more")

    changing.change_thread(world, alex.id, thread, {"name": "less", "archived": True})
    with pytest.raises(ApiError, match="50013"):
        changing.change_thread(world, sam.id, thread, {"name": "mine"})
    with pytest.raises(ApiError, match="50083"):
        changing.change_thread(world, alex.id, thread, {"name": "more"})
    changing.change_thread(world, sam.id, thread, {"archived": False})
    with pytest.raises(ApiError, match="50013"):
        changing.change_thread(world, alex.id, thread, {"locked": True})
    changing.change_thread(world, warden.id, thread, {"locked": True, "auto_archive_duration": 60})

    assert (thread.name, thread.archived, thread.locked, thread.auto_archive_minutes) == (
        "less",
        False,
        True,
        60,
    )
    with pytest.raises(ApiError, match="50013"):
        changing.delete_thread(world, alex.id, thread)
    changing.delete_thread(world, warden.id, thread)
    assert thread.id not in world.channels


async def test_a_thread_gets_a_new_name_twice_in_ten_minutes(
    playground: Playground, channel: discord.TextChannel
) -> None:
    thread = await channel.create_thread(name="1", type=discord.ChannelType.public_thread)
    async with aiohttp.ClientSession() as session:
        answers = Answers(playground, session)
        path = f"/channels/{thread.id}"
        taken = [await answers.request("PATCH", path, {"name": str(number)}) for number in (2, 3, 4)]
        archived, _ = await answers.request("PATCH", path, {"archived": True})  # which is no new name

    assert [status for status, _ in taken] == [200, 200, 429]
    assert 500 < taken[-1][1]["retry_after"] <= 600
    assert (archived, playground.world.channels[thread.id].name) == (200, "3")
