"""What leaves discord.py's session: counted, timed out, and never tried again behind our back."""

import asyncio
import json
import math
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.client.retry import LongWait
from bot.reading.messages import attachments_of
from bot.rules.figures import MOST_BYTES, MOST_PIXELS
from bot.ui.requests import transport
from bot.ui.requests.calls import Kind, Lane
from bot.ui.requests.heard import Answer
from bot.ui.requests.transport import Transport
from playground import Limits
from tests.ui.conftest import Stage

MESSAGES = "/channels/*/messages"


@pytest.mark.parametrize("status", [500, 502, 503, 504, 524])
async def test_the_library_does_not_try_again(stage: Stage, status: int) -> None:
    stage.playground.faults.next("GET", MESSAGES, status=status)
    channel = stage.client.get_partial_messageable(stage.key.channel_id)

    with pytest.raises(discord.DiscordServerError):
        [message async for message in channel.history()]

    assert len(stage.calls("GET")) == 1


@pytest.mark.parametrize("via", [False, True])
async def test_the_library_does_not_sleep_where_it_is_told_to_wait(stage: Stage, via: bool) -> None:
    stage.playground.faults.rate_limit("GET", MESSAGES, retry_after=3600.0, via=via)
    channel = stage.client.get_partial_messageable(stage.key.channel_id)

    with pytest.raises(discord.HTTPException) as caught:
        [message async for message in channel.history()]
    with pytest.raises(TimeoutError):
        [message async for message in channel.history()]

    assert caught.value.status == 429
    assert len(stage.calls("GET")) == 1


@pytest.mark.parametrize("effect", [False, True])
async def test_a_request_that_is_not_answered_fails(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, effect: bool
) -> None:
    monkeypatch.setattr(transport, "SILENCE_SECONDS", 0.1)
    if effect:
        stage.playground.faults.hold("POST", MESSAGES, after=True)
    else:
        stage.playground.faults.hang("POST", MESSAGES)
    channel = stage.client.get_partial_messageable(stage.key.channel_id)

    with pytest.raises(TimeoutError):
        await channel.send("Hello")
    await channel.send("Hello again")

    assert [message.content for message in stage.messages][-1] == "Hello again"
    assert len(stage.messages) == 1 + effect


async def test_what_takes_long_to_send_is_not_given_up(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "SILENCE_SECONDS", 1.0)

    async def slowly() -> AsyncIterator[bytes]:
        for _ in range(8):
            await asyncio.sleep(0.15)
            yield b"[]"

    hook = Transport(stage.limiter).trace()
    address = f"{stage.playground.api_url}/channels/{stage.key.channel_id}/messages"
    started = asyncio.get_running_loop().time()
    async with (
        aiohttp.ClientSession(trace_configs=[hook]) as session,
        session.post(address, data=slowly()) as response,
    ):
        status = response.status

    assert status == 401
    assert asyncio.get_running_loop().time() - started > 1


@pytest.mark.parametrize("authorized", [True, False])
async def test_a_process_whose_lease_is_over_sends_nothing(stage: Stage, authorized: bool) -> None:
    hook = Transport(stage.limiter, lambda: False).trace()
    headers = {"Authorization": f"Bot {stage.playground.token}"} if authorized else {}
    address = f"{stage.playground.api_url}/channels/{stage.key.channel_id}/messages"
    before = len(stage.playground.wire.rest())
    async with aiohttp.ClientSession(trace_configs=[hook], headers=headers) as session:
        with pytest.raises(LongWait):
            await session.post(address, json={"content": "Hello"})

    assert len(stage.playground.wire.rest()) == before


class TestLimited:
    """With Discord's limits on."""

    @pytest.fixture
    def limits(self) -> Limits:
        return Limits()

    async def test_whatever_is_sent_with_the_token_keeps_to_the_limit(self, stage: Stage) -> None:
        world, client = stage.playground.world, stage.client
        channels = [world.add_text_channel(f"room-{number}").id for number in range(40)]
        people = [person.user for person in world.people.values()]

        async def read(channel_id: int) -> None:
            [message async for message in client.get_partial_messageable(channel_id).history()]

        await asyncio.gather(
            *(read(channel_id) for channel_id in channels),
            *(client.fetch_channel(channel_id) for channel_id in channels[:20]),
            *(client.create_dm(person) for person in people),
            *(client.fetch_user(person.id) for person in people),
        )

        assert stage.playground.wire.rest(status=429) == []
        assert len(stage.playground.wire.rest(status=200)) >= 60 + len(people)


def test_lanes_are_told_from_the_address() -> None:
    channel, message = 123456789012345678, 223456789012345678

    assert Lane.of("POST", f"/channels/{channel}/messages") == Lane(channel, Kind.CREATE)
    assert Lane.of("PATCH", f"/channels/{channel}/messages/{message}") == Lane(channel, Kind.EDIT)
    assert Lane.of("GET", f"/channels/{channel}/messages") == Lane(channel, "GET /channels/*/messages")
    assert Lane.of("GET", "/users/@me") == Lane(0, "GET /users/@me")


NUMBERS = ("nan", "inf", "-1", "soon", "1e300", "9" * 5_000, "0", "")


@pytest.mark.parametrize("said", NUMBERS)
def test_strange_limits_in_headers_are_bounded_or_none(said: str) -> None:
    names = ("Limit", "Remaining", "Reset-After", "Reset")
    answer = Answer(200, {f"X-RateLimit-{name}": said for name in names}, b"")

    assert answer.bucket is None or (answer.bucket[0] >= 1 and min(answer.bucket) >= 0)
    assert answer.counted_at is None or math.isfinite(answer.counted_at)


@pytest.mark.parametrize("said", [*NUMBERS, 10**400, -5, None, True, [3], {}])
def test_a_strange_wait_is_bounded(said: object) -> None:
    in_body = Answer(429, {}, json.dumps({"retry_after": said}).encode()) if said != "9" * 5_000 else None
    for answer in filter(None, (in_body, Answer(429, {"Retry-After": str(said)[:4_000]}, b""))):
        assert 0 <= answer.retry_after <= 30 * 86_400


@given(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    st.integers() | st.floats() | st.text(),
)
def test_the_figures_of_an_attachment_are_bounded(side: object, size: object) -> None:
    data: Any = {
        "id": "1",
        "filename": "a",
        "url": "",
        "proxy_url": "",
        "size": size,
        "width": side,
        "height": side,
    }
    state: Any = SimpleNamespace(http=None)

    (ref,) = attachments_of([discord.Attachment(data=data, state=state)])

    assert 0 <= ref.size <= MOST_BYTES
    assert ref.width == ref.height
    assert ref.width is None or 0 <= ref.width <= MOST_PIXELS
