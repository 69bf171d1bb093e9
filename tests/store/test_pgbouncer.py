"""The memory behind PgBouncer in transaction mode, where each transaction may meet another session."""

import asyncio
import getpass
import os
import pwd
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from bot.settings.forms import ServerUrl
from bot.store.store import open_store
from tests.store.building import OTHER_ROOM, ROOM, StoppedClock, Talk
from tests.support import postgres
from tests.support.process import free_port

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

pytestmark = [
    pytest.mark.skipif(not postgres.is_there(), reason=postgres.NONE_FOUND),
    pytest.mark.skipif(PROGRAM is None, reason="no pgbouncer is installed"),
]


@pytest.fixture
async def behind(tmp_path: Path) -> AsyncIterator[ServerUrl]:
    """Return the address of an empty database behind a PgBouncer that has two sessions to share."""
    info, port = conninfo_to_dict(postgres.emptied().raw), free_port()
    file = tmp_path / "pgbouncer.ini"
    file.write_text(
        f"[databases]\n{info['dbname']} = host={info['host']} dbname={info['dbname']} user={info['user']}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
        "pool_mode = transaction\ndefault_pool_size = 2\nmax_client_conn = 50\n"
    )
    owner = pwd.getpwuid(os.stat(str(info["host"])).st_uid).pw_name  # noqa: PTH116 - it refuses to be root's
    as_user = ["-u", owner] if getpass.getuser() == "root" else []
    assert PROGRAM is not None
    process = await asyncio.create_subprocess_exec(
        PROGRAM, *as_user, str(file), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        url = f"postgresql://{info['user']}@127.0.0.1:{port}/{info['dbname']}"
        yield ServerUrl(url)
    finally:
        process.terminate()
        await process.wait()


async def test_many_processes_share_two_sessions(behind: ServerUrl) -> None:
    clock = StoppedClock()

    async def talk(number: int) -> None:
        async with open_store(behind, clock.now) as store:
            for _ in range(3):
                await Talk(store, clock).exchange(f"{number}", "yes", key=ROOM if number % 2 else OTHER_ROOM)

    await asyncio.gather(*(talk(number) for number in range(6)))
    async with open_store(behind, clock.now) as store:
        said = [await Talk(store, clock).words(key) for key in (ROOM, OTHER_ROOM)]

    assert [len(one) for one in said] == [18, 18]


async def test_sessions_that_end_behind_it_lose_nothing(behind: ServerUrl) -> None:
    async with open_store(behind, StoppedClock().now) as store:
        await Talk(store).say("before")
        with psycopg.connect(postgres.server(), autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [conninfo_to_dict(behind.raw)["dbname"]],
            )
        await Talk(store).say("after")

        assert await Talk(store).words() == ["before", "after"]
