"""The stand-in model answers from the messages that it was sent, and from nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.model.stand_in import INTRODUCTION, answer, spoken


def talk(*texts: str, system: str = "") -> list[dict[str, Any]]:
    """Return a conversation in which a user and the assistant take turns."""
    roles = ("user", "assistant")
    turns = [{"role": roles[index % 2], "content": text} for index, text in enumerate(texts)]
    return [{"role": "system", "content": system}, *turns] if system else turns


def test_its_first_answer_says_that_it_is_a_stand_in() -> None:
    assert INTRODUCTION in answer(talk("Hello"), 10)
    assert INTRODUCTION not in answer(talk("Hello", "Hi", "What is new?"), 10)


@pytest.mark.parametrize(
    "told", ["Hello! I'm John.", "my name is John", "I’m John", "You can call me John", "alex: I am John"]
)
def test_it_knows_a_name_that_it_was_told(told: str) -> None:
    asked = "alex: Do you know my name?" if told.startswith("alex") else "Do you know my name?"

    assert "John" in answer(talk(told, "Hi", asked), 10)


def test_it_does_not_know_a_name_that_the_history_no_longer_holds() -> None:
    assert "don't know your name" in answer(talk("Do you know my name?"), 10)


def test_it_tells_speakers_apart() -> None:
    said = talk("alex: I'm John", "Hi", "sam: I'm Mary", "Hi", "alex: what is my name?")

    assert "John" in answer(said, 10)
    assert "Mary" not in answer(said, 10)


def test_it_repeats_what_was_said_before() -> None:
    said = answer(talk("I like tea", "Good", "What did I say?"), 10)

    assert "I like tea" in said


def test_it_tells_how_many_messages_and_tokens_it_got() -> None:
    assert "3 messages with 45 tokens" in answer(talk("a", "b", "How many messages did you get?"), 45)


def test_it_tells_its_instructions() -> None:
    assert "Speak like a pirate" in answer(talk("Who are you?", system="Speak like a pirate."), 10)


@pytest.mark.parametrize(
    ("wish", "sign"),
    [
        ("Write a long answer", "Nothing is more tiring"),
        ("show me some code", "```python"),
        ("a table please", "| what | limit |"),
        ("answer in Korean", "안녕하세요"),
        ("show me markdown", "- [x] done"),
    ],
)
def test_it_writes_samples_on_request(wish: str, sign: str) -> None:
    assert sign in answer(talk("a", "b", wish), 10)


def test_a_long_answer_is_longer_than_a_message_may_be() -> None:
    for wish in ("a long answer", "a long program in code", "a long text in Korean"):
        assert len(answer(talk("a", "b", wish), 10)) > 2000


def test_it_counts_as_far_as_one_likes() -> None:
    said = answer(talk("a", "b", "Please count to 200"), 10)

    assert said.startswith("1, 2, 3")
    assert said.endswith("199, 200")


def test_it_goes_on_where_it_stopped() -> None:
    whole = answer(talk("a", "b", "count to 50"), 10)
    rest = answer(talk("a", "b", "count to 50", whole[:40], "Go on exactly where you stopped."), 10)

    assert whole[:40] + rest == whole


def test_it_sums_up_what_was_said() -> None:
    said = answer(talk("alex: I like tea", "Good", "Sum up this conversation for yourself."), 10)

    assert said == "alex said: I like tea"


def test_a_colon_alone_makes_nobody_a_speaker() -> None:
    assert "John" in answer(talk("I'm John", "Hi", "One thing: what is my name?"), 10)


@given(st.lists(st.text(max_size=60), min_size=1, max_size=5))
def test_it_has_an_answer_to_everything_and_never_shouts(texts: list[str]) -> None:
    said = answer(talk(*texts), 10)

    assert said.strip()
    assert "!" not in said.replace("\n".join(texts), "") or any("!" in text for text in texts)


def test_it_reads_the_texts_of_messages_in_parts() -> None:
    parts = [{"type": "text", "text": "I'm John"}, {"type": "image_url", "image_url": {"url": "data:"}}]
    messages = [{"role": "user", "content": parts}, *talk("ignored", "Hi", "what is my name?")[1:]]

    assert "John" in answer(messages, 10)


@pytest.mark.parametrize("most", [100_000, 500, 0])
def test_a_long_answer_is_counted_a_few_times_whether_or_not_it_fits(most: int) -> None:
    counted: list[int] = []

    def count(text: str) -> int:
        counted.append(len(text))
        return len(text.split())

    script = spoken(answer(talk("count to 9000"), 10), most, count)

    assert len(counted) <= 16
    assert len(script.content.split()) == min(most, 9000 + len(INTRODUCTION.split()))


@given(st.text(), st.integers(0, 50))
def test_as_much_of_an_answer_is_said_as_fits(text: str, most: int) -> None:
    script = spoken(text, most, len)

    assert text.startswith(script.content)
    assert len(script.content) <= most or not script.content
