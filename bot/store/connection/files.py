"""The files of the store: which they are, and who may read them: nobody but whoever runs the bot."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_private(file: Path) -> None:
    """Make a file and the folders that it needs, for its owner alone; what is there already stays as it is.

    SQLite gives its write-ahead log the mode of the database.
    """
    for folder in reversed(file.parents):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
    if not file.exists():
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))


def hand_over(file: Path, like: Path) -> None:
    """Give a file to whom another one belongs: what root puts back is for the user who runs the bot."""
    owner = like.stat()
    if os.name != "nt" and os.geteuid() == 0:  # nobody else may, or needs to
        os.chown(file, owner.st_uid, owner.st_gid)


def linked(file: Path) -> Path:
    """Return the file that a symbolic link leads to: there SQLite keeps the write-ahead log and the index."""
    return Path(os.path.realpath(file)) if file.is_symlink() else file


def open_to_others(file: Path) -> Sequence[Path]:
    """Return which of a file, its write-ahead log and its index others on this machine can read or write."""
    if os.name == "nt":  # where modes say nothing
        return ()
    file = linked(file)
    all_of_it = (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm"))
    return [one for one in all_of_it if one.exists() and one.stat().st_mode & _OTHERS]


def read_only_uri(file: Path) -> str:
    """Return what SQLite opens a file with for reading alone."""
    return f"{file.absolute().as_uri()}?mode=ro"


def identity(path: Path | str) -> tuple[int, int] | None:
    """Return what tells a file from one that has taken its place; None where there is no file."""
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
