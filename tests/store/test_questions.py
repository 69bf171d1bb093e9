"""Which messages wait for an answer, and single things asked about turns."""

from dataclasses import replace
from datetime import timedelta

from bot.chat.memory import Question
from bot.rules.model import State
from tests.store.building import DIRECT, JOHN, MARY, OTHER_ROOM, ROOM, START, THREAD, Talk


async def test_questions_never_begun_wait_oldest_first(talk: Talk) -> None:
    await talk.exchange("done", "done")
    first = await talk.say("first", THREAD, message_id=5)
    await talk.say("just said", state=State.HEARD)
    second = await talk.say("second", DIRECT, MARY, message_id=6)

    assert await talk.store.questions.waiting(START) == [
        Question(first, THREAD, 5, JOHN.id, START),
        Question(second, DIRECT, 6, MARY.id, START),
    ]


async def test_questions_written_before_the_time_asked_for_wait_no_more(talk: Talk) -> None:
    await talk.say("old")
    talk.clock.pass_time(minutes=10)
    new = await talk.say("new")

    waiting = await talk.store.questions.waiting(START + timedelta(seconds=1))

    assert [question.id for question in waiting] == [new]


async def test_a_reset_question_does_not_wait(talk: Talk) -> None:
    await talk.say("hello")
    await talk.store.resets.reset(ROOM, 1, guild_wide=False, keep=0)

    assert await talk.store.questions.waiting(START) == []


async def test_a_question_that_is_heard_stays_but_does_not_wait(talk: Talk) -> None:
    heard, answered = await talk.say("first"), await talk.say("second")
    await talk.answer(answered, "to both")
    await talk.store.questions.hear([heard, answered])

    states = [turn.state for turn in (await talk.window()).turns]

    assert states == [State.HEARD, State.ANSWERED, State.COMPLETE]
    assert await talk.store.questions.waiting(START) == []


async def test_a_question_is_found_by_its_message_whatever_became_of_it(talk: Talk) -> None:
    answered = await talk.say("hello", THREAD, message_id=5)
    await talk.answer(answered, "hi", message_ids=(6,))

    assert await talk.store.questions.find(5) == Question(answered, THREAD, 5, JOHN.id, START)
    assert await talk.store.questions.find(6) is None


async def test_a_reset_question_is_not_found(talk: Talk) -> None:
    await talk.say("hello", message_id=5)
    await talk.store.resets.reset(ROOM, 1, guild_wide=False, keep=0)

    assert await talk.store.questions.find(5) is None


async def test_the_newest_question_is_one_that_was_or_will_be_answered(talk: Talk) -> None:
    await talk.exchange("answered", "yes")
    waiting = await talk.say("waiting")
    await talk.say("just said", state=State.HEARD)
    await talk.say("elsewhere", OTHER_ROOM)

    assert await talk.store.questions.newest(ROOM.channel_id) == waiting
    assert await talk.store.questions.newest(DIRECT.channel_id) is None


async def test_a_label_is_taken_by_another_speaker_of_the_channel_in_any_case(talk: Talk) -> None:
    await talk.say("hello", ROOM, JOHN)
    taken = talk.store.questions.label_taken

    assert await taken(ROOM.channel_id, "JOHN", MARY.id)
    assert await taken(ROOM.channel_id, "john", JOHN.id - 1)
    assert not await taken(ROOM.channel_id, "John", JOHN.id)
    assert not await taken(ROOM.channel_id, "Joh", MARY.id)
    assert not await taken(OTHER_ROOM.channel_id, "John", MARY.id)


async def test_a_label_is_taken_by_one_that_looks_like_it(talk: Talk) -> None:
    await talk.say("hello", ROOM, replace(JOHN, name="Jo1m"))
    taken = talk.store.questions.label_taken

    assert await taken(ROOM.channel_id, "Joim", MARY.id)
    assert await taken(ROOM.channel_id, "J0lrn", MARY.id)
    assert not await taken(ROOM.channel_id, "Joan", MARY.id)


async def test_a_label_that_an_older_version_stored_is_taken_too(talk: Talk) -> None:
    await talk.say("hello", ROOM, JOHN)
    await talk.store.questions._database.write_one("UPDATE turns SET label = 'Mia', folded_label = 'mia'")

    assert await talk.store.questions.label_taken(ROOM.channel_id, "MIA", MARY.id)


async def test_a_recount_changes_the_count_alone(talk: Talk) -> None:
    ids = [await talk.say(text, tokens=2) for text in ("hello", "you", "there")]
    await talk.store.questions.recount({ids[0]: 3, ids[2]: 4}, "cl100k_base")

    turns = (await talk.window()).turns

    assert [(turn.text, turn.tokens, turn.encoding) for turn in turns] == [
        ("hello", 3, "cl100k_base"),
        ("you", 2, turns[1].encoding),
        ("there", 4, "cl100k_base"),
    ]
