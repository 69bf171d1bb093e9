"""A unit of work, which runs as a whole or not at all, with the values and the rows that pass through it."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from sqlite3 import Row
from typing import Any, Protocol, TypeVar

__all__ = ["Row", "Run", "Unit", "Value", "Work", "micros", "moment"]

T = TypeVar("T")
Value = str | int | bytes | None

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Run(Protocol):
    """Runs one statement within a unit of work."""

    async def __call__(self, sql: str, *values: Value) -> list[Row]:
        """Run a statement with bound values and return its rows."""


Work = Callable[[Run], Coroutine[Any, Any, T]]  # awaits nothing but its runner


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A unit of work: `durable` ones wait for the disk, `erasing` ones leave nothing in the log."""

    work: Work[Any]
    durable: bool = False
    erasing: bool = False


def micros(moment: datetime) -> int:
    """Return an aware time as the microseconds that the database holds."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(micros: int) -> datetime:
    """Return the time that the database holds."""
    return _EPOCH + micros * _MICROSECOND
