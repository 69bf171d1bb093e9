"""Beside a bot that runs: its lock keeps a second one out, and whoever reads its database changes nothing."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import PassingError, StartError
from bot.store.connection import lock
from bot.store.connection.lock import held
from bot.store.connection.opening import open_beside
from bot.store.store import open_store, read_store
from bot.texts import startup
from tests.store.building import StoppedClock, Talk

HOLD = """
import sys, time
from pathlib import Path
from bot.store.connection.lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_database_is_held_by_one_process_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "data" / "parley.db"
    with held(path), pytest.raises(PassingError) as caught, held(path):
        pass
    with held(path):
        pass

    assert str(caught.value) == startup.STORE_HELD.format(path=path)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no kill -9")
def test_a_lock_left_by_a_killed_process_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "parley.db"
    command = [sys.executable, "-c", HOLD, str(path)]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(PassingError), held(path):
        pass
    holder.send_signal(signal.SIGKILL)
    holder.communicate()

    with held(path):
        assert path.with_name("parley.db.lock").stat().st_mode & 0o077 == 0


def test_a_drive_that_can_not_lock_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(lock, "_lock", refuse)
    with pytest.raises(StartError) as caught, held(tmp_path / "parley.db"):
        pass

    assert str(caught.value) == startup.NO_LOCKS.format(
        path=tmp_path / "parley.db", reason="No locks available"
    )


def test_a_folder_that_is_none_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StartError, match="can't be written"), held(tmp_path / "file" / "parley.db"):
        pass


async def test_what_reads_beside_a_bot_sees_what_is_stored_and_can_not_write(
    tmp_path: Path, clock: StoppedClock
) -> None:
    path = tmp_path / "parley.db"
    async with open_store(path, clock.now) as running:
        await Talk(running).exchange("hello", "hi")
        async with read_store(path, clock.now) as beside:
            assert await Talk(beside).words() == ["hello", "hi"]
        database = await open_beside(path)
        try:
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                await database._connection.do(lambda run: run("DELETE FROM turns"))
        finally:
            await database.close()


async def test_an_older_schema_is_told_and_not_migrated(tmp_path: Path, clock: StoppedClock) -> None:
    path = tmp_path / "parley.db"
    async with open_store(path, clock.now):
        pass
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("DELETE FROM migrations WHERE number = (SELECT max(number) FROM migrations)")
        before = database.execute("SELECT count(*) FROM migrations").fetchall()

    with pytest.raises(StartError) as caught:
        await open_beside(path)

    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM migrations").fetchall() == before
    assert str(caught.value) == startup.STORE_OLDER.format(path=path)


async def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "parley.db"
    for _ in range(2):
        with pytest.raises(StartError) as caught:
            await open_beside(path)

    assert str(caught.value) == startup.STORE_ABSENT.format(path=path)
