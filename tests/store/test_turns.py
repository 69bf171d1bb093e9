"""Storing, changing and forgetting what was said."""

from dataclasses import replace

import pytest

from bot.chat.clearing import ResetOrder
from bot.rules.model import Author, NewTurn, Part, PartKind, State, Totals
from bot.rules.notes import Note, NoteCode
from tests.store.building import DIRECT, JOHN, MARY, OTHER_ROOM, ROOM, START, THREAD, Talk, texts


def quote_of(message_id: int, text: str = "as I said") -> Part:
    return Part(PartKind.QUOTE, text, name="Mary", message_id=message_id, author_id=MARY.id)


async def test_a_message_is_stored_once(talk: Talk) -> None:
    await talk.say("hello", message_id=5)
    again = NewTurn(5, ROOM, JOHN, "John", "hello again", START, State.WAITING, 1, "o200k_base")

    assert await talk.store.turns.add(again) is None
    assert await talk.words() == ["hello"]


async def test_a_stored_message_comes_back_as_it_was(talk: Talk) -> None:
    parts = (
        quote_of(3),
        Part(PartKind.IMAGE, name="cat.png", data=b"\x89PNG\0", media_type="image/png", width=3, height=2),
        Part(PartKind.NOTE, note=Note(NoteCode.IMAGE_TOO_LARGE, "dog.png", 4)),
        Part(PartKind.FILE, "x = 1", "a.py", kept_characters=5),
        Part(PartKind.QUOTE, "Tea?", author=Author.US),
        Part(PartKind.UNWORDED),
    )
    turn_id = await talk.say("what is this?", message_id=7, tokens=12, parts=parts)

    [turn] = (await talk.window()).turns

    assert (turn.id, turn.position, turn.message_id, turn.author_id) == (turn_id, turn_id, 7, JOHN.id)
    assert (turn.label, turn.text, turn.tokens, turn.encoding) == ("John", "what is this?", 12, "o200k_base")
    assert (turn.state, turn.created_at, turn.parts) == (State.WAITING, START, parts)


async def test_no_channel_sees_another(talk: Talk) -> None:
    for key in (ROOM, THREAD, OTHER_ROOM, DIRECT):
        await talk.exchange(f"ask {key.channel_id}", f"answer {key.channel_id}", key)

    for key in (ROOM, THREAD, OTHER_ROOM, DIRECT):
        assert await talk.words(key) == [f"ask {key.channel_id}", f"answer {key.channel_id}"]


async def test_an_unknown_channel_holds_nothing(talk: Talk) -> None:
    assert (await talk.window(OTHER_ROOM)).turns == ()
    assert await talk.store.journal.totals(OTHER_ROOM.channel_id) == Totals()


async def test_an_edit_changes_the_words_the_parts_and_the_count(talk: Talk) -> None:
    await talk.say("teh", message_id=5, parts=(Part(PartKind.FILE, "x = 1", name="a.py"),))
    note = Part(PartKind.NOTE, note=Note(NoteCode.FILE_NOT_FETCHED, "a.py"))
    await talk.store.turns.revise(5, "the", [note], (9, "cl100k_base"))

    [turn] = (await talk.window()).turns

    assert (turn.text, turn.parts, turn.tokens, turn.encoding) == ("the", (note,), 9, "cl100k_base")


async def test_an_edit_with_parts_whose_bytes_were_not_brought_along_keeps_the_pictures(talk: Talk) -> None:
    picture = Part(PartKind.IMAGE, name="cat.png", data=b"cat")
    await talk.say("my dog", message_id=5, parts=(picture,))
    await talk.store.turns.revise(5, "my cat", (replace(picture, data=None),), (2, "o200k_base"))

    [turn] = (await talk.window()).turns

    assert (turn.text, turn.parts) == ("my cat", (picture,))


async def test_an_edit_reaches_quotes_and_makes_their_counts_stale(talk: Talk) -> None:
    await talk.say("look at this", parts=(quote_of(3, "old words"),))
    await talk.store.turns.revise(3, "new words", (), (0, ""))

    [turn] = (await talk.window()).turns

    assert (turn.text, turn.parts[0].text, turn.encoding) == ("look at this", "new words", "")


async def test_an_edit_leaves_a_forwarded_message_as_it_was_forwarded(talk: Talk) -> None:
    await talk.say("news", parts=(Part(PartKind.FORWARD, "old words", message_id=3),))
    await talk.store.turns.revise(3, "new words", (), (0, ""))

    [turn] = (await talk.window()).turns

    assert turn.parts[0].text == "old words"


async def test_an_edit_of_a_reset_message_keeps_its_parts_for_an_undo(talk: Talk) -> None:
    await talk.say("look", message_id=5, parts=(quote_of(3),))
    reset = await talk.store.resets.reset(ResetOrder(ROOM), 1)
    await talk.store.turns.revise(5, "look here", (), (0, ""))
    await talk.store.resets.undo(reset.id, 1)

    [turn] = (await talk.window()).turns

    assert (turn.text, turn.parts, turn.encoding) == ("look here", (quote_of(3),), "")


async def test_an_edit_of_an_unknown_message_changes_nothing(talk: Talk) -> None:
    await talk.say("hello")
    await talk.store.turns.revise(404, "?", (), (0, ""))

    assert await talk.words() == ["hello"]


async def test_a_deleted_question_leaves_its_answer_without_it(talk: Talk) -> None:
    question = await talk.say("my secret", message_id=5)
    answer_id = await talk.answer(question, "noted", message_ids=(6,))

    await talk.store.turns.forget([5])

    assert await talk.words() == ["noted"]
    answer = await talk.store.answers.get(answer_id)
    assert answer is not None
    assert (answer.question_message_id, answer.asker_id) == (0, 0)


@pytest.mark.parametrize("deleted", [6, 7])
async def test_any_deleted_message_of_an_answer_takes_the_whole_answer(talk: Talk, deleted: int) -> None:
    question = await talk.say("tell me everything")
    answer_id = await talk.answer(question, "a long story", message_ids=(6, 7))

    await talk.store.turns.forget([deleted])

    assert await talk.words() == ["tell me everything"]
    assert await talk.store.answers.get(answer_id) is None


async def test_a_deleted_message_leaves_the_quotes_of_it(talk: Talk) -> None:
    await talk.say("what about this?", parts=(quote_of(3), quote_of(4)))

    await talk.store.turns.forget([3])
    [turn] = (await talk.window()).turns
    assert (turn.parts, turn.encoding) == ((quote_of(4),), "")


async def test_many_messages_are_forgotten_at_once(talk: Talk) -> None:
    question = await talk.say("one", message_id=1)
    await talk.answer(question, "two", message_ids=(2,))
    await talk.say("three", message_id=3)

    await talk.store.turns.forget([1, 2, 404])

    assert await talk.words() == ["three"]


async def test_forgetting_an_unknown_message_changes_nothing(talk: Talk) -> None:
    await talk.exchange("hello", "hi")

    await talk.store.turns.forget([404])

    assert await talk.words() == ["hello", "hi"]


@pytest.mark.parametrize("change", ["edit", "deletion"])
async def test_a_summary_does_not_outlive_the_words_it_was_made_of(talk: Talk, change: str) -> None:
    cut_off = await talk.say("my address is 5 Elm Road", message_id=5)
    await talk.say("later", message_id=6)
    await talk.store.turns.cut(ROOM.channel_id, cut_off, "John lives at 5 Elm Road.")

    if change == "edit":
        await talk.store.turns.revise(5, "never mind", (), (1, "o200k_base"))
    else:
        await talk.store.turns.forget([5])

    window = await talk.window()
    assert (window.cut, window.summary, texts(window)) == (cut_off, "", ["later"])


async def test_a_summary_stays_when_only_later_words_go(talk: Talk) -> None:
    cut_off = await talk.say("old")
    await talk.say("later", message_id=6)
    await talk.store.turns.cut(ROOM.channel_id, cut_off, "It was old.")
    await talk.store.turns.forget([6])

    assert (await talk.window()).summary == "It was old."


async def test_a_recount_changes_the_count_alone(talk: Talk) -> None:
    ids = [await talk.say(text, tokens=2) for text in ("hello", "you", "there")]
    await talk.store.turns.recount({ids[0]: 3, ids[2]: 4}, "cl100k_base")

    turns = (await talk.window()).turns

    assert [(turn.text, turn.tokens, turn.encoding) for turn in turns] == [
        ("hello", 3, "cl100k_base"),
        ("you", 2, turns[1].encoding),
        ("there", 4, "cl100k_base"),
    ]
