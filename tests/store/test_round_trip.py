"""Whatever people write comes back: any Unicode, NUL, control characters, long texts."""

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.model import Part, PartKind, Speaker
from bot.store.connection.unit import micros, moment, storable
from bot.store.store import MEMORY, open_store
from tests.store.building import ROOM, StoppedClock, Talk
from tests.support.strategies import examples

anything = st.text(st.characters(exclude_categories=()), max_size=60)
moments = st.datetimes(timezones=st.just(UTC))


@examples(25)
@given(text=anything, name=anything, quote=anything, data=st.binary(max_size=60))
def test_any_text_is_stored_and_only_nul_and_half_surrogate_pairs_change(
    text: str, name: str, quote: str, data: bytes
) -> None:
    async def there_and_back() -> tuple[str, str, Part]:
        clock = StoppedClock()
        async with open_store(MEMORY, clock.now) as store:
            talk = Talk(store, clock)
            part = Part(PartKind.QUOTE, quote, name=name, data=data)
            question = await talk.say(text, speaker=Speaker(1, name, "u"), parts=(part,))
            answer_id = await talk.answer(question, f"{text}!")
            await store.places.change(ROOM, 1, guild_wide=False, persona=text)
            assert not await store.people.label_taken(ROOM.channel_id, name, 1)
            answer = await store.answers.get(answer_id)
            assert answer is not None
            return (await talk.window()).turns[0].text, answer.text, (await talk.window()).turns[0].parts[0]

    stored, answered, part = asyncio.run(there_and_back())

    assert (stored, answered) == (storable(text), storable(f"{text}!"))
    assert (part.text, part.name, part.data) == (storable(quote), storable(name), data)


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
