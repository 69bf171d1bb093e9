"""Answers to commands and buttons that get lost: what was done is shown, and what was not is said."""

import logging

import pytest

from bot.client import replies, retry
from bot.texts import admins
from bot.texts.places import persona
from bot.texts.places.words import ON, words_of
from playground.world.entities import Message
from playground.world.people import Person
from tests.cogs.acting import exchange, pressed, shown, told, words
from tests.support.room import Room

pytestmark = pytest.mark.memory

CALLBACK = ("POST", "/interactions/*/*/callback")
EDIT = ("PATCH", "/webhooks/**")
CREATE = ("POST", "/channels/*/messages")
FAULTS = ["reset", "answer lost", "401", "403", "403 of a proxy", "503", "hang", "429"]


@pytest.fixture(autouse=True)
def impatient(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tries follow each other quickly, once the bot has started."""
    monkeypatch.setattr(replies, "TRY_SECONDS", 0.2)
    monkeypatch.setattr("bot.ui.requests.transport.SILENCE_SECONDS", 0.2)
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.02)


def cause(room: Room, fault: str, route: tuple[str, str], times: float = 2) -> None:
    """Let the next answers of a route fail."""
    faults = room.playground.faults
    match fault:
        case "reset":
            faults.drop(*route, times=times)
        case "answer lost":
            faults.drop(*route, times=times, after=True)
        case "403 of a proxy":
            faults.intercept(*route, times=times)
        case "hang":
            faults.hang(*route, times=times)
        case "429":
            faults.rate_limit(*route, times=times, retry_after=0.05, via=False)
        case _:
            faults.next(*route, status=int(fault), times=times)


@pytest.mark.parametrize("route", [CALLBACK, EDIT])
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_change_is_made_and_shown(room: Room, mo: Person, fault: str, route: tuple[str, str]) -> None:
    cause(room, fault, route)

    said = await told(mo, "auto on")

    assert shown(said) == str(words_of("auto").becomes[ON][0])
    assert await room.store.places.own_settings(room.key("general"), guild_wide=False)
    assert len(room.world.interactions) == 1


@pytest.mark.parametrize("route", [CALLBACK, EDIT])
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_reset_is_made_once_and_shown(
    room: Room, mo: Person, fault: str, route: tuple[str, str]
) -> None:
    await exchange(room, "Hello", "Answer 1")
    question = await told(mo, "reset")
    cause(room, fault, route)

    done = await pressed(room, mo, question, "Reset")
    (note,) = await room.until(lambda: notes(room))

    assert done.startswith("Cleared: 2 messages")
    assert await words(room) == []
    assert "Undo" not in str(note.components)
    assert (await pressed(room, mo, question, "Undo")).startswith("Brought back")


async def test_a_question_whose_button_was_pressed_is_not_asked_again(
    room: Room, mo: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await exchange(room, "Hello", "Answer 1")
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.5)  # in which the button is pressed
    cause(room, "answer lost", EDIT, times=1)
    question = await told(mo, "reset")

    done = await pressed(room, mo, question, "Reset")
    await room.until(lambda: not replies._under_way)

    assert done.startswith("Cleared: 2 messages")
    assert shown(question) == done


@pytest.mark.parametrize("fault", FAULTS)
async def test_the_note_of_a_reset_is_posted_once(room: Room, mo: Person, fault: str) -> None:
    await exchange(room, "Hello", "Answer 1")
    question = await told(mo, "reset")
    cause(room, fault, CREATE)

    await pressed(room, mo, question, "Reset")
    (note,) = await room.until(lambda: notes(room))

    assert note.content.startswith("Mo cleared what I remember here.")
    assert len(notes(room)) == 1


@pytest.mark.parametrize("refused", [True, False])
async def test_where_no_note_can_be_posted_whoever_pressed_is_told(
    room: Room, mo: Person, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ui.commands.dialogs.ANNOUNCE_SECONDS", 0.1)
    monkeypatch.setattr(replies, "REPLY_SECONDS", 0.1)
    await exchange(room, "Hello", "Answer 1")
    question = await told(mo, "reset")
    body = {"code": 50013, "message": "Missing Permissions"} if refused else None
    room.playground.faults.next(*CREATE, status=403, body=body, times=99)
    room.playground.faults.next("POST", "/webhooks/**", status=503, times=99)

    await pressed(room, mo, question, "Reset")
    await room.until(lambda: str(admins.RESET_UNANNOUNCED) in question.content)

    assert notes(room) == []
    assert (await pressed(room, mo, question, "Undo")).startswith("Brought back")
    assert await words(room) == ["Hello", "Answer 1"]


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_form_whose_opening_was_lost_can_be_sent(room: Room, mo: Person, fault: str) -> None:
    cause(room, fault, CALLBACK, times=1)

    modal = await mo.run("general", "persona set", unchecked=True).asked()
    said = await mo.submit(modal, {str(persona.FIELD): "Be kind."}).answered()

    assert "Be kind." in shown(said)


async def test_what_could_not_be_acknowledged_is_not_done(
    room: Room, mo: Person, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replies, "FIRST_RESPONSE_SECONDS", 0.1)
    cause(room, "503", CALLBACK, times=99)

    with caplog.at_level(logging.WARNING):
        mo.run("general", "auto on", unchecked=True)
        await room.until(lambda: "could not be answered" in caplog.text)

    held = await room.store.places.own_settings(room.key("general"), guild_wide=False)
    assert held.auto is None
    assert "Traceback" not in caplog.text


async def test_a_change_whose_answer_never_arrives_is_a_line_in_the_log(
    room: Room, mo: Person, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replies, "REPLY_SECONDS", 0.1)
    cause(room, "503", EDIT, times=99)

    with caplog.at_level(logging.WARNING):
        mo.run("general", "auto on", unchecked=True)
        await room.until(lambda: "could not be answered" in caplog.text)

    held = await room.store.places.own_settings(room.key("general"), guild_wide=False)
    assert held.auto is True
    assert "Traceback" not in caplog.text


def notes(room: Room) -> list[Message]:
    """Return what all may see of resets."""
    found = room.world.channel("general").messages.values()
    return [one for one in found if "cleared what I remember" in one.content and one.ephemeral_for is None]


async def test_an_answer_waits_as_long_as_it_is_told_to(room: Room, mo: Person) -> None:
    room.playground.faults.rate_limit(*EDIT, retry_after=0.4)

    said = await told(mo, "auto on")
    first, second = room.playground.wire.rest("PATCH")

    assert shown(said) == str(words_of("auto").becomes[ON][0])
    assert second.at - first.at >= 0.4
