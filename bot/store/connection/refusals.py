"""What SQLite refuses: which of its errors may pass by themselves, and what a person is told of them.

An error that is not listed here is a bug of ours.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot import errors


@dataclass(frozen=True, slots=True)
class Refusals:
    """What an engine refuses: the kind of its errors, what one is to a person, and whether it may pass."""

    error: type[Exception]
    refusal_of: Callable[[Any], type[errors.MemoryRefused] | None]
    may_pass: Callable[[Any], bool]


MOVED = sqlite3.SQLITE_READONLY_DBMOVED

_REFUSALS: dict[int, type[errors.MemoryRefused]] = {
    sqlite3.SQLITE_BUSY: errors.MemoryLocked,
    sqlite3.SQLITE_LOCKED: errors.MemoryLocked,
    sqlite3.SQLITE_PROTOCOL: errors.MemoryLocked,
    sqlite3.SQLITE_FULL: errors.MemoryFull,
    sqlite3.SQLITE_READONLY: errors.MemoryReadOnly,
    sqlite3.SQLITE_PERM: errors.MemoryReadOnly,
    MOVED: errors.MemoryMoved,
    sqlite3.SQLITE_IOERR: errors.MemoryFailing,
    sqlite3.SQLITE_CANTOPEN: errors.MemoryFailing,
    sqlite3.SQLITE_CORRUPT: errors.MemoryDamaged,
    sqlite3.SQLITE_NOTADB: errors.MemoryDamaged,
}
_LASTING = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def moved() -> sqlite3.OperationalError:
    """Return the error of a file that is no longer where it was opened; SQLite would write on unseen."""
    error = sqlite3.OperationalError("the file was moved, replaced or deleted")
    error.sqlite_errorcode = MOVED
    return error


def refusal_of(error: sqlite3.Error) -> type[errors.MemoryRefused] | None:
    """Return what an error of SQLite's is to a person, or None where it is no refusal."""
    code = _code(error)
    return _REFUSALS.get(code, _REFUSALS.get(code & 0xFF))


def may_pass(error: sqlite3.Error) -> bool:
    """Say whether trying again can help."""
    return refusal_of(error) is not None and _code(error) & 0xFF not in _LASTING


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)  # the module's own errors have none


SQLITE = Refusals(sqlite3.Error, refusal_of, may_pass)
