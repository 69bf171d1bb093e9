"""What Discord's refusals mean; the errors are those that the real client raises over the playground."""

from typing import Any

import pytest

from bot.client.retry import FAILURES, LongWait
from bot.ui.answers.posting import Channel, Post, Refusal, refusal_of
from tests.ui.conftest import Stage

CASES: dict[str, tuple[int, int, str, dict[str, bool], Refusal]] = {
    "unknown message, editing": (404, 10008, "", {}, Refusal.GONE),
    "unknown message, sending": (404, 10008, "", {"creating": True}, Refusal.NONCE_USED),
    "unknown channel": (404, 10003, "", {"creating": True}, Refusal.GONE),
    "missing access": (403, 50001, "", {}, Refusal.CLOSED),
    "missing permissions": (403, 50013, "", {"creating": True, "replying": True}, Refusal.CLOSED),
    "missing permissions with a file": (403, 50013, "", {"attaching": True}, Refusal.NO_FILES),
    "no history to reply to": (403, 160002, "", {"creating": True, "replying": True}, Refusal.NO_REFERENCE),
    "a question that cannot be replied to": (
        400,
        50035,
        "message_reference",
        {"creating": True, "replying": True},
        Refusal.NO_REFERENCE,
    ),
    "a form that is wrong": (400, 50035, "", {}, Refusal.WRONG),
    "service unavailable": (503, 0, "", {}, Refusal.PASSING),
    "banned for a while": (429, 0, "", {}, Refusal.PASSING),
    "forbidden without a code": (403, 0, "", {"attaching": True}, Refusal.PASSING),
    "forbidden with a code nobody knows": (403, 99999, "", {}, Refusal.PASSING),
    "an internal error of a proxy of Discord's": (403, 40333, "", {}, Refusal.PASSING),
    "a service of Discord's that is asked too often": (400, 40062, "", {"creating": True}, Refusal.PASSING),
    "not found without a code": (404, 0, "", {"creating": True}, Refusal.PASSING),
    "unauthorized": (401, 0, "", {}, Refusal.PASSING),
    "bad request without a code": (400, 0, "", {}, Refusal.PASSING),
    "a thread that is locked": (403, 160005, "", {"creating": True}, Refusal.CLOSED),
    "edited too often": (429, 30046, "", {}, Refusal.TOO_OLD),
}


@pytest.mark.parametrize("name", CASES)
async def test_a_refusal_is_understood(stage: Stage, name: str) -> None:
    status, code, field, circumstances, meaning = CASES[name]
    body: dict[str, Any] = {"message": "No", "code": code}
    if field:
        body["errors"] = {field: {"_errors": [{"code": "NO", "message": "No"}]}}
    stage.playground.faults.next("POST", "/channels/*/messages", status=status, body=body)
    circumstances = {"creating": False, "replying": False, "attaching": False} | circumstances

    with pytest.raises(FAILURES) as raised:
        await Channel(stage.client, stage.key).create(Post("Hello"), "1", None)

    assert refusal_of(raised.value, **circumstances) is meaning


def test_a_long_wait_is_none_to_try_again_after() -> None:
    assert refusal_of(LongWait(), creating=True, replying=True, attaching=True) is Refusal.LONG_WAIT


def test_a_lost_connection_passes() -> None:
    assert refusal_of(ConnectionResetError(), creating=True, replying=True, attaching=True) is Refusal.PASSING
