"""What bills teach about our own counts."""

import logging

import pytest

from bot.chat.learning import Learning
from bot.store.sqlite import MEMORY, open_store
from tests.chat.heart import Heart, beating, started_again
from tests.support.fakes import START, FakeCatalog, completion

STRANGE = FakeCatalog().facts("strange-model")
KNOWN = FakeCatalog().facts("gpt-4.1-mini")


class Shelf:
    """Small facts, on a shelf."""

    def __init__(self) -> None:
        self.facts: dict[str, str] = {}
        self.writes = 0

    async def read(self, name: str) -> str | None:
        return self.facts.get(name)

    async def write(self, name: str, value: str) -> None:
        self.facts[name] = value
        self.writes += 1


async def test_a_known_tokenizer_is_taken_at_its_word() -> None:
    learning = Learning(Shelf())
    await learning.learn(KNOWN, 100, 200)

    assert learning.ratio(KNOWN) == 1.0


async def test_a_disagreement_about_a_known_model_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    learning = Learning(Shelf())
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            await learning.learn(KNOWN, 100, 200)

    assert [record.getMessage() for record in caplog.records] == [
        "gpt-4.1-mini billed 200 prompt tokens where we counted 100"
    ]


async def test_agreement_is_not_worth_a_word(caplog: pytest.LogCaptureFixture) -> None:
    await Learning(Shelf()).learn(KNOWN, 100, 101)

    assert caplog.records == []


async def test_the_ratio_of_an_unknown_tokenizer_is_learned_from_its_bills() -> None:
    learning = Learning(Shelf())
    for _ in range(3):
        await learning.learn(STRANGE, 100, 150)

    assert learning.ratio(STRANGE) == 1.5


async def test_what_was_learned_outlives_a_restart() -> None:
    async with open_store(MEMORY, lambda: START) as store:
        before = Learning(store.facts)
        for _ in range(3):
            await before.learn(STRANGE, 100, 150)
        after = Learning(store.facts)
        await after.load(STRANGE.name)

        assert after.ratio(STRANGE) == 1.5


async def test_what_was_learned_is_read_once_and_written_only_when_it_changes() -> None:
    shelf = Shelf()
    learning = Learning(shelf)
    await learning.load(STRANGE.name)
    await learning.load(STRANGE.name)
    await learning.learn(STRANGE, 10, 15)

    assert shelf.writes == 0


async def test_nothing_is_known_of_a_model_before_its_first_bill() -> None:
    assert Learning(Shelf()).ratio(STRANGE) == 1.0


async def test_what_was_learned_bounds_the_next_request(heart: Heart) -> None:
    async with beating(model="strange-model") as before:
        before.completer.will("Yes", completion(prompt_tokens=10_000))
        for number in range(5):
            before.completer.will("Yes", completion(prompt_tokens=10_000))
            await before.ask("word " * 60 + str(number))
        async with started_again(before, model="strange-model") as later:
            await later.learning.load("strange-model")

            assert later.learning.ratio(STRANGE) > 1
            assert (await later.context.preview(later.message("").key)).budget < 1_000


async def test_the_bill_of_an_answer_that_goes_on_teaches_nothing(heart: Heart) -> None:
    async with beating(model="strange-model") as strange:
        strange.completer.will("word " * 60, completion("length"))
        question = await strange.say("word " * 60)
        await strange.answered(question)
        strange.completer.will("more", completion(prompt_tokens=4_000))
        await strange.control.go_on((await strange.answer_to(question)).id, strange.presser())
        await strange.answered(question, times=2)
        learned = strange.learning.ratio(STRANGE)

    assert learned < 1
