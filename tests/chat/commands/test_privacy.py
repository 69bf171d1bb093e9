"""A deletion of one's data while the bot is busy with them: nothing of it is stored afterwards."""

import asyncio
from typing import Any

import pytest

from bot.chat.commands.privacy import Privacy
from bot.rules.model import AttachmentRef, ChannelKey
from bot.store.people import SqlPeople
from bot.texts import members
from tests.chat.heart import DIRECT, JOHN, MARY, OTHER_ROOM, ROOM, Heart, ending
from tests.support.fakes import FakeSink

NOTES = AttachmentRef(1, "notes.txt", "https://cdn.discordapp.com/notes.txt", 9, "text/plain")


@pytest.fixture
def privacy(heart: Heart) -> Privacy:
    return heart.commands.privacy


async def stored(heart: Heart) -> list[dict[str, Any]]:
    """Return all that is stored of John."""
    return [item async for item in heart.store.people.export(JOHN.id)]


def nothing(heart: Heart) -> list[dict[str, Any]]:
    """Return what is stored of somebody who had all of it deleted: when that was."""
    deletion = {"kind": "deletion", "at": heart.clock.now().isoformat()}
    return [{"kind": "ignore", "on": False}, deletion]


async def half_answered(heart: Heart, key: ChannelKey) -> FakeSink:
    """Ask something that is answered without an end; return the answer once it has words."""
    heart.completer.will("Your code", asyncio.Event())
    question = await heart.say("My code is 1234", key=key)
    await heart.until(lambda: heart.sinks(question) and heart.sinks(question)[0].text)
    return heart.sinks(question)[0]


@pytest.mark.parametrize("key", [ROOM, DIRECT])
async def test_an_answer_has_ended_before_its_askers_data_is_deleted(
    heart: Heart, privacy: Privacy, key: ChannelKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = await half_answered(heart, key)
    ended_before = []
    delete = SqlPeople.delete

    async def noting(people: SqlPeople, *details: Any) -> int:
        ended_before.append(ending(sink).note)
        return await delete(people, *details)

    monkeypatch.setattr(SqlPeople, "delete", noting)
    deleted, _ = await privacy.delete(JOHN.id, key)

    assert (deleted, ended_before) == (1, [str(members.QUESTION_GONE)])
    assert heart.completer.streams == 0
    assert await stored(heart) == nothing(heart)
    assert await heart.words(key) == (["Your code"] if key == ROOM else [])


async def test_a_deletion_waits_for_nobody_elses_answer(heart: Heart, privacy: Privacy) -> None:
    may_go_on = asyncio.Event()
    heart.completer.will("Well", may_go_on)
    others = await heart.say("Hello", MARY)
    await heart.asked_the_model()
    await heart.say("My code is 1234")
    await privacy.delete(JOHN.id, OTHER_ROOM)
    may_go_on.set()
    await heart.answered(others)
    await heart.ask("Hello again", MARY)

    assert await stored(heart) == nothing(heart)
    assert await heart.words() == ["Hello", "Well", "Hello again", "Answer 2"]


async def test_files_that_are_being_read_are_not_stored(heart: Heart, privacy: Privacy) -> None:
    heart.reader.files[NOTES.id] = b"Buy tea.\n"
    heart.reader.may_fetch = asyncio.Event()
    question = await heart.say("Look", attachments=(NOTES,))
    await heart.until(lambda: heart.sinks(question))
    reading = heart.queue.jobs(ROOM.channel_id)[0].files_read
    await privacy.delete(JOHN.id, ROOM)
    heart.reader.may_fetch.set()
    assert reading is not None
    await reading

    assert await stored(heart) == nothing(heart)
    assert await heart.words() == []
