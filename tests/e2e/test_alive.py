"""Whether the bot is alive: a dead gateway is noticed, and come back to or left for good; others are told."""

from __future__ import annotations

import asyncio
import gc
import re
import socket
import threading
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from discord.http import Route

from bot import running
from bot.errors import GatewayLost, PassingError, StartError
from bot.gateway.times import Times
from bot.serving import beside
from bot.serving.health import State
from bot.settings import settings
from playground import Playground
from tests.support import process
from tests.support.process import free_port
from tests.support.refusing import refusing
from tests.support.room import NO_LIMITS, Room, open_room
from tests.support.virtual_time import VirtualLoop, run

pytestmark = pytest.mark.sqlite

SOCKETS = 0.002  # seconds that loopback and the database's thread may need
START = 0.2  # as above, while the bot starts and answers, which keeps a busy machine longer
MINUTE = 60.0
INTERVAL = 41.25  # between two heartbeats

Meanwhile = Callable[[Room], Awaitable[None]]


def has_started() -> None:
    """Let time pass faster from now on."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    loop.expect(SOCKETS)


def with_a_bot(folder: Path, meanwhile: Meanwhile, **environ: Any) -> None:
    """Do something while a bot runs that has just answered."""

    async def work() -> None:
        async with open_room(folder, times=Times(), **environ) as room:
            assert await room.ask("Hello!")
            has_started()
            await meanwhile(room)

    run(work(), START)


def with_a_dead_gateway(folder: Path, meanwhile: Meanwhile) -> None:
    """Let the gateway fall silent, and refuse further connections."""

    async def dead(room: Room) -> None:
        room.playground.gateway.silent = room.playground.gateway.refusing = True
        await meanwhile(room)

    with_a_bot(folder, dead)


def asked(room: Room) -> str:
    """Return the line of `python -m bot health`, with its exit code."""
    lines: list[str] = []
    code = beside.tell(room.folder / "parley.db", None, lines.append)
    [line] = lines
    return f"{code} {line}"


async def seconds(work: Coroutine[Any, Any, object]) -> float:
    began = asyncio.get_running_loop().time()
    await work
    return asyncio.get_running_loop().time() - began


async def until(condition: Any) -> None:
    async with asyncio.timeout(20 * MINUTE):
        while not condition():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.5)


async def end_of(room: Room) -> None:
    assert room.connected is not None
    with pytest.raises(GatewayLost):
        await asyncio.shield(room.connected)


def test_a_dead_gateway_is_noticed_within_a_minute_and_come_back_to(tmp_path: Path) -> None:
    async def meanwhile(room: Room) -> None:
        sessions, gateway = room.app.bot.sessions, room.playground.gateway
        assert await seconds(until(lambda: sessions.are_all_down)) <= MINUTE
        await asyncio.sleep(3 * MINUTE)
        gateway.silent = gateway.refusing = False
        assert await seconds(until(lambda: not sessions.are_all_down)) <= MINUTE
        assert await room.ask("Are you there?")
        assert sessions.reconnects == 1

    with_a_dead_gateway(tmp_path, meanwhile)


def test_a_gateway_that_acknowledges_nothing_is_dead_whatever_else_it_sends(tmp_path: Path) -> None:
    async def talk(room: Room) -> None:
        while True:
            room.world.people["alex"].post("general", "Are you there?")
            await asyncio.sleep(10)

    async def meanwhile(room: Room) -> None:
        room.playground.gateway.acknowledging = False
        talking = asyncio.create_task(talk(room))
        assert await seconds(until(lambda: room.app.bot.sessions.reconnects)) <= 2 * INTERVAL + 1
        talking.cancel()

    with_a_bot(tmp_path, meanwhile)


def test_where_only_the_gateway_is_gone_the_bot_ends_after_five_minutes(tmp_path: Path) -> None:
    async def meanwhile(room: Room) -> None:
        assert 5 * MINUTE <= await seconds(end_of(room)) <= 6 * MINUTE

    with_a_dead_gateway(tmp_path, meanwhile)


def test_the_end_without_a_gateway_is_one_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gc, "freeze", lambda: None)
    monkeypatch.setattr(Route, "BASE", Route.BASE)

    async def work() -> None:
        async with Playground(limits=NO_LIMITS) as playground:
            room = Room(playground, tmp_path, {}, None)
            serving = asyncio.create_task(running.serve(settings.load(None, room.environ), asyncio.Event()))
            await until(lambda: asked(room).startswith("0 ready"))
            has_started()
            playground.gateway.silent = playground.gateway.refusing = True
            with pytest.raises(GatewayLost):
                await serving
            assert asked(room).startswith("1 not live: the bot was stopped at ")

    run(work(), START)


def test_where_all_of_discord_is_away_the_bot_waits_for_it(tmp_path: Path) -> None:
    async def meanwhile(room: Room) -> None:
        away = room.playground.faults.next("GET", "/gateway/bot", status=503, times=float("inf"))
        await asyncio.sleep(12 * MINUTE)
        assert room.connected is not None
        assert not room.connected.done()
        away.end()
        assert await seconds(end_of(room)) <= MINUTE

    with_a_dead_gateway(tmp_path, meanwhile)


def test_an_hour_without_session_starts_is_no_reason_to_end(tmp_path: Path) -> None:
    async def meanwhile(room: Room) -> None:
        gateway = room.playground.gateway
        gateway.forget_sessions()
        gateway.starts.leave(0, 60 * MINUTE)
        await gateway.drop()
        await asyncio.sleep(12 * MINUTE)
        assert room.connected is not None
        assert not room.connected.done()

    with_a_bot(tmp_path, meanwhile)


# What others are told.


def test_health_is_known_without_anything_that_listens(tmp_path: Path) -> None:
    async def meanwhile(room: Room) -> None:
        gateway = room.playground.gateway
        await until(lambda: asked(room) == "0 ready: connected to Discord, servers: 1")
        gateway.silent = gateway.refusing = True
        assert await seconds(until(lambda: asked(room) == "1 not live: not connected to Discord")) <= MINUTE
        gateway.silent = gateway.refusing = False
        await until(lambda: asked(room).startswith("0 ready"))
        await room.stop()
        assert re.fullmatch(r"1 not live: the bot was stopped at \S+ \S+ UTC", asked(room))
        await room.start()
        await until(lambda: asked(room).startswith("0 ready"))

    with_a_bot(tmp_path, meanwhile)


def test_a_loop_that_stands_still_is_no_life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def meanwhile(room: Room) -> None:
        await until(lambda: asked(room).startswith("0 ready"))
        monkeypatch.setattr("bot.serving.health.STALE_SECONDS", -1.0)
        assert asked(room).startswith("1 not live: no sign of life for ")

    with_a_bot(tmp_path, meanwhile)


async def test_health_is_an_exit_code_and_a_line(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        environ = room.environ | {"DATABASE_URL": "sqlite:///none.db"}
        never = await process.run(tmp_path, "health", environ=environ)
        await asyncio.to_thread(wait_for, lambda: asked(room).startswith("0"))
        ready = await process.run(tmp_path, "health", environ=room.environ)

    assert (never.code, never.output) == (1, "not live: no bot has run with the database none.db\n")
    assert (ready.code, ready.output) == (0, "ready: connected to Discord, servers: 1\n")
    assert not (tmp_path / "none.db").exists()


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        threading.Event().wait(0.01)


def test_a_model_that_is_away_is_looked_at_until_it_is_back(tmp_path: Path) -> None:
    async def meanwhile(room: Room) -> None:
        for _ in range(3):
            room.playground.model.fail(500)
        room.post("Are you there?")
        away = "1 live, but not ready: the model gave no answer when it was last asked (ModelDown)"
        await until(lambda: asked(room) == away)
        assert await seconds(until(lambda: asked(room).startswith("0 ready"))) <= 2 * MINUTE

    with_a_bot(tmp_path, meanwhile)


def test_a_database_that_takes_no_writes_makes_it_unready(tmp_path: Path) -> None:
    async def meanwhile(room: Room) -> None:
        await until(lambda: room.app.vitals.health().state is State.READY)
        async with refusing(room.store):
            await until(lambda: room.app.vitals.health().state is State.LIVE)
            assert str(room.app.vitals.health()).endswith("the database takes no writes (MemoryReadOnly)")
        await until(lambda: room.app.vitals.health().state is State.READY)

    with_a_bot(tmp_path, meanwhile)


def test_health_and_figures_are_served(tmp_path: Path) -> None:
    port = free_port()

    async def meanwhile(room: Room) -> None:
        await until(lambda: room.app.vitals.health().state is State.READY)
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:

            async def get(path: str) -> tuple[int, str]:
                async with http.get(path) as answer:
                    return answer.status, await answer.text()

            assert await get("/livez") == await get("/readyz") == (200, f"{room.app.vitals.health()}\n")
            room.playground.gateway.silent = room.playground.gateway.refusing = True
            await asyncio.sleep(MINUTE)
            dead = 503, "not live: not connected to Discord\n"
            assert await get("/livez") == await get("/readyz") == dead
            status, figures = await get("/metrics")
            assert status == 200
            assert "parley_questions_total 1.0" in figures
            assert 'parley_answers_total{outcome="done"} 1.0' in figures
            assert "parley_first_word_seconds_count 1.0" in figures
            assert re.search(r"parley_lag_seconds_count [1-9]", figures)
            assert "parley_gateway_latency_seconds NaN" in figures
            assert re.search(r'parley_tokens_total{kind="prompt",model="gpt-4.1-mini"} [1-9]', figures)
            assert not re.search(r"(?<![.\d])\d{17,}", figures), "an id"
            assert (await get("/"))[0] == 404

    with_a_bot(tmp_path, meanwhile, HTTP_PORT=str(port))


@pytest.mark.parametrize(("host", "kind"), [("127.0.0.1", PassingError), ("203.0.113.1", StartError)])
async def test_where_nothing_can_listen_the_start_ends_with_a_sentence(
    tmp_path: Path, host: str, kind: type[StartError]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=f"^HTTP_PORT: nothing can listen at {host}:{port}") as caught:
            async with open_room(tmp_path, HTTP_PORT=f"{host}:{port}"):
                pass

    assert type(caught.value) is kind
