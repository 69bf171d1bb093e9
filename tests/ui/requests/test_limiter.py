"""Laws of the request budget, on a clock that jumps and against Discord's limits on paper."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest

from bot.client.retry import LongWait
from bot.ui.requests.calls import Kind, Lane, Priority, in_background
from bot.ui.requests.heard import Answer
from bot.ui.requests.lanes import IDLE_LANES
from bot.ui.requests.limiter import Limiter
from tests.support.paper_discord import PaperDiscord, Window
from tests.support.virtual_time import run

EDIT = Lane(1, Kind.EDIT)
HEADERS = {"X-RateLimit-Limit": "5", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "3.0"}


def now() -> float:
    return asyncio.get_running_loop().time()


class Desk:
    """A limiter and a paper Discord; notes the order in which requests start."""

    def __init__(self, **discord: Any) -> None:
        self.limiter = Limiter()
        self.discord = PaperDiscord(self.limiter, **discord)
        self.started: list[str] = []

    def ask(self, lane: Lane, priority: Priority, name: str = "", since: float | None = None) -> Any:
        async def work() -> None:
            self.started.append(name)
            await self.discord.request(lane)

        return self.limiter.ask(lane, priority, work, since=since)

    async def fill(self) -> None:
        """Take all slots of this second."""
        for channel in range(1000, 1048):
            self.ask(Lane(channel, Kind.CREATE), Priority.TEXT)
        await asyncio.sleep(0.01)
        self.started.clear()


def test_a_request_starts_at_once_where_there_is_room() -> None:
    async def scene() -> float:
        desk = Desk()
        started = now()
        await desk.ask(EDIT, Priority.EDIT).accepted()
        return now() - started

    assert run(scene()) == pytest.approx(0.06)


def test_a_request_is_accepted_before_the_library_wakes_up() -> None:
    async def scene() -> float:
        desk = Desk(most=1)
        started = now()
        await desk.ask(EDIT, Priority.EDIT).accepted()
        return now() - started

    assert run(scene()) == pytest.approx(0.06)


def test_requests_of_a_lane_follow_one_another_and_wait_while_the_library_sleeps() -> None:
    async def scene() -> Sequence[float]:
        desk = Desk(most=2)
        calls = [desk.ask(EDIT, Priority.EDIT) for _ in range(3)]
        await asyncio.gather(*(call.accepted() for call in calls))
        return [moment - 1000 for moment, _ in desk.discord.accepted]

    assert run(scene()) == pytest.approx([0.03, 0.09, 5.09], abs=0.01)


def test_the_answer_is_handed_to_whoever_asked() -> None:
    async def scene() -> bytes:
        desk = Desk()
        work = partial(desk.discord.request, EDIT, b'{"id": "7"}')
        answer: bytes = await desk.limiter.ask(EDIT, Priority.EDIT, work).accepted()
        return answer

    assert run(scene()) == b'{"id": "7"}'


def test_a_failure_is_raised_where_the_answer_is_awaited() -> None:
    async def fail() -> None:
        raise ConnectionResetError

    async def scene() -> None:
        limiter = Limiter()
        unheeded = limiter.ask(Lane(2, Kind.TYPING), Priority.TYPING, fail)
        with pytest.raises(ConnectionResetError):
            await limiter.ask(EDIT, Priority.EDIT, fail).accepted()
        assert isinstance(unheeded.answer.exception(), ConnectionResetError)

    run(scene())


def test_whoever_waits_may_be_cancelled_and_the_request_goes_on() -> None:
    async def scene() -> int:
        desk = Desk()
        call = desk.ask(EDIT, Priority.EDIT)
        waiting = asyncio.create_task(call.accepted())
        await asyncio.sleep(0.01)
        waiting.cancel()
        await call.accepted()
        return len(desk.discord.accepted)

    assert run(scene()) == 1


def test_the_most_urgent_go_first_and_among_equals_the_longest_waiting() -> None:
    async def scene() -> Sequence[str]:
        desk = Desk()
        await desk.fill()
        calls = [
            desk.ask(Lane(1, Kind.TYPING), Priority.TYPING, "typing"),
            desk.ask(Lane(2, Kind.EDIT), Priority.EDIT, "late edit", since=2.0),
            desk.ask(Lane(3, Kind.EDIT), Priority.EDIT, "early edit", since=1.0),
            desk.ask(Lane(4, Kind.REACTION), Priority.SMALL, "reaction"),
            desk.ask(Lane(5, Kind.EDIT), Priority.TEXT, "final", since=4.0),
            desk.ask(Lane(6, Kind.CREATE), Priority.TEXT, "first words", since=3.0),
        ]
        await asyncio.gather(*(call.accepted() for call in calls))
        return desk.started

    assert run(scene()) == ["first words", "final", "reaction", "early edit", "late edit", "typing"]


def test_a_call_that_is_hastened_overtakes() -> None:
    async def scene() -> Sequence[str]:
        desk = Desk()
        await desk.fill()
        first = desk.ask(Lane(1, Kind.EDIT), Priority.EDIT, "first", since=1.0)
        second = desk.ask(Lane(2, Kind.EDIT), Priority.EDIT, "second", since=2.0)
        desk.limiter.hasten(second, Priority.TEXT)
        desk.limiter.hasten(second, Priority.EDIT)
        await asyncio.gather(first.accepted(), second.accepted())
        return desk.started

    assert run(scene()) == ["second", "first"]


def test_a_call_that_waits_for_its_lane_can_be_hastened() -> None:
    async def scene() -> Sequence[str]:
        desk = Desk()
        calls = [desk.ask(EDIT, Priority.EDIT, name) for name in ("running", "second", "third")]
        desk.limiter.hasten(calls[2], Priority.TEXT)
        await asyncio.gather(*(call.accepted() for call in calls))
        return desk.started

    assert run(scene()) == ["running", "third", "second"]


def test_a_call_that_is_withdrawn_never_starts() -> None:
    async def scene() -> Sequence[str]:
        desk = Desk()
        calls = [desk.ask(EDIT, Priority.EDIT, name) for name in ("running", "parked")]
        calls += [desk.ask(Lane(channel, Kind.EDIT), Priority.EDIT, "") for channel in range(100, 147)]
        calls.append(desk.ask(Lane(2, Kind.EDIT), Priority.EDIT, "queued"))
        await asyncio.sleep(0.01)
        for call in calls:
            desk.limiter.withdraw(call)
        await asyncio.sleep(10)
        return [name for name in desk.started if name]

    assert run(scene()) == ["running"]


def test_typing_leaves_most_of_the_second_to_others() -> None:
    async def scene() -> int:
        desk = Desk()
        for channel in range(100):
            desk.ask(Lane(channel, Kind.TYPING), Priority.TYPING, "typing")
        await asyncio.sleep(0.9)
        return len(desk.started)

    assert run(scene()) <= 8


async def press(desk: Desk, channels: int, each: int) -> None:
    """Have many channels edit as fast as they may."""

    async def channel(number: int) -> None:
        for _ in range(each):
            await desk.ask(Lane(number, Kind.EDIT), Priority.EDIT).accepted()

    await asyncio.gather(*(channel(number) for number in range(channels)))


@pytest.mark.parametrize("channels", [1, 50, 500])
def test_discord_has_nothing_to_refuse_however_many_press(channels: int) -> None:
    async def scene() -> tuple[int, int]:
        desk = Desk()
        await press(desk, channels, each=7)
        return desk.discord.refused, len(desk.discord.accepted)

    assert run(scene()) == (0, 7 * channels)


@pytest.mark.parametrize("round_trip", [0.001, 0.3, 2.0])
def test_discord_has_nothing_to_refuse_however_slow_it_is(round_trip: float) -> None:
    async def scene() -> int:
        desk = Desk(round_trip=round_trip)
        await press(desk, 150, each=2)
        return desk.discord.refused

    assert run(scene()) == 0


def test_discord_has_nothing_to_refuse_when_round_trips_vary() -> None:
    async def scene() -> int:
        desk = Desk()

        async def vary() -> None:
            for step in range(200):
                desk.discord.round_trip = 0.02 + 0.2 * (step * 7 % 11) / 11
                await asyncio.sleep(0.037)

        varying = asyncio.create_task(vary())
        await press(desk, 150, each=2)
        await varying
        return desk.discord.refused

    assert run(scene()) == 0


def test_discord_has_nothing_to_refuse_when_requests_are_long_in_the_making() -> None:
    async def scene() -> int:
        desk = Desk()

        async def slowly_made(lane: Lane) -> None:
            await asyncio.sleep(6)
            await desk.discord.request(lane)

        lanes = [Lane(channel, Kind.CREATE) for channel in range(150)]
        calls = [desk.limiter.ask(lane, Priority.TEXT, partial(slowly_made, lane)) for lane in lanes]
        await asyncio.gather(*(call.accepted() for call in calls))
        return desk.discord.refused

    assert run(scene()) == 0


def test_the_budget_is_used_nearly_to_the_full() -> None:
    async def scene() -> float:
        desk = Desk()
        started = now()
        await press(desk, 240, each=4)
        return 960 / (now() - started)

    assert run(scene()) >= 45


def test_each_channel_gets_its_turn() -> None:
    async def scene() -> Counter[int]:
        desk = Desk()
        pressing = asyncio.create_task(press(desk, 100, each=100))
        await asyncio.sleep(10.5)
        pressing.cancel()
        return Counter(lane.channel_id for _, lane in desk.discord.accepted)

    turns = run(scene())
    assert len(turns) == 100
    assert max(turns.values()) - min(turns.values()) <= 2


def test_requests_of_others_are_counted() -> None:
    async def scene() -> int:
        desk = Desk()

        async with asyncio.TaskGroup() as others:
            for channel in range(2000, 2040):
                others.create_task(desk.discord.request(Lane(channel, Kind.CREATE)))
            await asyncio.sleep(0)
            await press(desk, 150, each=2)
        return desk.discord.refused

    assert run(scene()) == 0


# When Discord refuses all the same.


def test_a_refused_channel_waits_and_the_others_do_not() -> None:
    async def scene() -> tuple[float, float]:
        desk = Desk()
        desk.discord.windows[EDIT] = Window(5, 5.0, opened=now(), used=5)
        started = now()
        other = desk.ask(Lane(2, Kind.EDIT), Priority.EDIT)
        refused = desk.ask(EDIT, Priority.EDIT)
        await other.accepted()
        other_took = now() - started
        await refused.accepted()
        return other_took, now() - started

    other_took, refused_took = run(scene())
    assert other_took < 0.1
    assert refused_took == pytest.approx(5.06, abs=0.1)


def test_after_a_global_refusal_all_wait_and_then_go_slower_for_a_while() -> None:
    async def scene() -> tuple[int, int, int]:
        desk = Desk()
        desk.discord.overall = Window(50, 1.0, opened=now(), used=50)
        pressing = asyncio.create_task(press(desk, 300, each=100))
        await asyncio.sleep(0.95)
        in_the_first_second = len(desk.discord.accepted)
        refused = desk.discord.refused
        await asyncio.sleep(2)
        slower = len(desk.discord.accepted)
        await asyncio.sleep(30)
        faster = len(desk.discord.accepted)
        await asyncio.sleep(2)
        pressing.cancel()
        assert desk.discord.refused == refused
        return in_the_first_second, slower, len(desk.discord.accepted) - faster

    before, slower, recovered = run(scene())
    assert before == 0
    assert slower < recovered
    assert recovered >= 90


class Refusing:
    """A limiter whose requests are all answered alike; notes when they left."""

    def __init__(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.limiter = Limiter()
        self.answer = Answer(status, headers, body)
        self.left: list[float] = []

    async def request(self, lane: Lane) -> None:
        sent = await self.limiter.turn(lane)
        self.left.append(now() - 1000)
        await asyncio.sleep(0.01)
        self.limiter.heard(sent, self.answer)
        if self.answer.status == 429:
            raise PermissionError

    async def outcome(self, lane: Lane, priority: Priority = Priority.TEXT) -> tuple[type | None, float]:
        """Return what a call ended with, and when."""
        try:
            await self.limiter.ask(lane, priority, partial(self.request, lane)).accepted()
        except (PermissionError, LongWait) as error:
            return type(error), now() - 1000
        return None, now() - 1000


def told(seconds: float, *, overall: bool = False) -> bytes:
    return json.dumps({"message": "", "retry_after": seconds, "global": overall}).encode()


def test_a_refusal_that_is_not_discords_own_is_tried_once_a_minute_by_one() -> None:
    async def scene() -> tuple[Sequence[float], Sequence[Any]]:
        banned = Refusing(429, b"<html>", **{"Retry-After": "3600"})
        first = await banned.outcome(EDIT)
        lanes = [Lane(channel, Kind.EDIT) for channel in range(2, 12)]
        others = await asyncio.gather(*(banned.outcome(lane) for lane in lanes))
        banned.answer = Answer(200, {}, b"{}")
        later = [asyncio.create_task(banned.outcome(lane)) for lane in lanes]
        await asyncio.gather(*later)
        return banned.left, [first, *others, *(task.result() for task in later)]

    left, outcomes = run(scene())
    assert left[:2] == pytest.approx([0, 60], abs=0.1)
    assert left[2:] == pytest.approx([120] * 10, abs=0.1)
    assert [error for error, _ in outcomes] == [PermissionError] * 2 + [LongWait] * 9 + [None] * 10
    assert [when for _, when in outcomes[2:11]] == pytest.approx([60] * 9, abs=0.1)


def test_while_all_is_refused_what_is_not_counted_does_not_leave_either_but_may_be_the_one_to_try() -> None:
    async def scene() -> None:
        banned = Refusing(429, b"<html>")
        await banned.outcome(EDIT)
        with pytest.raises(LongWait):
            banned.limiter.aside()
        await asyncio.sleep(61)
        sent = banned.limiter.aside()
        waiting = asyncio.create_task(banned.outcome(EDIT))
        await asyncio.sleep(1)
        assert len(banned.left) == 1
        banned.limiter.heard(sent, Answer(404, {}, b'{"code": 10015}'))
        await waiting
        assert len(banned.left) == 2

    run(scene())


def test_a_long_wait_of_one_lane_is_told_at_once_and_does_not_concern_others() -> None:
    async def scene() -> Sequence[Any]:
        refusing = Refusing(429, told(3600), Via="1.1 proxy")
        parked = asyncio.gather(*(refusing.outcome(EDIT) for _ in range(3)))
        outcomes = await parked
        refusing.answer = Answer(200, {}, b"{}")
        return [*outcomes, await refusing.outcome(Lane(2, Kind.EDIT)), await refusing.outcome(EDIT)]

    assert [error for error, _ in run(scene())] == [PermissionError, LongWait, LongWait, None, LongWait]


def test_a_long_wait_of_all_is_told_to_all_at_once() -> None:
    async def scene() -> tuple[Sequence[Any], float]:
        refusing = Refusing(429, told(3600, overall=True))
        calls = [refusing.outcome(Lane(channel % 30, Kind.EDIT)) for channel in range(100)]
        outcomes = await asyncio.gather(*calls)
        return [error for error, _ in outcomes], now() - 1000

    errors, took = run(scene())
    assert set(errors) == {PermissionError, LongWait}
    assert took < 1


def test_what_nobody_waits_for_waits_for_as_long_as_it_takes() -> None:
    async def scene() -> Sequence[Any]:
        refusing = Refusing(429, told(3600))
        await refusing.outcome(EDIT)
        refusing.answer = Answer(200, {}, b"{}")
        return await refusing.outcome(EDIT, Priority.BACKGROUND)

    assert run(scene()) == (None, pytest.approx(3600, abs=0.1))


@pytest.mark.parametrize("seconds", [0.5, 59.0])
def test_a_lane_waits_as_it_is_told(seconds: float) -> None:
    async def scene() -> Sequence[Any]:
        refusing = Refusing(429, told(seconds))
        await refusing.outcome(EDIT)
        refusing.answer = Answer(200, {}, b"{}")
        return await refusing.outcome(EDIT)

    assert run(scene()) == (None, pytest.approx(seconds, abs=0.1))


# What nobody asked for with a lane.


def test_what_was_not_asked_for_waits_for_its_turn_too() -> None:
    async def scene() -> tuple[int, int]:
        desk = Desk()
        await asyncio.gather(
            *(desk.discord.request(Lane(channel, "GET /channels/*")) for channel in range(200))
        )
        return desk.discord.refused, len(desk.discord.accepted)

    assert run(scene()) == (0, 200)


def test_people_go_before_reading_and_reading_before_what_nobody_waits_for() -> None:
    async def scene() -> Sequence[str]:
        desk = Desk()
        await desk.fill()

        async def read(name: str) -> None:
            await desk.limiter.turn(Lane(len(name), "GET /channels/*/messages"))
            desk.started.append(name)

        with in_background():
            background = asyncio.create_task(read("background"))
        reading = asyncio.create_task(read("reading"))
        await asyncio.sleep(0)
        await desk.ask(Lane(1, Kind.EDIT), Priority.TEXT, "text").accepted()
        await asyncio.gather(background, reading)
        return desk.started

    assert run(scene()) == ["text", "reading", "background"]


def test_what_nobody_waits_for_leaves_half_of_each_second_to_others() -> None:
    async def scene() -> int:
        desk = Desk()
        for channel in range(100):
            desk.ask(Lane(channel, Kind.EDIT), Priority.BACKGROUND, "background")
        await asyncio.sleep(0.9)
        return len(desk.started)

    assert 20 <= run(scene()) <= 24


def test_whoever_gives_up_before_its_turn_takes_no_place() -> None:
    async def scene() -> None:
        limiter = Limiter()
        first = await limiter.turn(EDIT)
        second = asyncio.create_task(limiter.turn(EDIT))
        await asyncio.sleep(0.01)
        second.cancel()
        await asyncio.sleep(0.01)
        limiter.lost(first)
        assert (await limiter.turn(EDIT)).call is not None

    run(scene())


def test_what_headers_say_holds_for_the_next_request() -> None:
    async def scene() -> float:
        limiter = Limiter()

        async def other_process_used_the_rest() -> None:
            limiter.heard(await limiter.turn(EDIT), Answer(200, HEADERS, b"{}"))

        started = now()
        await limiter.ask(EDIT, Priority.EDIT, other_process_used_the_rest).accepted()
        await limiter.ask(EDIT, Priority.EDIT, other_process_used_the_rest).accepted()
        return now() - started

    assert run(scene()) == pytest.approx(3.0, abs=0.01)


def test_answers_without_headers_are_taken_as_they_are() -> None:
    async def scene() -> int:
        limiter = Limiter()

        async def through_a_proxy() -> None:
            limiter.heard(await limiter.turn(EDIT), Answer(200, {"X-RateLimit-Remaining": "3"}, b"{}"))

        await limiter.ask(EDIT, Priority.EDIT, through_a_proxy).accepted()
        return limiter.bucket(EDIT).left

    assert run(scene()) == 4


def test_edits_of_old_messages_keep_to_their_own_limit_whatever_headers_say() -> None:
    async def scene() -> float:
        desk = Desk(most=100)
        started = now()
        for _ in range(4):
            await desk.ask(Lane(1, Kind.EDIT_OLD), Priority.EDIT).accepted()
        return now() - started

    assert run(scene()) == pytest.approx(6.06, abs=0.1)


# The end, and long lives.


def test_closing_drops_what_waits_and_lets_requests_under_way_arrive() -> None:
    async def scene() -> tuple[Sequence[bool], int]:
        desk = Desk(most=1)
        calls = [desk.ask(EDIT, Priority.EDIT) for _ in range(2)]
        await asyncio.sleep(0.01)
        await desk.limiter.close(grace=5)
        return [call.answer.cancelled() for call in calls], len(desk.discord.accepted)

    assert run(scene()) == ([False, True], 1)


def test_closing_does_not_wait_for_ever() -> None:
    async def scene() -> float:
        limiter = Limiter()
        call = limiter.ask(EDIT, Priority.EDIT, partial(asyncio.sleep, 1000))
        await asyncio.sleep(0.01)
        started = now()
        await limiter.close(grace=2)
        with pytest.raises(asyncio.CancelledError):
            await call.accepted()
        return now() - started

    assert run(scene()) == pytest.approx(2.0)


def test_channels_that_are_quiet_are_forgotten() -> None:
    async def scene() -> int:
        desk = Desk()
        for channel in range(3 * IDLE_LANES):
            desk.ask(Lane(channel, Kind.CREATE), Priority.TEXT)
            if channel % 40 == 0:
                await asyncio.sleep(1)
        return len(desk.limiter._lanes)

    assert run(scene()) < 1.5 * IDLE_LANES
