"""/privacy: all of one's data, none of it, and not to be listened to; for oneself alone."""

import base64
import json
from collections import defaultdict
from typing import Any

import pytest

from bot.rules.model import Part, PartKind, State
from bot.rules.records import Deed, Verb
from bot.texts import admins, members
from playground.world.people import Person
from tests.cogs.acting import exchange, forged, pressed, told, words
from tests.support.room import Room

pytestmark = pytest.mark.memory


async def test_an_export_holds_ones_words_of_every_place_and_nobody_elses(
    room: Room, alex: Person, sam: Person
) -> None:
    await exchange(room, "In general", "One")
    await exchange(room, "Between us", "Two", "dm")
    await room.ask("A secret of Sam", "random", sam)

    said = await told(alex, "privacy export", "random")
    (file,) = said.attachments
    items = [json.loads(line) for line in file.data.decode().splitlines()]

    assert file.filename == "my-data.jsonl"
    assert [item["text"] for item in items if item["kind"] == "message"] == ["In general", "Between us"]
    assert [item["text"] for item in items if item["kind"] == "answer"] == ["One", "Two"]
    assert "Sam" not in file.data.decode()
    assert said not in sam.sees("random")


async def test_a_deletion_is_confirmed_and_takes_ones_words_everywhere(
    room: Room, alex: Person, sam: Person
) -> None:
    await exchange(room, "In general", "One")
    await exchange(room, "Between us", "Two", "dm")
    await room.ask("I am Sam", who=sam)

    message = await told(alex, "privacy delete")
    asked = message.content
    done = await pressed(room, alex, message, "Delete")

    assert "**2 messages** of yours in **2 places**" in asked
    assert done.startswith("Deleted: 2 messages of yours, and everything else I stored about you.")
    assert (await words(room))[:2] == ["One", "I am Sam"]
    assert await words(room, room.world.dm(alex)) == []


async def test_an_answer_left_in_a_direct_conversation_goes_wherever_its_person_deletes(
    room: Room, alex: Person
) -> None:
    dm = room.world.dm(alex)
    room.playground.model.answer("Your code is 1234, Alex.")
    question = room.post("My code is 1234", "dm")
    (answer,) = await room.answered(question)
    await room.store.turns.forget([question.id])

    message = await told(alex, "privacy delete")
    asked = message.content
    await pressed(room, alex, message, "Delete")

    assert asked == str(members.PRIVACY_CONFIRM_REST)
    assert await words(room, dm) == []
    assert await room.store.answers.by_message(answer.id) is None
    assert (await told(alex, "privacy delete")).content == str(members.PRIVACY_NOTHING)


async def test_who_only_set_things_can_have_their_name_deleted(room: Room, mo: Person) -> None:
    await told(mo, "auto on")
    await told(mo, "model set", room.world.dm(mo), name="gpt-4o")

    message = await told(mo, "privacy delete")
    asked = message.content
    await pressed(room, mo, message, "Delete")
    [entry] = await room.store.journal.log(room.key("general"), 10)

    assert asked == str(members.PRIVACY_CONFIRM_REST)
    assert (entry.actor_id, entry.deed) == (0, Deed(Verb.SET, "auto", True))
    assert (await told(mo, "model show", room.world.dm(mo))).content.startswith("`gpt-4.1-mini`")


async def test_cancelling_deletes_nothing(room: Room, alex: Person) -> None:
    await exchange(room, "Hello", "Hi")

    said = await pressed(room, alex, await told(alex, "privacy delete"), "Cancel")

    assert said == str(admins.CANCELLED)
    assert await words(room) == ["Hello", "Hi"]


async def test_nobody_can_delete_for_somebody_else(room: Room, alex: Person, sam: Person) -> None:
    await exchange(room, "Hello", "Hi")
    message = await told(alex, "privacy delete")

    said = await forged(room, sam, message, "Delete")

    assert said == str(members.PRIVACY_NOT_YOURS)
    assert await words(room) == ["Hello", "Hi"]


async def test_where_nothing_is_stored_there_is_nothing_to_delete(sam: Person) -> None:
    assert (await told(sam, "privacy delete")).content == str(members.PRIVACY_NOTHING)


async def test_an_answer_to_the_one_who_deletes_is_stopped(room: Room, alex: Person, sam: Person) -> None:
    gates = {}
    for who, channel in ((alex, "general"), (sam, "random")):
        gates[channel] = room.playground.model.script("Half a ", "sentence").hold()
        question = room.post("Write a lot.", channel, who)
        await gates[channel].reached()
        await room.until(lambda question=question: room.replies(question))
        if who is alex:
            stopped = question

    await pressed(room, alex, await told(alex, "privacy delete"), "Delete")
    (answer,) = await room.answered(stopped)
    gates["random"].release()

    assert str(members.QUESTION_GONE) in answer.content
    (job,) = room.app.services.queue.jobs(room.world.channel("random").id)
    assert job.stop_reason is None


async def test_a_deletion_in_mid_answer_leaves_nothing_of_a_direct_conversation(
    room: Room, alex: Person
) -> None:
    gate = room.playground.model.script("Half a ", "sentence").hold()
    question = room.post("Write a lot.", "dm")
    await gate.reached()
    await room.until(lambda: room.replies(question))

    await pressed(room, alex, await told(alex, "privacy delete"), "Delete")
    await room.until(lambda: str(members.QUESTION_GONE) in room.replies(question)[0].content)

    assert await words(room, room.world.dm(alex)) == []
    assert await room.store.answers.by_message(question.id) is None


async def test_who_is_ignored_is_heard_only_when_they_address_the_bot(
    room: Room, alex: Person, mo: Person
) -> None:
    thread = room.world.channel("ideas")
    await exchange(room, "Join us", "Hi", thread)
    on = (await told(alex, "privacy ignore on")).content
    alex.post(thread, "Just between us")
    await exchange(room, "But this is for you", "Yes", thread)
    off = (await told(alex, "privacy ignore off")).content
    room.playground.model.answer("Again")
    await room.answered(alex.post(thread, "And this, too"))

    assert (on, off) == (str(members.IGNORE_ON), str(members.IGNORE_OFF))
    assert await words(room, thread) == [
        "Join us",
        "Hi",
        "But this is for you",
        "Yes",
        "And this, too",
        "Again",
    ]


async def test_ones_answers_stay_without_ones_name(room: Room, alex: Person) -> None:
    (answer,) = await room.ask("Hello")
    await room.until(lambda: not room.app.services.queue.everywhere())
    await pressed(room, alex, await told(alex, "privacy delete"), "Delete")

    stored = await room.store.answers.by_message(answer.id)

    assert stored is not None
    assert (stored.asker_id, stored.state) == (0, State.COMPLETE)


async def test_an_export_keeps_to_what_the_place_takes_and_holds_all_pictures(
    room: Room, alex: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = 20_000
    monkeypatch.setattr("playground.world.interacting.interactions.LARGEST_ATTACHMENT", limit)
    monkeypatch.setattr("playground.discord.content.MOST_BYTES", limit)
    question = room.post("Look at these")
    await room.answered(question)
    pictures = [bytes([number]) * size for number, size in enumerate((3, 9_000, 30_000))]
    parts = [Part(PartKind.IMAGE, name="x.png", data=data, media_type="image/png") for data in pictures]
    await room.store.turns.revise(question.id, "Look at these", parts, (3, "o200k_base"))

    begun = alex.run("general", "privacy export")
    items: list[dict[str, Any]] = []

    def is_whole() -> bool:
        files = [file for said in begun.responses for file in said.attachments]
        items[:] = [json.loads(line) for file in files for line in file.data.splitlines()]
        return any(item["kind"] == "ignore" for item in items)

    await room.until(is_whole)
    found: defaultdict[int, str] = defaultdict(str)
    for item in items:
        if item["kind"] == "picture":
            found[item["part"]] += item["base64"]
    assert [base64.b64decode(found[number]) for number in range(3)] == pictures
    assert all(len(file.data) <= limit for said in begun.responses for file in said.attachments)
    assert [part["base64"] for item in items for part in item.get("parts", ())] == [None] * 3
