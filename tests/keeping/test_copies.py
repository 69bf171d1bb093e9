"""Copies of the database: whole, verified and private, made while a bot writes, put back while none does."""

import asyncio
import os
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import PassingError, StartError
from bot.keeping.copies import backup, restore, vacuum
from bot.keeping.sizes import in_words
from bot.store.connection import copying
from bot.store.connection.lock import held
from bot.store.store import open_store
from bot.texts import startup
from tests.store.building import StoppedClock, Talk

AT = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "parley.db"


def names(folder: Path, pattern: str) -> list[str]:
    return [file.name for file in folder.glob(pattern)]


def size(path: Path) -> int:
    return path.stat().st_size


def is_private(path: Path) -> bool:
    return path.stat().st_mode & 0o077 == 0


def damage(path: Path) -> None:
    with path.open("r+b") as file:
        for page in range(4, size(path) // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 100)


async def said(path: Path, *words: str) -> None:
    async with open_store(path, StoppedClock().now) as store:
        talk = Talk(store)
        for word in words:
            await talk.exchange(word, word.upper())


async def words(path: Path) -> list[str]:
    async with open_store(path, StoppedClock().now) as store:
        return list(await Talk(store).words())


async def test_a_copy_is_made_while_a_bot_writes(path: Path, tmp_path: Path) -> None:
    told: list[str] = []
    copy = tmp_path / "copies" / "first.db"
    async with open_store(path, StoppedClock().now) as store:
        talk = Talk(store)
        await talk.exchange("hello", "hi")
        with held(path):
            backup(path, copy, told.append)
        await talk.exchange("later", "yes")

    assert await words(copy) == ["hello", "hi"]
    assert is_private(copy)
    assert told == [startup.BACKED_UP.format(path=copy, size=in_words(size(copy)), database=path)]


async def test_a_copy_is_one_file_and_takes_no_files_place(path: Path, tmp_path: Path) -> None:
    await said(path, "hello")
    folder = tmp_path / "copies"
    backup(path, folder / "first.db", print)
    before = (folder / "first.db").read_bytes()

    with pytest.raises(StartError) as caught:
        backup(path, folder / "first.db", print)

    assert str(caught.value) == startup.FILE_THERE.format(path=folder / "first.db")
    assert (folder / "first.db").read_bytes() == before
    assert names(folder, "*") == ["first.db"]


async def test_a_copy_of_what_is_not_sound_is_not_made(path: Path, tmp_path: Path) -> None:
    await said(path, *(f"word {number} " * 50 for number in range(30)))
    damage(path)

    with pytest.raises(StartError, match="isn't a sound database") as caught:
        backup(path, tmp_path / "copy.db", print)

    assert str(path) in str(caught.value)
    assert names(tmp_path, "copy*") == []


async def test_what_is_put_back_is_the_copy_and_what_was_there_is_kept(path: Path, tmp_path: Path) -> None:
    told: list[str] = []
    await said(path, "first")
    backup(path, tmp_path / "copy.db", told.append)
    await said(path, "second")

    restore(tmp_path / "copy.db", path, AT, told.append)

    aside = tmp_path / "parley.replaced.2026-11-25-123000.db"
    assert await words(path) == ["first", "FIRST"]
    assert await words(aside) == ["first", "FIRST", "second", "SECOND"]
    assert is_private(path)
    assert told[-1] == startup.PUT_BACK.format(database=path, path=tmp_path / "copy.db", aside=aside)


@pytest.mark.skipif(os.name == "nt", reason="files have no such owners there")
async def test_what_root_puts_back_is_for_the_user_who_runs_the_bot(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[str, int, int]] = []
    await said(path, "first")
    backup(path, tmp_path / "copy.db", print)
    (tmp_path / "parley.db.lock").unlink(missing_ok=True)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "chown", lambda file, uid, gid: given.append((Path(file).name, uid, gid)))

    restore(tmp_path / "copy.db", path, AT, print)
    restore(tmp_path / "copy.db", path, AT, print)  # whose lock is there

    owner = await asyncio.to_thread(tmp_path.stat)
    names = ["parley.db.lock", "parley.db.arriving", "parley.db.arriving"]
    assert given == [(name, owner.st_uid, owner.st_gid) for name in names]


async def test_a_copy_is_put_where_nothing_was(path: Path, tmp_path: Path) -> None:
    told: list[str] = []
    await said(path, "first")
    backup(path, tmp_path / "copy.db", told.append)

    restore(tmp_path / "copy.db", tmp_path / "new" / "other.db", AT, told.append)

    assert await words(tmp_path / "new" / "other.db") == ["first", "FIRST"]
    assert told[-1] == startup.PUT_IN_PLACE.format(
        database=tmp_path / "new" / "other.db", path=tmp_path / "copy.db"
    )


async def test_what_is_in_the_log_of_a_killed_bot_is_kept_aside_too(path: Path, tmp_path: Path) -> None:
    await said(path, "first")
    backup(path, tmp_path / "copy.db", print)
    with closing(sqlite3.connect(path, isolation_level=None)) as killed:
        killed.execute("PRAGMA wal_autocheckpoint = 0")
        killed.execute("CREATE TABLE only_in_the_log (x)")
        restore(tmp_path / "copy.db", path, AT, print)
        [aside] = names(tmp_path, "parley.replaced.*.db")
        with closing(sqlite3.connect(tmp_path / aside)) as kept:
            assert kept.execute("SELECT count(*) FROM only_in_the_log").fetchall() == [(0,)]


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE cookies (name)")


def with_migrations(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("CREATE TABLE migrations (id INTEGER, migration TEXT, batch INTEGER)")


def with_numbered_migrations(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("CREATE TABLE migrations (number TEXT)")
        other.execute("INSERT INTO migrations VALUES ('0001_users')")


async def newer(path: Path) -> None:
    await said(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("INSERT INTO migrations VALUES (9999, 'later', 0)")


def nothing(path: Path) -> None:
    assert not path.exists()


def no_database(path: Path) -> None:
    path.write_text("Dear diary, " * 1000)


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (foreign, "belongs to another program"),
        (with_migrations, "belongs to another program"),
        (with_numbered_migrations, "belongs to another program"),
        (newer, "newer version"),
        (no_database, "isn't a sound database"),
        (Path.touch, "belongs to another program"),
        (nothing, "There is no file .*/copy; name a copy that `python -m bot backup` made"),
    ],
)
async def test_what_is_no_copy_is_not_put_back(
    path: Path, tmp_path: Path, made: Callable[[Path], Awaitable[None] | None], told: str
) -> None:
    await said(path, "first")
    making = made(tmp_path / "copy")
    if making is not None:
        await making
    with pytest.raises(StartError, match=told) as caught:
        restore(tmp_path / "copy", path, AT, print)

    assert str(tmp_path / "copy") in str(caught.value)
    assert await words(path) == ["first", "FIRST"]
    assert names(tmp_path, "parley.replaced*") == []


@pytest.mark.parametrize("name", ["parley.db.arriving", "parley.db.arriving.unfinished"])
async def test_what_an_interrupted_restore_left_is_not_deleted_when_it_is_to_be_put_back(
    path: Path, tmp_path: Path, name: str
) -> None:
    await said(path, "first")
    backup(path, tmp_path / name, print)
    with pytest.raises(StartError) as caught:
        restore(tmp_path / name, path, AT, print)

    assert str(caught.value) == startup.COPY_IN_THE_WAY.format(path=tmp_path / name)
    assert await words(tmp_path / name) == await words(path) == ["first", "FIRST"]


async def test_what_an_interrupted_restore_left_is_not_in_the_way_of_another(
    path: Path, tmp_path: Path
) -> None:
    await said(path, "first")
    backup(path, tmp_path / "copy.db", print)
    (tmp_path / "parley.db.arriving").touch()
    restore(tmp_path / "copy.db", path, AT, print)

    assert names(tmp_path, "*.arriving*") == []


async def test_a_database_behind_a_link_is_one_with_it(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link" / "other.db"
    link.parent.mkdir()
    link.symlink_to(path)
    await said(link, "first")
    backup(link, tmp_path / "copy.db", print)
    with held(path), pytest.raises(PassingError, match="A bot is running"), held(link):
        pass
    restore(tmp_path / "copy.db", link, AT, print)

    assert link.is_symlink()
    assert names(link.parent, "*") == ["other.db"]
    assert len(names(tmp_path, "parley.replaced.*.db")) == 1
    assert await words(link) == await words(path) == ["first", "FIRST"]


async def test_two_that_are_put_back_in_one_second_lose_nothing(path: Path, tmp_path: Path) -> None:
    await said(path, "first")
    backup(path, tmp_path / "copy.db", print)
    await said(path, "second")
    for _ in range(2):
        restore(tmp_path / "copy.db", path, AT, print)

    first, second = sorted(names(tmp_path, "parley.replaced.*.db"))
    assert await words(tmp_path / first) == ["first", "FIRST"]
    assert await words(tmp_path / second) == ["first", "FIRST", "second", "SECOND"]


async def test_nothing_is_put_back_or_cleared_up_beneath_a_bot(path: Path, tmp_path: Path) -> None:
    await said(path, "first")
    backup(path, tmp_path / "copy.db", print)

    with held(path):
        with pytest.raises(PassingError, match="A bot is running"):
            restore(tmp_path / "copy.db", path, AT, print)
        with pytest.raises(PassingError, match="A bot is running"):
            vacuum(path, print)


async def test_the_room_of_what_was_deleted_is_given_back(path: Path) -> None:
    told: list[str] = []
    await said(path, "first")
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("CREATE TABLE large (x)")
        database.execute("INSERT INTO large VALUES (zeroblob(1000000))")
        database.execute("DROP TABLE large")
    before = size(path)

    vacuum(path, told.append)

    assert size(path) < before - 900_000
    assert told[0].startswith(f"{path} takes ")
    assert await words(path) == ["first", "FIRST"]


def test_a_database_that_is_not_there_is_not_made(path: Path) -> None:
    with pytest.raises(StartError, match="There is no database"):
        vacuum(path, print)

    assert not path.exists()


async def test_a_full_disk_is_told_as_one(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await said(path, "first")

    def full(*_: object, **__: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr(copying, "_verify", full)
    with pytest.raises(StartError) as caught:
        backup(path, tmp_path / "copy.db", print)

    assert str(caught.value) == startup.STORE_FULL.format(path=tmp_path / "copy.db")
    assert names(tmp_path, "copy*") == []


@pytest.mark.parametrize(
    ("size", "told"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1 KiB"),
        (3 * 2**20, "3 MiB"),
        (5 * 2**50, "5.12e+03 TiB"),
    ],
)
def test_sizes_are_told_as_one_says_them(size: int, told: str) -> None:
    assert in_words(size) == told
