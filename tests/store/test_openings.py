"""Threads that were opened: what of their channel goes along, and what takes that away again."""

from bot.chat.clearing import ResetOrder
from bot.chat.threads.ports import Carried
from bot.rules.model import ChannelKey
from bot.store.threads.openings import MOST_CARRIED
from tests.store.building import JOHN, MARY, ROOM, Talk, texts

THREAD = ChannelKey(77, guild_id=1, parent_id=ROOM.channel_id)
OWN = ["in the thread", "yes"]
BOTH = ["first", "to the first", *OWN]


async def opened(talk: Talk, *, by: int = JOHN.id) -> tuple[int, int]:
    """Continue an exchange in a thread, say something there, and return the exchange."""
    exchange = await talk.exchange("first", "to the first")
    answer = await talk.store.answers.get(exchange[1])
    assert answer is not None
    await talk.store.openings.store(THREAD, by, await talk.store.openings.led_to(answer))
    await talk.exchange(OWN[0], OWN[1], THREAD)
    return exchange


async def test_what_led_to_a_thread_comes_before_what_is_said_there(talk: Talk) -> None:
    await opened(talk)
    await talk.exchange("later in the channel", "yes")

    window = await talk.window(THREAD)

    assert texts(window) == BOTH
    assert [turn.position <= window.carried for turn in window.turns] == [True, True, False, False]
    assert (await talk.store.journal.totals(THREAD.channel_id)).turns == 4
    assert [turn.text for turn in await talk.store.journal.page(THREAD.channel_id, None, 10)] == OWN[::-1]


async def test_the_bot_takes_part_in_a_thread_that_it_opened(talk: Talk) -> None:
    await opened(talk)

    assert await talk.store.places.joined(THREAD.channel_id)
    assert await talk.store.openings.opener(THREAD.channel_id) == JOHN.id
    assert await talk.store.openings.opener(ROOM.channel_id) is None


async def test_the_same_persons_exchanges_right_before_go_along_and_no_others(talk: Talk) -> None:
    await talk.exchange("long before", "yes")
    await talk.answer(await talk.say("somebody else's", speaker=MARY), "to Mary")
    await talk.exchange("just before", "to that")

    await opened(talk)

    assert (await talk.words(THREAD))[:-4] == ["just before", "to that"]


async def test_what_is_no_longer_sent_does_not_go_along(talk: Talk) -> None:
    before, _ = await talk.exchange("just before", "to that")
    await talk.store.turns.cut(ROOM.channel_id, before, "A summary of it.")

    await opened(talk)

    window = await talk.window(THREAD)
    assert texts(window) == BOTH
    assert window.summary == ""


async def test_no_more_is_looked_at_than_a_bound(talk: Talk) -> None:
    for number in range(MOST_CARRIED):
        await talk.exchange(str(number), "yes")

    await opened(talk)

    assert len(await talk.words(THREAD)) == MOST_CARRIED + len(BOTH)


async def test_a_reset_of_the_channel_reaches_what_went_along_and_its_undo_too(talk: Talk) -> None:
    await opened(talk)
    reset = await talk.store.resets.reset(ResetOrder(ROOM), MARY.id)
    hidden = await talk.words(THREAD)
    await talk.store.resets.undo(reset.id, MARY.id)

    assert (hidden, await talk.words(THREAD)) == (OWN, BOTH)


async def test_a_reset_of_the_thread_clears_both_there_and_nothing_in_the_channel(talk: Talk) -> None:
    await opened(talk)
    reset = await talk.store.resets.reset(ResetOrder(THREAD), MARY.id)
    hidden = await talk.words(THREAD)
    await talk.store.resets.undo(reset.id, MARY.id)

    assert (hidden, await talk.words(ROOM)) == ([], BOTH[:2])
    assert await talk.words(THREAD) == BOTH


async def test_a_persons_deletion_and_a_deleted_message_reach_what_went_along(talk: Talk) -> None:
    await talk.exchange("just before", "to that")
    await opened(talk, by=MARY.id)
    told = [one async for one in talk.store.people.export(MARY.id)]
    [first, *_] = (await talk.window(ROOM)).turns
    await talk.store.turns.forget([first.message_id or 0])
    without_it = await talk.words(THREAD)
    await talk.store.people.delete(JOHN.id)
    await talk.store.people.delete(MARY.id)

    assert without_it == ["to that", *BOTH]
    assert await talk.words(THREAD) == ["to that", "to the first", "yes"]
    assert {"kind": "thread", "guild_id": 1, "channel_id": THREAD.channel_id} in told
    assert await talk.store.openings.opener(THREAD.channel_id) == 0


async def test_who_has_only_opened_a_thread_is_known_in_one_place(talk: Talk) -> None:
    await opened(talk, by=MARY.id)

    assert await talk.store.people.preview_delete(MARY.id) == (0, 1)


async def test_a_cut_may_take_what_went_along_alone(talk: Talk) -> None:
    first, _ = await opened(talk)
    await talk.store.turns.cut(THREAD.channel_id, first, "")

    assert await talk.words(THREAD) == OWN
    assert await talk.words(ROOM) == BOTH[:2]


async def test_a_thread_goes_with_its_channel(talk: Talk) -> None:
    await opened(talk)
    await talk.store.places.drop_channel(ROOM.channel_id)

    assert await talk.words(THREAD) == []
    assert await talk.store.openings.opener(THREAD.channel_id) is None


async def test_a_thread_is_noted_once(talk: Talk) -> None:
    await opened(talk)
    await talk.store.openings.store(THREAD, MARY.id, Carried())

    assert await talk.store.openings.opener(THREAD.channel_id) == JOHN.id
    assert await talk.words(THREAD) == BOTH
