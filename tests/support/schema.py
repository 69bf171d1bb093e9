"""The schema of a new database, brought up once for each process of a run and copied from then on.

What brings it up is tried by its own tests; five in six tests begin with an empty database, and to run all
migrations takes as long as what they are about.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from bot.store.connection import opening
from bot.store.connection.database import Database
from bot.store.connection.migrate import Migration, migrate
from bot.store.store import MEMORY
from tests.support.sqlite import connection_of, sqlite_of


class _Kept:
    """What migrations make of an empty database."""

    def __init__(self) -> None:
        self.images: dict[tuple[Migration, ...], bytes] = {}

    async def migrate(
        self,
        database: Database,
        path: Path | None,
        now: Callable[[], datetime],
        migrations: Sequence[Migration],
    ) -> None:
        """Do what `migrate` does, with an empty database in the quick way."""
        if await database.read("SELECT 1 FROM sqlite_schema"):
            await migrate(database, path, now, migrations)
            return
        known = tuple(migrations)
        if known not in self.images:
            self.images[known] = await _image(now, migrations)
        await connection_of(database).do(lambda run: _fill(sqlite_of(database), self.images[known]))


async def _image(now: Callable[[], datetime], migrations: Sequence[Migration]) -> bytes:
    database = await Database.connect(MEMORY)
    try:
        await migrate(database, None, now, migrations)
        return sqlite_of(database).serialize()
    finally:
        await database.close()


async def _fill(connection: sqlite3.Connection, image: bytes) -> None:
    with closing(sqlite3.connect(MEMORY)) as kept:
        kept.deserialize(image)
        kept.backup(connection)


@pytest.fixture(scope="session", autouse=True)
def schema_kept() -> Iterator[None]:
    """Let all tests of this process begin with a copy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "migrate", _Kept().migrate)
        yield
