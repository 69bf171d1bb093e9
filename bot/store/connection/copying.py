"""Whole database files: copied while a bot writes them, put back, rid of what was deleted.

What is told of it, and which lock it needs, does not belong here.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.errors import StartError
from bot.store.connection.files import hand_over, make_private, read_only_uri
from bot.store.connection.migrate import IS_OURS, shipped
from bot.store.connection.opening import told_in_sentences
from bot.texts import startup

_FILES = ("", "-wal", "-shm")  # of one database, behind its name


def copy(source: Path, target: Path) -> None:
    """Copy a database, as it is at one moment, into a new file for its owner alone, and verify the copy.

    Raises:
        StartError: the source can't be read or is not sound, or the target is there or can't be written.
    """
    with (
        _opened(source, source) as origin,
        told_in_sentences(target, startup.STORE_UNWRITABLE),
        _new(target, source) as unfinished,
    ):
        with closing(sqlite3.connect(unfinished)) as into:
            origin.backup(into)
            into.execute("PRAGMA journal_mode = DELETE")  # one file, which can be carried away
        _verify(unfinished, named=source)


def put_back(source: Path, path: Path, aside: Path) -> None:
    """Put a copy in a database's place, once it is verified; what was there is kept under another name."""
    arriving = path.with_name(f"{path.name}.arriving")
    with told_in_sentences(path, startup.STORE_UNWRITABLE):
        _clear(arriving, source)
    copy(source, arriving)
    with told_in_sentences(path, startup.STORE_UNWRITABLE):
        hand_over(arriving, like=path if path.exists() else path.parent)
        for behind in _FILES:
            file = path.with_name(path.name + behind)
            if file.exists():
                file.rename(aside.with_name(aside.name + behind))
        arriving.rename(path)


def vacuum(path: Path) -> None:
    """Give the room of what was deleted back to the disk."""
    with (
        told_in_sentences(path, startup.STORE_UNWRITABLE),
        closing(sqlite3.connect(path, isolation_level=None)) as database,
    ):
        database.execute("VACUUM")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _verify(copied: Path, named: Path) -> None:
    """Raise StartError where a copy is no sound database of this bot's, or of a newer one."""
    with _opened(copied, named) as database, told_in_sentences(named, startup.STORE_UNREADABLE):
        if not database.execute(IS_OURS).fetchall():
            raise StartError(startup.STORE_FOREIGN.format(path=named))
        [(applied,)] = database.execute("SELECT max(number) FROM migrations")
        if applied > shipped()[-1].number:
            raise StartError(startup.STORE_NEWER.format(path=named))
        [(found,)] = database.execute("PRAGMA integrity_check(1)")
        if found != "ok":
            raise StartError(startup.STORE_BROKEN.format(path=named, reason=found))


@contextmanager
def _opened(path: Path, named: Path) -> Iterator[sqlite3.Connection]:
    """Open a file for reading alone; what is wrong with it is told of the one that is named."""
    if not path.is_file():
        raise StartError(startup.STORE_ABSENT.format(path=named))
    with closing(sqlite3.connect(read_only_uri(path), uri=True)) as database:
        with told_in_sentences(named, startup.STORE_UNREADABLE):
            database.execute("SELECT 1 FROM sqlite_schema")
        yield database


@contextmanager
def _new(target: Path, source: Path) -> Iterator[Path]:
    """Give a file to fill that gets its name once it is whole; one that is there is never replaced."""
    if target.exists():
        raise StartError(startup.FILE_THERE.format(path=target))
    unfinished = target.with_name(f"{target.name}.unfinished")
    _clear(unfinished, source)
    make_private(unfinished)
    try:
        yield unfinished
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _clear(leftover: Path, source: Path) -> None:
    """Remove what one who was interrupted left, unless just that is to be copied."""
    if leftover.exists() and leftover.samefile(source):
        raise StartError(startup.COPY_IN_THE_WAY.format(path=leftover))
    leftover.unlink(missing_ok=True)
