"""While one release replaces another both work on one database: what the older one runs goes on working.

So a column that goes is first let alone by a release, and taken away by a later one. What was recorded of a
release that is out never changes; that of the one in the making is renewed by `python -m tests.statements`.
"""

import re
import sqlite3
from pathlib import Path

import pytest

from benchmarks.scale.plans import is_postgres, scanned
from bot.store.connection.database import Database
from tests.statements import FOLDER, read

RELEASES = sorted(FOLDER.glob("*.sql"))
CHANGES = (Path(__file__).parent.parent.parent / "CHANGELOG.md").read_text(encoding="utf-8")
INTO = re.compile(r"INSERT (?:OR \w+ )?INTO (\w+) \(([^)]+)\)")


async def required(database: Database, table: str) -> set[str]:
    """Return the columns without which no row can be added to a table."""
    if is_postgres(database):
        rows = await database.read(
            "SELECT column_name AS name FROM information_schema.columns WHERE table_name = ?"
            " AND is_nullable = 'NO' AND column_default IS NULL"
            " AND is_identity = 'NO' AND is_generated = 'NEVER'",
            table,
        )
        return {row["name"] for row in rows}
    columns = await database.read(f"PRAGMA table_info({table})")
    return {one["name"] for one in columns if one["notnull"] and one["dflt_value"] is None and not one["pk"]}


def test_each_release_that_is_out_has_its_statements_recorded() -> None:
    out = re.findall(r"(?m)^## \[(\d[^]]*)\]", CHANGES)

    assert RELEASES
    assert set(out) <= {path.stem for path in RELEASES}


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
async def test_what_a_release_runs_works_on_the_newest_schema(release: Path, database: Database) -> None:
    statements = read(release, postgres=is_postgres(database))
    assert len(statements) > 100

    for statement in statements:
        await scanned(database, statement)  # which has it prepared


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
async def test_no_row_that_a_release_adds_lacks_what_the_newest_schema_requires(
    release: Path, database: Database
) -> None:
    lacking = [
        f"{table}.{column}"
        for statement in read(release, postgres=is_postgres(database))
        for table, columns in INTO.findall(statement)
        for column in await required(database, table) - set(columns.split(", "))
    ]

    assert lacking == []


of_sqlite = pytest.mark.parametrize("engine", ["sqlite"])  # a schema that is spoiled is thrown away with it


@of_sqlite
async def test_a_column_that_goes_too_early_is_noticed(database: Database) -> None:
    await database.write_one("DROP VIEW places")
    await database.write_one("ALTER TABLE guilds DROP COLUMN persona")

    with pytest.raises(sqlite3.OperationalError, match="no such column"):
        await scanned(database, "SELECT persona FROM guilds WHERE id = ?")


@of_sqlite
async def test_a_column_that_old_rows_lack_is_noticed(database: Database) -> None:
    columns = "id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT NOT NULL DEFAULT ''"
    await database.write_one(f"CREATE TABLE new ({columns})")

    assert await required(database, "new") == {"a"}
