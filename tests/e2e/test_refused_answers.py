"""Discord does not accept what the model says: what stood there stays with a word, and no mark does."""

import json
import math

import pytest

from bot.texts import members
from tests.support.room import Room

CREATES = "/channels/*/messages"
EDITS = "/channels/*/messages/*"
HARMFUL = {"code": 240000, "message": "The content contains a harmful link"}
BLOCKED = {"code": 200000, "message": "Message was blocked by automatic moderation"}


async def test_a_refused_end_keeps_the_beginning_and_regenerate_asks_again(room: Room) -> None:
    script = room.playground.model.script("The beginning ")
    gate = script.hold()
    script.text("and the end.")
    question = room.post("Hello")
    await gate.reached()
    (answer,) = await room.until(lambda: room.replies(question))
    await room.until(lambda: answer.content == "The beginning ▌")
    room.playground.faults.next("PATCH", EDITS, status=400, body=HARMFUL)
    gate.release()

    await room.answered(question)
    shown = answer.content
    await room.until(lambda: not room.app.services.queue.jobs(question.channel_id))
    room.playground.model.answer("Another answer.")
    room.world.people["alex"].press(answer, "Regenerate")

    assert shown == f"The beginning\n-# {members.REST_REFUSED}"
    await room.until(lambda: answer.content == "Another answer.")


@pytest.mark.parametrize("times", [1, 2, math.inf])
async def test_a_refusal_in_mid_answer_closes_the_models_connection(room: Room, times: float) -> None:
    script = room.playground.model.script("The beginning ")
    gate = script.hold()
    script.text("and more ").hold()
    question = room.post("Hello")
    await gate.reached()
    await room.until(lambda: room.replies(question))
    room.playground.faults.next("PATCH", EDITS, status=400, times=times, body=HARMFUL)
    gate.release()

    await room.playground.model.last.closed(3.0)
    (answer,) = await room.answered(question)
    await room.until(lambda: not room.app.services.queue.jobs(question.channel_id))

    assert "▌" not in answer.content
    assert answer.content.endswith(str(members.REST_REFUSED) if times == 1 else str(members.ANSWER_REFUSED))
    assert "parley:stop" not in json.dumps(answer.components)


async def test_a_blocked_first_message_is_told_of(room: Room) -> None:
    room.playground.faults.next("POST", CREATES, status=400, body=BLOCKED)
    (answer,) = await room.ask("Hello")
    (following,) = await room.ask("And now?")

    assert answer.content == str(members.ANSWER_REFUSED)
    assert following.content
