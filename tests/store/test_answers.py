"""Answers from the first checkpoint to the last word."""

import pytest

from bot.chat.answers import FinalAnswer
from bot.chat.clearing import ResetOrder
from bot.rules.model import Answer, Completion, State
from bot.rules.notes import Note, NoteCode
from bot.rules.outcome import Outcome, Reason
from bot.rules.spending.usage import Usage
from tests.store.building import COMPLETION, DIRECT, END, JOHN, OTHER_ROOM, ROOM, START, THREAD, Talk


async def found(talk: Talk, answer_id: int) -> Answer:
    answer = await talk.store.answers.get(answer_id)
    assert answer is not None
    return answer


async def test_a_begun_answer_knows_its_question_and_its_place(talk: Talk) -> None:
    question = await talk.say("hello", THREAD, message_id=5)
    answer = await talk.begin(question)

    assert answer.key == THREAD
    assert (answer.question_id, answer.question_message_id, answer.asker_id) == (question, 5, JOHN.id)
    assert (answer.state, answer.text, answer.draft, answer.message_ids) == (State.WRITING, "", "", ())
    assert (answer.model, answer.created_at, answer.is_newest) == ("gpt-4.1-mini", START, True)
    assert answer.completion is None


async def test_a_question_whose_answer_is_begun_waits_no_more(talk: Talk) -> None:
    question = await talk.say("hello")
    await talk.begin(question)

    assert [turn.state for turn in (await talk.window()).turns] == [State.ANSWERED]


async def test_no_answer_is_begun_where_the_question_is_gone(talk: Talk) -> None:
    deleted = await talk.say("deleted", message_id=5)
    await talk.store.turns.forget([5])
    reset = await talk.say("reset")
    await talk.store.resets.reset(ResetOrder(ROOM), 1)

    assert await talk.store.answers.begin(deleted, "gpt-4.1-mini") is None
    assert await talk.store.answers.begin(reset, "gpt-4.1-mini") is None


async def test_one_question_has_one_answer(talk: Talk) -> None:
    question = await talk.say("hello")
    first = await talk.begin(question)

    assert (await talk.begin(question)).id == first.id


async def test_an_answer_begun_again_says_what_was_there_before(talk: Talk) -> None:
    question = await talk.say("hello")
    answer_id = await talk.answer(question, "old", message_ids=(7, 8))
    again = await talk.store.answers.begin(question, "gpt-4.1")

    assert again is not None
    assert (again.id, again.state, again.text, again.draft) == (answer_id, State.COMPLETE, "old", "")
    assert (again.model, again.message_ids, again.completion) == ("gpt-4.1-mini", (7, 8), COMPLETION)


async def test_an_answer_redone_keeps_its_old_text_until_the_end(talk: Talk) -> None:
    question = await talk.say("hello")
    answer_id = await talk.answer(question, "old")
    await talk.begin(question)
    await talk.store.answers.checkpoint(answer_id, "new but not", ())

    half_done = await found(talk, answer_id)
    await talk.answer(question, "new and done")
    done = await found(talk, answer_id)

    assert (half_done.state, half_done.text, half_done.draft) == (State.WRITING, "old", "new but not")
    assert (done.state, done.text, done.draft) == (State.COMPLETE, "new and done", "")
    assert await talk.words() == ["hello", "new and done"]


async def test_a_checkpoint_holds_the_draft_and_the_messages_in_order(talk: Talk) -> None:
    answer = await talk.begin(await talk.say("hello"))
    for draft, message_ids in [
        ("a", (9,)),
        ("ab", (9,)),
        ("abc", (9, 3)),
        ("abcd", (9, 3, 12)),
        ("x", (9, 12)),
    ]:
        await talk.store.answers.checkpoint(answer.id, draft, message_ids)
        stored = await found(talk, answer.id)

        assert (stored.draft, stored.message_ids) == (draft, message_ids)


async def test_a_message_taken_out_of_an_answer_can_be_deleted_without_it(talk: Talk) -> None:
    answer_id = await talk.answer(await talk.say("hello"), "shorter now", message_ids=(6, 7))
    await talk.store.answers.checkpoint(answer_id, None, (6,))
    await talk.store.turns.forget([7])

    assert await talk.store.answers.by_message(7) is None
    assert (await found(talk, answer_id)).text == "shorter now"


async def test_a_deleted_answer_is_neither_checkpointed_nor_finished(talk: Talk) -> None:
    question = await talk.say("hello")
    answer = await talk.begin(question)
    await talk.store.answers.checkpoint(answer.id, "a", (7,))
    await talk.store.turns.forget([7])

    await talk.store.answers.checkpoint(answer.id, "ab", (7, 8))
    await talk.store.answers.finish(answer.id, FinalAnswer(State.COMPLETE, "abc", 1, "o", END, END))

    assert await talk.words() == ["hello"]
    assert await talk.store.answers.by_message(8) is None


async def test_a_finished_answer_is_unfinished_until_it_is_known_to_be_shown(talk: Talk) -> None:
    answer = await talk.begin(await talk.say("hello"))
    await talk.store.answers.finish(answer.id, FinalAnswer(State.COMPLETE, "hi", 1, "o", END))

    [not_shown] = await talk.store.answers.unfinished()
    await talk.store.answers.checkpoint(answer.id, None, (7,))

    assert (not_shown.state, not_shown.text, not_shown.draft) == (State.COMPLETE, "hi", "")
    assert await talk.store.answers.unfinished() == []


async def test_unfinished_answers_come_oldest_first_from_everywhere(talk: Talk) -> None:
    questions = [await talk.say("?", key) for key in (DIRECT, ROOM, OTHER_ROOM)]
    begun = [(await talk.begin(question)).id for question in questions]
    await talk.exchange("done", "done")
    await talk.store.resets.reset(ResetOrder(ROOM), 1)

    assert [answer.id for answer in await talk.store.answers.unfinished()] == begun


@pytest.mark.parametrize(
    "completion",
    [
        None,
        COMPLETION,
        Completion("", "llama", 0, None, usage=None, refusal="I can't say that.", extra='{"seed": 4}'),
        Completion("x", "m", 1, "length", Usage(1, 0), extra='{"usage": {"details": {"image_tokens": 0}}}'),
    ],
)
async def test_what_the_model_said_of_its_answer_comes_back_whole(
    talk: Talk, completion: Completion | None
) -> None:
    answer_id = await talk.answer(await talk.say("hello"), "hi", completion=completion)
    stored = await found(talk, answer_id)

    assert stored.completion == completion
    assert (stored.own_count, stored.first_chunk_ms) == (21, 350)


async def test_an_answer_is_found_by_each_of_its_messages_and_by_its_question(talk: Talk) -> None:
    answer_id = await talk.answer(await talk.say("hello", message_id=5), "hi", message_ids=(6, 7))
    by_message = [await talk.store.answers.by_message(message_id) for message_id in (5, 6, 7)]

    assert [answer and answer.id for answer in by_message] == [answer_id] * 3


async def test_a_message_that_is_no_answer_finds_none(talk: Talk) -> None:
    question = await talk.say("not answered yet", message_id=5)

    assert await talk.store.answers.by_message(5) is None
    assert await talk.store.answers.by_message(404) is None
    assert await talk.store.answers.get(question) is None
    assert await talk.store.answers.get(404) is None


async def test_a_reset_answer_is_not_found_until_the_undo(talk: Talk) -> None:
    answer_id = await talk.answer(await talk.say("hello", message_id=5), "hi", message_ids=(6,))
    reset = await talk.store.resets.reset(ResetOrder(ROOM), 1)

    hidden = [await talk.store.answers.get(answer_id), await talk.store.answers.by_message(6)]
    await talk.store.resets.undo(reset.id, 1)

    assert hidden == [None, None]
    assert (await found(talk, answer_id)).text == "hi"


async def test_only_the_newest_answer_of_a_channel_is_the_newest(talk: Talk) -> None:
    _, first = await talk.exchange("first", "one")
    _, second = await talk.exchange("second", "two")
    await talk.exchange("elsewhere", "three", OTHER_ROOM)
    await talk.say("not answered yet")

    assert not (await found(talk, first)).is_newest
    assert (await found(talk, second)).is_newest


async def test_how_an_answer_ended_comes_back_whole(talk: Talk) -> None:
    answer = await talk.begin(await talk.say("hello"))
    outcome = Outcome(
        Reason.STOPPED,
        JOHN.id,
        "John",
        remarks=(Note(NoteCode.FILE_NOT_TEXT, "a.png"), Note(NoteCode.LEGACY, words="So?")),
    )
    tried = Outcome(Reason.FAILED, error="ModelNotFound", details={"model": "gpt-x"})
    await talk.store.answers.finish(answer.id, FinalAnswer(State.STOPPED, "well", 1, "o", outcome, tried))
    both = await found(talk, answer.id)
    await talk.store.answers.finish(answer.id, FinalAnswer(State.STOPPED, "well", 1, "o", outcome))
    one = await found(talk, answer.id)

    assert (both.outcome, both.tried) == (outcome, tried)
    assert (one.outcome, one.tried) == (outcome, None)


async def test_an_end_without_words_is_unfinished_until_it_is_known_to_be_shown(talk: Talk) -> None:
    answer = await talk.begin(await talk.say("hello"))
    await talk.store.answers.finish(answer.id, FinalAnswer(State.FAILED, "", 0, "", Outcome(Reason.BROKE)))
    await talk.store.answers.checkpoint(answer.id, "", (7,))
    [not_shown] = await talk.store.answers.unfinished()
    await talk.store.answers.checkpoint(answer.id, None, (7,))

    assert not_shown.message_ids == (7,)
    assert await talk.store.answers.unfinished() == []


async def test_an_answer_to_be_redone_is_unfinished_until_it_was(talk: Talk) -> None:
    question = await talk.say("hello")
    answer = await talk.begin(question)
    await talk.store.answers.finish(
        answer.id, FinalAnswer(State.STOPPED, "well", 1, "o", Outcome(Reason.REPLACED))
    )
    await talk.store.answers.checkpoint(answer.id, None, (7,))
    [to_be_redone] = await talk.store.answers.unfinished()
    await talk.answer(question, "well then")

    assert to_be_redone.is_to_be_redone
    assert await talk.store.answers.unfinished() == []
    assert not (await found(talk, answer.id)).is_to_be_redone


async def test_a_try_is_over_when_all_that_it_posted_is_known(talk: Talk) -> None:
    question = await talk.say("hello")
    tries = [(await talk.begin(question)).tries for _ in range(2)]
    answer_id = await talk.answer(question, "well", message_ids=(7,))
    tries.append((await talk.begin(question)).tries)
    await talk.store.answers.finish(
        answer_id, FinalAnswer(State.STOPPED, "", 1, "o", Outcome(Reason.REPLACED))
    )
    tries.append((await talk.begin(question)).tries)

    assert tries == [1, 1, 2, 2]


async def test_the_last_answer_is_the_newest_that_was_billed(talk: Talk) -> None:
    await talk.exchange("first", "billed")
    await talk.answer(await talk.say("second"), "not billed", completion=None)
    await talk.answer(await talk.say("third"), "", state=State.FAILED, completion=None)

    answer = await talk.store.answers.last_billed(ROOM.channel_id)

    assert answer is not None
    assert (answer.text, answer.completion) == ("billed", COMPLETION)
    assert await talk.store.answers.last_billed(OTHER_ROOM.channel_id) is None
