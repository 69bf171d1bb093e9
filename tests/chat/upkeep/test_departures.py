"""Places that went away while nobody listened."""

import pytest

from bot.chat.conversation.reconciliation import snowflake
from bot.chat.upkeep.departures import SECONDS_BETWEEN
from bot.rules.model import ChannelKey
from tests.chat.heart import ALL, DIRECT, MODERATOR, OTHER_ROOM, ROOM, Heart

OURS = 7
ELSEWHERE = ChannelKey(50, guild_id=2)


async def test_a_database_that_another_application_began_is_left_alone(
    heart: Heart, caplog: pytest.LogCaptureFixture
) -> None:
    await heart.ask("Hello")
    heart.reader.channels[ROOM.channel_id] = []
    await heart.services.holding.departures.run(OURS, ALL)
    await heart.services.holding.departures.run(OURS, ALL)
    heart.reader.left = {1}
    await heart.services.holding.departures.run(8, ALL)

    assert await heart.words() == ["Hello", "Answer 1"]
    assert "begun by application 7" in caplog.text


async def test_places_that_are_gone_are_forgotten_and_all_others_kept(heart: Heart) -> None:
    for key in (ROOM, OTHER_ROOM, DIRECT):
        await heart.ask("Hello", key=key)
    heart.reader.gone = {ROOM.channel_id, DIRECT.channel_id}
    heart.reader.channels[OTHER_ROOM.channel_id] = []
    await heart.services.holding.departures.run(OURS, ALL)

    assert await heart.words(ROOM) == []
    assert await heart.words(OTHER_ROOM) == ["Hello", "Answer 2"]
    assert await heart.words(DIRECT) == ["Hello", "Answer 3"]


async def test_a_server_that_was_left_is_forgotten_with_all_that_was_set_there(heart: Heart) -> None:
    await heart.ask("Hello")
    await heart.chime_in_everywhere()
    await heart.store.places.change(ELSEWHERE, MODERATOR, guild_wide=True, auto=True)
    await heart.store.places.drop_channel(ELSEWHERE.channel_id)
    heart.reader.left = {1, 2}
    await heart.services.holding.departures.run(OURS, ALL)

    assert await heart.words() == []
    for key in (ROOM, ELSEWHERE):
        assert (await heart.store.places.settings(key)).auto is None
        assert await heart.store.journal.log(key, 1) == []


async def test_a_place_out_of_sight_is_asked_for_without_haste(heart: Heart) -> None:
    await heart.ask("Hello")
    task = heart.tasks.start(heart.services.holding.departures.run(OURS, ALL))
    await heart.until(lambda: heart.clock.sleepers == 1)
    heart.clock.pass_time(seconds=SECONDS_BETWEEN)
    await task

    assert await heart.words() == ["Hello", "Answer 1"]


async def test_a_thread_that_is_just_being_opened_is_not_taken_to_be_gone(heart: Heart) -> None:
    opening = ChannelKey(snowflake(heart.clock.now()) + 1, guild_id=1, parent_id=ROOM.channel_id)
    await heart.ask("Hello", key=opening)
    heart.reader.gone = {opening.channel_id}
    await heart.services.holding.departures.run(OURS, ALL)

    assert await heart.words(opening) == ["Hello", "Answer 1"]
