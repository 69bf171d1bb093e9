"""Threads that the bot takes part in: it is said once that no mention is needed there, and may be ended."""

import asyncio
from typing import Any

import pytest

from bot.chat.rights import Member, Permission
from bot.chat.threads.ports import Carried
from bot.errors import NotAllowed
from bot.rules.admission.access import HouseRules
from bot.rules.model import ChannelKey
from bot.rules.threads.modes import ThreadMode
from bot.texts.features import threads as texts
from tests.chat.heart import JOHN, MARY, MODERATOR, ROOM, THREAD, Heart, beating, started_again

OPENER = Member(JOHN.id, "John", frozenset())
OTHER = Member(MARY.id, "Mary", frozenset())
WARDEN = Member(MARY.id, "Mary", frozenset({Permission.MANAGE_THREADS}))


async def told_after(heart: Heart, *texts_: str, key: ChannelKey = THREAD, **options: Any) -> list[int]:
    """Ask in turn, and return the threads that were told by then that no mention is needed."""
    for text in texts_:
        await heart.ask(text, key=key, **options)
    await asyncio.gather(*heart.tasks._tasks)
    return heart.screen.followed


async def test_a_thread_that_a_mention_led_into_is_told_once() -> None:
    async with beating() as heart:
        assert await told_after(heart, "One?", "Two?", "Three?") == [THREAD.channel_id]
        async with started_again(heart) as again:
            assert await told_after(again, "Four?") == []


async def test_one_that_a_question_opened_is_told_too() -> None:
    async with beating(threads=ThreadMode.ALWAYS) as heart:
        heart.threads.missing = {ROOM.channel_id: ()}
        question = await heart.say("How do I bake?")
        await heart.until(lambda: heart.screen.followed)

        assert heart.screen.followed == [question.message_id]


async def test_one_that_was_told_when_it_was_opened_is_not_told_again() -> None:
    async with beating() as heart:
        await heart.store.openings.store(THREAD, JOHN.id, Carried())

        assert await told_after(heart, "One?") == []


async def test_no_place_is_told_where_nothing_changes_for_it() -> None:
    async with beating() as heart:
        await heart.store.places.change(ROOM, MODERATOR, guild_wide=False, auto=True)
        assert await told_after(heart, "In an auto channel's thread?") == []
        assert await told_after(heart, "In a channel?", key=ROOM) == []
        quiet = ChannelKey(12, ROOM.guild_id, 20)
        await heart.store.places.change(quiet, MODERATOR, guild_wide=False, auto=False)
        assert await told_after(heart, "In one that is quiet?", key=quiet) == []
    async with beating(house=HouseRules(hears_all=False)) as deaf:
        assert await told_after(deaf, "Where mentions are needed?") == []


async def test_where_mentions_are_needed_a_thread_that_is_opened_says_so() -> None:
    async with beating(house=HouseRules(hears_all=False)) as deaf:
        deaf.threads.missing = {ROOM.channel_id: ()}
        member = Member(
            JOHN.id,
            "John",
            frozenset({Permission.CREATE_PUBLIC_THREADS, Permission.SEND_MESSAGES_IN_THREADS}),
        )
        opened = await deaf.commands.threads.afresh("Tea", member, ROOM)
        await deaf.until(lambda: deaf.screen.posted)

        assert deaf.screen.posted == [(opened.thread.channel_id, str(texts.BEGINS_WITH_MENTIONS))]
        assert deaf.screen.followed == []


async def test_who_opened_it_or_manages_threads_has_mentions_alone_answered_there() -> None:
    async with beating() as heart:
        heart.threads.owners[THREAD.channel_id] = JOHN.id
        following = heart.commands.threads.following
        await told_after(heart, "One?")
        with pytest.raises(NotAllowed, match="Manage Threads"):
            await following.set_quiet(THREAD, OTHER, quiet=True)
        await following.set_quiet(THREAD, OPENER, quiet=True)
        unheard = await heart.say("Nice weather.", key=THREAD, mentions_us=False)
        await heart.ask("Two?", key=THREAD)
        await following.set_quiet(THREAD, WARDEN, quiet=False)
        await heart.ask("Three", key=THREAD, mentions_us=False)

        assert heart.sinks(unheard) == []
        assert await told_after(heart) == [THREAD.channel_id]
