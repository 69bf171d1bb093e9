"""A PostgreSQL server for tests, as `bot.demo.postgres` starts one.

All processes of a run share it. A database is made for each process and emptied for each test.
"""

import atexit
import getpass
import os
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path

import psycopg

from bot.demo import postgres
from bot.demo.postgres import NONE_FOUND as NONE_FOUND
from bot.demo.postgres import is_there as is_there
from bot.settings.forms import ServerUrl

FAST = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")


@cache
def server() -> str:
    """Start the server, once for each process, and return its address."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = Path(postgres.room()) / f"parley-postgres-{getpass.getuser()}-{run}"
    until_the_end = ExitStack()
    url = until_the_end.enter_context(postgres.running(folder))
    atexit.register(until_the_end.close)
    # Of processes that begin at once, the others are in the way of the one that sets it.
    with suppress(psycopg.errors.InternalError), psycopg.connect(url, autocommit=True) as connection:
        for one in FAST:
            connection.execute(f"ALTER SYSTEM SET {one}")
        connection.execute("SELECT pg_reload_conf()")
    return url


def new_database(name: str) -> ServerUrl:
    """Make a database of this process's, in the place of one of that name, and return its address."""
    name = f"{name}_{os.getpid()}"
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    info = psycopg.conninfo.conninfo_to_dict(server())
    return ServerUrl(f"postgresql://{info['user']}@/{name}?host={info['host']}")


@cache
def _own_database() -> ServerUrl:
    return new_database("tests")


def emptied() -> ServerUrl:
    """Return the address of this process's database, with nothing in it but what its schema begins with."""
    url = _own_database()
    with psycopg.connect(url.raw, autocommit=True) as connection:
        found = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'"
        )
        if tables := [name for (name,) in found]:
            _empty(connection, tables)
            connection.execute("INSERT INTO media_total (bytes) VALUES (0)")
            connection.execute("INSERT INTO cluster (id) VALUES (1)")
    return url


def _empty(connection: psycopg.Connection, tables: Sequence[str]) -> None:
    """Empty those tables in which there is something: to truncate one takes as long as most tests do."""
    full = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in tables)  # noqa: S608
    connection.execute(f"TRUNCATE {', '.join(name for (name,) in connection.execute(full))} CASCADE")
    used = connection.execute("SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL").fetchall()
    for (name,) in used:
        connection.execute(f"ALTER SEQUENCE {name} RESTART")


def new_connection() -> ServerUrl:
    """Return the address of this process's database, as another process of a bot's has it."""
    return _own_database()
