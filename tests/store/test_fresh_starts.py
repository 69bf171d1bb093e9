"""A fresh start: what was said stays, and nothing of it is sent, until that is undone."""

import asyncio

from bot.chat.clearing import ResetOrder
from bot.rules.model import ChannelKey
from bot.rules.records import Verb
from tests.store.building import JOHN, OTHER_ROOM, ROOM, Talk, texts
from tests.store.test_openings import THREAD, opened

DIRECT = ChannelKey(40)
OLD, NEW = ["before", "yes"], ["after", "no"]


async def test_what_was_said_stays_and_is_no_longer_sent(talk: Talk) -> None:
    _, answer_id = await talk.exchange("before", "yes", DIRECT)
    await talk.exchange("elsewhere", "yes", OTHER_ROOM)
    reset = await talk.store.resets.start_afresh(DIRECT, JOHN.id)
    sent = await talk.words(DIRECT)
    answer = await talk.store.answers.get(answer_id)
    newest = await talk.store.questions.newest(DIRECT.channel_id)
    await talk.exchange("after", "no", DIRECT)

    assert reset is not None
    assert (reset.turns, reset.is_fresh, reset.key) == (2, True, DIRECT)
    assert (sent, await talk.words(DIRECT)) == ([], NEW)
    page = await talk.store.journal.page(DIRECT.channel_id, None, 10)
    assert [turn.text for turn in page][::-1] == [*OLD, *NEW]
    assert answer is not None
    assert (answer.is_newest, newest) == (False, None)
    assert await talk.words(OTHER_ROOM) == ["elsewhere", "yes"]
    assert [one.deed.verb for one in await talk.store.journal.log(DIRECT, 5)] == [Verb.FRESH]


async def test_its_undo_sends_all_again_with_what_was_said_since(talk: Talk) -> None:
    first, _ = await talk.exchange("trimmed", "yes", DIRECT)
    await talk.store.turns.cut(DIRECT.channel_id, first, "A summary.")
    await talk.exchange("before", "yes", DIRECT)
    reset = await talk.store.resets.start_afresh(DIRECT, JOHN.id)
    assert reset is not None
    await talk.exchange("after", "no", DIRECT)
    undone = await talk.store.resets.undo(reset.id, JOHN.id)

    window = await talk.window(DIRECT)
    assert undone is not None
    assert (texts(window), window.summary) == ([*OLD, *NEW], "A summary.")
    assert await talk.store.resets.undo(reset.id, JOHN.id) is None


async def test_where_nothing_is_sent_there_is_nothing_to_leave_out(talk: Talk) -> None:
    empty = await talk.store.resets.start_afresh(DIRECT, JOHN.id)
    await talk.exchange("before", "yes", DIRECT)
    first = await talk.store.resets.start_afresh(DIRECT, JOHN.id)
    second = await talk.store.resets.start_afresh(DIRECT, JOHN.id)

    assert (empty, second) == (None, None)
    assert first is not None


async def test_it_outlives_its_undo_and_a_reset_comes_above_it(talk: Talk) -> None:
    await talk.exchange("before", "yes", DIRECT)
    await talk.store.resets.start_afresh(DIRECT, JOHN.id)
    talk.clock.pass_time(minutes=11)
    await talk.store.disposal.purge(talk.clock.now())
    kept = await talk.store.journal.page(DIRECT.channel_id, None, 10)
    await talk.exchange("after", "no", DIRECT)
    sent = await talk.words(DIRECT)
    reset = await talk.store.resets.reset(ResetOrder(DIRECT), JOHN.id)
    cleared = await talk.words(DIRECT)
    await talk.store.resets.undo(reset.id, JOHN.id)

    assert len(kept) == 2
    assert (sent, cleared, await talk.words(DIRECT)) == (NEW, [], NEW)


async def test_in_a_thread_what_went_along_is_left_out_too(talk: Talk) -> None:
    await opened(talk)
    reset = await talk.store.resets.start_afresh(THREAD, JOHN.id)
    left_out = await talk.words(THREAD)

    assert reset is not None
    assert (reset.turns, left_out, await talk.words(ROOM)) == (4, [], ["first", "to the first"])
    await talk.store.resets.undo(reset.id, JOHN.id)
    assert len(await talk.words(THREAD)) == 4


async def test_what_was_said_before_is_not_read_back_as_background(talk: Talk) -> None:
    await talk.exchange("before", "yes", THREAD)
    await talk.store.resets.start_afresh(THREAD, JOHN.id)

    _, at = await talk.store.questions.known(THREAD, [])

    assert at == talk.clock.now()


async def test_of_two_at_once_one_finds_that_there_is_nothing_left(talk: Talk) -> None:
    await talk.exchange("before", "yes", DIRECT)
    begun = await asyncio.gather(*(talk.store.resets.start_afresh(DIRECT, JOHN.id) for _ in range(3)))

    assert sum(one is not None for one in begun) == 1
    assert [one.deed.verb for one in await talk.store.journal.log(DIRECT, 5)] == [Verb.FRESH]
