"""What SQLite refuses: which of its errors may pass by themselves, and what a person is told of them.

An error that is not listed here is a bug of ours.
"""

import sqlite3

from bot import texts

MOVED = sqlite3.SQLITE_READONLY_DBMOVED

_SENTENCES = {
    sqlite3.SQLITE_BUSY: texts.MEMORY_LOCKED,
    sqlite3.SQLITE_LOCKED: texts.MEMORY_LOCKED,
    sqlite3.SQLITE_PROTOCOL: texts.MEMORY_LOCKED,
    sqlite3.SQLITE_FULL: texts.MEMORY_FULL,
    sqlite3.SQLITE_READONLY: texts.MEMORY_READ_ONLY,
    sqlite3.SQLITE_PERM: texts.MEMORY_READ_ONLY,
    MOVED: texts.MEMORY_MOVED,
    sqlite3.SQLITE_IOERR: texts.MEMORY_FAILING,
    sqlite3.SQLITE_CANTOPEN: texts.MEMORY_FAILING,
    sqlite3.SQLITE_CORRUPT: texts.MEMORY_DAMAGED,
    sqlite3.SQLITE_NOTADB: texts.MEMORY_DAMAGED,
}
_LASTING = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def moved() -> sqlite3.OperationalError:
    """Return the error of a file that is no longer where it was opened; SQLite would write on unseen."""
    error = sqlite3.OperationalError("the file was moved, replaced or deleted")
    error.sqlite_errorcode = MOVED
    return error


def sentence_of(error: sqlite3.Error) -> str | None:
    """Return what a person is told of an error, or None where it is no refusal."""
    code = _code(error)
    return _SENTENCES.get(code, _SENTENCES.get(code & 0xFF))


def may_pass(error: sqlite3.Error) -> bool:
    """Say whether trying again can help."""
    return sentence_of(error) is not None and _code(error) & 0xFF not in _LASTING


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)  # the module's own errors have none
