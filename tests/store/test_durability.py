"""Nothing that was acknowledged is lost, and nothing happens by halves."""

import asyncio
import contextlib
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from bot.chat.clearing import ResetOrder
from bot.rules.model import NewTurn, Part, PartKind, State
from bot.rules.notes import Note, NoteCode
from bot.store.connection.database import Database
from bot.store.connection.unit import Run
from bot.store.store import Store, open_store
from tests.store.building import JOHN, OTHER_ROOM, ROOM, START, StoppedClock, Talk

WRITER = textwrap.dedent(
    """
    import asyncio, sys
    from pathlib import Path
    from bot.chat.clearing import ResetOrder
    from bot.store.store import open_store
    from tests.store.building import ROOM, StoppedClock, Talk

    async def main():
        clock = StoppedClock()
        async with open_store(Path(sys.argv[1]), clock.now) as store:
            talk = Talk(store, clock)
            for number in range(100_000):
                question = await talk.say(f"q{number}")
                print("question", question, flush=True)
                answer = await talk.begin(question)
                await store.answers.checkpoint(answer.id, "half", (10**9 + number,))
                print("checkpoint", answer.id, flush=True)
                await talk.answer(question, f"a{number}", message_ids=(10**9 + number,))
                print("answer", answer.id, flush=True)
                if number % 5 == 4:
                    reset = await store.resets.reset(ResetOrder(ROOM, keep=1), 1)
                    await store.resets.undo(reset.id, 1)

    asyncio.run(main())
    """
)
STORED = {
    "question": "SELECT id FROM turns WHERE id = ? AND text LIKE 'q%'",
    "checkpoint": "SELECT answer_id FROM answer_messages WHERE answer_id = ?",
    "answer": "SELECT id FROM turns WHERE id = ? AND state = 'complete' AND text LIKE 'a%'",
}


def write_until_killed(path: Path, lines: int) -> list[tuple[str, int]]:
    """Let a process write, kill it in the midst, and return what it had been told was stored."""
    acknowledged = []
    with subprocess.Popen(  # noqa: S603  # our own code
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        for line in writer.stdout:
            kind, number = line.split()
            acknowledged.append((kind, int(number)))
            if len(acknowledged) == lines:
                writer.kill()
    return acknowledged


@pytest.mark.parametrize("lines", [1, 47, 203])
def test_a_killed_process_leaves_a_sound_file_with_all_that_was_acknowledged(
    tmp_path: Path, lines: int
) -> None:
    path = tmp_path / "parley.db"
    acknowledged = write_until_killed(path, lines)

    connection = sqlite3.connect(path)
    check = connection.execute("PRAGMA integrity_check").fetchall()
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    lost = [(kind, n) for kind, n in acknowledged if not connection.execute(STORED[kind], (n,)).fetchall()]
    connection.close()
    assert (check, broken, lost) == ([("ok",)], [], [])
    assert len(acknowledged) >= lines


async def test_a_cancelled_write_happens_whole_and_the_next_call_works(talk: Talk) -> None:
    part = Part(PartKind.NOTE, note=Note(NoteCode.SAYS_NOTHING))
    for steps in range(12):
        text = f"cancelled after {steps} steps"
        turn = NewTurn(steps, ROOM, JOHN, "John", text, START, State.WAITING, 1, "o", (part,))
        task = asyncio.create_task(talk.store.turns.add(turn))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await talk.say("next", OTHER_ROOM)

    turns = (await talk.window()).turns

    assert {turn.parts for turn in turns} == {(part,)}
    assert len(turns) >= 11  # all but the one cancelled before it was begun
    assert len(await talk.words(OTHER_ROOM)) == 12


async def test_a_cancelled_read_leaves_the_next_one_alone(talk: Talk) -> None:
    await talk.exchange("hello", "hi")
    for steps in range(8):
        task = asyncio.create_task(talk.window())
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

        assert await talk.words() == ["hello", "hi"]


async def test_a_unit_of_work_that_fails_leaves_nothing(database: Database) -> None:
    async def fail(run: Run) -> None:
        await run("INSERT INTO facts (name, value) VALUES ('a', 'b')")
        raise RuntimeError("in mid-work")

    with pytest.raises(RuntimeError):
        await database.write(fail)

    assert await database.read("SELECT name FROM facts") == []
    assert await database.write_one("INSERT INTO facts (name, value) VALUES ('c', 'd') RETURNING name") != []


async def test_units_of_work_do_not_mix(database: Database) -> None:
    async def count_up(run: Run) -> None:
        [row] = await run("SELECT coalesce(max(CAST(value AS INTEGER)), 0) AS newest FROM facts")
        await asyncio.sleep(0)
        await run("INSERT INTO facts (name, value) VALUES (?1, ?1)", str(row["newest"] + 1))

    await asyncio.gather(*(database.write(count_up) for _ in range(20)))

    assert len(await database.read("SELECT name FROM facts")) == 20


async def test_closing_waits_for_writes_whose_caller_is_gone(tmp_path: Path, clock: StoppedClock) -> None:
    async with open_store(tmp_path / "parley.db", clock.now) as store:
        task = asyncio.create_task(store.facts.write("last", "word"))
        await asyncio.sleep(0)
        task.cancel()

    async with open_store(tmp_path / "parley.db", clock.now) as store:
        assert await store.facts.read("last") == "word"


@pytest.mark.parametrize("deed", ["forget", "delete", "purge", "expire", "drop"])
async def test_deleted_words_leave_the_file_too(tmp_path: Path, clock: StoppedClock, deed: str) -> None:
    secret = "the treasure lies under the third palm"
    path = tmp_path / "parley.db"
    async with open_store(path, clock.now) as store:
        talk = Talk(store, clock)
        await talk.say(secret, message_id=5)
        clock.pass_time(days=2)
        written = holds(tmp_path, secret)
        await do(store, clock, deed)

        assert written
        assert not holds(tmp_path, secret)


async def test_what_was_edited_away_leaves_the_file_too(tmp_path: Path, clock: StoppedClock) -> None:
    secret = "the treasure lies under the third palm"
    file = Part(PartKind.FILE, secret, name="map.txt")
    quote = Part(PartKind.QUOTE, secret, name="Mary", message_id=7)
    async with open_store(tmp_path / "parley.db", clock.now) as store:
        talk = Talk(store, clock)
        await talk.say(secret, message_id=5)
        await store.turns.revise(5, "never mind", (), (2, "o"))
        words_are_held = holds(tmp_path, secret)
        await talk.say("see this", message_id=6, parts=(file,))
        await store.turns.revise(6, "see this", (), (2, "o"))
        file_is_held = holds(tmp_path, secret)
        await talk.say("and this", parts=(quote,))
        await store.turns.revise(7, "never mind", (), (0, ""))

        assert not words_are_held
        assert not file_is_held
        assert not holds(tmp_path, secret)


async def do(store: Store, clock: StoppedClock, deed: str) -> None:
    if deed == "forget":
        await store.turns.forget([5])
    elif deed == "delete":
        await store.people.delete(JOHN.id)
    elif deed == "drop":
        await store.places.drop_channel(ROOM.channel_id)
    elif deed == "expire":
        await store.disposal.expire(clock.now(), default_days=1)
    else:
        await store.resets.reset(ResetOrder(ROOM), 1)
        clock.pass_time(minutes=10)
        await store.disposal.purge(clock.now())


def holds(folder: Path, words: str) -> bool:
    """Say whether any file of a folder, the write-ahead log included, holds these words."""
    return any(words.encode() in file.read_bytes() for file in folder.iterdir())
