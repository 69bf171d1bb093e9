"""The lock that a bot holds on its database while it runs: a file beside it, let go of however the bot ends.

Two bots on one database would answer everything twice, and SQLite before 3.51.3 can lose commits when two
processes write. Whoever only reads needs no lock.
"""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import PassingError, StartError
from bot.settings.forms import ServerUrl
from bot.store.connection.files import hand_over, linked, make_private
from bot.texts import startup

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


_TAKEN = frozenset({errno.EWOULDBLOCK, errno.EACCES})  # the latter is what Windows says


@contextmanager
def held(database: Path | ServerUrl) -> Iterator[None]:
    """Hold the lock of a database; raise StartError where a bot runs on it, or it can't be held.

    A server's database is for as many processes as there are.
    """
    if isinstance(database, ServerUrl):
        yield
        return
    descriptor = _open(database)
    try:
        try:
            _lock(descriptor)
        except OSError as error:
            if error.errno in _TAKEN:
                raise PassingError(startup.STORE_HELD.format(path=database)) from error
            raise StartError(startup.NO_LOCKS.format(path=database, reason=error.strerror)) from error
        yield
    finally:
        os.close(descriptor)


def _open(database: Path) -> int:
    file = linked(database)
    file = file.with_name(f"{file.name}.lock")
    try:
        if not file.exists():
            make_private(file)
            hand_over(file, like=file.parent)
        return os.open(file, os.O_RDWR)
    except OSError as error:
        raise StartError(startup.STORE_UNWRITABLE.format(path=database, reason=error.strerror)) from error
