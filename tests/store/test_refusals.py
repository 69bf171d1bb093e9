"""A file that is locked, full, read-only, failing, gone or damaged: waited for, said, and nothing lost."""

import asyncio
import logging
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.chat.answers import FinalAnswer
from bot.chat.clearing import ResetOrder
from bot.errors import MemoryRefused
from bot.rules.model import State
from bot.store.connection import database as module
from bot.store.connection.database import Database
from bot.store.connection.unit import Run, Unit
from bot.store.store import open_store
from bot.texts import members
from tests.store.building import END, ROOM, StoppedClock, Talk
from tests.store.test_durability import holds
from tests.support.refusing import FULL, held, refusing

PUT = "INSERT INTO facts (name, value) VALUES (?, ?)"
LIMIT_SECONDS = 60.0


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up soon; how long that takes is looked at elsewhere."""
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(module, "LONGEST_WAIT", 0.02)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.connect(tmp_path / "parley.db")
    await opened.write_one("CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT)")
    try:
        yield opened
    finally:
        await opened.close()


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Have the system refuse to write past a size, which SQLite takes for a failing disk."""
    import resource  # which Windows has not

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def names(database: Database) -> list[str]:
    return [row["name"] for row in await database.read("SELECT name FROM facts ORDER BY name")]


async def refusal_of(database: Database, value: str = "1") -> str:
    """Return the sentence with which a write is refused."""
    with pytest.raises(MemoryRefused) as caught:
        await database.write_one(PUT, "refused", value)
    return str(caught.value)


class Listener(logging.Handler):
    """Lets a test wait for a line in the log."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words
        self._heard = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if self._words in record.getMessage():
            self._heard.set()

    async def __aenter__(self) -> None:
        logging.getLogger(module.__name__).addHandler(self)

    async def __aexit__(self, *_: object) -> None:
        """Wait for the line."""
        await asyncio.wait_for(self._heard.wait(), LIMIT_SECONDS)
        logging.getLogger(module.__name__).removeHandler(self)


def put(name: str, value: str = "1") -> Unit:
    return Unit(lambda run: run(PUT, name, value))


async def test_a_locked_file_is_waited_for_and_reads_go_on(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with held(tmp_path / "parley.db"):
        async with Listener("refuses (database is locked)"):
            first = asyncio.create_task(database.write_one(PUT, "a", "1"))
            second = asyncio.create_task(database.write_one("UPDATE facts SET value = 2 WHERE name = 'a'"))
        meanwhile = await names(database)
    await asyncio.wait_for(asyncio.gather(first, second), LIMIT_SECONDS)

    assert meanwhile == []
    assert [row["value"] for row in await database.read("SELECT value FROM facts")] == ["2"]
    assert "accepts again" in caplog.text


async def test_after_ten_seconds_of_refusals_one_is_told(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    tries: list[float] = []
    passed = 0.0

    async def skip(seconds: float) -> None:
        nonlocal passed
        passed += seconds
        tries.append(passed)

    began = loop.time()
    monkeypatch.setattr(loop, "time", lambda: began + passed)
    monkeypatch.setattr("asyncio.sleep", skip)
    async with held(tmp_path / "parley.db"):
        sentence = await refusal_of(database)

    assert sentence == str(members.MEMORY_LOCKED)
    assert 9.4 < passed <= 10
    assert 20 <= len(tries) <= 40


@pytest.mark.usefixtures("impatient")
async def test_whoever_waits_in_line_is_told_in_their_own_time(database: Database, tmp_path: Path) -> None:
    async with held(tmp_path / "parley.db"):
        writes = [database.write_one(PUT, str(number), "") for number in range(20)]
        async with asyncio.timeout(1):
            results = await asyncio.gather(*writes, return_exceptions=True)

    assert {str(result) for result in results} == {str(members.MEMORY_LOCKED)}


@pytest.mark.usefixtures("impatient")
async def test_a_full_disk_is_said_and_nothing_is_half_stored(database: Database) -> None:
    async def work(run: Run) -> None:
        await run(PUT, "small", "1")
        await run(PUT, "large", "x" * 100_000)

    async with refusing(database, FULL):
        with pytest.raises(MemoryRefused) as caught:
            await database.write(work)
    after = await names(database)
    await database.write(work)

    assert (str(caught.value), after) == (str(members.MEMORY_FULL), [])
    assert await names(database) == ["large", "small"]


@pytest.mark.usefixtures("impatient")
async def test_a_file_that_became_read_only_is_said(database: Database) -> None:
    async with refusing(database):
        sentence = await refusal_of(database)
        readable = await names(database)
    await database.write_one(PUT, "a", "1")

    assert (sentence, readable) == (str(members.MEMORY_READ_ONLY), [])


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limits")
@pytest.mark.usefixtures("impatient")
async def test_a_failing_disk_is_said(database: Database, tmp_path: Path) -> None:
    with files_of_at_most((tmp_path / "parley.db-wal").stat().st_size + 100):
        sentence = await refusal_of(database, "x" * 50_000)
    await database.write_one(PUT, "a", "1")

    assert sentence == str(members.MEMORY_FAILING)
    assert await names(database) == ["a"]


@pytest.mark.usefixtures("impatient")
async def test_a_file_that_was_moved_is_said_until_it_is_back(database: Database, tmp_path: Path) -> None:
    path, away = tmp_path / "parley.db", tmp_path / "away.db"
    path.rename(away)
    moved = await refusal_of(database)
    path.write_bytes(b"")
    replaced = await refusal_of(database)
    away.replace(path)
    await database.write_one(PUT, "a", "1")

    assert moved == replaced == str(members.MEMORY_MOVED)


async def test_a_damaged_file_is_said_at_once(tmp_path: Path) -> None:
    path = tmp_path / "parley.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT)")
        connection.executemany(PUT, ((f"name {number}", "x" * 50) for number in range(1_000)))
    connection.close()
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    opened = await Database.connect(path)
    with pytest.raises(MemoryRefused) as caught:
        await asyncio.wait_for(names(opened), 1)
    await opened.keep("lost", put("a"))  # nothing will ever take it
    await opened.close()

    assert str(caught.value) == str(members.MEMORY_DAMAGED)


async def test_a_mistake_of_ours_is_no_refusal(database: Database) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await database.write_one("DELETE FROM nonsense")
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await database.keep("mistake", Unit(lambda run: run("DELETE FROM nonsense")))


@pytest.mark.usefixtures("impatient")
async def test_what_was_kept_is_stored_as_soon_as_the_file_accepts(
    database: Database, tmp_path: Path
) -> None:
    async with Listener("accepts again"):
        await keep_some(database, tmp_path)

    assert [tuple(row) for row in await database.read("SELECT name, value FROM facts")] == [("a", "3")]


async def keep_some(database: Database, tmp_path: Path) -> None:
    """Have writes kept, the second in place of the first, and see that nobody reads before them."""
    async with held(tmp_path / "parley.db"):
        for value in ("1", "2"):
            await database.keep("a", put("a", value))
        await database.keep("b", Unit(lambda run: run("UPDATE facts SET value = value + 1"), durable=True))
        with pytest.raises(MemoryRefused):
            await names(database)


@pytest.mark.usefixtures("impatient")
async def test_what_was_kept_comes_before_anything_later(database: Database, tmp_path: Path) -> None:
    async with held(tmp_path / "parley.db"):
        await database.keep("a", put("a"))
    await database.write_one("UPDATE facts SET value = value + 1")
    async with held(tmp_path / "parley.db"):
        await database.keep("b", put("b"))

    assert [tuple(row) for row in await database.read("SELECT name, value FROM facts ORDER BY name")] == [
        ("a", "2"),
        ("b", "1"),
    ]


@pytest.mark.usefixtures("impatient")
async def test_a_kept_write_that_turns_out_to_be_a_mistake_holds_up_nobody(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with held(tmp_path / "parley.db"):
        await database.keep("mistake", Unit(lambda run: run("DELETE FROM nonsense")))
        await database.keep("a", put("a"))

    assert await names(database) == ["a"]
    assert "can't be done" in caplog.text


@pytest.mark.usefixtures("impatient")
async def test_what_is_kept_has_a_bound(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 3)
    async with held(tmp_path / "parley.db"):
        for name in "abcd":
            await database.keep(name, put(name))

    assert await names(database) == ["b", "c", "d"]
    assert "the oldest of them is lost" in caplog.text


@pytest.mark.usefixtures("impatient")
async def test_closing_stores_what_was_kept_or_says_that_it_is_lost(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    opened = await Database.connect(tmp_path / "parley.db")
    await opened.write_one("CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT)")
    async with held(tmp_path / "parley.db"):
        await opened.keep("a", put("a"))
    await opened.close()
    stored = "lost" not in caplog.text
    opened = await Database.connect(tmp_path / "parley.db")
    found = await names(opened)
    async with held(tmp_path / "parley.db"):
        await opened.keep("b", put("b"))
        await opened.close()

    assert (stored, found) == (True, ["a"])
    assert "1 writes were kept and could not be stored" in caplog.text


async def test_closing_waits_no_ten_seconds_for_a_locked_file(tmp_path: Path) -> None:
    opened = await Database.connect(tmp_path / "parley.db")
    async with held(tmp_path / "parley.db"):
        writing = asyncio.create_task(opened.write_one("CREATE TABLE facts (name TEXT)"))
        await asyncio.sleep(0)
        await asyncio.wait_for(opened.close(), 3)

    with pytest.raises(MemoryRefused):
        await writing


@pytest.mark.usefixtures("impatient")
async def test_an_answer_ends_in_memory_once_the_file_accepts(tmp_path: Path, clock: StoppedClock) -> None:
    path = tmp_path / "parley.db"
    async with open_store(path, clock.now) as store:
        talk = Talk(store, clock)
        answer = await talk.begin(await talk.say("hello", message_id=5))
        async with held(path):
            await store.answers.checkpoint(answer.id, "hi", (8,))
            await store.answers.finish(answer.id, FinalAnswer(State.COMPLETE, "hi John", 2, "o", END))
            await store.answers.checkpoint(answer.id, None, (8, 9))
        ended = await store.answers.by_message(9)
        unfinished = await store.answers.unfinished()

    assert ended is not None
    assert (ended.state, ended.text, ended.draft, ended.message_ids) == (
        State.COMPLETE,
        "hi John",
        "",
        (8, 9),
    )
    assert unfinished == []


@pytest.mark.usefixtures("impatient")
async def test_a_deletion_and_an_edit_while_the_file_is_locked_are_followed(
    tmp_path: Path, clock: StoppedClock
) -> None:
    path = tmp_path / "parley.db"
    async with open_store(path, clock.now) as store:
        talk = Talk(store, clock)
        await talk.say("the treasure lies here", message_id=5)
        await talk.say("helo", message_id=6)
        async with held(path):
            await store.turns.forget([5])
            await store.turns.revise(6, "hello", (), (1, "o"))
            await store.turns.forget([7])

        assert await talk.words() == ["hello"]
        assert not holds(tmp_path, "treasure")


@pytest.mark.usefixtures("impatient")
async def test_a_reset_that_is_refused_changes_nothing(tmp_path: Path, clock: StoppedClock) -> None:
    async with open_store(tmp_path / "parley.db", clock.now) as opened:
        talk = Talk(opened, clock)
        await talk.exchange("hello", "hi")
        async with held(tmp_path / "parley.db"):
            with pytest.raises(MemoryRefused):
                await opened.resets.reset(ResetOrder(ROOM), 1)

        assert await talk.words() == ["hello", "hi"]
