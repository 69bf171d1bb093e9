"""Settings of channels and guilds, and what is left when they go."""

import asyncio
from datetime import timedelta

import pytest

from bot.chat.clearing import ResetOrder
from bot.rules.model import ChannelKey, State
from bot.rules.places.settings import Settings
from bot.rules.records import Deed, Verb
from tests.store.building import DIRECT, MODERATOR, OTHER_GUILD, OTHER_ROOM, ROOM, START, THREAD, Talk


async def test_nothing_is_set_at_first(talk: Talk) -> None:
    assert await talk.store.places.settings(ROOM) == Settings()


async def test_the_nearest_word_holds_for_each_setting_by_itself(talk: Talk) -> None:
    places = talk.store.places
    await places.change(
        ROOM, MODERATOR, guild_wide=True, persona="guild", model="g", auto=True, retention_days=30
    )
    await places.change(ROOM, MODERATOR, guild_wide=False, persona="parent", model="p", auto=False)
    await places.change(THREAD, MODERATOR, guild_wide=False, persona="")

    assert await places.settings(THREAD) == Settings("", "p", False, 30)
    assert await places.settings(ROOM) == Settings("parent", "p", False, 30)
    assert await places.settings(OTHER_ROOM) == Settings("guild", "g", True, 30)
    assert await places.settings(OTHER_GUILD) == Settings()
    assert await places.settings(DIRECT) == Settings()


async def test_a_place_and_a_guild_of_the_same_id_are_two(talk: Talk) -> None:
    first_channel = ChannelKey(channel_id=1, guild_id=1)
    await talk.store.places.change(first_channel, MODERATOR, guild_wide=False, model="own")

    assert await talk.store.places.own_settings(first_channel, guild_wide=True) == Settings()
    assert await talk.store.places.settings(ROOM) == Settings()


async def test_own_settings_are_those_of_just_this_place(talk: Talk) -> None:
    places = talk.store.places
    await places.change(ROOM, MODERATOR, guild_wide=True, model="g")
    await places.change(ROOM, MODERATOR, guild_wide=False, auto=True)

    assert await places.own_settings(ROOM, guild_wide=False) == Settings(auto=True)
    assert await places.own_settings(ROOM, guild_wide=True) == Settings(model="g")
    assert await places.own_settings(THREAD, guild_wide=False) == Settings()


async def test_none_clears_a_setting_and_leaves_the_others(talk: Talk) -> None:
    await talk.store.places.change(ROOM, MODERATOR, guild_wide=False, model="m", persona="p")
    await talk.store.places.change(ROOM, MODERATOR, guild_wide=False, model=None)

    assert await talk.store.places.settings(ROOM) == Settings(persona="p")


@pytest.mark.parametrize("guild_wide", [True, False])
async def test_where_all_may_be_answered_is_known_at_once(talk: Talk, guild_wide: bool) -> None:
    places = talk.store.places
    before = places.may_be_auto(ROOM.channel_id, 1)
    await places.change(ROOM, MODERATOR, guild_wide=guild_wide, auto=True)
    on, elsewhere = places.may_be_auto(ROOM.channel_id, 1), places.may_be_auto(OTHER_ROOM.channel_id, 1)
    await places.change(ROOM, MODERATOR, guild_wide=guild_wide, model="m")
    still_on = places.may_be_auto(ROOM.channel_id, 1)
    await places.change(ROOM, MODERATOR, guild_wide=guild_wide, auto=False)

    assert (before, on, still_on, places.may_be_auto(ROOM.channel_id, 1)) == (False, True, True, False)
    assert elsewhere is guild_wide


@pytest.mark.parametrize("last", [True, False])
async def test_of_two_changes_at_once_the_last_one_holds(talk: Talk, last: bool) -> None:
    places = talk.store.places

    changes = (places.change(ROOM, MODERATOR, guild_wide=False, auto=auto) for auto in (not last, last))
    await asyncio.gather(*changes)

    assert (await places.settings(ROOM)).auto is last
    assert places.may_be_auto(ROOM.channel_id, 0) is last


async def test_each_change_is_recorded_with_who_and_what(talk: Talk) -> None:
    await talk.store.places.change(ROOM, MODERATOR, guild_wide=False, model="m", auto=False)
    await talk.store.places.change(ROOM, 901, guild_wide=True, model=None)

    log = await talk.store.journal.log(ROOM, 10)

    assert [(entry.actor_id, entry.channel_id, entry.deed) for entry in log] == [
        (901, None, Deed(Verb.CLEAR, "model")),
        (MODERATOR, ROOM.channel_id, Deed(Verb.SET, "auto", False)),
        (MODERATOR, ROOM.channel_id, Deed(Verb.SET, "model", "m")),
    ]


async def test_an_unknown_setting_is_refused_and_nothing_is_recorded(talk: Talk) -> None:
    with pytest.raises(TypeError):
        await talk.store.places.change(ROOM, MODERATOR, guild_wide=False, colour="red")

    assert await talk.store.journal.log(ROOM, 10) == []


async def test_a_direct_conversation_has_no_guild_to_set_things_for(talk: Talk) -> None:
    with pytest.raises(ValueError, match="no guild"):
        await talk.store.places.change(DIRECT, MODERATOR, guild_wide=True, model="m")


async def test_a_thread_is_joined_by_a_question_or_an_answer_but_not_by_talk_or_settings(talk: Talk) -> None:
    joined = talk.store.places.joined
    await talk.store.places.change(THREAD, MODERATOR, guild_wide=False, model="m")
    heard = await talk.say("just talk", THREAD, state=State.HEARD)

    before = await joined(THREAD.channel_id)
    await talk.begin(heard)

    assert not before
    assert await joined(THREAD.channel_id)
    assert not await joined(404)


async def test_a_thread_stays_joined_after_a_reset(talk: Talk) -> None:
    await talk.say("hello", THREAD)
    await talk.store.resets.reset(ResetOrder(THREAD), MODERATOR)
    await talk.store.disposal.purge(START + timedelta(seconds=1))

    assert await talk.store.places.joined(THREAD.channel_id)


async def test_a_deleted_channel_takes_its_threads_and_nothing_else(talk: Talk) -> None:
    for key in (ROOM, THREAD, OTHER_ROOM):
        await talk.exchange("hello", "hi", key)
        await talk.store.places.change(key, MODERATOR, guild_wide=False, model="m")
    reset = await talk.store.resets.reset(ResetOrder(THREAD), MODERATOR)
    await talk.store.places.drop_channel(ROOM.channel_id)

    assert await talk.words(ROOM) == []
    assert await talk.store.resets.undo(reset.id, MODERATOR) is None
    assert await talk.store.places.settings(THREAD) == Settings()
    assert await talk.store.journal.log(ROOM, 10) == []
    assert await talk.words(OTHER_ROOM) == ["hello", "hi"]
    assert await talk.store.places.settings(OTHER_ROOM) == Settings(model="m")


async def test_a_guild_that_is_left_takes_all_that_is_its_own(talk: Talk) -> None:
    for key in (ROOM, THREAD, OTHER_GUILD, DIRECT):
        await talk.exchange("hello", "hi", key)
    await talk.store.places.change(ROOM, MODERATOR, guild_wide=True, model="m")
    reset = await talk.store.resets.reset(ResetOrder(ROOM, guild_wide=True), MODERATOR)
    await talk.store.places.drop_guild(1)

    assert [await talk.words(key) for key in (ROOM, THREAD)] == [[], []]
    assert await talk.store.resets.get(reset.id) is None
    assert await talk.store.places.settings(ROOM) == Settings()
    assert await talk.store.journal.log(ROOM, 10) == []
    assert [await talk.words(key) for key in (OTHER_GUILD, DIRECT)] == [["hello", "hi"], ["hello", "hi"]]


async def test_guilds_are_known_by_their_channels_settings_and_records(talk: Talk) -> None:
    await talk.say("hello", DIRECT)
    await talk.say("hello")
    await talk.store.places.change(OTHER_GUILD, MODERATOR, guild_wide=True, auto=True)
    await talk.store.places.drop_channel(OTHER_GUILD.channel_id)

    assert await talk.store.places.guilds() == (ROOM.guild_id, OTHER_GUILD.guild_id)
