"""The gateway on a bad day: reconnects that pace themselves, silence that is noticed, ends that say why."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.errors import StartError
from bot.gateway.times import Times
from bot.texts import startup
from playground.discord.gateway_faults import Stage
from playground.wire import GATEWAY_IN
from tests.support.room import Room, open_room

HASTY = Times(hello=0.3, ready=0.4, identify=0.05, longest=0.02, longest_at_start=0.05)
SLOWER = replace(HASTY, longest=0.2)
STORM = 5  # attempts that are looked at


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with open_room(tmp_path, times=HASTY) as room:
        yield room


def lines(caplog: pytest.LogCaptureFixture, word: str) -> list[str]:
    return [record.getMessage() for record in caplog.records if word in record.getMessage()]


async def hears_again(room: Room) -> bool:
    """Wait until the bot is connected, ask something, and see that it is answered."""
    await room.until(lambda: room.playground.gateway.connected)
    return bool(await room.ask("Hello!"))


@pytest.mark.parametrize(
    ("stage", "name", "times"),
    [(Stage.OPEN, "HELLO", 2), (Stage.RESUME, "RESUMED", 1), (Stage.IDENTIFY, "READY", 2)],
)
async def test_an_answer_that_never_comes_is_noticed(
    room: Room, caplog: pytest.LogCaptureFixture, stage: Stage, name: str, times: int
) -> None:
    gateway = room.playground.gateway
    if stage is Stage.IDENTIFY:
        gateway.forget_sessions()
    gateway.faults.withhold(stage, times=times)
    await gateway.drop()

    assert await hears_again(room)
    assert len(lines(caplog, f"no {name} within")) == times


async def test_a_gateway_that_falls_silent_is_left(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with open_room(tmp_path, times=replace(HASTY, silence=0.3)) as room:
        room.playground.gateway.silent = True
        await room.until(lambda: lines(caplog, "not a word for 0.3 s"))
        room.playground.gateway.silent = False

        assert await room.ask("Hello!")


async def test_a_gateway_that_acknowledges_no_heartbeat_is_left(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_room(tmp_path, times=HASTY, heartbeat_seconds=0.3) as room:
        room.playground.gateway.acknowledging = False
        await room.until(lambda: lines(caplog, "no heartbeat acknowledged for"))
        room.playground.gateway.acknowledging = True

        assert await hears_again(room)


@pytest.mark.parametrize("how", ["invalid session", "closed"])
async def test_a_gateway_that_lets_nobody_resume_is_not_stormed(room: Room, how: str) -> None:
    gateway = room.playground.gateway
    if how == "closed":
        gateway.faults.close(Stage.RESUME, 4000)
    else:
        gateway.faults.invalidate(Stage.RESUME, resumable=True)
    room.times = SLOWER
    await room.stop()
    await room.start()
    before, left = gateway.opened, gateway.starts.remaining
    await gateway.drop()
    missed = room.post("Are you there?")
    began = time.monotonic()
    await room.until(lambda: gateway.opened - before >= STORM)
    took = time.monotonic() - began
    gateway.faults.clear()

    assert await room.answered(missed)
    assert took >= (STORM - 2) * SLOWER.longest / 2
    assert gateway.starts.remaining == left


async def test_a_session_that_is_not_taken_back_is_given_up(room: Room) -> None:
    gateway = room.playground.gateway
    room.times = replace(HASTY, resumable=0.1)
    await room.stop()
    await room.start()
    gateway.faults.invalidate(Stage.RESUME, resumable=True)
    await gateway.drop()

    assert await hears_again(room)


async def test_sessions_that_end_at_once_are_not_started_without_end(room: Room) -> None:
    gateway = room.playground.gateway
    room.times = SLOWER
    await room.stop()
    await room.start()
    left = gateway.starts.remaining
    gateway.faults.invalidate(Stage.IDENTIFY, resumable=False)
    gateway.forget_sessions()
    await gateway.drop()
    began = time.monotonic()
    await room.until(lambda: left - gateway.starts.remaining >= STORM)
    took = time.monotonic() - began
    gateway.faults.clear()

    assert await hears_again(room)
    assert took >= (STORM - 2) * SLOWER.longest / 2


async def test_a_day_without_session_starts_left_is_waited_out(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    gateway = room.playground.gateway
    await room.stop()
    gateway.starts.leave(0, 1.0)
    await room.start()

    assert await room.ask("Hello!")
    assert lines(caplog, "no session may be started before")
    assert room.connected is not None
    assert not room.connected.done()


@pytest.mark.parametrize("stage", [Stage.OPEN, Stage.IDENTIFY])
async def test_a_start_that_gets_no_answer_is_tried_again(tmp_path: Path, stage: Stage) -> None:
    async with open_room(tmp_path, times=HASTY) as room:
        await room.stop()
        room.playground.gateway.faults.withhold(stage, times=2)
        await room.start()

        assert await hears_again(room)


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4012, 4013, 4014])
@pytest.mark.parametrize("stage", [Stage.OPEN, Stage.IDENTIFY, Stage.RESUME])
async def test_a_refusal_for_good_is_a_sentence(room: Room, stage: Stage, code: int) -> None:
    gateway = room.playground.gateway
    if stage is Stage.IDENTIFY:
        gateway.forget_sessions()
    gateway.faults.close(stage, code)
    await gateway.drop()
    assert room.connected is not None
    with pytest.raises(StartError) as caught:
        await asyncio.wait_for(room.connected, 60)

    assert len(str(caught.value).splitlines()) == 1


async def test_a_token_that_is_reset_ends_the_bot(room: Room) -> None:
    await room.playground.reset_token()
    assert room.connected is not None
    with pytest.raises(StartError, match="DISCORD_TOKEN"):
        await asyncio.wait_for(room.connected, 60)


async def test_a_token_that_only_the_rest_api_refuses_ends_the_bot(room: Room) -> None:
    await room.playground.reset_token(tell=False)
    room.post("Hello!")
    assert room.connected is not None
    with pytest.raises(StartError) as caught:
        await asyncio.wait_for(room.connected, 60)

    assert str(caught.value) == startup.LOGIN_REFUSED


async def test_a_heartbeat_that_is_answered_before_it_has_been_sent_is_not_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def send_str(self: aiohttp.ClientWebSocketResponse, text: str) -> None:
        await sent(self, text)
        await asyncio.sleep(0.05)  # the answer comes meanwhile, as it does on loopback now and then

    sent = aiohttp.ClientWebSocketResponse.send_str
    monkeypatch.setattr(aiohttp.ClientWebSocketResponse, "send_str", send_str)
    async with open_room(tmp_path, heartbeat_seconds=0.4) as room:
        await room.until(lambda: heartbeats(room) > 3 and room.app.bot.sessions.latency < 0.2)


def heartbeats(room: Room) -> int:
    """Count the heartbeats that the gateway has heard."""
    return sum(one.kind == GATEWAY_IN and one.method == "op 1" for one in room.playground.wire)


async def test_a_bot_that_has_grown_takes_more_shards(room: Room) -> None:
    gateway = room.playground.gateway
    room.playground.shards = 2
    gateway.faults.close(Stage.RESUME, 4011, times=1)
    await gateway.drop()

    await room.until(lambda: len(gateway.connected) == 2)
    assert {(one.shard, one.shards) for one in gateway.connected} == {(0, 2), (1, 2)}
    assert await room.ask("Hello!")


async def test_an_event_that_can_not_be_read_is_logged_and_the_next_one_heard(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    for session in room.playground.gateway.connected:
        session.dispatch("MESSAGE_CREATE", '{"id":"no number"}')

    assert await room.ask("Hello!")
    assert lines(caplog, "could not be read")


async def test_a_frame_that_is_no_json_costs_the_connection_alone(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    for session in room.playground.gateway.connected:
        session.send("nonsense")
    await room.until(lambda: lines(caplog, "a frame that can't be read"))

    assert await room.ask("Hello!")
