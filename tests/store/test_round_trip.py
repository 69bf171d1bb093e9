"""Whatever people write comes back: any Unicode, NUL, control characters, long texts."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.figures import MOST_ID, MOST_TOKENS
from bot.rules.model import Part, PartKind, Speaker
from bot.rules.spending.usage import Usage
from bot.settings.forms import ServerUrl
from bot.store.connection.database import Database
from bot.store.connection.unit import micros, moment, storable
from bot.store.store import MEMORY, Store, open_store
from tests.store.building import COMPLETION, ROOM, StoppedClock, Talk
from tests.support import postgres
from tests.support.strategies import examples

anything = st.text(st.characters(exclude_categories=()), max_size=60)
# What was hard for one engine or the other stands for its kind; a long text is more than a page of either.
HARD = (
    *("", "\0", "\ud83d", "\udc00", "\U0001f468\u200d\U0001f469", "e\u0301", "\u00e9", "\u212b"),
    *("\\u0000", "\\ud83d", "%s", "?1"),
)
LONG = "가" * 9_000
names = st.lists(st.sampled_from(HARD) | anything, max_size=2).map("".join)
written = st.lists(st.sampled_from((*HARD, LONG)) | anything, max_size=3).map("".join)
moments = st.datetimes(timezones=st.just(UTC))


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as opened:
        yield opened


@pytest.fixture(scope="module")
def stores(runner: asyncio.Runner) -> Iterator[Sequence[Store]]:
    """Open a store in each engine that there is, for all examples."""
    places: list[str | ServerUrl] = [MEMORY, *([postgres.emptied()] if postgres.is_there() else [])]

    async def opened(until_the_end: AsyncExitStack) -> list[Store]:
        clock = StoppedClock()
        return [await until_the_end.enter_async_context(open_store(one, clock.now)) for one in places]

    until_the_end = AsyncExitStack()
    yield runner.run(opened(until_the_end))
    runner.run(until_the_end.aclose())


@dataclass(frozen=True, slots=True)
class Odd:
    """What people and models may be made to say: any text, any bytes, ids of all 63 bits."""

    texts: tuple[str, str, str, str]
    data: bytes
    person: int
    message: int
    usage: Usage


odd = st.builds(
    Odd,
    st.tuples(written, names, written, written),
    st.binary(max_size=60),
    st.integers(1, MOST_ID),
    st.integers(1, MOST_ID),
    st.builds(Usage, *[st.integers(0, MOST_TOKENS)] * 4),
)


async def there_and_back(store: Store, odd: Odd) -> list[object]:
    """Store it wherever texts and numbers are stored, and return what comes back, without our own ids."""
    talk = Talk(store, StoppedClock())
    text, name, quote, said = odd.texts
    await store.turns.forget([odd.message])  # of an earlier example
    part = Part(PartKind.QUOTE, quote, name=name, data=odd.data, message_id=odd.message)
    speaker = Speaker(odd.person, name, "u")
    question = await talk.say(text, speaker=speaker, message_id=odd.message, parts=(part,))
    told = replace(COMPLETION, id=quote, model=name, usage=odd.usage, refusal=text, extra=json.dumps(text))
    answer_id = await talk.answer(question, said, completion=told)
    await store.places.change(ROOM, odd.person, guild_wide=False, persona=text, model=name)
    await store.facts.write("odd", text)
    taken = await store.people.label_taken(ROOM.channel_id, name, odd.person - 1)
    answer = await store.answers.get(answer_id)
    assert answer is not None
    turn = next(one for one in (await talk.window()).turns if one.id == question)
    return [
        turn.text,
        turn.label,
        turn.author_id,
        turn.message_id,
        [(one.text, one.name, one.data, one.message_id) for one in turn.parts],
        answer.text,
        answer.completion,
        await store.places.settings(ROOM),
        await store.facts.read("odd"),
        taken,
    ]


@examples(25)
@given(odd=odd)
def test_whatever_is_said_comes_back_alike_from_both_engines(
    runner: asyncio.Runner, stores: Sequence[Store], odd: Odd
) -> None:
    first, *others = [runner.run(there_and_back(store, odd)) for store in stores]
    text, name, quote, said = map(storable, odd.texts)

    assert all(other == first for other in others)
    assert first[:4] == [text, name, odd.person, odd.message]
    assert first[4] == [(quote, name, odd.data, odd.message)]
    assert first[5] == said
    assert first[8] == text


@given(anything)
def test_storable_text_is_valid_and_differs_only_in_nul_and_half_surrogate_pairs(text: str) -> None:
    kept = storable(text)

    assert isinstance(kept, str)
    kept.encode()
    assert storable(kept) == kept
    if not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text):
        assert kept == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("\ud83d", "\ufffd"),
        ("a\udc00b\ud800", "a\ufffdb\ufffd"),
        ("\ud83d\ude00", "\U0001f600"),
        ("\ufeffa", "\ufeffa"),
    ],
)
def test_half_a_surrogate_pair_becomes_a_replacement_character(text: str, kept: str) -> None:
    assert storable(text) == kept


async def test_a_long_text_is_nothing_special_and_a_nul_is_replaced(talk: Talk) -> None:
    await talk.say("before\0after" + "가" * 10_000)

    assert await talk.words() == ["before\ufffdafter" + "가" * 10_000]


@given(moments)
def test_a_time_comes_back_to_the_microsecond(time: datetime) -> None:
    assert moment(micros(time)) == time


def test_a_time_without_a_zone_is_refused_before_anything_is_stored() -> None:
    with pytest.raises(TypeError):
        micros(datetime(2026, 8, 6))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 2**64])
async def test_a_number_that_takes_more_than_63_bits_is_refused_alike(
    database: Database, number: int
) -> None:
    with pytest.raises(OverflowError):
        await database.write_one("INSERT INTO ignored (user_id) VALUES (?)", number)
    with pytest.raises(OverflowError):
        await database.read("SELECT 1 FROM ignored WHERE user_id = ?", number)
    await database.write_one("INSERT INTO ignored (user_id) VALUES (?)", 2**63 - 1)

    assert [row["user_id"] for row in await database.read("SELECT user_id FROM ignored")] == [2**63 - 1]
