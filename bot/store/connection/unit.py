"""A unit of work, which runs as a whole or not at all: how it is driven, and what passes through it."""

from collections.abc import Callable, Coroutine, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
Value = str | int | bytes | None

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Row(Protocol):
    """A row, read by the names of its columns."""

    def __getitem__(self, name: Any, /) -> Any:
        """Return the value of a column."""

    def __iter__(self) -> Iterator[Any]:
        """Run through it, as its engine's rows do."""

    def keys(self) -> Iterable[str]:
        """Return the columns' names."""


class Run(Protocol):
    """Runs one statement within a unit of work."""

    async def __call__(self, sql: str, *values: Value) -> list[Row]:
        """Run a statement with bound values and return its rows."""


Work = Callable[[Run], Coroutine[Any, Any, T]]  # awaits nothing but its runner


class Cursor(Protocol):
    """What a statement came to, as both engines tell it."""

    @property
    def description(self) -> Any:
        """What its columns are; None of one that returns no rows."""

    def fetchall(self) -> list[Any]:
        """Return its rows."""


Execute = Callable[[str, list[Value]], Cursor]  # what an engine does with one statement


@dataclass(slots=True)
class Fate:
    """What tells whether a unit was stored whose commit was sent, and of which nothing was heard since."""

    transaction: str | None = None
    result: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A unit of work: `durable` ones wait for the disk, `erasing` ones leave nothing in the log."""

    work: Work[Any]
    durable: bool = False
    erasing: bool = False
    fate: Fate = field(default_factory=Fate)


Kept = dict[Hashable, Unit]  # by a name of each: what waits for the database to accept, in its order


@dataclass(frozen=True, slots=True)
class Fence:
    """What all that is written begins with; it raises LeaseOver where nothing may be written any more.

    What is `kept` is written first by whoever is handed it; nothing more is kept once this process no longer
    `lives`. What can't be reached is tried again for a `patience` in seconds, if there is one.
    """

    work: Work[None] | None = None
    kept: Kept = field(default_factory=dict)
    lives: Callable[[], bool] = lambda: True
    patience: float | None = None

    def before(self, unit: Unit) -> Unit:
        """Return a unit that begins with the fence."""
        if (fence := self.work) is None:
            return unit

        async def work(run: Run) -> Any:
            await fence(run)
            return await unit.work(run)

        return replace(unit, work=work)


def storable(value: Value) -> Value:
    """Return what both engines can hold of a value: U+0000 and half of a surrogate pair become U+FFFD.

    Raises:
        OverflowError: a number takes more than 63 bits.
    """
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise OverflowError(f"{value} takes more than 63 bits")
    if not isinstance(value, str):
        return value
    value = value.replace("\x00", "\ufffd")
    return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def driven(work: Work[T], execute: Execute) -> T:
    """Drive a unit of work to its end, here and now: what it awaits is never pending."""

    async def run(sql: str, *values: Value) -> list[Row]:
        cursor = execute(sql, [storable(value) for value in values])
        return cursor.fetchall() if cursor.description else []

    steps = work(run)
    try:
        while True:
            steps.send(None)
    except StopIteration as end:
        result: T = end.value
        return result


def micros(moment: datetime) -> int:
    """Return an aware time as the microseconds that the database holds."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(micros: int) -> datetime:
    """Return the time that the database holds."""
    return _EPOCH + micros * _MICROSECOND
