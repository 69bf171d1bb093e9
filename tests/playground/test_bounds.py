"""Whatever anybody says, pastes or opens: the playground goes on, and says what it refused."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import openai
import pytest

from playground import Playground
from playground.model.counting import guess_tokens
from playground.model.request import LARGE
from playground.model.stand_in import answer
from playground.page import actions, page
from playground.world.conversation import MOST_EMOJI_CHARACTERS, MOST_KINDS_OF_REACTIONS
from playground.world.people import MOST_CHARACTERS

MEGABYTE = "a" * 2**20


class Window:
    """A browser window's connection."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._count = 0

    async def told(self, name: str) -> Any:
        """Return what the window is told under this name next."""
        async with asyncio.timeout(5):
            while (told := await self._socket.receive_json())["t"] != name:
                pass
        return told["d"]

    async def ask(self, what: str, **fields: Any) -> Any:
        """Ask for something and return the whole answer."""
        self._count += 1
        await self._socket.send_json({**fields, "do": what, "n": self._count})
        while (told := await self.told("ANSWER"))["n"] != self._count:
            pass
        return told


@pytest.fixture
async def session(playground: Playground) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(playground.url) as opened:
        yield opened


@pytest.fixture
async def window(session: aiohttp.ClientSession) -> AsyncIterator[Window]:
    async with session.ws_connect("/live?as=alex") as socket:
        yield Window(socket)


async def test_an_answer_is_cut_with_few_counts_however_long_it_is(
    playground: Playground, ai: openai.AsyncOpenAI
) -> None:
    counted: list[int] = []

    def count(what: str | list[dict[str, Any]], model: str) -> int:
        counted.append(len(what))
        return guess_tokens(what, model)

    playground.model.count_tokens = count
    completion = await ai.chat.completions.create(
        model="gpt-4.1-mini",
        max_completion_tokens=2000,
        messages=[{"role": "user", "content": "count to 9000"}],
    )

    assert completion.choices[0].finish_reason == "length"
    assert completion.usage is not None
    assert completion.usage.completion_tokens in range(1990, 2001)
    assert len(counted) < 25


async def test_a_large_prompt_is_counted_beside_everything_else(
    playground: Playground, ai: openai.AsyncOpenAI
) -> None:
    threads: set[threading.Thread] = set()

    def count(what: str | list[dict[str, Any]], model: str) -> int:
        if len(str(what)) > LARGE:
            threads.add(threading.current_thread())
        return guess_tokens(what, model)

    playground.model.count_tokens = count
    for _ in range(2):
        await ai.chat.completions.create(
            model="gpt-4.1-mini", messages=[{"role": "user", "content": "count to 9 " + "x" * LARGE}]
        )

    assert threads
    assert threading.main_thread() not in threads


def test_going_on_over_and_over_ends() -> None:
    go_on = {"role": "user", "content": "Go on where you stopped."}
    talk = [{"role": "user", "content": "count to 5000"}]
    whole = answer(talk, 1)
    for letter in whole[:5000]:
        talk += [{"role": "assistant", "content": letter}, go_on]

    assert answer(talk, 1) == whole[5000:]


async def test_who_leaves_before_the_answer_begins_leaves_no_traceback(
    playground: Playground, ai: openai.AsyncOpenAI, caplog: pytest.LogCaptureFixture
) -> None:
    script = playground.model.script("Too late")
    gate = script.hold()
    asking = asyncio.create_task(
        ai.chat.completions.create(
            model="gpt-4.1-mini", stream=True, messages=[{"role": "user", "content": "Hello"}]
        )
    )
    await gate.reached()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    gate.release()
    await playground.model.last.over()

    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_pasted_megabyte_is_refused_with_a_sentence(playground: Playground, window: Window) -> None:
    alex = playground.world.people["alex"]
    said = alex.post("general", "short")
    place = {"channel": str(said.channel_id)}
    refused = [
        await window.ask("post", text=MEGABYTE, **place),
        await window.ask("edit", text=MEGABYTE, message=str(said.id), **place),
    ]

    assert [one["error"] for one in refused] == [f"Must be {MOST_CHARACTERS} or fewer in length."] * 2
    assert playground.world.channel("general").last is said
    assert said.content == "short"


async def test_files_that_are_too_large_together_are_refused_with_a_sentence(
    playground: Playground, window: Window
) -> None:
    files = [{"name": f"{number}.txt", "data": "AAAA" * 2_930_000} for number in range(3)]
    told = await window.ask("post", channel=str(playground.world.channel("general").id), files=files)

    assert (
        told["error"] == f"The files of a message may have {actions.MOST_BYTES_TOGETHER >> 20} MB together."
    )


async def test_a_thousand_reactions_are_as_many_as_discord_takes(
    playground: Playground, window: Window
) -> None:
    said = playground.world.people["alex"].post("general", "short")
    place = {"channel": str(said.channel_id), "message": str(said.id)}
    told = [await window.ask("react", emoji=chr(0x1F300 + number), **place) for number in range(1000)]
    long = await window.ask("react", emoji="👍" * (MOST_EMOJI_CHARACTERS + 1), **place)

    assert len(said.reactions) == MOST_KINDS_OF_REACTIONS
    assert told[-1]["error"] == "Maximum number of reactions reached (20)"
    assert long["error"] == "Unknown Emoji"


async def test_a_hundred_windows_are_told_that_they_are_too_many(session: aiohttp.ClientSession) -> None:
    async with AsyncExitStack() as opened:
        sockets = [await opened.enter_async_context(session.ws_connect("/live?as=sam")) for _ in range(100)]
        greeted = [(await socket.receive_json())["t"] for socket in sockets]
        await sockets[0].close()
        one_more = await opened.enter_async_context(session.ws_connect("/live?as=sam"))

        assert (await one_more.receive_json())["t"] == "HELLO"
    assert greeted == ["HELLO"] * page.MOST_TABS + ["FULL"] * (100 - page.MOST_TABS)
