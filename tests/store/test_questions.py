"""Which messages wait for an answer, and single things asked about turns."""

from datetime import timedelta

from bot.chat.clearing import ResetOrder
from bot.chat.memory import Question
from bot.rules.model import State
from bot.rules.outcome import LastMessage
from tests.store.building import DIRECT, JOHN, MARY, OTHER_ROOM, ROOM, START, THREAD, Talk


async def test_questions_never_begun_wait_oldest_first(talk: Talk) -> None:
    await talk.exchange("done", "done")
    first = await talk.say("first", THREAD, message_id=5)
    await talk.say("just said", state=State.HEARD)
    second = await talk.say("second", DIRECT, MARY, message_id=6)

    assert await talk.store.questions.waiting(START) == [
        Question(first, THREAD, 5, JOHN.id),
        Question(second, DIRECT, 6, MARY.id),
    ]


async def test_questions_written_before_the_time_asked_for_wait_no_more(talk: Talk) -> None:
    await talk.say("old")
    talk.clock.pass_time(minutes=10)
    new = await talk.say("new")

    waiting = await talk.store.questions.waiting(START + timedelta(seconds=1))

    assert [question.id for question in waiting] == [new]


async def test_a_reset_question_does_not_wait(talk: Talk) -> None:
    await talk.say("hello")
    await talk.store.resets.reset(ResetOrder(ROOM), 1)

    assert await talk.store.questions.waiting(START) == []


async def test_a_question_that_is_heard_stays_but_does_not_wait(talk: Talk) -> None:
    heard, answered = await talk.say("first"), await talk.say("second")
    await talk.answer(answered, "to both")
    await talk.store.questions.mark_heard([heard, answered])

    states = [turn.state for turn in (await talk.window()).turns]

    assert states == [State.HEARD, State.ANSWERED, State.COMPLETE]
    assert await talk.store.questions.waiting(START) == []


async def test_a_question_is_found_by_its_message_whatever_became_of_it(talk: Talk) -> None:
    answered = await talk.say("hello", THREAD, message_id=5)
    await talk.answer(answered, "hi", message_ids=(6,))

    assert await talk.store.questions.find(5) == Question(answered, THREAD, 5, JOHN.id)
    assert await talk.store.questions.find(6) is None


async def test_a_reset_question_is_not_found(talk: Talk) -> None:
    await talk.say("hello", message_id=5)
    await talk.store.resets.reset(ResetOrder(ROOM), 1)

    assert await talk.store.questions.find(5) is None


async def test_the_newest_question_is_one_that_was_or_will_be_answered(talk: Talk) -> None:
    await talk.exchange("answered", "yes")
    waiting = await talk.say("waiting")
    await talk.say("just said", state=State.HEARD)
    await talk.say("elsewhere", OTHER_ROOM)

    assert await talk.store.questions.newest(ROOM.channel_id) == waiting
    assert await talk.store.questions.newest(DIRECT.channel_id) is None


async def test_the_newest_answer_of_each_channel_is_found_by_its_question(talk: Talk) -> None:
    older = await talk.say("older", message_id=5)
    await talk.answer(older, "yes", message_ids=(6,))
    newest = await talk.say("newest", message_id=7)
    await talk.answer(newest, "yes", message_ids=(8, 9))
    elsewhere = await talk.say("elsewhere", THREAD, message_id=10)
    await talk.answer(elsewhere, "yes", message_ids=(11,))
    await talk.say("waiting", DIRECT, message_id=12)

    found = await talk.store.questions.answers_to([5, 6, 7, 10, 12, 99])

    assert sorted(found, key=lambda one: one[1].id) == [
        (ROOM, LastMessage(9, 7)),
        (THREAD, LastMessage(11, 10)),
    ]
