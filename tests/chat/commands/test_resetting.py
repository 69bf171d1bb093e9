"""What resets and fresh starts do to what stands on the screen, and two of them at once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.chat.clearing import ResetOrder
from bot.chat.rights import Member, Permission
from bot.errors import UserFacingError
from bot.rules.model import ChannelKey
from bot.texts.features import threads
from tests.chat.heart import DIRECT, JOHN, OTHER_ROOM, ROOM, Heart, beating

MANAGER = Member(JOHN.id, "John", frozenset({Permission.MANAGE_CHANNELS, Permission.MANAGE_GUILD}))


@pytest.fixture
async def heart() -> AsyncIterator[Heart]:
    async with beating() as heart:
        yield heart


async def shown(heart: Heart, text: str = "Hello?", key: ChannelKey = DIRECT) -> int:
    """Ask something, and return the message that its answer's buttons are on."""
    return (await heart.ask(text, key=key)).message_ids[-1]


async def settled(heart: Heart) -> list[int]:
    """Wait for what goes on in the background, and return the messages that lost their buttons."""
    await asyncio.gather(*heart.tasks._tasks)
    return heart.screen.without_buttons


async def test_a_fresh_start_takes_the_buttons_off_the_last_answer_and_its_undo_gives_them_back(
    heart: Heart,
) -> None:
    first, last = await shown(heart), await shown(heart)
    fresh = await heart.commands.resetting.start_afresh(DIRECT, MANAGER)
    taken = list(await settled(heart))
    await heart.commands.resetting.undo(fresh.id, DIRECT, MANAGER)
    await heart.until(lambda: len(heart.screen.sinks) > 2 and heart.screen.sinks[-1].ending)

    assert taken == [first, last]
    assert heart.screen.sinks[-1].spot.message_ids == (last,)
    assert heart.screen.sinks[-1].text == "Answer 2"
    assert len(heart.completer.requests) == 2


async def test_what_is_being_answered_when_it_begins_has_none_once_it_has_ended(heart: Heart) -> None:
    heart.completer.will("One, ", asyncio.Event())
    question = await heart.say("Hello?", key=DIRECT)
    waiting = await heart.say("And this?", key=DIRECT)
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)
    await heart.commands.resetting.start_afresh(DIRECT, MANAGER)
    sinks = [await heart.answered(one) for one in (question, waiting)]

    assert {one.message_ids[-1] for one in sinks} <= set(await settled(heart))


async def test_an_answer_of_the_new_conversation_keeps_its_buttons_and_an_undo_changes_none(
    heart: Heart,
) -> None:
    old = await shown(heart)
    fresh = await heart.commands.resetting.start_afresh(DIRECT, MANAGER)
    await settled(heart)
    new = await shown(heart)
    sinks = len(heart.screen.sinks)
    await heart.commands.resetting.undo(fresh.id, DIRECT, MANAGER)

    assert new not in await settled(heart)
    assert old in heart.screen.without_buttons
    assert len(heart.screen.sinks) == sinks


async def test_a_reset_takes_those_of_each_channel_that_it_clears_but_where_something_is_kept(
    heart: Heart,
) -> None:
    here, there = await shown(heart, key=ROOM), await shown(heart, key=OTHER_ROOM)
    direct = await shown(heart)
    await heart.commands.resetting.reset(ResetOrder(ROOM, keep=1), MANAGER)
    assert await settled(heart) == []
    reset = await heart.commands.resetting.reset(ResetOrder(ROOM, guild_wide=True), MANAGER)

    assert sorted(await settled(heart)) == sorted([here, there])
    assert direct not in heart.screen.without_buttons
    await heart.commands.resetting.undo(reset.id, ROOM, MANAGER)
    assert len(heart.screen.sinks) == 3


async def test_of_two_fresh_starts_at_once_one_begins_and_the_other_says_so(heart: Heart) -> None:
    await shown(heart)
    begun = await asyncio.gather(
        *(heart.commands.resetting.start_afresh(DIRECT, MANAGER) for _ in range(3)), return_exceptions=True
    )

    refused = [one for one in begun if isinstance(one, UserFacingError)]
    assert [str(one) for one in refused] == [str(threads.NOTHING_BEFORE)] * 2
