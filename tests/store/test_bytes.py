"""No unit of work reads or writes more bytes at a time where there are more."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.chat.clearing import ResetOrder
from bot.rules.model import Part, PartKind
from bot.store.connection import log
from bot.store.connection.database import Database
from bot.store.connection.unit import Run
from bot.store.history.media import PIECE
from bot.store.history.stretches import BATCH_BYTES
from bot.store.store import Store, open_store
from tests.store.building import ROOM, START, StoppedClock, Talk

SIZE = 2 * 2**20
BESIDES = 100 * 2**10  # pages of indexes and of what a turn is beside its picture


class Scales:
    """Takes note of the most bytes that one unit of work has read or written, and of those given back."""

    def __init__(self, database: Database, log: Path) -> None:
        connection: Any = database._connection
        self._log, self._do = log, connection.do
        self.most = self.given_back = self.checkpoints = self._read = 0
        connection.do = self.do

    async def run(self, run: Run, sql: str, *values: Any) -> Any:
        rows = await run(sql, *values)
        self.checkpoints += "wal_checkpoint" in sql
        self._read += sum(len(value) for row in rows for value in row if isinstance(value, bytes | str))
        return rows

    def size(self) -> int:
        return self._log.stat().st_size

    async def do(self, work: Any) -> Any:
        self._read, before = 0, self.size()
        result = await self._do(lambda run: work(partial(self.run, run)))
        written = self.size() - before
        self.most = max(self.most, self._read, written)
        self.given_back = max(self.given_back, -written)
        return result


def picture(number: int) -> Part:
    return Part(PartKind.IMAGE, name="cat.png", data=bytes([number]) * SIZE, media_type="image/png")


async def post(store: Store) -> None:
    await Talk(store, StoppedClock()).say("and this", message_id=9, parts=(picture(9),))


async def export(store: Store) -> None:
    assert [len(turn.parts[0].data or b"") async for turn in store.journal.everything(10)] == [SIZE] * 4


async def purge(store: Store) -> None:
    await store.resets.reset(ResetOrder(ROOM), 100)
    await store.disposal.purge(START.replace(year=START.year + 1))


DEEDS: dict[str, Callable[[Store], Awaitable[object]]] = {
    "a post that makes room": post,
    "a window": lambda store: store.turns.window(ROOM.channel_id, None, 10**6),
    "an export": export,
    "a deletion": lambda store: store.turns.forget([1, 2, 3]),
    "an edit": lambda store: store.turns.revise(1, "never mind", (picture(8),), (1, "o")),
    "a purge": purge,
}


@pytest.mark.parametrize("deed", DEEDS)
async def test_no_hold_reads_or_writes_more_than_a_piece(deed: str, tmp_path: Path) -> None:
    clock, path = StoppedClock(), tmp_path / "parley.db"
    async with open_store(path, clock.now, most_media=4 * SIZE) as store:
        talk = Talk(store, clock)
        for number in range(1, 5):
            await talk.say("look", message_id=number, parts=(picture(number),))
        database = store.turns._database
        await database.read("PRAGMA wal_autocheckpoint = 0")
        scales = Scales(database, Path(f"{path}-wal"))
        await DEEDS[deed](store)

    assert PIECE <= scales.most <= PIECE + BESIDES


async def expire(store: Store) -> None:
    await store.disposal.expire(START.replace(year=START.year + 1), 1)


LONG: dict[str, Callable[[Store], Awaitable[object]]] = {
    "a purge": purge,
    "an expiry": expire,
    "an erasure": lambda store: store.people.delete(100),
    "a departure": lambda store: store.places.drop_guild(1),
}


@pytest.mark.parametrize("deed", LONG)
async def test_long_texts_are_deleted_a_few_at_a_time_and_the_log_is_emptied_once(
    deed: str, tmp_path: Path
) -> None:
    clock, path = StoppedClock(), tmp_path / "parley.db"
    async with open_store(path, clock.now) as store:
        talk = Talk(store, clock)
        for number in range(1, 31):
            file = Part(PartKind.FILE, name="long.txt", text="x" * 100_000)
            await talk.say("look", message_id=number, parts=(file,))
        database = store.turns._database
        await database.read("PRAGMA wal_autocheckpoint = 0")
        scales = Scales(database, Path(f"{path}-wal"))
        await LONG[deed](store)
        left = await database.read("SELECT 1 FROM turns")

    assert left == []
    assert scales.checkpoints == 1
    assert scales.most <= BATCH_BYTES + 100_000 + 2 * BESIDES


async def test_an_export_reads_few_long_texts_at_a_time(tmp_path: Path) -> None:
    clock, path = StoppedClock(), tmp_path / "parley.db"
    async with open_store(path, clock.now) as store:
        for number in range(1, 31):
            await Talk(store, clock).say("x" * 100_000, message_id=number)
        scales = Scales(store.turns._database, Path(f"{path}-wal"))
        exported = [turn.message_id async for turn in store.journal.everything(ROOM.channel_id)]

    assert exported == list(range(1, 31))
    assert scales.most <= BATCH_BYTES + 100_000 + BESIDES


async def test_a_log_that_grew_large_is_given_back_a_piece_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "PIECE", PIECE)
    clock, path = StoppedClock(), tmp_path / "parley.db"
    async with open_store(path, clock.now) as store:
        await Talk(store, clock).say("hello", message_id=1)
        fill_the_log(path, 20 * PIECE)
        database = store.turns._database
        scales = Scales(database, Path(f"{path}-wal"))
        said = [asyncio.create_task(Talk(store, clock).say("and this", message_id=id_)) for id_ in (2, 3, 4)]
        await store.turns.forget([1])
        await asyncio.gather(*said)
        await database.log.clear()
        left = scales.size()
        sound = [tuple(row) for row in await database.read("PRAGMA integrity_check")]
        stored = [turn.message_id async for turn in store.journal.everything(ROOM.channel_id)]

    assert (left, sound, stored) == (0, [("ok",)], [2, 3, 4])
    assert scales.given_back == PIECE


async def test_a_log_that_another_program_reads_is_shortened_once_it_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "PIECE", PIECE)
    path = tmp_path / "parley.db"
    async with open_store(path, StoppedClock().now) as store:
        fill_the_log(path, 4 * PIECE)
        database = store.turns._database
        scales = Scales(database, Path(f"{path}-wal"))
        with closing(sqlite3.connect(path)) as reader:
            await store.facts.write("a", "1")
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM turns").fetchall()
            await database.log.clear()
            held = scales.size()
        await store.storage.tidy()

        left = scales.size()

    assert held > PIECE
    assert left == 0
    assert scales.given_back <= PIECE


def fill_the_log(path: Path, size: int) -> None:
    """Write as much at once, as no unit of work of the store's does."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO facts (name, value) VALUES ('large', hex(zeroblob(?)))", (size // 2,))
