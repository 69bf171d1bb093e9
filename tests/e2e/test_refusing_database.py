"""The database refuses in mid-run: what the people see, what the next start finds, and who is told what."""

import asyncio
import logging

import pytest

from bot.rules.model import State
from bot.store.connection import database
from bot.texts import members
from playground.gates import Gate
from playground.world.entities import Message
from tests.support.refusing import FULL, held, refusing
from tests.support.room import Room

pytestmark = pytest.mark.memory


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(database, "LONGEST_WAIT", 0.05)


class Refused(logging.Handler):
    """Lets a test wait until the database has refused."""

    def __init__(self) -> None:
        super().__init__()
        self.event = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if "refuses" in record.getMessage():
            self.event.set()

    async def __aenter__(self) -> None:
        logging.getLogger(database.__name__).addHandler(self)

    async def __aexit__(self, *_: object) -> None:
        await asyncio.wait_for(self.event.wait(), 60)
        logging.getLogger(database.__name__).removeHandler(self)


async def half_written(room: Room) -> tuple[Message, Message, Gate]:
    """Have the first half of an answer shown; return the question, the answer, and what holds the second."""
    script = room.playground.model.script("The first half ")
    gate = script.hold()
    script.text("and the second.")
    question = room.post("Tell me something.")
    await gate.reached()
    (answer,) = await room.until(lambda: room.replies(question))
    await room.until(lambda: "first half" in answer.content)
    return question, answer, gate


@pytest.mark.sqlite
async def test_a_question_during_a_backup_is_answered_after_it(room: Room) -> None:
    room.playground.model.answer("Here I am.")
    async with held(room.folder / "parley.db"), Refused():
        question = room.post("Are you there?")
    (answer,) = await room.answered(question)

    assert answer.content == "Here I am."


@pytest.mark.sqlite
async def test_an_answer_goes_on_after_a_backup_in_its_midst(room: Room) -> None:
    question, answer, gate = await half_written(room)
    async with held(room.folder / "parley.db"), Refused():
        gate.release()
    await room.answered(question)
    stored = await room.store.answers.by_message(question.id)

    assert answer.content == "The first half and the second."
    assert stored is not None
    assert (stored.text, stored.state) == (answer.content, State.COMPLETE)


@pytest.mark.usefixtures("impatient")
async def test_an_answer_ends_whole_and_memory_takes_it_when_it_can(room: Room) -> None:
    question, answer, gate = await half_written(room)
    async with refusing(room.store):
        gate.release()
        await room.answered(question)
        shown = answer.content
        later = room.post("And now?")
        (told,) = await room.until(lambda: room.replies(later))
    await room.stop()
    await room.start()
    stored = await room.store.answers.by_message(question.id)

    assert shown == answer.content == "The first half and the second."
    assert told.content == str(members.MEMORY_READ_ONLY)
    assert stored is not None
    assert (stored.text, stored.state, stored.draft) == (shown, State.COMPLETE, "")
    assert await room.store.answers.unfinished() == []


@pytest.mark.usefixtures("impatient")
async def test_who_asks_while_the_disk_is_full_is_told_so(room: Room) -> None:
    await room.ask("Hello")
    async with refusing(room.store, FULL):
        question = room.post("ä" * 3_900)  # more than one page of the file
        (told,) = await room.until(lambda: room.replies(question))
    room.playground.model.answer("Read.")
    (answer,) = await room.ask("ä" * 3_900)

    assert (told.content, answer.content) == (str(members.MEMORY_FULL), "Read.")


@pytest.mark.usefixtures("impatient")
async def test_commands_and_buttons_say_why_they_did_nothing(room: Room) -> None:
    mo, alex = room.world.people["mo"], room.world.people["alex"]
    question = room.post("Hello")
    (before,) = await room.answered(question)
    await room.until(lambda: not room.app.services.queue.everywhere())
    async with refusing(room.store):
        changed = await mo.run("general", "model set", {"name": "gpt-4.1-mini"}).answered()
        ignored = await alex.run("general", "privacy ignore on", {}).answered()
        shown = await mo.run("general", "history show", {}).answered()
        alex.press(before, "Regenerate")
        (said,) = await room.until(lambda: [one for one in room.replies(question) if one is not before])

    assert changed.content == ignored.content == said.content == str(members.MEMORY_READ_ONLY)
    assert "2 messages" in str(shown.embeds)


@pytest.mark.sqlite
@pytest.mark.usefixtures("impatient")
async def test_a_reset_that_is_refused_says_so_and_can_be_done_again(room: Room) -> None:
    mo = room.world.people["mo"]
    await room.ask("Hello")
    question = await mo.run("general", "reset", {}).answered()
    async with held(room.folder / "parley.db"):
        refused = await mo.press(question, "Reset").answered()
    mo.press(question, "Reset")
    await room.until(lambda: "Cleared: 2 messages" in question.content)

    assert refused.content == str(members.MEMORY_LOCKED)


@pytest.mark.sqlite
async def test_a_stop_does_not_wait_for_a_file_that_refuses(room: Room) -> None:
    await room.ask("Hello?")
    async with held(room.folder / "parley.db"):
        room.post("Are you there?")
        async with asyncio.timeout(6):
            await room.stop()
