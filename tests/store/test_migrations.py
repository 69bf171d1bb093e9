"""Old files become new ones, whole or not at all, with a copy kept."""

import json
import os
import sqlite3
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import pytest

from bot.chat.clearing import ResetOrder
from bot.errors import StartError
from bot.rules.endings import ending
from bot.rules.model import Author, ChannelKey, Part, PartKind, Role, State, Turn
from bot.rules.notes import Note, NoteCode
from bot.rules.outcome import Outcome, Reason
from bot.rules.prompting.prompt import user_text
from bot.rules.records import Deed, Verb
from bot.store.connection.database import Database
from bot.store.connection.migrate import Migration, migrate, shipped
from bot.store.store import open_store
from bot.texts import members
from tests.store.building import COMPLETION, JOHN, MARY, OTHER_ROOM, ROOM, START, StoppedClock, Talk

FIRST_SCHEMA = (resources.files("bot.store") / "migrations" / "0001_initial.sql").read_text("utf-8")
DATA_OF_THE_FIRST = """
CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
INSERT INTO migrations VALUES (1, 'initial', 0);
INSERT INTO channels (id, guild_id, parent_id) VALUES (10, 1, NULL), (11, 1, 10), (40, NULL, NULL);
INSERT INTO turns (channel_id, question_id, state, message_id, author_id, label, folded_label, tokens,
    encoding, created_at, text) VALUES
    (10, NULL, 'answered', 5, 100, 'John', 'john', 3, 'o200k_base', 1786017600000000, 'hello'),
    (10, NULL, 'waiting', 6, 100, 'John', 'john', 2, 'o200k_base', 1786017600000000, 'anybody?'),
    (10, 1, 'complete', NULL, NULL, '', NULL, 4, 'o200k_base', 1786017600000000, 'hi John'),
    (40, NULL, 'answered', 7, 100, 'John', 'john', 3, 'o200k_base', 1786017600000000, 'between us');
INSERT INTO answers (id, model, completion_id, completion_model, completion_created, finish_reason,
    prompt_tokens, completion_tokens, cached_tokens, own_count, first_chunk_ms, extra) VALUES
    (3, 'gpt-4.1-mini', 'chatcmpl-1', 'gpt-4.1-mini', 1786000000, 'stop', 20, 7, 4, 20, 350, '{}');
INSERT INTO answer_messages (message_id, answer_id, place) VALUES (8, 3, 0), (9, 3, 1);
INSERT INTO facts (name, value) VALUES ('commands', 'abc');
"""

# A first reset that hid all there was, then a second one that kept the newest message; a third is gone.
RESETS_OF_THE_THIRD = """
INSERT INTO resets (id, channel_id, guild_id, guild_wide, turns, tokens, at) VALUES
    (1, 10, 1, 0, 3, 9, 1786017600000000), (2, 10, 1, 1, 1, 1, 1786017600000000), (7, 10, 1, 0, 0, 0, 0);
DELETE FROM resets WHERE id = 7;
UPDATE turns SET reset_id = 1 WHERE channel_id = 10;
INSERT INTO turns (channel_id, state, message_id, author_id, label, tokens, created_at, text, reset_id) VALUES
    (10, 'answered', 15, 100, 'John', 1, 0, 'again', 2),
    (10, 'answered', 16, 100, 'John', 1, 0, 'kept', NULL);
INSERT INTO reset_channels (reset_id, channel_id, cut, summary) VALUES
    (1, 10, 1, 'before'), (2, 10, 5, 'under the first'), (2, 11, 0, '');
"""
# As version 0.1's successors stored them, in English, until their codes took their place.
OLD_REFUSALS = {
    "MemoryLocked": (
        "I can't reach my memory right now: another program holds its file. Please try again in a minute."
    ),
    "MemoryFull": (
        "I can't store anything right now: the disk is full. "
        "Whoever runs me needs to make room; please try again then."
    ),
    "MemoryReadOnly": (
        "I can't store anything right now: the file of my memory is read-only. "
        "Whoever runs me needs to make it writable; please try again then."
    ),
    "MemoryMoved": (
        "I can't store anything right now: the file of my memory was moved or deleted while I was running. "
        "Whoever runs me needs to put it back, or start me again."
    ),
    "MemoryFailing": (
        "I can't reach my memory right now: its disk answers with errors. "
        "Please try again in a minute; whoever runs me finds more in the log."
    ),
    "MemoryDamaged": (
        "I can't read my memory: its file is damaged. Whoever runs me needs to put a copy of it back."
    ),
}


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    """Return a file as the first release left it."""
    path = tmp_path / "parley.db"
    connection = sqlite3.connect(path)
    connection.executescript(f"BEGIN; {FIRST_SCHEMA} {DATA_OF_THE_FIRST} COMMIT;")
    connection.close()
    return path


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    found = connection.execute(sql).fetchall()
    connection.close()
    return found


def names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


async def apply(path: Path, clock: StoppedClock, migrations: Sequence[Migration]) -> None:
    database = await Database.connect(path)
    try:
        await migrate(database, path, clock.now, migrations)
    finally:
        await database.close()


def test_migrations_are_numbered_in_order() -> None:
    numbers = [migration.number for migration in shipped()]

    assert numbers == list(range(1, len(numbers) + 1))


async def test_what_the_first_schema_held_is_all_there(old_file: Path, clock: StoppedClock) -> None:
    async with open_store(old_file, clock.now) as store:
        window = await Talk(store).window()
        answer = await store.answers.by_message(9)
        waiting = await store.questions.waiting(START)
        fact = await store.facts.read("commands")

    common = (START, ())
    assert window.turns == (
        Turn(1, 1, Role.USER, State.ANSWERED, 5, 100, "John", "hello", 3, "o200k_base", *common),
        Turn(3, 1, Role.ASSISTANT, State.COMPLETE, 8, None, "", "hi John", 4, "o200k_base", *common, (9,)),
        Turn(2, 2, Role.USER, State.WAITING, 6, 100, "John", "anybody?", 2, "o200k_base", *common),
    )
    assert answer is not None
    assert (answer.completion, answer.asker_id, answer.message_ids) == (COMPLETION, JOHN.id, (8, 9))
    assert [question.id for question in waiting] == [2]
    assert fact == "abc"


async def test_threads_joined_under_the_first_schema_stay_joined(old_file: Path, clock: StoppedClock) -> None:
    async with open_store(old_file, clock.now) as store:
        assert await store.places.joined(10)
        assert not await store.places.joined(11)


async def test_a_direct_conversation_of_the_first_schema_is_its_persons(
    old_file: Path, clock: StoppedClock
) -> None:
    async with open_store(old_file, clock.now) as store:
        await store.turns.forget([7])

        assert await store.people.preview_delete(JOHN.id) == (2, 2)


async def test_a_direct_conversation_in_which_something_was_only_set_is_its_persons(
    old_file: Path, clock: StoppedClock
) -> None:
    await apply(old_file, clock, shipped()[:2])
    connection = sqlite3.connect(old_file)
    connection.executescript(
        "INSERT INTO channels (id, model) VALUES (41, 'm');"
        "INSERT INTO records (at, actor_id, channel_id, action, detail) VALUES (0, 200, 41, 'set model', 'm')"
    )
    connection.close()
    async with open_store(old_file, clock.now) as store:
        await store.people.delete(MARY.id)

        assert (await store.places.settings(ChannelKey(41))).model is None


async def test_the_ends_of_old_answers_are_told_by_their_states(old_file: Path, clock: StoppedClock) -> None:
    await apply(old_file, clock, shipped()[:3])
    connection = sqlite3.connect(old_file)
    connection.executescript(
        "INSERT INTO turns (channel_id, question_id, state, created_at, text) VALUES"
        " (10, 2, 'broken', 0, 'well'), (10, 70, 'interrupted', 0, 'so'), (10, 80, 'writing', 0, '');"
        "INSERT INTO answers (id, model, draft) VALUES (5, 'm', ''), (6, 'm', 'so'), (7, 'm', 'half')"
    )
    connection.close()
    async with open_store(old_file, clock.now) as store:
        ends = [answer.outcome for id_ in (3, 5, 6) if (answer := await store.answers.get(id_))]
        unfinished = [(answer.id, answer.draft) for answer in await store.answers.unfinished()]

    assert ends == [
        Outcome(Reason.DONE),
        Outcome(Reason.FAILED, error="ConnectionCut"),
        Outcome(Reason.INTERRUPTED),
    ]
    assert unfinished == [(6, ""), (7, "half")]


async def test_what_models_thought_is_gone_from_old_answers_and_all_else_stays(
    old_file: Path, clock: StoppedClock
) -> None:
    top, choice, usage = {"provider": "Acme"}, {"logprobs": None}, {"details": {"reasoning_tokens": 5}}
    message = {"mood": "calm", "sure": True, "sum": 1.5, "notes": ["a", None], "of": {"a": "thought"}}
    thoughts = {"reasoning_content": "secret", "blocks": [{"type": "thinking", "thinking": "secret"}]}
    extra = {"top": top, "choice": choice, "message": message | thoughts, "usage": usage}
    await apply(old_file, clock, shipped()[:3])
    connection = sqlite3.connect(old_file)
    connection.execute("UPDATE answers SET extra = ?", (json.dumps(extra),))
    connection.commit()
    connection.close()
    async with open_store(old_file, clock.now) as store:
        answer = await store.answers.get(3)

    assert answer is not None
    assert answer.completion is not None
    assert json.loads(answer.completion.extra) == extra | {"message": message}


async def test_old_records_become_verbs_settings_and_values(old_file: Path, clock: StoppedClock) -> None:
    old = [
        ("set auto", "True"),
        ("set auto", "False"),
        ("set retention_days", "30"),
        ("set persona", "12"),
        ("set persona", ""),
        ("clear model", ""),
        ("reset", "12 turns, 345 tokens"),
        ("undo", "0 turns, 0 tokens"),
        ("reset", "12 turns, 345 tokens or so"),
        ("set mood", "sad"),
        ("dance", ""),
    ]
    await apply(old_file, clock, [one for one in shipped() if one.number < 8])
    connection = sqlite3.connect(old_file)
    connection.executemany(
        "INSERT INTO records (at, actor_id, channel_id, action, detail) VALUES (0, 1, 10, ?, ?)", old
    )
    connection.commit()
    connection.close()
    async with open_store(old_file, clock.now) as store:
        log = await store.journal.log(ROOM, 20)

    assert [entry.deed for entry in reversed(log)] == [
        Deed(Verb.SET, "auto", True),
        Deed(Verb.SET, "auto", False),
        Deed(Verb.SET, "retention_days", 30),
        Deed(Verb.SET, "persona", "12"),
        Deed(Verb.SET, "persona", ""),
        Deed(Verb.CLEAR, "model"),
        Deed(Verb.RESET, turns=12, tokens=345),
        Deed(Verb.UNDO, turns=0, tokens=0),
        Deed(Verb.LEGACY, words="reset: 12 turns, 345 tokens or so"),
        Deed(Verb.LEGACY, words="set mood: sad"),
        Deed(Verb.LEGACY, words="dance"),
    ]


SENTENCES_OF_THE_SEVENTH = (
    ("note", "", "a_b.txt could not be read: it is neither text nor a picture"),
    ("note", "", "a.txt could not be fetched"),
    ("note", "", "cat.png could not be read: it is larger than 4 MiB"),
    ("note", "", "Only the first 5 files were read"),
    ("note", "", "the message replied to is by somebody who asked not to be read"),
    ("note", "", "says nothing but your name"),
    ("note", "", "only the first 5 files were read"),
    ("note", "", " could not be fetched"),
    ("file", "a.txt", "Grüße 👋\n[cut after 7 characters]"),
    ("file", "a.txt", "\n[cut after 0 characters]"),
    ("file", "a.txt", f"{'x' * 1234}\n[cut after 1234 characters]"),
    ("file", "a.txt", "Somebody wrote\n[cut after 7 characters]"),
    ("file", "a.txt", "all of it"),
    ("quote", "you", "hi"),
    ("forward", "somebody", "ho"),
    ("quote", "John", "hu"),
    ("file", "you", "ha"),
)


def as_of_the_seventh(kind: str, name: str, text: str) -> str:
    """Write a part as the seventh schema's program showed it to the model."""
    if kind in ("quote", "forward"):
        return user_text("", "x", [Part(PartKind(kind), text, name)])
    return user_text("", "x", [Part(PartKind(kind), text, name)]) if kind == "file" else f"x\n\n[{text}]"


async def test_old_sentences_beside_a_message_become_data_and_are_told_as_they_were(
    old_file: Path, clock: StoppedClock
) -> None:
    await apply(old_file, clock, [one for one in shipped() if one.number < 8])
    connection = sqlite3.connect(old_file)
    connection.executemany(
        "INSERT INTO parts (turn_id, kind, name, text) VALUES (1, ?, ?, ?)", SENTENCES_OF_THE_SEVENTH
    )
    connection.commit()
    connection.close()
    async with open_store(old_file, clock.now) as store:
        parts = (await Talk(store).window()).turns[0].parts

    assert [user_text("", "x", [part]) for part in parts] == [
        as_of_the_seventh(*part) for part in SENTENCES_OF_THE_SEVENTH
    ]
    assert [part.note for part in parts[:8]] == [
        Note(NoteCode.FILE_NOT_TEXT, "a_b.txt"),
        Note(NoteCode.FILE_NOT_FETCHED, "a.txt"),
        Note(NoteCode.IMAGE_TOO_LARGE, "cat.png", 4),
        Note(NoteCode.TOO_MANY_FILES, limit=5),
        Note(NoteCode.QUOTE_WITHHELD),
        Note(NoteCode.SAYS_NOTHING),
        Note(NoteCode.LEGACY, words="only the first 5 files were read"),
        Note(NoteCode.LEGACY, words=" could not be fetched"),
    ]
    assert [part.kept_characters for part in parts[8:13]] == [7, 0, 1234, None, None]
    assert [(part.author, part.name) for part in parts[13:]] == [
        (Author.US, ""),
        (Author.UNKNOWN, ""),
        (Author.PERSON, "John"),
        (Author.PERSON, "you"),
    ]


async def test_an_old_question_without_words_has_none(old_file: Path, clock: StoppedClock) -> None:
    await apply(old_file, clock, [one for one in shipped() if one.number < 8])
    connection = sqlite3.connect(old_file)
    connection.executescript(
        "UPDATE turns SET text = 'What do you make of this?' WHERE id IN (1, 2);"
        "INSERT INTO parts (turn_id, kind, name, text) VALUES (1, 'quote', 'Mary', 'Tea?')"
    )
    connection.close()
    async with open_store(old_file, clock.now) as store:
        asked, _, said = (await Talk(store).window()).turns

    assert (asked.text, said.text) == ("", "What do you make of this?")
    assert user_text("John", asked.text, asked.parts).startswith("John: What do you make of this?\n\n<quoted")


async def test_old_remarks_and_errors_of_an_end_become_data_and_are_shown_as_they_were(
    old_file: Path, clock: StoppedClock
) -> None:
    remarks = (
        "a\\_b.txt could not be fetched.",
        "The model was not shown back\\\\slash\\*.png: it costs more tokens than this request had left.",
        "This model does not see pictures.",
        "Mary\\_Ann sends her love.",
    )
    await apply(old_file, clock, [one for one in shipped() if one.number < 8])
    connection = sqlite3.connect(old_file)
    for place, sentence in enumerate((OLD_REFUSALS["MemoryFull"], "Something of old.")):
        connection.execute(
            "INSERT OR REPLACE INTO ends (answer_id, place, reason, error, details, remarks)"
            " VALUES (3, ?, 'failed', 'MemoryRefused', ?, ?)",
            (place, json.dumps({"sentence": sentence}), json.dumps(remarks)),
        )
    connection.commit()
    connection.close()
    async with open_store(old_file, clock.now) as store:
        answer = await store.answers.get(3)

    assert answer is not None
    assert answer.outcome is not None
    assert answer.tried is not None
    assert (answer.outcome.error, answer.outcome.details) == ("MemoryFull", {})
    assert answer.outcome.remarks == (
        Note(NoteCode.FILE_NOT_FETCHED, "a_b.txt"),
        Note(NoteCode.IMAGE_NO_ROOM, "back\\slash*.png"),
        Note(NoteCode.IMAGE_NOT_SEEN),
        Note(NoteCode.LEGACY, words="Mary_Ann sends her love"),
    )
    assert ending(answer.outcome, None, written=False)[1] == " ".join((str(members.MEMORY_FULL), *remarks))
    assert ending(answer.tried, None, written=False)[1] == " ".join(("Something of old.", *remarks))


@pytest.mark.parametrize(("error", "sentence"), OLD_REFUSALS.items(), ids=OLD_REFUSALS)
async def test_every_old_refusal_of_the_memory_is_recognised(
    old_file: Path, clock: StoppedClock, error: str, sentence: str
) -> None:
    await apply(old_file, clock, [one for one in shipped() if one.number < 8])
    connection = sqlite3.connect(old_file)
    connection.execute(
        "UPDATE ends SET reason = 'failed', error = 'MemoryRefused', details = ?",
        (json.dumps({"sentence": sentence}),),
    )
    connection.commit()
    connection.close()
    async with open_store(old_file, clock.now) as store:
        answer = await store.answers.get(3)

    assert answer is not None
    assert answer.outcome == Outcome(Reason.FAILED, error=error)


async def test_a_migrated_file_goes_on(old_file: Path, clock: StoppedClock) -> None:
    async with open_store(old_file, clock.now) as store:
        talk = Talk(store)
        await talk.answer(2, "I am here")
        await talk.exchange("good", "indeed")
        reset = await store.resets.reset(ResetOrder(ROOM, keep=1), 1)
        words = await talk.words()
        await store.resets.undo(reset.id, 1)

        assert words == ["good", "indeed"]
        assert await talk.words() == ["hello", "hi John", "anybody?", "I am here", "good", "indeed"]


async def test_what_was_reset_before_is_hidden_after_and_can_be_undone(
    old_file: Path, clock: StoppedClock
) -> None:
    await apply(old_file, clock, shipped()[:3])
    connection = sqlite3.connect(old_file)
    connection.executescript(RESETS_OF_THE_THIRD)
    connection.close()
    async with open_store(old_file, clock.now) as store:
        talk = Talk(store)
        before = await talk.window()
        await talk.say("said since", speaker=MARY)
        await store.resets.undo(2, 1)
        between = await talk.window()
        await store.resets.undo(1, 1)
        after = await talk.window()
        newest = await store.resets.reset(ResetOrder(OTHER_ROOM), 1)

    assert [turn.text for turn in before.turns] == ["kept"]
    assert (before.cut, before.summary) == (0, "")
    assert [turn.text for turn in between.turns] == ["kept", "said since"]
    assert (between.cut, between.summary) == (5, "under the first")
    assert [turn.text for turn in after.turns] == ["anybody?", "again", "kept", "said since"]
    assert (after.cut, after.summary) == (1, "before")
    assert newest.id > 7  # an id is never used again, also where its reset is gone


async def test_an_old_and_a_new_file_have_the_same_schema(
    old_file: Path, tmp_path: Path, clock: StoppedClock
) -> None:
    new_file = tmp_path / "new.db"
    for path in (old_file, new_file):
        async with open_store(path, clock.now):
            pass

    schema = "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
    assert rows(old_file, schema) == rows(new_file, schema)
    assert rows(old_file, "PRAGMA foreign_key_check") == []
    assert rows(old_file, "PRAGMA integrity_check") == [("ok",)]


async def test_a_copy_of_the_old_file_is_kept(old_file: Path, clock: StoppedClock) -> None:
    async with open_store(old_file, clock.now):
        pass

    copy = old_file.with_name("parley.schema-1.2026-08-06-120000.db")
    kept = [("hello",), ("anybody?",), ("hi John",), ("between us",)]
    assert rows(copy, "SELECT text FROM turns ORDER BY id") == kept
    assert rows(copy, "SELECT number FROM migrations") == [(1,)]
    assert rows(copy, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.skipif(os.name == "nt", reason="modes say nothing there")
async def test_the_copy_is_its_owners_alone(old_file: Path, clock: StoppedClock) -> None:
    async with open_store(old_file, clock.now):
        pass

    [copy] = old_file.parent.glob("parley.schema-1.*")
    assert copy.stat().st_mode & 0o777 == 0o600


async def test_a_copy_that_fails_leaves_nothing_and_stops_the_start(
    old_file: Path, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr(Database, "copy_into", full)
    with pytest.raises(StartError, match=r"is full\. Make room"):
        async with open_store(old_file, clock.now):
            pass

    assert names(old_file.parent) == ["parley.db"]


async def test_migrations_are_recorded_and_done_once(tmp_path: Path, clock: StoppedClock) -> None:
    path = tmp_path / "parley.db"
    for _ in range(2):
        async with open_store(path, clock.now):
            pass

    recorded = rows(path, "SELECT number, name FROM migrations ORDER BY number")
    assert recorded == [(migration.number, migration.name) for migration in shipped()]
    assert names(tmp_path) == ["parley.db"]


async def test_a_migration_that_fails_leaves_the_file_as_it_was(old_file: Path, clock: StoppedClock) -> None:
    before = rows(old_file, "SELECT name, sql FROM sqlite_schema ORDER BY name")
    broken = Migration(2, "broken", ("DELETE FROM facts", "CREATE TABLE new (x INTEGER) STRICT", "NONSENSE"))
    with pytest.raises(sqlite3.OperationalError):
        await apply(old_file, clock, [*shipped()[:1], broken])

    assert rows(old_file, "SELECT name, sql FROM sqlite_schema ORDER BY name") == before
    assert rows(old_file, "SELECT name FROM facts") == [("commands",)]
    assert rows(old_file, "SELECT number FROM migrations") == [(1,)]


async def test_a_file_of_a_newer_program_is_refused_and_left_alone(
    tmp_path: Path, clock: StoppedClock
) -> None:
    path = tmp_path / "parley.db"
    newer = Migration(shipped()[-1].number + 1, "from the future", ("CREATE TABLE flying_cars (id INTEGER)",))
    await apply(path, clock, [*shipped(), newer])

    with pytest.raises(StartError, match="newer version of this bot"):
        async with open_store(path, clock.now):
            pass
    assert rows(path, "SELECT max(number) FROM migrations") == [(newer.number,)]


async def test_old_facts_go_with_the_guild_that_they_are_of(tmp_path: Path, clock: StoppedClock) -> None:
    path, before = tmp_path / "old.db", [one for one in shipped() if one.number < 18]
    database = await Database.connect(path)
    await migrate(database, path, clock.now, before)
    of_guild = "notices channel of 12", "told of the server's limit 12 day True"
    names = (*of_guild, "told of the total's limit None day True")
    for name in names:
        await database.write_one("INSERT INTO facts (name, value) VALUES (?, '1')", name)
    await database.close()
    async with open_store(path, clock.now) as store:
        await store.places.drop_guild(12)

        assert [await store.facts.read(name) for name in names] == [None, None, "1"]
