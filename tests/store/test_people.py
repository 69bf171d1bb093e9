"""What is stored of a person: shown, deleted, and not listened to."""

import json
from dataclasses import asdict, replace

from bot.chat.answers import FinalAnswer
from bot.chat.clearing import ResetOrder
from bot.rules.model import Author, Part, PartKind, State
from bot.rules.notes import Note, NoteCode
from bot.rules.outcome import Outcome, Reason
from bot.rules.records import Deed, Verb
from tests.store.building import (
    DIRECT,
    JOHN,
    MARY,
    MODERATOR,
    OTHER_GUILD,
    OTHER_ROOM,
    ROOM,
    START,
    Talk,
    texts,
)


def quote_of_john(message_id: int = 3) -> Part:
    return Part(PartKind.QUOTE, "as John said", name="John", message_id=message_id, author_id=JOHN.id)


async def test_a_person_is_known_by_the_label_of_their_newest_message_in_a_channel(talk: Talk) -> None:
    for name, key in (("Johnny", ROOM), ("John", ROOM), ("Jack", OTHER_GUILD)):
        await talk.say("hello", key, replace(JOHN, name=name))

    assert await talk.store.people.label(JOHN.id, ROOM.channel_id) == "John"
    assert await talk.store.people.label(MARY.id, ROOM.channel_id) is None


async def test_a_wish_not_to_be_listened_to_is_kept_and_taken_back(talk: Talk) -> None:
    people = talk.store.people
    await people.ignore(JOHN.id, on=True)
    await people.ignore(JOHN.id, on=True)
    wished = await people.ignored(JOHN.id)
    await people.ignore(JOHN.id, on=False)

    assert wished
    assert not await people.ignored(JOHN.id)
    assert not await people.ignored(MARY.id)


async def test_a_deletion_takes_a_persons_words_everywhere_and_leaves_the_answers(talk: Talk) -> None:
    for key in (ROOM, OTHER_GUILD):
        await talk.exchange("I am John", "Hello John", key)
        await talk.say("I am Mary", key, MARY)

    assert await talk.store.people.delete(JOHN.id) == 2
    for key in (ROOM, OTHER_GUILD):
        assert await talk.words(key) == ["Hello John", "I am Mary"]


async def test_answers_to_a_deleted_person_are_unlinked_from_them(talk: Talk) -> None:
    _, answer_id = await talk.exchange("I am John", "Hello John")
    await talk.store.people.delete(JOHN.id)

    answer = await talk.store.answers.get(answer_id)

    assert answer is not None
    assert (answer.asker_id, answer.question_message_id) == (0, 0)


async def test_a_deletion_takes_the_direct_conversation_whole(talk: Talk) -> None:
    await talk.exchange("I am John", "Hello John", DIRECT)
    await talk.store.places.change(DIRECT, JOHN.id, guild_wide=False, persona="John's friend")
    await talk.store.people.delete(JOHN.id)

    assert await talk.words(DIRECT) == []
    assert (await talk.store.places.settings(DIRECT)).persona is None


async def test_a_direct_conversation_belongs_to_its_person_when_their_words_are_gone(talk: Talk) -> None:
    question = await talk.say("My code is 1234", DIRECT, message_id=3)
    await talk.answer(question, "Your code is 1234, John.", message_ids=(4,))
    await talk.store.turns.forget([3])
    preview = await talk.store.people.preview_delete(JOHN.id)
    await talk.store.people.delete(JOHN.id)

    assert preview == (0, 1)
    assert await talk.words(DIRECT) == []
    assert await talk.store.people.preview_delete(JOHN.id) == (0, 0)


async def test_a_deletion_takes_the_direct_conversation_that_it_is_asked_in_and_no_other_channel(
    talk: Talk,
) -> None:
    for key in (ROOM, DIRECT):
        await talk.exchange("I am John", "Hello John", key)
    elsewhere = await talk.store.people.preview_delete(MARY.id, ROOM.channel_id)
    await talk.store.people.delete(MARY.id, ROOM.channel_id)
    there = await talk.store.people.preview_delete(MARY.id, DIRECT.channel_id)
    await talk.store.people.delete(MARY.id, DIRECT.channel_id)

    assert (elsewhere, there) == ((0, 0), (0, 1))
    assert await talk.words(ROOM) == ["I am John", "Hello John"]
    assert await talk.words(DIRECT) == []


async def test_a_preview_counts_places_where_a_person_only_changed_something(talk: Talk) -> None:
    await talk.store.places.change(ROOM, JOHN.id, guild_wide=False, auto=True)
    await talk.store.places.change(OTHER_GUILD, JOHN.id, guild_wide=True, auto=True)
    await talk.store.places.change(DIRECT, JOHN.id, guild_wide=False, model="m")
    preview = await talk.store.people.preview_delete(JOHN.id)
    await talk.store.people.delete(JOHN.id)

    assert preview == (0, 3)
    assert await talk.store.people.preview_delete(JOHN.id) == (0, 0)
    assert (await talk.store.places.settings(DIRECT)).model is None


async def test_a_deletion_takes_quotes_out_of_what_others_said(talk: Talk) -> None:
    note = Part(PartKind.NOTE, note=Note(NoteCode.FILE_NOT_FETCHED, "a.txt"))
    await talk.say("see this", ROOM, MARY, parts=(quote_of_john(), note))
    await talk.store.people.delete(JOHN.id)

    [turn] = (await talk.window()).turns

    assert (turn.text, turn.parts, turn.encoding) == ("see this", (note,), "")


async def test_a_deletion_takes_what_others_forwarded_of_a_persons_messages(talk: Talk) -> None:
    await talk.say("My code is 1234", message_id=3)
    for origin in (3, 4):
        forward = Part(PartKind.FORWARD, f"words of {origin}", author=Author.UNKNOWN, message_id=origin)
        await talk.say("see this", OTHER_GUILD, MARY, parts=(forward,))
    preview = await talk.store.people.preview_delete(JOHN.id)
    exported = [entry["text"] async for entry in talk.store.people.export(JOHN.id) if "text" in entry]
    await talk.store.people.delete(JOHN.id)

    turns = (await talk.window(OTHER_GUILD)).turns

    assert preview == (1, 2)
    assert exported == ["My code is 1234", "words of 3"]
    assert [[part.text for part in turn.parts] for turn in turns] == [[], ["words of 4"]]


async def test_a_deletion_reaches_what_a_reset_has_hidden(talk: Talk) -> None:
    await talk.say("I am John")
    reset = await talk.store.resets.reset(ResetOrder(ROOM), MODERATOR)
    await talk.store.people.delete(JOHN.id)
    await talk.store.resets.undo(reset.id, MODERATOR)

    assert await talk.words() == []


async def test_a_deletion_clears_summaries_also_those_that_an_undo_would_bring_back(talk: Talk) -> None:
    cut_off = await talk.say("I am John")
    await talk.say("I am Mary", speaker=MARY)
    await talk.store.turns.cut(ROOM.channel_id, cut_off, "John came in.")
    reset = await talk.store.resets.reset(ResetOrder(ROOM), MODERATOR)
    await talk.store.people.delete(JOHN.id)
    await talk.store.resets.undo(reset.id, MODERATOR)

    window = await talk.window()

    assert (window.summary, texts(window)) == ("", ["I am Mary"])


async def test_a_deletion_takes_the_name_out_of_the_record_but_not_the_deed(talk: Talk) -> None:
    await talk.store.places.change(ROOM, JOHN.id, guild_wide=False, model="m")
    await talk.store.people.delete(JOHN.id)

    [entry] = await talk.store.journal.log(ROOM, 10)

    assert (entry.actor_id, entry.deed) == (0, Deed(Verb.SET, "model", "m"))


async def test_the_wish_not_to_be_listened_to_outlives_a_deletion(talk: Talk) -> None:
    await talk.store.people.ignore(JOHN.id, on=True)
    await talk.store.people.delete(JOHN.id)

    assert await talk.store.people.ignored(JOHN.id)


async def test_a_preview_counts_each_message_once_and_the_channels(talk: Talk) -> None:
    await talk.say("stored and quoted", message_id=3)
    await talk.say("see this", ROOM, MARY, parts=(quote_of_john(3),))
    await talk.say("and this", OTHER_GUILD, MARY, parts=(quote_of_john(4),))

    assert await talk.store.people.preview_delete(JOHN.id) == (2, 2)
    assert await talk.store.people.delete(JOHN.id) == 2
    assert await talk.store.people.preview_delete(JOHN.id) == (0, 0)


async def test_an_export_holds_all_that_is_stored_of_a_person(talk: Talk) -> None:
    picture = Part(PartKind.IMAGE, name="cat.png", data=b"cat", media_type="image/png")
    question = await talk.say("what is this?", message_id=5, parts=(picture,))
    await talk.answer(question, "a cat", message_ids=(6, 7))
    await talk.say("see this", DIRECT, MARY, parts=(quote_of_john(3),))
    await talk.store.places.change(ROOM, JOHN.id, guild_wide=False, model="m")
    await talk.store.people.ignore(JOHN.id, on=True)

    exported = [entry async for entry in talk.store.people.export(JOHN.id)]

    at = START.isoformat()
    here = {"at": at, "guild_id": 1, "channel_id": ROOM.channel_id}
    part = {"kind": "image", "name": "cat.png", "text": "", "media_type": "image/png", "base64": "Y2F0"}
    part_details = {"author": "person", "kept_characters": None, "note": None}
    said = {
        "message_id": 5,
        "text": "what is this?",
        "reset": False,
        "label": "John",
        "parts": [part | part_details],
    }
    of_the_answer = {"answer_to": 5, "versions": []}
    assert exported == [
        {"kind": "message", **here, **said},
        {"kind": "answer", **here, "message_id": 6, "text": "a cat", "reset": False} | of_the_answer,
        {
            "kind": "quote",
            "at": at,
            "guild_id": None,
            "channel_id": DIRECT.channel_id,
            "message_id": 3,
            "text": "as John said",
            "reset": False,
        },
        {"kind": "record", **here, **asdict(Deed(Verb.SET, "model", "m"))},
        {"kind": "ignore", "on": True},
    ]
    assert json.loads(json.dumps(exported)) == exported


async def test_an_export_says_what_is_reset_and_goes_on_over_many_messages(talk: Talk) -> None:
    for number in range(205):
        await talk.say(str(number))
    await talk.store.resets.reset(ResetOrder(ROOM, keep=5), MODERATOR)

    exported = [entry async for entry in talk.store.people.export(JOHN.id)]

    assert [entry["text"] for entry in exported[:-1]] == [str(number) for number in range(205)]
    assert [entry["reset"] for entry in exported[:-1]] == [True] * 200 + [False] * 5


async def test_of_a_stranger_nothing_is_stored(talk: Talk) -> None:
    await talk.exchange("hello", "hi")

    exported = [entry async for entry in talk.store.people.export(MARY.id)]

    assert exported == [{"kind": "ignore", "on": False}]
    assert await talk.store.people.delete(MARY.id) == 0
    assert await talk.words() == ["hello", "hi"]


async def test_the_name_of_who_stopped_an_answer_is_shown_and_deleted(talk: Talk) -> None:
    answer = await talk.begin(await talk.say("hello"))
    outcome = Outcome(Reason.STOPPED, MARY.id, "Mary")
    await talk.store.answers.finish(answer.id, FinalAnswer(State.STOPPED, "well", 1, "o", outcome))
    exported = [item async for item in talk.store.people.export(MARY.id)]
    places = await talk.store.people.preview_delete(MARY.id)
    await talk.store.people.delete(MARY.id)
    stored = await talk.store.answers.get(answer.id)

    assert [(item["channel_id"], item["name"]) for item in exported if item["kind"] == "stop"] == [
        (ROOM.channel_id, "Mary")
    ]
    assert places == (0, 1)
    assert stored is not None
    assert stored.outcome == Outcome(Reason.STOPPED)


async def test_a_label_is_taken_by_another_speaker_of_the_channel_in_any_case(talk: Talk) -> None:
    await talk.say("hello", ROOM, JOHN)
    taken = talk.store.people.label_taken

    assert await taken(ROOM.channel_id, "JOHN", MARY.id)
    assert await taken(ROOM.channel_id, "john", JOHN.id - 1)
    assert not await taken(ROOM.channel_id, "John", JOHN.id)
    assert not await taken(ROOM.channel_id, "Joh", MARY.id)
    assert not await taken(OTHER_ROOM.channel_id, "John", MARY.id)


async def test_a_label_is_taken_by_one_that_looks_like_it(talk: Talk) -> None:
    await talk.say("hello", ROOM, replace(JOHN, name="Jo1m"))
    taken = talk.store.people.label_taken

    assert await taken(ROOM.channel_id, "Joim", MARY.id)
    assert await taken(ROOM.channel_id, "J0lrn", MARY.id)
    assert not await taken(ROOM.channel_id, "Joan", MARY.id)


async def test_a_label_that_an_older_version_stored_is_taken_too(talk: Talk) -> None:
    await talk.say("hello", ROOM, JOHN)
    await talk.store.people._database.write_one("UPDATE turns SET label = 'Mia', folded_label = 'mia'")

    assert await talk.store.people.label_taken(ROOM.channel_id, "MIA", MARY.id)
