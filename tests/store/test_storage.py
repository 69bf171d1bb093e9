"""The room that the memory takes: an emptied log, a disk that is nearly full."""

import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.store.store import open_store
from tests.store.building import StoppedClock, Talk
from tests.store.test_durability import holds, write_until_killed

SECRET = "the treasure lies under the third palm"


async def test_a_log_that_somebody_reads_is_emptied_afterwards(tmp_path: Path, clock: StoppedClock) -> None:
    path = tmp_path / "parley.db"
    async with open_store(path, clock.now) as store:
        await Talk(store, clock).say(SECRET, message_id=5)
        reader = sqlite3.connect(path)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM turns").fetchall()
        await store.turns.forget([5])
        await store.storage.tidy()
        held = holds(tmp_path, SECRET)
        reader.close()
        await store.storage.tidy()

        assert held
        assert not holds(tmp_path, SECRET)


async def test_a_start_empties_the_log_that_a_kill_left(tmp_path: Path, clock: StoppedClock) -> None:
    path = tmp_path / "parley.db"
    write_until_killed(path, 47)
    left = (tmp_path / "parley.db-wal").stat().st_size
    async with open_store(path, clock.now):
        at_the_start = (tmp_path / "parley.db-wal").stat().st_size

    assert left > 0
    assert at_the_start == 0


async def test_a_disk_that_is_nearly_full_is_told_of_once_each_time(
    tmp_path: Path, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told = []
    async with open_store(tmp_path / "parley.db", clock.now) as store:
        for mebibytes in (600, 500, 400, 600, 500):
            usage = SimpleNamespace(total=2**40, free=mebibytes * 2**20)
            monkeypatch.setattr("shutil.disk_usage", lambda _, usage=usage: usage)
            await store.storage.tidy()
            told.append(caplog.text.count("is nearly full"))

    assert told == [0, 1, 1, 1, 2]


async def test_a_small_disk_is_nearly_full_with_a_tenth_left(
    tmp_path: Path, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    usage = SimpleNamespace(total=2**30, free=120 * 2**20)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    async with open_store(tmp_path / "parley.db", clock.now) as store:
        await store.storage.tidy()
        roomy = caplog.text
        usage.free = 100 * 2**20
        await store.storage.tidy()

    assert roomy == ""
    assert "100 MiB are left" in caplog.text
