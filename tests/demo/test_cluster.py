"""Several processes of the bot in one playground, as the demonstration runs them."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import stopping
from bot.demo import cluster
from bot.demo.processes import Processes
from bot.gateway.connection import device_of
from tests.support import postgres
from tests.support.process import LIMIT_SECONDS


async def written(path: Path, text: str) -> None:
    async with asyncio.timeout(LIMIT_SECONDS):
        while path.read_text() != text:  # noqa: ASYNC110, ASYNC240 - another process writes it
            await asyncio.sleep(0.01)


@asynccontextmanager
async def two(folder: Path) -> AsyncIterator[Processes]:
    program = ("-c", "import os, time; print(os.environ['GREETING'], flush=True); time.sleep(600)")
    processes = Processes(4, lambda number: {"GREETING": f"I am {number}"}, folder, program)
    try:
        for number in (1, 2):
            await processes.add()
            await written(folder / f"{number}.log", f"I am {number}\n")
        yield processes
    finally:
        await processes.stop()


def test_each_shard_has_a_server() -> None:
    assert {(one.id >> 22) % 6 for one in cluster.world(6).guilds.values()} == set(range(6))


async def test_processes_have_settings_of_their_own_and_end_one_by_one(tmp_path: Path) -> None:
    async with two(tmp_path) as processes:
        first, second = processes.running
        assert [one.device for one in processes.living()] == [device_of(first.pid), device_of(second.pid)]

        await processes.kill(1)
        await processes.kill(1)  # a button that is pressed twice
        assert [one.number for one in processes.living()] == [2]

        processes.pause(2)
        assert [one.paused for one in processes.living()] == [True]
        processes.wake(2)
        assert [one.paused for one in processes.living()] == [False]

        processes.pause(2)
    assert second.process.returncode == -signal.SIGTERM
    assert processes.living() == []


async def answer(tab: aiohttp.ClientWebSocketResponse, **asked: Any) -> Any:
    """Ask something as the page does, and return what it brings."""
    await tab.send_json({"n": 1} | asked)
    async with asyncio.timeout(LIMIT_SECONDS):
        while (told := await tab.receive_json())["t"] != "ANSWER":
            pass
    return told["d"]["d"]


@pytest.mark.skipif(not postgres.is_there(), reason=postgres.NONE_FOUND)
async def test_the_page_tells_what_a_process_holds_and_kills_it(monkeypatch: pytest.MonkeyPatch) -> None:
    told, said = asyncio.Event(), asyncio.Queue[str]()
    monkeypatch.setattr(cluster, "PROCESSES", 1)
    monkeypatch.setattr(cluster, "database", lambda: nullcontext(postgres.emptied().raw))
    monkeypatch.setattr(stopping, "told", lambda: told)
    running = asyncio.create_task(cluster.run(0, said.put_nowait))
    [url] = re.findall(r"http://\S+", await said.get())

    async with aiohttp.ClientSession() as session, session.ws_connect(f"{url}/live") as tab:
        async with asyncio.timeout(LIMIT_SECONDS):
            while not (await answer(tab, do="cluster"))["processes"][0]["shards"]:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        table = await answer(tab, do="process", deed="kill", number=1)

    assert table == {"shards": 6, "processes": [], "free": [0, 1, 2, 3, 4, 5]}
    told.set()
    assert await running == 0
