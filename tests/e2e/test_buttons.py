"""What people do with an answer: Stop, Regenerate, Continue; questions edited, deleted, or in a line."""

import asyncio

import pytest

from bot.chat.conversation.queue import MOST_WAITING
from bot.rules.model import State
from bot.texts import members
from playground.world.entities import Message
from playground.world.interacting.interactions import Interaction
from tests.support.room import Room

pytestmark = pytest.mark.memory

IN_A_THREAD = "Continue in a thread"


async def begun(room: Room, *words: str) -> tuple[Message, Message]:
    """Ask something and return the question and the answer that is being written, held after these words."""
    gate = room.playground.model.script(*words).hold()
    question = room.post("Tell me a story.")
    await gate.reached()
    (answer,) = await room.until(lambda: room.replies(question))
    await room.until(lambda: "".join(words) in answer.content)
    return question, answer


def labels(message: Message) -> list[str]:
    return [one["label"] for row in message.components for one in row["components"]]


async def refusal(interaction: Interaction) -> str:
    """Return what the presser alone is told."""
    told = await interaction.answered()
    assert told.ephemeral_for == interaction.user.id
    return told.content


async def test_while_it_is_written_an_answer_has_a_mark_and_a_stop_button(room: Room) -> None:
    _, answer = await begun(room, "Once upon")

    assert answer.content == "Once upon ▌"
    assert labels(answer) == ["Stop"]


async def test_stop_closes_the_models_connection_and_keeps_what_was_written(room: Room) -> None:
    question, answer = await begun(room, "Once upon ", "a time")

    room.world.people["alex"].press(answer, "Stop")
    await room.playground.model.last.closed(1.0)
    await room.answered(question)
    stored = await room.store.answers.by_message(question.id)

    assert answer.content == f"Once upon a time\n-# {members.STOPPED_BY.format(name='Alex')}"
    assert stored is not None
    assert (stored.state, stored.text) == (State.STOPPED, "Once upon a time")


async def test_a_stopped_answer_can_go_on(room: Room) -> None:
    question, answer = await begun(room, "Once upon ", "a time")
    room.world.people["alex"].press(answer, "Stop")
    await room.answered(question)
    room.playground.model.script(" there was a fox.")

    offered = labels(answer)
    room.world.people["alex"].press(answer, "Continue")
    await room.until(lambda: "fox" in answer.content and labels(answer) == ["Regenerate", IN_A_THREAD])

    assert offered == ["Continue", "Regenerate", IN_A_THREAD]
    assert answer.content == "Once upon a time there was a fox."


async def test_an_answer_that_can_not_be_redone_has_no_button(room: Room) -> None:
    question, answer = await begun(room, "Once upon ", "a time")

    room.world.people["alex"].delete(question)
    await room.until(lambda: str(members.QUESTION_GONE) in answer.content)

    assert labels(answer) == []


async def test_an_answer_whose_question_is_deleted_has_no_button_any_more(room: Room) -> None:
    question = room.post("Is tea a soup?")
    (answer,) = await room.answered(question)
    await room.until(lambda: labels(answer) == ["Regenerate", IN_A_THREAD])
    room.world.people["alex"].delete(question)
    await room.until(lambda: labels(answer) == [])

    assert answer.content
    assert not answer.deleted


async def test_the_name_of_who_stops_an_answer_says_nothing_in_our_words(room: Room) -> None:
    question, answer = await begun(room, "Once upon a time")
    room.world.people["mo"].user.display_name = f"<@{room.world.people['sam'].id}> **now**"

    room.world.people["mo"].press(answer, "Stop")
    await room.answered(question)

    assert f"Stopped by \\<@{room.world.people['sam'].id}> \\*\\*now\\*\\*." in answer.content


async def test_a_moderator_may_stop_an_answer_too(room: Room) -> None:
    question, answer = await begun(room, "Once upon a time")

    room.world.people["mo"].press(answer, "Stop")
    await room.answered(question)

    assert members.STOPPED_BY.format(name="Mo") in answer.content


async def test_nobody_else_may_and_is_told_so_alone(room: Room) -> None:
    _, answer = await begun(room, "Once upon a time")

    told = await refusal(room.world.people["sam"].press(answer, "Stop"))

    assert told == members.ASKER_OR_PERMISSION.format(permission="Manage Messages")
    assert labels(answer) == ["Stop"]


@pytest.mark.both_engines
async def test_regenerate_redoes_the_answer_in_place_and_memory_holds_the_new_one(room: Room) -> None:
    room.playground.model.answer("The first try.")
    room.playground.model.answer("The second try.")
    (answer,) = await room.ask("Hello", "dm")

    room.world.people["alex"].press(answer, "Regenerate")
    await room.until(
        lambda: answer.content == "The second try." and labels(answer) == ["Regenerate", "‹", "2/2"]
    )
    await room.ask("And now?", "dm")

    assert answer.content == "The second try."
    assert [one["content"] for one in room.playground.model.last.messages][1:] == [
        "Hello",
        "The second try.",
        "And now?",
    ]
    assert "The first try." not in str(room.playground.model.requests[1].messages)


async def test_when_regenerating_fails_the_old_answer_stays(room: Room) -> None:
    room.playground.model.answer("The first try.")
    room.playground.model.fail(401)
    question = room.post("Hello")
    (answer,) = await room.answered(question)

    room.world.people["alex"].press(answer, "Regenerate")
    await room.until(lambda: str(members.KEY_REFUSED) in answer.content)
    stored = await room.store.answers.by_message(question.id)

    assert answer.content.startswith("The first try.")
    assert stored is not None
    assert (stored.state, stored.text) == (State.COMPLETE, "The first try.")


async def test_pressing_twice_at_once_answers_once_and_says_so(room: Room) -> None:
    room.playground.model.fail(401)
    question = room.post("Hello")
    (failed,) = await room.answered(question)
    await asyncio.gather(*(job.ended.wait() for job in room.app.services.queue.everywhere()))
    room.playground.model.answer("Hello to you.")

    alex = room.world.people["alex"]
    presses = [alex.press(failed, "Regenerate") for _ in range(2)]
    await room.until(
        lambda: failed.content == "Hello to you." and labels(failed) == ["Regenerate", IN_A_THREAD]
    )

    assert [await refusal(press) for press in presses if press.responses] == [str(members.STILL_WRITING)]
    assert len(room.playground.model.requests) == 2
    assert room.replies(question) == [failed]


@pytest.mark.both_engines
async def test_buttons_work_after_a_restart(room: Room) -> None:
    room.playground.model.answer("Before.")
    (answer,) = await room.ask("Hello")
    await room.stop()
    await room.start()
    room.playground.model.answer("After.")

    room.world.people["alex"].press(answer, "Regenerate")

    await room.until(lambda: answer.content == "After.")


async def test_an_answer_that_is_not_the_newest_explains_itself(room: Room) -> None:
    (old,) = await room.ask("Hello")
    await room.ask("And now?")

    told = await refusal(room.world.people["alex"].press(old, "Regenerate"))

    assert told == str(members.NOT_NEWEST)


async def test_deleting_the_question_stops_the_answer(room: Room) -> None:
    question, answer = await begun(room, "Once upon a time")

    room.world.people["alex"].delete(question)
    await room.playground.model.last.closed(1.0)
    await room.until(lambda: str(members.QUESTION_GONE) in answer.content)
    await room.until(lambda: not room.app.services.queue.jobs(question.channel_id))

    assert answer.content.startswith("Once upon a time")
    assert await room.store.questions.find(question.id) is None


async def test_deleting_the_answer_stops_it(room: Room) -> None:
    question, answer = await begun(room, "Once upon a time")

    room.world.people["mo"].delete(answer)
    await room.playground.model.last.closed(1.0)
    await room.ask("And now?")

    assert room.replies(question) == []
    assert "Once upon a time" not in str(room.playground.model.last.messages)


@pytest.mark.both_engines
async def test_editing_the_newest_question_answers_it_anew_in_place(room: Room) -> None:
    room.playground.model.answer("Paris.")
    room.playground.model.answer("Rome.")
    question = room.post("Capital of France?")
    (answer,) = await room.answered(question)

    room.world.people["alex"].edit(question, f"<@{room.world.bot.id}> Capital of Italy?")
    await room.until(lambda: answer.content == "Rome.")

    assert "Italy" in room.playground.model.last.messages[-1]["content"]
    assert "France" not in str(room.playground.model.last.messages)
    assert len(room.replies(question)) == 1


async def test_editing_an_older_question_changes_memory_alone(room: Room) -> None:
    room.playground.model.answer("A fine name.")
    first = room.post("My dog is called Rex.")
    await room.answered(first)
    await room.ask("And my cat is called Tom.")

    room.world.people["alex"].edit(first, f"<@{room.world.bot.id}> My dog is called Fido.")
    await room.ask("What did I say?")

    assert len(room.playground.model.requests) == 3
    assert "Fido" in str(room.playground.model.last.messages)
    assert "Rex" not in str(room.playground.model.last.messages)


async def test_editing_while_it_is_answered_starts_over(room: Room) -> None:
    question, answer = await begun(room, "About France")
    room.playground.model.answer("About Italy.")

    room.world.people["alex"].edit(question, f"<@{room.world.bot.id}> Tell me about Italy.")
    await room.until(lambda: answer.content == "About Italy.")

    assert len(room.replies(question)) == 1


async def test_a_full_line_says_so_and_drops_nothing(room: Room) -> None:
    gate = room.playground.model.script("Done.").hold()
    first = room.post("The first question")
    await gate.reached()
    for number in range(MOST_WAITING):
        room.post(f"Waiting {number}", who="sam")
    late = room.post("One too many")
    (told,) = await room.until(lambda: room.replies(late))
    gate.release()
    await room.answered(first)

    assert told.content == members.LINE_FULL.format(most=MOST_WAITING)
    assert await room.store.questions.find(late.id) is not None


async def test_a_deletion_that_comes_with_its_message_is_not_overtaken(room: Room) -> None:
    room.playground.model.answer("Noted.")
    await room.ask("First things first")
    alex = room.world.people["alex"]
    slip = room.post("My code is 1234.")
    alex.delete(slip)

    room.playground.model.answer("Nothing.")
    await room.ask("What did I say?")

    assert "1234" not in str(room.playground.model.last.messages)
    assert await room.store.questions.find(slip.id) is None
