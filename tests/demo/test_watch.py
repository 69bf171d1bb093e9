"""What restarts the playground: a change of its code, and nothing else."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.demo import watch
from bot.texts import startup

WAITS = "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1]))).recv(1)"
LIMIT_SECONDS = 60.0


class Starts:
    """Connections to a port, each of which is a start."""

    def __init__(self) -> None:
        self.new: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()
        self.port = 0
        self._all: list[asyncio.StreamWriter] = []

    def begin(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._all.append(writer)
        self.new.put_nowait(writer)

    async def close(self) -> None:
        for writer in self._all:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in self._all), return_exceptions=True)


@asynccontextmanager
async def starts() -> AsyncIterator[Starts]:
    seen = Starts()
    server = await asyncio.start_server(seen.begin, "127.0.0.1", 0)
    async with server:
        seen.port = server.sockets[0].getsockname()[1]
        yield seen
        await seen.close()


async def test_a_change_starts_it_anew_be_it_that_it_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LOOK_SECONDS", 0.01)
    said: list[str] = []
    (tmp_path / "one.py").write_text("1")
    async with starts() as begun, asyncio.timeout(LIMIT_SECONDS):
        command = (sys.executable, "-c", WAITS, str(begun.port))
        keeping = asyncio.create_task(watch.keep_running(command, [tmp_path], said.append))
        await begun.new.get()
        (tmp_path / "notes.txt").write_text("no code")
        (tmp_path / "deep").mkdir()
        (tmp_path / "deep" / "two.py").write_text("2")
        second = await begun.new.get()
        second.close()  # so that it ends by itself
        (tmp_path / "one.py").unlink()
        await begun.new.get()
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)

    assert said == [startup.CHANGED.format(files="two.py"), startup.CHANGED.format(files="one.py")]
    assert begun.new.empty()


def test_the_code_of_bot_and_playground_is_watched() -> None:
    names = {path.relative_to(watch.ROOT).as_posix() for path in watch.times(watch.WATCHED)}

    assert {"bot/app.py", "cogs/members/chat.py", "playground/server.py"} <= names
    assert not [name for name in names if "__pycache__" in name]
