"""The tables of a memory, read alike from both engines: in batches, ordered by key.

What a table is, PostgreSQL's catalog says; SQLite's has the same tables and columns.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from itertools import accumulate

from bot.store.connection.database import Database
from bot.store.connection.unit import Row, Run, Value

MOST_ROWS, MOST_BYTES = 1_000, 4 * 2**20  # of a batch; one row may have more
NOT_MOVED = ("migrations", "moving")  # the schema's own record, and how far a move is

_COLUMNS = (
    "SELECT c.table_name, c.column_name, c.data_type, c.is_identity = 'YES' AS numbered"
    " FROM information_schema.columns AS c"
    " JOIN pg_tables AS t ON t.schemaname = c.table_schema AND t.tablename = c.table_name"
    " WHERE c.table_schema = current_schema() AND c.is_generated = 'NEVER'"
    " ORDER BY c.table_name, c.ordinal_position"
)
_KEYS = (
    "SELECT r.relname, i.indexrelid, a.attname FROM pg_index AS i JOIN pg_class AS r ON r.oid = i.indrelid"
    " JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (number, place) ON TRUE"
    " JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number"
    " WHERE r.relnamespace = current_schema()::regnamespace AND i.indisunique AND i.indpred IS NULL"
    " ORDER BY i.indisprimary DESC, i.indexrelid, k.place"
)
_REFERENCES = (
    "SELECT r.relname, f.relname AS other FROM pg_constraint AS c JOIN pg_class AS r ON r.oid = c.conrelid"
    " JOIN pg_class AS f ON f.oid = c.confrelid"
    " WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace"
)

Key = Sequence[int | str | bytes]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns with their types, those that are its key, and the one that numbers its rows."""

    name: str
    types: Mapping[str, str]
    key: Sequence[str]
    numbered: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive rows, as both engines hold them, and the key of the last."""

    rows: list[tuple[Value, ...]] = field(default_factory=list)
    last: Key = ()
    replaced: int = 0  # rows with characters that can't be held


async def tables(run: Run) -> list[Table]:
    """Return the tables of a database in PostgreSQL, each behind those to which its rows refer.

    Tables without a key have few rows; they come last.
    """
    columns = await run(_COLUMNS)
    names = [name for name in dict.fromkeys(row["table_name"] for row in columns) if name not in NOT_MOVED]
    keys = await run(_KEYS)
    found = {name: _table(name, columns, keys) for name in names}
    refers = TopologicalSorter({name: set[str]() for name in names})
    for row in await run(_REFERENCES):
        refers.add(row["relname"], row["other"])
    return sorted((found[name] for name in refers.static_order()), key=lambda table: not table.key)


def _table(name: str, columns: Sequence[Row], keys: Sequence[Row]) -> Table:
    own = [row for row in columns if row["table_name"] == name]
    of_it = [row for row in keys if row["relname"] == name]
    return Table(
        name,
        {row["column_name"]: row["data_type"] for row in own},
        [row["attname"] for row in of_it if row["indexrelid"] == of_it[0]["indexrelid"]],
        next((row["column_name"] for row in own if row["numbered"]), None),
    )


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two databases. Texts come from SQLite as bytes, since old ones may be no Unicode."""

    database: Database
    is_sqlite: bool

    async def count(self, table: Table) -> int:
        """Return how many rows a table has."""
        [row] = await self.database.read(f"SELECT count(*) AS rows FROM {table.name}")  # noqa: S608
        return int(row["rows"])

    async def batches(self, table: Table, after: Key = ()) -> AsyncGenerator[Batch, None]:
        """Yield a table's rows behind a key."""
        while (batch := await self._batch(table, after)).rows:
            yield batch
            if not table.key:
                return
            after = batch.last

    async def _batch(self, table: Table, after: Key) -> Batch:
        behind = self._behind(table, after)
        size = " + ".join(f"coalesce(length(CAST({name} AS BLOB)), 0)" for name in _large(table)) or "0"
        sizes = await self.database.read(f"SELECT {size} AS size {behind} LIMIT {MOST_ROWS}", *after)
        fitting = sum(total <= MOST_BYTES for total in accumulate(row["size"] for row in sizes))
        what = ", ".join(self._column(name, kind) for name, kind in table.types.items())
        rows = await self.database.read(f"SELECT {what} {behind} LIMIT {max(fitting, 1)}", *after)
        if not rows:
            return Batch()
        clean = [self._clean(table, row) for row in rows]
        replaced = sum(is_changed for _, is_changed in clean)
        return Batch([row for row, _ in clean], [rows[-1][name] for name in table.key], replaced)

    def _behind(self, table: Table, after: Key) -> str:
        if not table.key:
            return f"FROM {table.name}"
        key = ", ".join(table.key)
        values = ", ".join(
            "CAST(? AS TEXT)" if self.is_sqlite and table.types[name] == "text" else "?" for name in table.key
        )
        where = f"WHERE ({key}) > ({values}) " if after else ""
        return f"FROM {table.name} {where}ORDER BY {', '.join(f'{table.name}.{name}' for name in table.key)}"

    def _column(self, name: str, kind: str) -> str:
        return f"CAST(CAST({name} AS TEXT) AS BLOB) AS {name}" if self.is_sqlite and kind == "text" else name

    def _clean(self, table: Table, row: Row) -> tuple[tuple[Value, ...], bool]:
        """Return a row as both engines can hold it, and whether characters had to be replaced."""
        values: list[Value] = []
        is_changed = False
        for name, kind in table.types.items():
            value = row[name]
            if self.is_sqlite and kind == "text" and value is not None:
                text = value.decode("utf-8", "replace").replace("\x00", "\ufffd")
                is_changed = is_changed or text.encode() != value
                value = text
            values.append(bool(value) if kind == "boolean" and value is not None else value)
        return tuple(values), is_changed


def _large(table: Table) -> list[str]:
    """Return the columns whose values may be long."""
    return [name for name, kind in table.types.items() if kind in ("text", "bytea")]
