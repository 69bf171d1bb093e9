"""Which tables a statement would be read from end to end, as the engine plans it; nothing is run.

An index is as good as a table where nothing says which part of it is meant, unless it is one of few rows: a
partial one.
"""

import re
import sqlite3
from collections.abc import Iterator
from typing import Any

from bot.store.connection.database import Database
from bot.store.postgres.connection import PostgresConnection
from bot.store.postgres.dialect import turned

GROWING = ("turns", "parts", "answers", "answer_messages", "ends", "versions", "ledger")
_ALIAS = re.compile(rf"\b({'|'.join(GROWING)}) AS (\w+)")
_BINDS = re.compile(r"uses (\d+), and")
_PARTIAL = "SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indpred IS NOT NULL"


async def scanned(database: Database, statement: str) -> set[str]:
    """Return the growing tables that a statement reads all of; raise the engine's error where it can't be."""
    return await (_by_postgres if is_postgres(database) else _by_sqlite)(database, statement)


def is_postgres(database: Database) -> bool:
    """Say which engine it is."""
    return isinstance(database._connection, PostgresConnection)


async def _by_sqlite(database: Database, statement: str) -> set[str]:
    plan = f"EXPLAIN QUERY PLAN {statement}"
    try:
        rows = await database.read(plan)
    except sqlite3.ProgrammingError as error:
        [count] = _BINDS.findall(str(error))
        rows = await database.read(plan, *[None] * int(count))
    tables = {table: table for table in GROWING}
    tables |= {alias: table for table, alias in _ALIAS.findall(statement)}
    steps = (re.fullmatch(r"SCAN (\w+)", row["detail"]) for row in rows)
    return {tables[step[1]] for step in steps if step and step[1] in tables}


async def _by_postgres(database: Database, statement: str) -> set[str]:
    numbered = re.sub(r"%\(v(\d+)\)s", r"$\1", turned(statement)).replace("%%", "%")
    # Of values that it is not told it supposes much: that a tenth of all is asked for, and a third is old.
    numbered = re.sub(r"LIMIT \$\d+", "LIMIT 100", numbered)
    numbered = re.sub(r"created_at < \$\d+( -)?", r"created_at < 100\1", numbered)
    rows = await database.read(f"EXPLAIN (GENERIC_PLAN, FORMAT JSON) {numbered}")
    partial = {row["name"] for row in await database.read(_PARTIAL)}
    return set(_read_whole(rows[0]["QUERY PLAN"][0]["Plan"], partial))


def _read_whole(node: dict[str, Any], partial: set[str], *, first_alone: bool = False) -> Iterator[str]:
    """Yield the tables that a step and those below read all of; `first_alone`: its first row will do."""
    if node.get("Relation Name") in GROWING:
        by_index = "Index Name" in node
        told = "Index Cond" in node or node.get("Index Name") in partial
        if node["Node Type"] == "Seq Scan" or (by_index and not told and not first_alone):
            yield node["Relation Name"]
    for below in node.get("Plans", []):
        ends_soon = node["Node Type"] == "Limit" and "Filter" not in below
        yield from _read_whole(below, partial, first_alone=ends_soon)
