"""The memory read back for people."""

import pytest

from bot.rules.model import Part, PartKind, Totals
from bot.store import journal
from tests.store.building import MODERATOR, OTHER_GUILD, OTHER_ROOM, ROOM, Talk


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (2, [["a4", "q4"], ["a3", "q3"], ["a2", "q2"], ["a1", "q1"], ["a0", "q0"]]),
        (3, [["a4", "q4", "a3", "q3"], ["a2", "q2", "a1", "q1"], ["a0", "q0"]]),
    ],
)
async def test_pages_go_backwards_through_all_turns_and_part_no_pair(
    talk: Talk, size: int, expected: list[list[str]]
) -> None:
    for number in range(5):
        await talk.exchange(f"q{number}", f"a{number}")

    pages: list[list[str]] = []
    before = None
    while turns := await talk.store.journal.page(ROOM.channel_id, before, size):
        pages.append([turn.text for turn in turns])
        before = turns[-1].position

    assert pages == expected


async def test_a_page_goes_back_behind_the_cut(talk: Talk) -> None:
    first = await talk.say("cut off")
    await talk.say("still sent")
    await talk.store.turns.cut(ROOM.channel_id, first, "")

    page = await talk.store.journal.page(ROOM.channel_id, None, 10)

    assert [turn.text for turn in page] == ["still sent", "cut off"]


async def test_everything_comes_oldest_first_with_pictures(talk: Talk) -> None:
    count = journal._PAGE // 2 + 3
    picture = Part(PartKind.IMAGE, name="cat.png", data=b"cat")
    for number in range(count):
        question = await talk.say(f"q{number}", parts=(picture,) if number in (0, count - 1) else ())
        await talk.answer(question, f"a{number}")

    turns = [turn async for turn in talk.store.journal.everything(ROOM.channel_id)]

    assert [turn.text for turn in turns] == [f"{kind}{n}" for n in range(count) for kind in "qa"]
    assert [turn.parts for turn in turns if turn.parts] == [(picture,), (picture,)]


async def test_a_channel_of_whole_pages_ends_after_them(talk: Talk) -> None:
    for _ in range(journal._PAGE):
        await talk.say("hello")

    turns = [turn async for turn in talk.store.journal.everything(ROOM.channel_id)]

    assert len(turns) == journal._PAGE


async def test_the_record_of_a_place_holds_its_guilds_but_no_other_channels(talk: Talk) -> None:
    change = talk.store.places.change
    await change(OTHER_ROOM, MODERATOR, guild_wide=False, model="other channel")
    await change(OTHER_GUILD, MODERATOR, guild_wide=True, model="other guild")
    await change(OTHER_ROOM, MODERATOR, guild_wide=True, model="whole guild")
    await change(ROOM, MODERATOR, guild_wide=False, model="this channel")

    log = await talk.store.journal.log(ROOM, 10)

    assert [entry.deed.value for entry in log] == ["this channel", "whole guild"]
    assert await talk.store.journal.log(ROOM, 1) == log[:1]


async def test_totals_tell_all_turns_wherever_the_cut_is(talk: Talk) -> None:
    first = await talk.say("old", tokens=5)
    await talk.answer(first, "old answer", tokens=7)
    await talk.say("new", tokens=11)
    await talk.store.turns.cut(ROOM.channel_id, first, "")

    assert await talk.store.journal.totals(ROOM.channel_id) == Totals(3, 23)
