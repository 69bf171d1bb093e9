"""The rate limits: windows that open with their first request, and Discord's headers."""

from __future__ import annotations

import aiohttp
import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground import Limits, Playground, Quota
from playground.discord.limits import Limiter, bucket_hash
from tests.playground.conftest import Answers, Client


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def limiter(time: Time) -> Limiter:
    return Limiter(Limits(), time, lambda: 1_000_000.0)


def test_a_window_opens_with_its_first_request(limiter: Limiter, time: Time) -> None:
    taken = [limiter.take("edit", "1").allowed for _ in range(6)]
    time.now += 4.99
    late = limiter.take("edit", "1").allowed
    time.now += 0.01
    later = limiter.take("edit", "1").allowed

    assert taken == [True] * 5 + [False]
    assert not late
    assert later


def test_the_headers_tell_what_is_left_and_when_it_resets(limiter: Limiter, time: Time) -> None:
    limiter.take("edit", "1")
    time.now += 1.5
    verdict = limiter.take("edit", "1")

    assert verdict.headers == {
        "X-RateLimit-Limit": "5",
        "X-RateLimit-Remaining": "3",
        "X-RateLimit-Reset": "1000003.500",
        "X-RateLimit-Reset-After": "3.500",
        "X-RateLimit-Bucket": bucket_hash("edit"),
    }


def test_a_refusal_tells_how_long_to_wait_and_is_not_counted(limiter: Limiter, time: Time) -> None:
    for _ in range(5):
        limiter.take("edit", "1")
    time.now += 3.2
    refused = limiter.take("edit", "1")

    assert refused.retry_after == pytest.approx(1.8)
    assert refused.headers["Retry-After"] == "2"
    assert refused.headers["X-RateLimit-Scope"] == "user"


def test_channels_and_buckets_do_not_share_a_window(limiter: Limiter) -> None:
    for _ in range(5):
        limiter.take("edit", "1")

    assert limiter.take("edit", "2").allowed
    assert limiter.take("create", "1").allowed


def test_fifty_requests_a_second_overall_and_the_rest_is_refused_globally(
    limiter: Limiter, time: Time
) -> None:
    taken = [limiter.take("create", str(channel)).allowed for channel in range(50)]
    refused = limiter.take("create", "another")
    exempt = limiter.take("webhook", "token", counts_overall=False)
    time.now += 1.0

    assert all(taken)
    assert refused.overall
    assert refused.headers["X-RateLimit-Global"] == "true"
    assert exempt.allowed
    assert limiter.take("create", "another").allowed


def test_what_a_bucket_refuses_does_not_count_overall(time: Time) -> None:
    limiter = Limiter(Limits(edit=Quota(1, 5.0), overall=Quota(2, 1.0)), time, time)
    taken = [limiter.take("edit", "1").allowed for _ in range(5)]

    assert taken == [True, False, False, False, False]
    assert limiter.take("edit", "2").allowed


def test_limits_that_are_off_never_bite() -> None:
    limiter = Limiter(Limits.off(), lambda: 0.0, lambda: 0.0)

    assert all(limiter.take("create", "1").allowed for _ in range(1000))


@given(st.lists(st.floats(0.0, 2.0), max_size=60))
def test_no_window_ever_holds_more_than_it_may(pauses: list[float]) -> None:
    time = Time()
    limiter = Limiter(Limits(), time, time)
    allowed = []
    for pause in pauses:
        time.now += pause
        if limiter.take("edit", "1").allowed:
            allowed.append(time.now)

    for first, sixth in zip(allowed, allowed[5:], strict=False):
        assert sixth - first > 0
    assert len(allowed) <= 5 * (1 + sum(pauses) // 5.0 + 1)


async def test_the_real_client_waits_for_the_window_and_draws_no_429(
    playground: Playground, bot: Client
) -> None:
    playground.limiter.limits = Limits(edit=Quota(5, 0.5))
    channel = bot.get_partial_messageable(playground.world.channel("general").id)
    message = await channel.send("0")
    for number in range(1, 8):
        await message.edit(content=str(number))

    assert len(playground.wire.rest("PATCH", status=200)) == 7
    assert playground.wire.rest(status=429) == []


async def test_the_real_client_sees_and_outwaits_a_429(playground: Playground, bot: Client) -> None:
    playground.limiter.limits = Limits(overall=Quota(3, 0.5))
    channels = [playground.world.add_text_channel(f"c{number}") for number in range(6)]
    for channel in channels:
        await bot.get_partial_messageable(channel.id).send("hello")

    assert playground.wire.rest("POST", status=429)
    assert all(channel.last for channel in channels)


async def test_messages_older_than_an_hour_have_a_limit_of_their_own(playground: Playground) -> None:
    path = f"/channels/{playground.world.channel('general').id}/messages"
    async with aiohttp.ClientSession() as session:
        answers = Answers(playground, session)
        _, message = await answers.request("POST", path, {"content": "old"})
        playground.clock.advance(3601)
        edits = [
            await answers.request("PATCH", f"{path}/{message['id']}", {"content": str(number)})
            for number in range(4)
        ]

    assert [status for status, _ in edits] == [200, 200, 200, 429]
    assert edits[-1][1]["code"] == 30046


async def test_a_retry_with_the_same_nonce_does_not_post_twice(playground: Playground, bot: Client) -> None:
    general = playground.world.channel("general")
    playground.faults.next("POST", "/channels/*/messages", status=502, after=True)
    before = len(general.messages)
    channel = bot.get_channel(general.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.send("once")

    assert len(general.messages) == before + 1
    assert [entry.status for entry in playground.wire.rest("POST")] == [200, 502, 200]
