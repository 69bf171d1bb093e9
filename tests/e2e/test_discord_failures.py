"""Discord fails in mid-answer: the text is complete or honestly ended, one copy of it, and the next works."""

import logging
import math
from collections.abc import Callable
from functools import partial
from itertools import pairwise

import pytest

from bot.client import retry
from bot.ui.requests import budget, transport
from playground.discord.faults import Fault, Faults
from playground.gates import Gate
from playground.world import permissions
from playground.world.entities import Message
from tests.support.room import Room

CREATES = "/channels/*/messages"
EDITS = "/channels/*/messages/*"


async def held(room: Room) -> tuple[Message, Message, Gate]:
    """Return a question, its answer in mid-writing, and the gate before its end."""
    script = room.playground.model.script("The beginning ", "and the ")
    gate = script.hold()
    script.text("end.")
    question = room.post("Hello")
    await gate.reached()
    (answer,) = await room.until(lambda: room.replies(question))
    return question, answer, gate


async def complete(room: Room, question: Message) -> bool:
    """Wait for the end; say whether the answer is whole, once, and stored, and the next question works."""
    messages = await room.answered(question)
    stored = await room.store.answers.by_message(question.id)
    room.playground.model.answer("Next.")
    (following,) = await room.ask("And now?")
    return (
        [message.content for message in messages] == ["The beginning and the end."]
        and stored is not None
        and stored.text == "The beginning and the end."
        and following.content == "Next."
    )


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let seconds pass for minutes."""
    monkeypatch.setattr(transport, "SILENCE_SECONDS", 0.2)
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(retry, "LONGEST_PAUSE", 0.05)
    monkeypatch.setattr(budget, "PROBE_SECONDS", 0.5)


@pytest.mark.parametrize("via", [False, True])
@pytest.mark.parametrize("overall", [False, True])
async def test_a_429_is_waited_out(room: Room, overall: bool, via: bool) -> None:
    question, _, gate = await held(room)
    room.playground.faults.rate_limit("PATCH", EDITS, retry_after=0.3, overall=overall, via=via)
    gate.release()

    assert await complete(room, question)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_an_edit_that_fails_is_sent_again(room: Room, status: int) -> None:
    question, _, gate = await held(room)
    room.playground.faults.next("PATCH", EDITS, status=status)
    gate.release()

    assert await complete(room, question)


@pytest.mark.parametrize("after", [False, True])
async def test_a_connection_reset_in_an_edit_changes_nothing(room: Room, after: bool) -> None:
    question, _, gate = await held(room)
    room.playground.faults.drop("PATCH", EDITS, after=after)
    gate.release()

    assert await complete(room, question)


@pytest.mark.parametrize("after", [False, True])
async def test_a_connection_reset_in_the_first_message_posts_it_once(room: Room, after: bool) -> None:
    room.playground.faults.drop("POST", CREATES, after=after)
    question, _, gate = await held(room)
    gate.release()

    assert await complete(room, question)


@pytest.mark.parametrize("status", [500, 503])
async def test_a_first_message_that_fails_is_sent_again(room: Room, status: int) -> None:
    room.playground.faults.next("POST", CREATES, status=status)
    question, _, gate = await held(room)
    gate.release()

    assert await complete(room, question)


@pytest.mark.parametrize("route", [("POST", CREATES), ("PATCH", EDITS)])
@pytest.mark.parametrize(
    "fault", [Faults.intercept, partial(Faults.intercept, status=200), Faults.hang, Faults.ban]
)
async def test_what_is_not_discords_answer_says_nothing_of_the_message(
    room: Room, impatient: None, fault: Callable[..., Fault], route: tuple[str, str]
) -> None:
    fault(room.playground.faults, *route)
    question, _, gate = await held(room)
    gate.release()

    assert await complete(room, question)


@pytest.mark.parametrize("route", [("POST", CREATES), ("PATCH", EDITS)])
@pytest.mark.parametrize("fault", ["next", "drop", "hang"])
async def test_failures_in_a_row_are_outlasted(
    room: Room, impatient: None, fault: str, route: tuple[str, str]
) -> None:
    options = {"status": 503} if fault == "next" else {}
    getattr(room.playground.faults, fault)(*route, times=4, **options)
    question, _, gate = await held(room)
    gate.release()

    assert await complete(room, question)


async def test_while_all_is_refused_one_request_at_a_time_tries(room: Room, impatient: None) -> None:
    room.playground.faults.ban(times=math.inf)
    question = room.post("Hello")
    await room.until(lambda: len(room.playground.wire.rest(status=429)) == 3)
    refused = room.playground.wire.rest(status=429)
    room.playground.faults.clear()

    assert await room.answered(question)
    assert [later.at - earlier.at > 0.4 for earlier, later in pairwise(refused)] == [True, True]


async def test_an_edit_that_would_have_to_wait_for_an_hour_becomes_a_new_message(room: Room) -> None:
    question, first, gate = await held(room)
    room.playground.faults.rate_limit("PATCH", EDITS, retry_after=3600.0)
    gate.release()

    assert await complete(room, question)
    assert first.deleted


async def test_what_was_replaced_is_deleted_although_that_fails_at_first(room: Room) -> None:
    question, first, gate = await held(room)
    room.playground.faults.rate_limit("PATCH", EDITS, retry_after=3600.0)
    room.playground.faults.next("DELETE", EDITS, status=503)
    gate.release()

    assert await complete(room, question)
    assert first.deleted


async def test_an_answer_that_would_have_to_wait_for_an_hour_is_given_up(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    room.playground.faults.rate_limit("POST", CREATES, retry_after=3600.0)
    question = room.post("Hello")

    await room.until(lambda: "⏳" in question.reactions)
    await room.until(lambda: not room.app.services.queue.jobs(question.channel_id))
    (elsewhere,) = await room.ask("And here?", "random")

    assert elsewhere.content
    assert "given up" in caplog.text


async def test_a_slow_discord_gets_the_newest_text_and_no_queue_of_edits(room: Room) -> None:
    slow = room.playground.faults.slow(1.0)
    script = room.playground.model.script()
    for number in range(40):
        script.text(f"{number} ", at=number * 0.025)
    question = room.post("Count.")

    (answer,) = await room.answered(question)
    slow.end()

    assert answer.content == " ".join(str(number) for number in range(40))
    assert answer.edits <= 4


async def test_a_channel_deleted_in_mid_answer_closes_the_models_connection(room: Room) -> None:
    question, _, _ = await held(room)

    room.world.delete_channel(room.world.channels[question.channel_id])
    await room.playground.model.last.closed(2.0)
    (answer,) = await room.ask("And elsewhere?", "random")

    assert answer.content
    assert (await room.store.journal.totals(question.channel_id)).turns == 0


async def test_lost_permission_in_mid_answer_ends_it_with_a_line_in_the_log(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    question, _, gate = await held(room)
    general = room.world.channel("general")
    room.world.deny(general, room.world.bot, permissions.VIEW_CHANNEL)
    gate.release()

    await room.until(lambda: not room.app.services.queue.jobs(general.id))

    assert "View Channel" in caplog.text
    assert await room.store.questions.find(question.id) is not None
    assert (await room.ask("And elsewhere?", "random"))[0].content


async def test_without_the_right_to_write_the_model_is_not_asked(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    general = room.world.channel("general")
    room.world.deny(general, room.world.bot, permissions.SEND_MESSAGES)
    question = room.post("Are you there?")

    await room.ask("And here?", "random")

    assert len(room.playground.model.requests) == 1
    assert "send_messages" in caplog.text
    assert await room.store.questions.find(question.id) is not None


async def test_without_the_right_to_read_history_the_answer_is_no_reply(room: Room) -> None:
    general = room.world.channel("general")
    room.world.deny(general, room.world.bot, permissions.READ_MESSAGE_HISTORY)
    room.playground.model.answer("Here I am.")
    room.post("Are you there?")

    (answer,) = await room.until(
        lambda: [one for one in general.messages.values() if one.content == "Here I am."]
    )

    assert answer.reference is None


async def test_a_gateway_that_drops_in_mid_answer_is_resumed(room: Room) -> None:
    question, _, gate = await held(room)
    await room.playground.gateway.drop()
    edited = room.world.people["alex"].post("random", "Did you hear me?")
    gate.release()

    assert await complete(room, question)
    assert edited.reactions == {}


async def test_a_session_that_ends_in_mid_answer_is_begun_anew_and_answered_once(room: Room) -> None:
    question, _, gate = await held(room)
    room.playground.gateway.invalidate()
    await room.until(lambda: len(room.playground.wire.events("READY")) == 2)
    gate.release()

    assert await complete(room, question)
    assert len(room.playground.model.requests) == 2


async def test_a_channel_that_can_not_be_read_back_is_answered_in_all_the_same(room: Room) -> None:
    room.playground.faults.next("GET", CREATES, status=400)
    [message] = await room.ask("")

    assert room.playground.wire.rest("GET", "/channels/{channel_id}/messages", 400)
    assert "went wrong on my side" not in message.content
