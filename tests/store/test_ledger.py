"""The ledger as it is stored: it outlives what was asked, and tells of nobody who had their data deleted."""

from dataclasses import astuple, replace

import pytest

from bot.rules.model import ChannelKey
from bot.rules.spending.entries import Entry, Purpose, Result, Spender
from bot.rules.spending.sums import By, Scope
from bot.rules.spending.usage import Usage
from bot.store.connection.unit import moment
from bot.store.store import Store
from tests.store.building import DIRECT, JOHN, MARY, ROOM, Talk
from tests.support.entries import entries_of

ENTRY = Entry(
    5,
    Spender(JOHN.id, ROOM),
    Purpose.ANSWER,
    "gpt-4.1-mini",
    "https://api.openai.com/v1/",
    Result.SENT,
    Usage(20, 100),
    168,
    estimated=True,
)


async def test_an_entry_gets_its_bill(store: Store) -> None:
    await store.ledger.record(ENTRY)
    billed = replace(ENTRY, result=Result.DONE, usage=Usage(20, 7, 4, 2), micros=18, estimated=False)
    await store.ledger.record(billed)

    assert await entries_of(store) == [billed]


@pytest.mark.parametrize(
    ("by", "names"),
    [
        (By.USER, [str(MARY.id), str(JOHN.id), ""]),
        (By.CHANNEL, ["10", "40"]),
        (By.MODEL, ["gpt-4.1-mini", "o"]),
    ],
)
async def test_what_was_spent_is_summed_up_the_dearest_first(store: Store, by: By, names: list[str]) -> None:
    for entry in (
        replace(ENTRY, micros=3),
        replace(ENTRY, id=6, micros=3, spender=Spender(None, DIRECT), usage=Usage(1, 1), model="o"),
        replace(ENTRY, id=7, micros=9, spender=Spender(MARY.id, ROOM)),
    ):
        await store.ledger.record(entry)
    sums = await store.ledger.sums(Scope(), moment(0), by)
    whole = await store.ledger.sum(Scope(), moment(0))

    assert list(sums) == names
    assert (whole.requests, whole.prompt_tokens, whole.micros) == (3, 41, 15)
    assert sum(one.completion_tokens for one in sums.values()) == whole.completion_tokens
    assert {type(figure) for one in (whole, *sums.values()) for figure in astuple(one)} == {int}


async def test_entries_outlive_places_that_go(talk: Talk) -> None:
    await talk.say("hello")
    await talk.store.ledger.record(ENTRY)
    await talk.store.places.drop_guild(ROOM.guild_id or 0)

    assert await entries_of(talk.store) == [ENTRY]


async def test_a_deleted_persons_entries_are_numbers_without_a_person(store: Store) -> None:
    of_mary = replace(ENTRY, id=6, spender=Spender(MARY.id, ROOM))
    direct = replace(ENTRY, id=7, spender=Spender(JOHN.id, DIRECT))
    for entry in (ENTRY, of_mary, direct):
        await store.ledger.record(entry)
    before = await store.people.preview_delete(JOHN.id)
    await store.people.delete(JOHN.id)
    await store.ledger.record(replace(ENTRY, result=Result.DONE))
    first, second, third = await entries_of(store)

    assert before == (0, 2)
    assert first == replace(ENTRY, spender=Spender(None, ROOM), result=Result.DONE)
    assert second == of_mary
    assert third.spender == Spender(None, ChannelKey(None))  # type: ignore[arg-type]
    assert await store.people.preview_delete(JOHN.id) == (0, 0)


async def test_an_export_tells_of_each_request(store: Store) -> None:
    await store.ledger.record(ENTRY)
    told = [one async for one in store.people.export(JOHN.id)]

    assert told[0] == {
        "kind": "request",
        "at": "1970-01-01T00:00:00.000005+00:00",
        "guild_id": 1,
        "channel_id": 10,
        "purpose": "answer",
        "model": "gpt-4.1-mini",
        "server": "https://api.openai.com/v1/",
        "result": "sent",
        "prompt_tokens": 20,
        "cached_tokens": 0,
        "completion_tokens": 100,
        "reasoning_tokens": 0,
        "micros": 168,
        "estimated": True,
    }
