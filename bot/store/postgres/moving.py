"""The move of a memory from a SQLite file to an empty PostgreSQL database.

Each batch is stored together with how far the move is, in a table that is there until the end. So whoever was
stopped, however that happened, goes on behind the last batch that was stored.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import aclosing
from functools import partial

from bot.errors import StartError
from bot.settings.forms import ServerUrl
from bot.store.connection.database import Database
from bot.store.connection.unit import Run
from bot.store.postgres.tables import Batch, Key, Side, Table, tables
from bot.texts.hosting import moving as texts

_PROGRESS = (
    "CREATE TABLE moving"
    " (name TEXT PRIMARY KEY, after TEXT NOT NULL, rows BIGINT NOT NULL, replaced BIGINT NOT NULL)"
)
_IS_MOVING = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'moving'"
_SAID = "SELECT obj_description(to_regclass(?), 'pg_class') AS said"
_BEGUN = ("facts", "channels", "guilds", "ledger")  # one of them has rows once a bot ran there
_FROM = "moved from the memory that began at {began}"


class Move:
    """The move of one memory."""

    def __init__(
        self, source: Database, target: Database, path: ServerUrl, tell: Callable[[str], None]
    ) -> None:
        self._source = Side(source, is_sqlite=True)
        self._target = Side(target, is_sqlite=False)
        self._path = path
        self._tell = tell

    async def run(self) -> bool:
        """Move all there is and verify it; return whether there was anything left to do.

        Raises:
            StartError: the target holds something else, or not what the source does.
        """
        database = self._target.database
        [row] = await self._source.database.read("SELECT at FROM migrations WHERE number = 1")
        mark = _FROM.format(began=row["at"])
        found = await database.look(tables)
        if not await database.read(_IS_MOVING):
            [row] = await database.read(_SAID, "migrations")
            if row["said"] == mark:
                return False
            if any([await self._target.count(table) for table in found if table.name in _BEGUN]):
                raise StartError(texts.NOT_EMPTY.format(path=self._path))
            await database.write(lambda run: _begin(run, found, mark))
        [row] = await database.read(_SAID, "moving")
        if row["said"] != mark:
            raise StartError(texts.ANOTHERS.format(path=self._path))
        for table in found:
            await self._copy(table)
        for table in found:
            await self._verify(table)
        ends = [(table.name, table.numbered, await self._newest(table)) for table in found if table.numbered]
        [row] = await database.read("SELECT sum(replaced) AS replaced FROM moving")
        if row["replaced"]:
            self._tell(texts.REPLACED.format(rows=f"{row['replaced']:,}"))
        await database.write(lambda run: _end(run, ends, mark))
        return True

    async def _copy(self, table: Table) -> None:
        [row] = await self._target.database.read("SELECT after, rows FROM moving WHERE name = ?", table.name)
        after, rows, total = _key(row["after"]), row["rows"], await self._source.count(table)
        if rows and not table.key:
            return
        async with aclosing(self._source.batches(table, after)) as batches:
            async for batch in batches:
                put = partial(_put, table=table, batch=batch, rows=rows)
                await self._target.database.write(put)
                rows += len(batch.rows)
                self._tell(texts.COPIED.format(table=table.name, rows=f"{rows:,}", total=f"{total:,}"))

    async def _verify(self, table: Table) -> None:
        theirs, ours = await _sum(self._source, table), await _sum(self._target, table)
        if theirs != ours:
            raise StartError(
                texts.DIFFERENT.format(
                    path=self._path,
                    table=table.name,
                    rows=f"{ours[0]:,}",
                    expected=f"{theirs[0]:,}",
                )
            )
        self._tell(texts.VERIFIED.format(table=table.name, rows=f"{ours[0]:,}"))

    async def _newest(self, table: Table) -> int:
        """Return the newest number that a table's rows ever had, be it of one that was deleted."""
        [row] = await self._source.database.read(
            f"SELECT max(coalesce((SELECT max({table.numbered}) FROM {table.name}), 0),"  # noqa: S608
            " coalesce((SELECT seq FROM sqlite_sequence WHERE name = ?), 0)) AS newest",
            table.name,
        )
        return int(row["newest"])


async def _begin(run: Run, found: list[Table], mark: str) -> None:
    await run(_PROGRESS)
    await run(f"COMMENT ON TABLE moving IS '{mark}'")
    for table in reversed(found):
        await run("INSERT INTO moving (name, after, rows, replaced) VALUES (?, '[]', 0, 0)", table.name)
        await run(f"DELETE FROM {table.name}")  # noqa: S608 - what the schema begins with


async def _put(run: Run, table: Table, batch: Batch, rows: int) -> None:
    """Store a batch, unless that was done already and nobody heard of it."""
    stored = await run(
        "UPDATE moving SET after = ?, rows = rows + ?, replaced = replaced + ?"
        " WHERE name = ? AND rows = ? RETURNING 1",
        _json(batch.last),
        len(batch.rows),
        batch.replaced,
        table.name,
        rows,
    )
    if stored:
        columns = ", ".join(table.types)
        sent = [dict(zip(table.types, map(_sendable, row), strict=True)) for row in batch.rows]
        await run(
            f"INSERT INTO {table.name} ({columns}) SELECT {columns}"  # noqa: S608
            f" FROM json_populate_recordset(NULL::{table.name}, ?::json)",
            json.dumps(sent),
        )


async def _end(run: Run, ends: Sequence[tuple[str, str, int]], mark: str) -> None:
    for name, column, newest in ends:
        if newest:
            await run("SELECT setval(pg_get_serial_sequence(?, ?), ?)", name, column, newest)
    await run("DROP TABLE moving")
    await run(f"COMMENT ON TABLE migrations IS '{mark}'")


async def _sum(side: Side, table: Table) -> tuple[int, int]:
    """Return the number of rows and the sum of their hashes, since engines sort texts differently."""
    count = total = 0
    async with aclosing(side.batches(table)) as batches:
        async for batch in batches:
            count += len(batch.rows)
            total += sum(int.from_bytes(hashlib.sha256(repr(row).encode()).digest()) for row in batch.rows)
    return count, total


def _sendable(value: object) -> object:
    return f"\\x{value.hex()}" if isinstance(value, bytes) else value


def _json(key: Key) -> str:
    return json.dumps([one.hex() if isinstance(one, bytes) else one for one in key])


def _key(written: str) -> Key:
    return [bytes.fromhex(one) if isinstance(one, str) else one for one in json.loads(written)]
