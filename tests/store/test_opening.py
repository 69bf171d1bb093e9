"""Opening and closing the file, and the sentences for files that can't be opened."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.chat.clearing import ResetOrder, Resets
from bot.chat.memory import Facts, Journal, Memory
from bot.errors import StartError
from bot.store.connection import database as database_module
from bot.store.connection.database import Database
from bot.store.connection.files import open_to_others
from bot.store.connection.migrate import Migration
from bot.store.connection.unit import Run, Unit
from bot.store.store import MEMORY, Store, open_store
from tests.store.building import ROOM, StoppedClock, Talk


async def refusal(path: Path, clock: StoppedClock) -> str:
    """Return the sentence with which a file is refused."""
    with pytest.raises(StartError) as caught:
        async with open_store(path, clock.now):
            pass
    return str(caught.value)


def names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


def test_the_store_serves_every_port(store: Store) -> None:
    memory: Memory = store
    resets: Resets = store.resets
    journal: Journal = store.journal
    facts: Facts = store.facts

    assert (memory.turns, resets, journal, facts) == (store.turns, store.resets, store.journal, store.facts)


async def test_what_is_stored_is_there_after_a_restart(tmp_path: Path, clock: StoppedClock) -> None:
    path = tmp_path / "parley.db"
    async with open_store(path, clock.now) as store:
        await Talk(store).exchange("hello", "hi")
        await store.facts.write("commands", "abc")
        await store.facts.write("commands", "abcd")

    async with open_store(path, clock.now) as store:
        assert await Talk(store).words() == ["hello", "hi"]
        assert await store.facts.read("commands") == "abcd"
        assert await store.facts.read("unheard of") is None


async def test_a_missing_folder_is_made(tmp_path: Path, clock: StoppedClock) -> None:
    path = tmp_path / "data" / "deeper" / "parley.db"
    async with open_store(path, clock.now):
        pass

    assert path.exists()


async def test_a_clean_end_leaves_one_sound_file(tmp_path: Path, clock: StoppedClock) -> None:
    async with open_store(tmp_path / "parley.db", clock.now) as store:
        await Talk(store).exchange("hello", "hi")

    connection = sqlite3.connect(tmp_path / "parley.db")
    check = connection.execute("PRAGMA integrity_check").fetchall()
    connection.close()
    assert check == [("ok",)]
    assert names(tmp_path) == ["parley.db"]


async def test_the_connection_is_set_up_as_everything_expects_it(tmp_path: Path) -> None:
    database = await Database.connect(tmp_path / "parley.db")
    names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
    pragmas = [(await database.read(f"PRAGMA {name}"))[0][0] for name in names]
    await database.close()

    assert pragmas == ["wal", 1, 1, 1]


async def test_a_file_that_is_no_database_is_refused_with_what_to_do(
    tmp_path: Path, clock: StoppedClock
) -> None:
    path = tmp_path / "parley.db"
    path.write_text("Dear diary, today I learned what a database is not.\n" * 100)

    assert await refusal(path, clock) == (
        f"{path} isn't a sound database (file is not a database). "
        "Move it away or put a copy of it back, or set DATABASE_URL to another file."
    )
    assert path.read_text().startswith("Dear diary")


async def test_a_folder_in_the_files_place_is_refused(tmp_path: Path, clock: StoppedClock) -> None:
    assert "can't be written (unable to open database file)" in await refusal(tmp_path, clock)


async def test_a_file_that_is_refused_leaves_no_thread_behind(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        await Database.connect(tmp_path)

    assert [one.name for one in threading.enumerate() if "connection_worker" in one.name] == []


async def test_a_file_in_the_folders_place_is_refused(tmp_path: Path, clock: StoppedClock) -> None:
    (tmp_path / "data").write_text("")

    assert "can't be written (Not a directory)" in await refusal(tmp_path / "data" / "parley.db", clock)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no /proc")
async def test_a_place_where_no_file_can_be_made_is_refused(clock: StoppedClock) -> None:
    assert "can't be written" in await refusal(Path("/proc/parley/parley.db"), clock)


async def test_another_programs_database_is_left_alone(tmp_path: Path, clock: StoppedClock) -> None:
    path = tmp_path / "bookmarks.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()

    assert "belongs to another program" in await refusal(path, clock)


async def test_a_database_in_use_is_waited_for_then_refused(
    tmp_path: Path, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "PATIENCE_SECONDS", 0.1)
    path = tmp_path / "parley.db"
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")

    sentence = await asyncio.wait_for(refusal(path, clock), 4)
    holder.close()

    assert "is in use by another program" in sentence


async def test_a_mistake_in_a_migration_is_no_fault_of_the_file(
    clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "bot.store.connection.opening.shipped", lambda: [Migration(1, "mistaken", ("NONSENSE",))]
    )

    with pytest.raises(sqlite3.OperationalError, match="syntax error"):
        async with open_store(MEMORY, clock.now):
            pass


async def test_an_old_sqlite_is_refused(clock: StoppedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 31, 1))

    with pytest.raises(StartError, match=r"3\.37 or newer is needed"):
        async with open_store(MEMORY, clock.now):
            pass


def test_a_store_left_by_an_error_does_not_keep_the_process_alive() -> None:
    script = (
        "import asyncio, datetime\n"
        "from bot.store.store import MEMORY, open_store\n"
        "async def main():\n"
        "    async with open_store(MEMORY, lambda: datetime.datetime.now(datetime.UTC)):\n"
        "        raise SystemExit(3)\n"
        "asyncio.run(main())\n"
    )
    process = subprocess.run([sys.executable, "-c", script], timeout=10, check=False)  # noqa: S603  # our own code

    assert process.returncode == 3


async def test_only_while_it_writes_durably_does_a_connection_wait_for_the_disk(tmp_path: Path) -> None:
    database = await Database.connect(tmp_path / "parley.db")
    seen: list[int] = []

    async def work(run: Run) -> None:
        seen.append((await run("PRAGMA synchronous"))[0][0])
        raise LookupError

    for writing in (database.write(work), database.keep("end", Unit(work, durable=True))):
        with pytest.raises(LookupError):
            await writing
    seen.append((await database.read("PRAGMA synchronous"))[0][0])
    await database.close()

    assert seen == [1, 2, 1]


async def test_ids_of_a_lost_database_never_come_again(tmp_path: Path, clock: StoppedClock) -> None:
    path, copy = tmp_path / "parley.db", tmp_path / "copy.db"
    given: list[int] = []
    for lost in (False, False, True, False):
        if lost:
            path.unlink()
        async with open_store(path, clock.now) as store:
            talk = Talk(store, clock)
            given += await talk.exchange("hello", "hi")
            given.append((await store.resets.reset(ResetOrder(ROOM), 1)).id)
        if not copy.exists():
            copy.write_bytes(path.read_bytes())
        clock.pass_time(seconds=1)
    copy.replace(path)
    async with open_store(path, clock.now) as store:
        given += await Talk(store, clock).exchange("hello", "hi")

    turns = [id_ for number, id_ in enumerate(given) if number % 3 < 2]
    resets = [id_ for number, id_ in enumerate(given) if number % 3 == 2]
    assert len(set(turns)) == len(turns) == 10
    assert len(set(resets)) == len(resets) == 4


def modes(folder: Path) -> dict[str, str]:
    """Return who may do what with a folder's files, in octal."""
    return {file.name: oct(file.stat().st_mode & 0o777) for file in sorted(folder.rglob("*"))}


@pytest.mark.skipif(os.name == "nt", reason="modes say nothing there")
async def test_what_is_made_is_its_owners_alone(tmp_path: Path, clock: StoppedClock) -> None:
    async with open_store(tmp_path / "data" / "deeper" / "parley.db", clock.now) as store:
        await Talk(store).say("hello")
        made = modes(tmp_path)

    files = {f"parley.db{suffix}": "0o600" for suffix in ("", "-shm", "-wal")}
    assert made == {"data": "0o700", "deeper": "0o700"} | files


@pytest.mark.skipif(os.name == "nt", reason="modes say nothing there")
async def test_files_that_were_there_keep_their_modes_and_are_told_of(
    tmp_path: Path, clock: StoppedClock
) -> None:
    path = tmp_path / "parley.db"
    path.touch(0o600)
    path.chmod(0o644)
    async with open_store(path, clock.now):
        kept, told = modes(tmp_path), open_to_others(path)

    assert set(kept.values()) == {"0o644"}
    assert [file.name for file in told] == ["parley.db", "parley.db-wal", "parley.db-shm"]
    assert open_to_others(tmp_path / "missing.db") == []
