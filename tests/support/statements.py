"""Which statements the bot runs on its database; those of tests, and of migrations, are left out."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from bot.store.connection.database import Database
from bot.store.connection.thread import Connection
from bot.store.connection.unit import Run

ROOT = Path(__file__).parent.parent.parent
BOT = str(ROOT / "bot")
HANDS_ON = (str(ROOT / "bot" / "store" / "connection"), __file__)  # what others ask
OF_THE_ENGINE = re.compile(r"PRAGMA|.*\bsqlite_schema\b")  # which is asked while a database is opened


@contextmanager
def recorded() -> Iterator[set[str]]:
    """Yield a set to which each statement is added, as one line, while this lasts."""
    found: set[str] = set()
    read, write_one, do = Database.read, Database.write_one, Connection.do

    def note(sql: str) -> None:
        if _asks(sys._getframe(2)) and not OF_THE_ENGINE.match(sql):
            found.add(re.sub(r"\s+", " ", sql).strip())

    async def noting_run(run: Run, sql: str, *values: Any) -> Any:
        note(sql)
        return await run(sql, *values)

    async def noting_do(self: Connection, work: Any) -> Any:
        return await do(self, lambda run: work(partial(noting_run, run)))

    def noting_read(self: Database, sql: str, *values: Any) -> Any:
        note(sql)
        return read(self, sql, *values)

    def noting_write_one(self: Database, sql: str, *values: Any) -> Any:
        note(sql)
        return write_one(self, sql, *values)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Connection, "do", noting_do)
        patched.setattr(Database, "read", noting_read)
        patched.setattr(Database, "write_one", noting_write_one)
        yield found


def _asks(frame: FrameType | None) -> bool:
    """Say whether the innermost frame that doesn't only hand statements on is the bot's."""
    while frame is not None and frame.f_code.co_filename.startswith(HANDS_ON):
        frame = frame.f_back
    return frame is not None and frame.f_code.co_filename.startswith(BOT)
