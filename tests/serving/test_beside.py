"""The health of a bot that runs in another process, where there is no record of it that can be read."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.serving import beside
from bot.settings.forms import ServerUrl
from bot.settings.serving import Address


def nothing(path: Path) -> None:
    pass


def a_folder(path: Path) -> None:
    path.mkdir()


def another_file(path: Path) -> None:
    path.write_bytes(b"no database" * 100)


def another_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE others (name TEXT)")


def without_a_record(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE facts (name TEXT, value TEXT)")


@pytest.mark.parametrize("made", [nothing, a_folder, another_file, another_database, without_a_record])
def test_what_tells_of_no_bot_is_no_life_in_one_line(tmp_path: Path, made: Callable[[Path], None]) -> None:
    made(tmp_path / "parley.db")
    before = sorted(tmp_path.rglob("*"))
    told: list[str] = []

    assert beside.tell(tmp_path / "parley.db", None, told.append) == 1
    assert [line.partition(":")[0] for line in told] == ["not live"]
    assert "\n" not in told[0]
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("said", "code", "line"),
    [
        (b"ready: connected", 0, "ready: connected"),
        (b"<html>Not found</html>", 1, "not live: the bot doesn't answer (another program is there)"),
    ],
)
async def test_beside_a_server_the_process_of_this_machine_is_asked(
    monkeypatch: pytest.MonkeyPatch, said: bytes, code: int, line: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=said)

    application = web.Application()
    application.router.add_get("/readyz", answer)
    told: list[str] = []
    async with TestServer(application) as server:
        address = Address("127.0.0.1", server.port or 0)
        tell = partial(beside.tell, ServerUrl("postgresql://db/parley"), address, told.append)
        assert await asyncio.to_thread(tell) == code
    assert beside.tell(ServerUrl("postgresql://db/parley"), address, told.append) == 1
    assert beside.tell(ServerUrl("postgresql://db/parley"), None, told.append) == 1

    assert told[0] == line
    assert "HTTP_PORT" in told[2]
