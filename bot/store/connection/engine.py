"""What the order of units needs of an engine: a connection that does one unit after the other."""

from collections.abc import Awaitable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from bot.store.connection.refusals import Refusals
from bot.store.connection.unit import Run, Unit, Work

T = TypeVar("T")


class Log(Protocol):
    """Where an engine keeps what was written, which may hold what was deleted."""

    is_clear: bool

    def clear(self) -> Awaitable[None]:
        """Leave nothing that was deleted in it."""


class Engine(Protocol):
    """A connection to a database, in a thread of its own."""

    path: Path | str
    refusals: Refusals

    def log(self) -> Log:
        """Return where what was written is kept."""

    async def look(self, work: Work[T]) -> T:
        """Do what only reads, all of it in one state of the database."""

    async def do(self, work: Work[T]) -> T:
        """Do a unit of work, in the caller's context; nothing else comes between its statements."""

    async def transaction(self, unit: Unit, run: Run) -> Any:
        """Write a unit; itself to be done in the thread."""

    async def close(self) -> None:
        """Close the connection once all that was handed over is done."""
