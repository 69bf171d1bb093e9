"""/reset: what it clears, for whom, and the way back."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.chat.clearing import Told
from bot.store.connection.database import Database
from bot.store.history import stretches
from bot.store.history.sight import Stretch
from bot.texts import admins, members
from playground.world.people import Person
from tests.cogs.acting import (
    cleared,
    demoted,
    exchange,
    forged,
    pressed,
    refused,
    shown,
    swept_at_the_start,
    told,
    words,
)
from tests.cogs.conftest import ShiftedClock
from tests.support.room import Room

pytestmark = pytest.mark.memory


async def test_a_confirmation_says_how_much_would_go(room: Room, mo: Person, sam: Person) -> None:
    await exchange(room, "Hello", "Answer 1")

    question = await told(mo, "reset")

    assert "**2 messages** with **6 tokens** here" in question.content
    assert question not in sam.sees("general")
    assert await words(room) == ["Hello", "Answer 1"]


async def test_a_reset_clears_its_channel_and_no_other(room: Room, mo: Person) -> None:
    for number, channel in enumerate(("general", "random", "ideas"), 1):
        await exchange(room, "Hello", f"Answer {number}", channel)

    done = await pressed(room, mo, await told(mo, "reset"), "Reset")

    assert done.startswith("Cleared: 2 messages with 6 tokens.")
    assert await words(room) == []
    assert await words(room, "random") == ["Hello", "Answer 2"]
    assert await words(room, "ideas") == ["Hello", "Answer 3"]


async def test_a_reset_of_the_server_is_exact_where_every_model_in_it_is(
    room: Room, mo: Person, olivia: Person
) -> None:
    await exchange(room, "Hello", "Answer 1")
    before = (await told(olivia, "reset", scope="server")).content
    await told(mo, "model set", "random", name="llama-9")
    here = (await told(mo, "reset")).content
    question = await told(olivia, "reset", scope="server")
    everywhere = question.content
    done = await pressed(room, olivia, question, "Reset")

    assert "with **6 tokens**" in before
    assert "with **6 tokens**" in here
    assert "with **about 6 tokens**" in everywhere
    assert "with about 6 tokens" in done


async def test_cancel_changes_nothing(room: Room, mo: Person) -> None:
    await exchange(room, "Hello", "Answer 1")

    said = await pressed(room, mo, await told(mo, "reset"), "Cancel")

    assert said == str(admins.CANCELLED)
    assert await words(room) == ["Hello", "Answer 1"]


async def test_where_nothing_is_remembered_there_is_nothing_to_confirm(mo: Person) -> None:
    assert (await told(mo, "reset")).content == str(admins.NOTHING_TO_RESET)


async def test_the_newest_questions_can_be_kept(room: Room, mo: Person) -> None:
    for number, text in enumerate(("one", "two", "three"), 1):
        await exchange(room, text, f"Answer {number}")

    message = await told(mo, "reset", keep=1)
    asked = message.content
    done = await pressed(room, mo, message, "Reset")

    assert ", keeping the latest 1 exchange?" in asked
    assert done.startswith("Cleared: 4 messages")
    assert await words(room) == ["three", "Answer 3"]


async def test_a_member_may_not_reset(room: Room, alex: Person) -> None:
    await exchange(room, "Hello", "Answer 1")

    said = await told(alex, "reset")

    assert said.content == members.NEEDS_PERMISSION.format(permission="Manage Channels")
    assert said.components == []


async def test_a_reset_of_the_server_needs_manage_server(room: Room, mo: Person, olivia: Person) -> None:
    await exchange(room, "Hello", "Hi")
    await exchange(room, "Hello", "Hi", "random")
    refusal = (await told(mo, "reset", scope="server")).content

    done = await pressed(room, olivia, await told(olivia, "reset", scope="server"), "Reset")

    assert refusal == members.NEEDS_SERVER_PERMISSION.format(permission="Manage Server")
    assert done.startswith("Cleared: 4 messages")
    assert [*await words(room, "general"), *await words(room, "random")] == []


async def test_a_permission_lost_before_the_button_is_pressed_is_missing(room: Room, mo: Person) -> None:
    await exchange(room, "Hello", "Answer 1")
    question = await told(mo, "reset")
    demoted(room, mo)

    said = await refused(mo, question, "Reset")

    assert said == members.NEEDS_PERMISSION.format(permission="Manage Channels")
    assert await words(room) == ["Hello", "Answer 1"]


@pytest.mark.parametrize("button", ["Reset", "Undo"])
async def test_a_button_works_for_nobody_else(room: Room, mo: Person, alex: Person, button: str) -> None:
    await exchange(room, "Hello", "Answer 1")
    message = await told(mo, "reset")
    if button == "Undo":
        message = await cleared(room, mo, message)
    before = await words(room)

    said = await forged(room, alex, message, button)

    assert said == members.NEEDS_PERMISSION.format(permission="Manage Channels")
    assert await words(room) == before


async def test_the_undo_of_a_server_needs_manage_server(room: Room, mo: Person, olivia: Person) -> None:
    await exchange(room, "Hello", "Answer 1")
    message = await told(olivia, "reset", scope="server")
    undo = await cleared(room, olivia, message)

    said = await forged(room, mo, undo, "Undo")

    assert said == members.NEEDS_SERVER_PERMISSION.format(permission="Manage Server")
    assert await words(room) == []


async def test_undo_brings_everything_back(room: Room, mo: Person) -> None:
    await exchange(room, "Hello", "Answer 1")
    message = await told(mo, "reset")
    undo = await cleared(room, mo, message)

    said = await pressed(room, mo, undo, "Undo")

    assert said.startswith("Brought back: 2 messages")
    assert undo.components == []
    assert await words(room) == ["Hello", "Answer 1"]


async def test_all_hear_of_a_reset_and_of_its_undo_and_those_alone_see_the_button_who_may(
    room: Room, mo: Person, alex: Person, olivia: Person
) -> None:
    await exchange(room, "Hello", "Answer 1")
    undo = await cleared(room, mo, await told(mo, "reset"))
    note = await room.until(lambda: said_to_all(room)[-1:])
    elsewhere = await told(olivia, "history log", "random")
    log = await told(olivia, "history log")
    refused_to = await told(alex, "history log")
    done = await pressed(room, olivia, log, "Undo")
    told_all = await room.until(lambda: said_to_all(room)[1:])
    afterwards = await told(mo, "history log")

    assert note == [admins.RESET_ANNOUNCED[0].format(name="Mo")]
    assert undo.ephemeral_for == mo.id
    assert [len(one.components) for one in (elsewhere, refused_to, afterwards)] == [0, 0, 0]
    assert done.startswith("Brought back: 2 messages")
    assert told_all == [admins.UNDO_ANNOUNCED[0].format(name="Olivia")]
    assert await words(room) == ["Hello", "Answer 1"]
    assert await refused(mo, undo, "Undo") == str(admins.UNDO_TOO_LATE)


def said_to_all(room: Room) -> list[str]:
    """Return what everybody reads of resets."""
    found = room.world.channel("general").messages.values()
    sayings = (" cleared what I remember ", " brought back what ")
    return [
        one.content
        for one in found
        if one.ephemeral_for is None and any(words in one.content for words in sayings)
    ]


async def test_what_was_said_since_stays_behind_what_an_undo_brings_back(room: Room, mo: Person) -> None:
    await exchange(room, "Before", "Answer 1")
    message = await told(mo, "reset")
    undo = await cleared(room, mo, message)
    await exchange(room, "Since", "Answer 2")

    await pressed(room, mo, undo, "Undo")

    assert await words(room) == ["Before", "Answer 1", "Since", "Answer 2"]


async def test_after_ten_minutes_there_is_no_way_back(room: Room, mo: Person, clock: ShiftedClock) -> None:
    await exchange(room, "Hello", "Answer 1")
    message = await told(mo, "reset")
    undo = await cleared(room, mo, message)
    clock.pass_time(minutes=10)

    said = await refused(mo, undo, "Undo")
    log = await told(mo, "history log")

    assert said == str(admins.UNDO_TOO_LATE)
    assert log.components == []
    assert await words(room) == []


@pytest.mark.sqlite
async def test_after_ten_minutes_the_rows_are_really_gone(
    room: Room, mo: Person, clock: ShiftedClock, caplog: pytest.LogCaptureFixture
) -> None:
    await exchange(room, "A rare word: xylophonist", "Hi")
    await pressed(room, mo, await told(mo, "reset"), "Reset")
    clock.pass_time(minutes=11)

    await swept_at_the_start(room, caplog)
    await room.stop()

    assert b"xylophonist" not in (room.folder / "parley.db").read_bytes()


async def test_what_was_undone_already_says_so(room: Room, mo: Person) -> None:
    await exchange(room, "Hello", "Answer 1")
    message = await told(mo, "reset")
    undo = await cleared(room, mo, message)
    data = list(undo.components)
    await pressed(room, mo, undo, "Undo")
    undo.components = data

    assert await refused(mo, undo, "Undo") == str(admins.UNDO_TOO_LATE)


async def test_a_running_answer_that_is_cleared_is_stopped(room: Room, mo: Person) -> None:
    await exchange(room, "Earlier", "Yes.")
    gate = room.playground.model.script("Half a ", "sentence").hold()
    question = room.post("Write a lot.")
    await gate.reached()
    await room.until(lambda: room.replies(question))

    await pressed(room, mo, await told(mo, "reset"), "Reset")
    (answer, *_) = await room.answered(question)

    assert str(members.HISTORY_RESET) in answer.content
    assert await words(room) == []


async def test_the_buttons_work_after_a_restart(room: Room, mo: Person) -> None:
    await exchange(room, "Hello", "Answer 1")
    message = await told(mo, "reset")
    await room.stop()
    await room.start()

    undo = await cleared(room, mo, message)
    await room.stop()
    await room.start()
    await pressed(room, mo, undo, "Undo")

    assert await words(room) == ["Hello", "Answer 1"]


async def test_in_a_direct_conversation_the_person_may_reset_it(room: Room, alex: Person) -> None:
    await exchange(room, "Hello", "Hi", "dm")
    dm = room.world.dm(alex)

    await pressed(room, alex, await told(alex, "reset", dm), "Reset")

    assert await words(room, dm) == []


async def test_a_direct_conversation_has_no_server_to_reset(room: Room, alex: Person) -> None:
    await exchange(room, "Hello", "Hi", "dm")

    said = await told(alex, "reset", room.world.dm(alex), scope="server")

    assert shown(said).strip() == str(members.NO_SERVER_HERE)


@pytest.mark.sqlite
async def test_an_undo_of_a_lost_database_brings_nothing_back(room: Room, mo: Person) -> None:
    await exchange(room, "Hello", "Answer 1")
    old = await cleared(room, mo, await told(mo, "reset"))
    await room.stop()
    (room.folder / "parley.db").unlink()
    await room.start()
    await exchange(room, "Hello", "Answer 2")
    await cleared(room, mo, await told(mo, "reset"))

    said = await refused(mo, old, "Undo")

    assert said == str(admins.UNDO_TOO_LATE)
    assert await words(room) == []


async def test_who_waits_for_a_large_reset_sees_how_far_it_has_come(
    room: Room, mo: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await exchange(room, "Hello", "Answer 1")
    monkeypatch.setattr("bot.ui.commands.dialogs.PATIENCE_SECONDS", 0.01)
    may_end, count = asyncio.Event(), stretches.count

    async def slowly(
        database: Database, parts: Sequence[Stretch], told: Told | None = None
    ) -> tuple[int, int]:
        found = await count(database, parts, told)
        await may_end.wait()
        return found

    monkeypatch.setattr("bot.store.resets.count", slowly)
    begun = mo.run("general", "reset", {})
    shown_meanwhile = members.STILL_COUNTING.format(count="2")
    await room.until(lambda: begun.responses and begun.responses[0].content == shown_meanwhile)
    may_end.set()
    question = await begun.answered()
    await room.until(lambda: "**2 messages**" in question.content)

    may_end.clear()
    mo.press(question, "Reset")
    await room.until(lambda: question.content == shown_meanwhile)
    may_end.set()
    await room.until(lambda: question.content.startswith("Cleared: 2 messages"))
