"""Versions of an answer: what it said before it was redone stays, and can be what it says again."""

from dataclasses import replace
from typing import Any

import pytest

from bot.chat.answers import Before, FinalAnswer
from bot.rules.model import State
from bot.rules.outcome import Outcome, Reason, Version
from bot.store.history.versions import MOST
from bot.store.store import Store
from tests.store.building import COMPLETION, END, JOHN, ROOM, Talk

ANSWER = FinalAnswer(State.COMPLETE, "", 1, "o200k_base", END, completion=COMPLETION)


async def redo(talk: Talk, question_id: int, text: str, before: Before = Before.KEPT, **changes: Any) -> int:
    """Have a question answered once more, and return the answer's id."""
    answer = await talk.store.answers.begin(question_id, "gpt-4o")
    assert answer is not None
    final = replace(ANSWER, text=text, before=before, model="gpt-4o", **changes)
    await talk.store.answers.finish(answer.id, final)
    return answer.id


async def test_what_was_said_before_is_a_version_that_can_be_chosen(talk: Talk, store: Store) -> None:
    question, answer = await talk.exchange("Hello", "Hi")
    only = await store.answers.version(answer)
    await redo(talk, question, "Good morning")
    newest = await store.answers.version(answer)
    chosen = await store.answers.choose(answer, 1)

    assert (only, newest) == (None, Version(2, 2))
    assert chosen is not None
    assert (chosen.text, chosen.model, chosen.state) == ("Hi", "gpt-4.1-mini", State.COMPLETE)
    assert await talk.words() == ["Hello", "Hi"]
    assert await store.answers.version(answer) == Version(1, 2)
    assert await store.answers.unfinished() == [chosen]  # it is still to be shown


async def test_how_a_version_ended_comes_back_with_it(talk: Talk, store: Store) -> None:
    question, answer = await talk.exchange("Hello", "Hi")
    await redo(talk, question, "Good mor", state=State.LENGTH, outcome=Outcome(Reason.LENGTH))
    await store.answers.choose(answer, 1)
    back = await store.answers.choose(answer, 2)

    assert back is not None
    assert (back.state, back.outcome) == (State.LENGTH, Outcome(Reason.LENGTH))


async def test_a_version_that_goes_on_is_no_other(talk: Talk, store: Store) -> None:
    question, answer = await talk.exchange("Hello", "Hi")
    await redo(talk, question, "Hi, John", Before.CONTINUED)
    alone = await store.answers.version(answer)
    await redo(talk, question, "Good")
    await redo(talk, question, "Good morning", Before.CONTINUED)
    await store.answers.choose(answer, 1)
    back = await store.answers.choose(answer, 2)

    assert alone is None
    assert back is not None
    assert back.text == "Good morning"


async def test_versions_go_when_the_question_has_changed(talk: Talk, store: Store) -> None:
    question, answer = await talk.exchange("Hello", "Hi")
    await redo(talk, question, "Good morning")
    await redo(talk, question, "Good night", Before.GONE)

    assert await store.answers.version(answer) is None
    assert await store.answers.choose(answer, 1) is None
    assert await talk.words() == ["Hello", "Good night"]


@pytest.mark.parametrize("text", ["", "Hi"])
async def test_a_try_without_new_words_is_no_version(talk: Talk, store: Store, text: str) -> None:
    question, answer = await talk.exchange("Hello", "Hi")
    await redo(talk, question, text)

    assert await store.answers.version(answer) is None


async def test_of_many_versions_the_newest_stay(talk: Talk, store: Store) -> None:
    question, answer = await talk.exchange("Hello", "0")
    for number in range(1, MOST + 3):
        await redo(talk, question, str(number))
    oldest = await store.answers.choose(answer, 1)

    assert oldest is not None
    assert oldest.text == "3"
    assert await store.answers.version(answer) == Version(1, MOST)


async def test_a_summary_of_the_words_before_does_not_outlive_them(talk: Talk, store: Store) -> None:
    question, answer = await talk.exchange("Hello", "Hi")
    await redo(talk, question, "Good morning")
    await talk.say("And now?")
    await store.turns.cut(ROOM.channel_id, question, "They said good morning.")
    await store.answers.choose(answer, 1)

    assert (await talk.window()).summary == ""


async def test_an_export_holds_each_version_of_an_answer(talk: Talk, store: Store) -> None:
    question, answer = await talk.exchange("Hello", "Hi")
    await redo(talk, question, "Good morning")
    await redo(talk, question, "Good evening")
    await store.answers.choose(answer, 2)
    exported = [one async for one in store.people.export(JOHN.id) if one["kind"] == "answer"]

    assert [one["text"] for one in exported] == ["Good morning"]
    assert [one["versions"] for one in exported] == [["Hi", "Good morning", "Good evening"]]
