"""No unit of work, read or write, holds the one connection for longer because there is more to work on."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Literal

import pytest

from bot.chat.clearing import ResetOrder
from bot.rules.model import ChannelKey
from bot.store import disposal
from bot.store.connection.database import Database
from bot.store.history import stretches
from bot.store.store import MEMORY, Store, open_store
from tests.store.building import START, StoppedClock
from tests.support.sqlite import sqlite_of

GUILD, SMALL, LARGE = 1, 1_500, 12_000
HERE = ChannelKey(1, GUILD)
CHANNELS = (
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)"
    " INSERT INTO channels (id, guild_id, parent_id) SELECT i, 1, iif(i > 1, 1, NULL) FROM n"
)
TURNS = (
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)"
    " INSERT INTO turns (channel_id, question_id, state, message_id, author_id, label, folded_label, tokens,"
    " created_at, text) SELECT 1 + ((i + 1) / 2) % ?2, iif(i % 2, NULL, i - 1),"
    " iif(i % 2, 'answered', 'complete'), i, iif(i % 2, 100, NULL), 'John', 'john', 20, i, 'hello' FROM n"
)
COPIES = (
    "INSERT INTO parts (turn_id, kind, author_id, name, text)"
    " SELECT id, 'quote', 100, '', 'as John said' FROM turns"
)
RECORDS = (
    "INSERT INTO records (at, actor_id, guild_id, channel_id, verb, setting, value)"
    " SELECT id, 100, 1, iif(id % 3, channel_id, NULL), 'set', 'model', 'm' FROM turns"
)
ANSWERS = "INSERT INTO answers (id, model, draft) SELECT id, 'm', '' FROM turns WHERE question_id IS NOT NULL"
Shape = Literal["one channel", "many channels"]
FILLED: dict[tuple[int, Shape], bytes] = {}  # with so many turns; each is filled once for all deeds


class Meter:
    """Takes note of the steps of SQLite's virtual machine for each unit of work, the most of them."""

    def __init__(self, database: Database) -> None:
        connection: Any = database._connection
        self.most = self._steps = 0
        self._do, connection.do = connection.do, self.do
        connection.sqlite.set_progress_handler(self.step, 10)

    def step(self) -> None:
        self._steps += 1

    async def do(self, work: Any) -> Any:
        self._steps = 0
        result = await self._do(work)
        self.most = max(self.most, self._steps)
        return result


@asynccontextmanager
async def filled(turns: int, shape: Shape) -> AsyncIterator[tuple[Store, Meter]]:
    """Open a store with so many turns in it, in one channel or in a channel for each six."""
    clock = StoppedClock()
    async with open_store(MEMORY, clock.now) as store:
        database = store.turns._database
        connection, what = sqlite_of(database), (turns, shape)
        if what not in FILLED:
            channels = 1 if shape == "one channel" else turns // 6
            await database.read(CHANNELS, channels)
            await database.read(TURNS, turns, channels)
            for sql in (ANSWERS, COPIES, RECORDS):
                await database.read(sql)
            FILLED[what] = connection.serialize()
        connection.deserialize(FILLED[what])
        yield store, Meter(database)


async def all_of(items: AsyncIterator[Any]) -> None:
    async for _ in items:
        pass


async def undo(store: Store) -> None:
    reset = await store.resets.reset(ResetOrder(HERE, guild_wide=True, keep=2), 100)
    await store.turns.window(1, None, 200)
    await store.resets.undo(reset.id, 100)


async def purge(store: Store) -> None:
    await store.resets.reset(ResetOrder(HERE, guild_wide=True, keep=2), 100)
    await store.disposal.purge(START + timedelta(minutes=1))


async def quoted(store: Store) -> None:
    """Let all that was said quote one message."""
    sqlite_of(store.turns._database).execute("UPDATE parts SET message_id = 1")


async def edit(store: Store) -> None:
    await quoted(store)
    await store.turns.revise(1, "instead", (), (4, "o"))
    assert texts_of_parts(store) == {"instead"}


async def forget(store: Store) -> None:
    await quoted(store)
    await store.turns.forget([1])
    assert texts_of_parts(store) == set()


def texts_of_parts(store: Store) -> set[str]:
    """Look for the texts of parts beside the units of work, which are measured."""
    found = sqlite_of(store.turns._database).execute("SELECT DISTINCT text FROM parts")
    return {row["text"] for row in found}


DEEDS: dict[str, Callable[[Store], Awaitable[object]]] = {
    "preview": lambda store: store.resets.preview(ResetOrder(HERE, guild_wide=True)),
    "preview that keeps": lambda store: store.resets.preview(ResetOrder(HERE, guild_wide=True, keep=3)),
    "reset": lambda store: store.resets.reset(ResetOrder(HERE, guild_wide=True), 100),
    "undo": undo,
    "purge": purge,
    "edit": edit,
    "forget": forget,
    "expire": lambda store: store.disposal.expire(START, 1),
    "drop channel": lambda store: store.places.drop_channel(1),
    "drop guild": lambda store: store.places.drop_guild(GUILD),
    "delete": lambda store: store.people.delete(100),
    "preview of a deletion": lambda store: store.people.preview_delete(100),
    "export of a person": lambda store: all_of(store.people.export(100)),
    "label": lambda store: store.people.label(100, 404),
    "window": lambda store: store.turns.window(1, None, 10**9),
    "totals": lambda store: store.journal.totals(1),
    "export of a channel": lambda store: all_of(store.journal.everything(1)),
    "page": lambda store: store.journal.page(1, None, 6),
    "last answer": lambda store: store.answers.last_billed(1),
    "newest question": lambda store: store.questions.newest(1),
    "log": lambda store: store.journal.log(HERE, 20),
    "places": lambda store: store.places.known(),
    "guilds": lambda store: store.places.guilds(),
    "waiting": lambda store: store.questions.waiting(START),
    "unfinished": lambda store: store.answers.unfinished(),
}


async def longest_hold(deed: str, turns: int, shape: Shape) -> int:
    """Return the most steps for which a deed held the connection at a time."""
    async with filled(turns, shape) as (store, meter):
        await DEEDS[deed](store)
        return meter.most


@pytest.mark.parametrize("shape", ["one channel", "many channels"])
@pytest.mark.parametrize("deed", DEEDS)
async def test_no_unit_of_work_takes_longer_where_there_is_more(
    deed: str, shape: Shape, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretches, "COUNTED", 100)
    for module in (stretches, disposal):
        monkeypatch.setattr(module, "CHANNELS", 20)
    small, large = [await longest_hold(deed, turns, shape) for turns in (SMALL, LARGE)]

    assert large <= 1.2 * small + 5
