"""What leaves discord.py's session: counted, timed out, and never tried again behind our back."""

import asyncio
import io
import json
import math
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground import Limits
from bot.rules.figures import MOST_BYTES, MOST_PIXELS
from bot.ui import transport
from bot.ui.heard import Answer
from bot.ui.lanes import Kind, Lane
from bot.ui.reading import attachments_of
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


async def test_a_file_that_takes_long_to_send_is_not_given_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "SILENCE_SECONDS", 0.3)

    class Slow(asyncio.Protocol):
        """Reads a request a little at a time, and then answers it."""

        def connection_made(self, made: asyncio.BaseTransport) -> None:
            self.made = made
            self.read = 0

        def data_received(self, data: bytes) -> None:
            self.read += len(data)
            self.made.pause_reading()  # type: ignore[attr-defined]
            asyncio.get_running_loop().call_later(0.02, self.go_on)

        def go_on(self) -> None:
            self.made.resume_reading()  # type: ignore[attr-defined]
            if self.read > 9_000_000:
                head = b"HTTP/1.1 404 No\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n"
                self.made.write(head + b'{"code": 10003}')  # type: ignore[attr-defined]

    server = await asyncio.get_running_loop().create_server(Slow, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    monkeypatch.setattr(discord.http.Route, "BASE", f"http://127.0.0.1:{port}")
    channel = stage.client.get_partial_messageable(stage.key.channel_id)
    started = asyncio.get_running_loop().time()

    with pytest.raises(discord.NotFound):
        await channel.send(file=discord.File(io.BytesIO(bytes(9_000_000)), "large"))

    server.close()
    assert asyncio.get_running_loop().time() - started > 0.3


class TestLimited:
    """With Discord's limits on."""

    @pytest.fixture
    def limits(self) -> Limits:
        return Limits()

    async def test_whatever_is_sent_with_the_token_keeps_to_the_limit(self, stage: Stage) -> None:
        await asyncio.gather(*(stage.client.fetch_channel(stage.key.channel_id) for _ in range(3)))
        users = [person.user.id for person in stage.playground.world.people.values()]
        await asyncio.gather(*(stage.client.fetch_user(users[n % len(users)]) for n in range(60)))

        assert stage.playground.wire.rest(status=429) == []


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
