"""The health of a bot that runs in another process, where there is no record of it that can be read."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.serving import beside


def nothing(path: Path) -> None:
    pass


def a_folder(path: Path) -> None:
    path.mkdir()


def another_file(path: Path) -> None:
    path.write_bytes(b"no database" * 100)


def another_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE others (name TEXT)")


def without_a_record(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE facts (name TEXT, value TEXT)")


@pytest.mark.parametrize("made", [nothing, a_folder, another_file, another_database, without_a_record])
def test_what_tells_of_no_bot_is_no_life_in_one_line(tmp_path: Path, made: Callable[[Path], None]) -> None:
    made(tmp_path / "parley.db")
    before = sorted(tmp_path.rglob("*"))
    told: list[str] = []

    assert beside.tell(tmp_path / "parley.db", None, told.append) == 1
    assert [line.partition(":")[0] for line in told] == ["not live"]
    assert "\n" not in told[0]
    assert sorted(tmp_path.rglob("*")) == before
