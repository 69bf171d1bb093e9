"""No unit of work reads or writes more bytes at a time where there are more."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Literal

import pytest

from bot.rules.model import Part, PartKind
from bot.store.history.media import PIECE
from bot.store.history.stretches import BATCH_BYTES
from bot.store.sqlite import Store, open_store
from tests.store.building import ROOM, START, StoppedClock, Talk

SIZE = 2 * 2**20
BESIDES = 100 * 2**10  # pages of indexes and of what a turn is beside its picture


class WeighedLock(asyncio.Lock):
    """Takes note of the most bytes that were read or written while it was held."""

    def __init__(self, database: Any, log: Path) -> None:
        super().__init__()
        self._log, self._run = log, database._run
        self.most = self.checkpoints = self._read = self._before = 0
        database._run, database._lock = self.run, self

    async def run(self, sql: str, *values: Any) -> Any:
        rows = await self._run(sql, *values)
        self.checkpoints += "wal_checkpoint" in sql
        self._read += sum(len(value) for row in rows for value in row if isinstance(value, bytes | str))
        return rows

    async def acquire(self) -> Literal[True]:
        await super().acquire()
        self._read, self._before = 0, self._log.stat().st_size
        return True

    def release(self) -> None:
        self.most = max(self.most, self._read, self._log.stat().st_size - self._before)
        super().release()


def picture(number: int) -> Part:
    return Part(PartKind.IMAGE, name="cat.png", data=bytes([number]) * SIZE, media_type="image/png")


async def post(store: Store) -> None:
    await Talk(store, StoppedClock()).say("and this", message_id=9, parts=(picture(9),))


async def export(store: Store) -> None:
    assert [len(turn.parts[0].data or b"") async for turn in store.journal.everything(10)] == [SIZE] * 4


async def purge(store: Store) -> None:
    await store.resets.reset(ROOM, 100, guild_wide=False, keep=0)
    await store.disposal.purge(START.replace(year=START.year + 1))


DEEDS: dict[str, Callable[[Store], Awaitable[object]]] = {
    "a post that makes room": post,
    "a window": lambda store: store.turns.window(ROOM.channel_id, None, 10**6),
    "an export": export,
    "a deletion": lambda store: store.turns.forget([1, 2, 3]),
    "an edit": lambda store: store.turns.revise(1, "never mind", (picture(8),), 1, "o"),
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
        lock = WeighedLock(database, Path(f"{path}-wal"))
        await DEEDS[deed](store)

    assert PIECE <= lock.most <= PIECE + BESIDES


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
        lock = WeighedLock(database, Path(f"{path}-wal"))
        await LONG[deed](store)
        left = await database.read("SELECT 1 FROM turns")

    assert left == []
    assert lock.checkpoints == 1
    assert lock.most <= BATCH_BYTES + 100_000 + 2 * BESIDES


async def test_an_export_reads_few_long_texts_at_a_time(tmp_path: Path) -> None:
    clock, path = StoppedClock(), tmp_path / "parley.db"
    async with open_store(path, clock.now) as store:
        for number in range(1, 31):
            await Talk(store, clock).say("x" * 100_000, message_id=number)
        lock = WeighedLock(store.turns._database, Path(f"{path}-wal"))
        exported = [turn.message_id async for turn in store.journal.everything(ROOM.channel_id)]

    assert exported == list(range(1, 31))
    assert lock.most <= BATCH_BYTES + 100_000 + BESIDES
