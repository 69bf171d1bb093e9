"""The table of the bot's processes, over scripted ones that take over from each other at once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import aiohttp
import pytest_asyncio
from playwright.async_api import Page, expect

from playground import Limits, Playground
from playground.page.cluster import Process
from tests.browser.conftest import Contexts, Windows

SHARDS = 4
INTENTS = 1 << 0 | 1 << 9 | 1 << 15  # guilds, their messages, what these say


class Scripted:
    """Processes that hold an even share each, and answer whatever mentions the bot."""

    def __init__(self) -> None:
        self.shards = SHARDS
        self.playground: Playground
        self._session: aiohttp.ClientSession
        self._processes: dict[int, Process] = {}
        self._held: dict[int, asyncio.Task[None]] = {}

    @contextlib.asynccontextmanager
    async def running(self, playground: Playground) -> AsyncIterator[None]:
        self.playground = playground
        headers = {"Authorization": f"Bot {playground.token}"}
        async with aiohttp.ClientSession(headers=headers) as self._session:
            await self.add()
            await self.add()
            yield
            await self._let_go(range(SHARDS))

    def living(self) -> Sequence[Process]:
        return list(self._processes.values())

    async def add(self) -> None:
        number = len(self._processes) + 1
        self._processes[number] = Process(number, f"scripted-{number}")
        await self._share()

    async def kill(self, number: int) -> None:
        del self._processes[number]
        await self._share()

    def pause(self, number: int) -> None:
        self._processes[number] = Process(number, f"scripted-{number}", paused=True)

    def wake(self, number: int) -> None:
        self._processes[number] = Process(number, f"scripted-{number}")

    async def _share(self) -> None:
        await self._let_go(range(SHARDS))
        devices = [one.device for one in self._processes.values()]
        for shard in range(SHARDS):
            self._held[shard] = asyncio.create_task(self._hold(shard, devices[shard % len(devices)]))

    async def _let_go(self, shards: Sequence[int]) -> None:
        held = [self._held.pop(shard) for shard in shards if shard in self._held]
        for one in held:
            one.cancel()
        await asyncio.gather(*held, return_exceptions=True)

    async def _hold(self, shard: int, device: str) -> None:
        async with self._session.ws_connect(self.playground.gateway_url) as socket:
            said = {"token": self.playground.token, "intents": INTENTS, "properties": {"device": device}}
            await socket.send_json({"op": 2, "d": said | {"shard": [shard, SHARDS]}})
            async for frame in socket:
                event = frame.json()
                if event["t"] == "MESSAGE_CREATE" and event["d"]["mentions"]:
                    address = f"{self.playground.api_url}/channels/{event['d']['channel_id']}/messages"
                    await self._session.post(address, json={"content": f"Answered by {device}."})


@pytest_asyncio.fixture(loop_scope="session")
async def clustered(contexts: Contexts) -> AsyncIterator[Windows]:
    processes = Scripted()
    async with (
        Playground(limits=Limits.off(), shards=SHARDS, processes=processes) as playground,
        processes.running(playground),
    ):
        windows = Windows(contexts, playground)
        yield windows
        await windows.close()
        assert windows.problems == []


def row(page: Page, number: int) -> str:
    return f"#cluster .process:has(strong:text-is('Process {number}'))"


async def test_a_killed_process_loses_its_shards_to_another_which_answers(clustered: Windows) -> None:
    page = await clustered.open()
    here = (clustered.playground.world.guild.id >> 22) % SHARDS
    holder, other = here % 2 + 1, 2 - here % 2
    await expect(page.locator("#cluster summary")).to_have_text(
        f"Processes: 2, shards: {SHARDS}; this place is on shard {here}"
    )
    await expect(page.locator(f"{row(page, holder)} .here")).to_have_text(str(here))

    await page.get_by_role("button", name=f"Pause: Process {other}").click()
    await expect(page.locator(row(page, other))).to_contain_text("paused")
    await page.get_by_role("button", name=f"Wake: Process {other}").click()
    await page.get_by_role("button", name=f"Kill: Process {holder}").click()

    await expect(page.locator(row(page, holder))).to_have_count(0)
    await expect(page.locator(f"{row(page, other)} .shards li")).to_have_text(["0", "1", "2", "3"])
    clustered.playground.world.people["sam"].say("general", "Is anybody there?")
    await expect(page.locator("#messages")).to_contain_text(f"Answered by scripted-{other}.")


async def test_the_table_fits_a_phone_and_follows_a_process_that_is_added(clustered: Windows) -> None:
    page = await clustered.open(width=390, height=844)

    await page.get_by_role("button", name="Add a process").click()

    await expect(page.locator("#cluster .process")).to_have_count(3)
    await expect(page.locator("#cluster .shards li")).to_have_count(SHARDS)
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
