"""An answer's length by our own count: a law over any text in any chunks."""

import asyncio
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from bot.llm.counter import SHIPPED, TiktokenCounter
from bot.llm.hearing import ReplyMeter

MODEL = "gpt-4.1-mini"
CHUNKS = st.lists(st.one_of(st.text(max_size=40), st.sampled_from([" " * 300, "\n" * 90, "a" * 50, "가나 "])))


def metered(counter: TiktokenCounter, chunks: Sequence[str], most: int) -> tuple[str, bool]:
    async def read() -> tuple[str, bool]:
        meter = ReplyMeter(counter, MODEL, most)
        taken = ""
        for chunk in chunks:
            taken += await meter.take(chunk)
            if meter.full:
                break
        return taken, meter.full

    return asyncio.run(read())


@given(chunks=CHUNKS, most=st.integers(1, 60))
def test_an_answer_is_let_through_whole_or_up_to_the_limit(
    counter: TiktokenCounter, chunks: list[str], most: int
) -> None:
    whole = "".join(chunks)

    taken, full = metered(counter, chunks, most)

    assert whole.startswith(taken)
    assert full or taken == whole
    assert not full or counter.count(whole, MODEL) > most
    assert counter.count(taken, MODEL) <= most


def test_blanks_without_end_are_an_end(counter: TiktokenCounter) -> None:
    taken, full = metered(counter, ["Well", *[" "] * 3_000, "then", *["\n"] * 9_000], 60_000)

    assert (taken.strip(), full) == ("Well" + " " * 3_000 + "then", True)


def test_an_answer_as_long_as_the_limit_is_whole(counter: TiktokenCounter) -> None:
    words = [f" word{number}" for number in range(500)]
    most = counter.count("".join(words), MODEL)

    assert metered(counter, words, most) == ("".join(words), False)
    assert metered(counter, words, most - 1)[1]


def test_counting_is_rare(counter: TiktokenCounter) -> None:
    counted: list[int] = []

    class Counting(TiktokenCounter):
        async def fit(self, text: str, model: str, most: int) -> tuple[str, int]:
            counted.append(len(text))
            return await counter.fit(text, model, most)

    taken, full = metered(Counting(SHIPPED), [" word"] * 5000, 2000)

    assert (len(taken), full) == (2000 * len(" word"), True)
    assert len(counted) < 40
