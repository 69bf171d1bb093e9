"""Lines of answers: in order, side by side, stoppable, and let finish at the end."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.chat.conversation import queue as queue
from bot.chat.conversation.queue import MOST_WAITING, AnswerQueue, Job, StopReason
from bot.chat.shards.served import Served
from bot.rules.model import ChannelKey
from bot.rules.places.shards import ShardId
from tests.support.fakes import LIMIT_SECONDS, Happenings

ROOM = ChannelKey(10, guild_id=1)
OTHER_ROOM = ChannelKey(20, guild_id=1)
OTHER_GUILD = ChannelKey(30, guild_id=2)
PATIENTLY = 60.0


class Works:
    """Runs jobs that take until they are let go, and remembers what happened to them."""

    def __init__(self) -> None:
        self.happenings = Happenings()
        self.queue = AnswerQueue(self.run, Served())
        self.begun: list[int] = []
        self.ended: list[tuple[int, StopReason | None]] = []
        self.gates: dict[int, asyncio.Event] = {}

    async def run(self, job: Job) -> None:
        self.begun.append(job.question_id)
        self.happenings.note()
        await job.speak(self._speak(job))
        self.ended.append((job.question_id, job.stop_reason))
        self.happenings.note()

    async def _speak(self, job: Job) -> None:
        await self.gates.setdefault(job.question_id, asyncio.Event()).wait()

    def submit(self, number: int, key: ChannelKey = ROOM) -> Job:
        job = Job(key, number, number)
        assert self.queue.submit(job) is not None
        return job

    def let_go(self, number: int) -> None:
        self.gates.setdefault(number, asyncio.Event()).set()

    async def until_begun(self, *numbers: int) -> None:
        await self.happenings.until(lambda: set(numbers) <= set(self.begun))

    async def until_ended(self, count: int) -> None:
        await self.happenings.until(lambda: len(self.ended) >= count)


@pytest.fixture
async def works() -> AsyncIterator[Works]:
    works = Works()
    yield works
    await works.queue.drain(0)


async def test_the_jobs_of_one_channel_run_in_order(works: Works) -> None:
    for number in (1, 2, 3):
        works.submit(number)
        works.let_go(number)
    await works.until_ended(3)

    assert works.begun == [1, 2, 3]
    assert [number for number, _ in works.ended] == [1, 2, 3]


async def test_a_job_waits_until_the_one_before_it_has_ended(works: Works) -> None:
    works.submit(1)
    works.submit(2)
    await works.until_begun(1)

    assert works.begun == [1]


async def test_different_channels_are_served_at_the_same_time(works: Works) -> None:
    works.submit(1, ROOM)
    works.submit(2, OTHER_ROOM)
    await works.until_begun(1, 2)

    assert works.ended == []
    assert len(works.queue.everywhere()) == 2


async def test_a_job_is_told_how_many_are_before_it(works: Works) -> None:
    before = [works.queue.submit(Job(ROOM, number, number)) for number in range(3)]

    assert before == [0, 1, 2]


async def test_a_line_has_room_for_so_many_waiting_and_no_more(works: Works) -> None:
    before = [works.queue.submit(Job(ROOM, number, number)) for number in range(MOST_WAITING + 2)]

    assert before == [*range(MOST_WAITING + 1), None]


async def test_a_full_line_does_not_keep_others_out_of_theirs(works: Works) -> None:
    for number in range(MOST_WAITING + 2):
        works.queue.submit(Job(ROOM, number, number))

    assert works.queue.submit(Job(OTHER_ROOM, 99, 99)) == 0


async def test_a_job_that_was_ended_while_it_waited_takes_no_room(works: Works) -> None:
    works.submit(0)
    for number in range(1, MOST_WAITING + 1):
        works.submit(number).stop(StopReason.REPLACED)

    assert works.queue.submit(Job(ROOM, 99, 99)) == 1
    assert [job.question_id for job in works.queue.waiting(ROOM.channel_id)] == [99]


async def test_what_runs_and_what_waits_is_counted_over_all_channels(works: Works) -> None:
    for number, key in enumerate((ROOM, ROOM, ROOM, OTHER_ROOM), 1):
        works.submit(number, key)
    works.queue.waiting(ROOM.channel_id)[0].stop(StopReason.STOPPED)

    assert works.queue.lengths() == (2, 1)


async def test_a_quiet_channel_costs_nothing(works: Works) -> None:
    works.submit(1)
    works.let_go(1)
    await works.until_ended(1)
    await works.queue.drain(PATIENTLY)

    assert len(works.queue.everywhere()) == 0
    assert works.queue.jobs(ROOM.channel_id) == []


async def test_a_job_is_found_while_it_waits_and_while_it_runs(works: Works) -> None:
    first, second = works.submit(1), works.submit(2)

    assert works.queue.find(ROOM.channel_id, 1) is first
    assert works.queue.find(ROOM.channel_id, 2) is second
    assert works.queue.find(OTHER_ROOM.channel_id, 1) is None


async def test_stopping_ends_a_job_within_one_turn_of_the_loop(works: Works) -> None:
    job = works.submit(1)
    await works.until_begun(1)
    await asyncio.sleep(0)
    job.stop(StopReason.STOPPED, "John")
    for _ in range(3):
        await asyncio.sleep(0)

    assert works.ended == [(1, StopReason.STOPPED)]
    assert job.by == "John"


async def test_a_job_stopped_before_it_speaks_never_does(works: Works) -> None:
    works.submit(1)
    second = works.submit(2)
    second.stop(StopReason.STOPPED)
    works.let_go(1)
    await works.until_ended(2)

    assert works.ended == [(1, None), (2, StopReason.STOPPED)]
    assert 2 not in works.gates


async def test_the_first_reason_to_stop_is_the_one_that_counts(works: Works) -> None:
    job = works.submit(1)
    await works.until_begun(1)
    job.stop(StopReason.STOPPED, "John")
    job.stop(StopReason.GONE)
    await works.until_ended(1)

    assert (job.stop_reason, job.by) == (StopReason.STOPPED, "John")


async def test_stopping_a_channel_ends_its_jobs_and_no_others(works: Works) -> None:
    works.submit(1)
    works.submit(2)
    works.submit(3, OTHER_ROOM)
    await works.until_begun(1, 3)
    await works.queue.stop_channel(ROOM.channel_id, StopReason.RESET)

    assert works.ended == [(1, StopReason.RESET), (2, StopReason.RESET)]
    assert works.queue.jobs(ROOM.channel_id) == []


async def test_stopping_a_channel_does_not_wait_for_who_comes_later(works: Works) -> None:
    works.submit(1)
    await works.until_begun(1)
    stopping = asyncio.create_task(works.queue.stop_channel(ROOM.channel_id, StopReason.RESET))
    await asyncio.sleep(0)
    works.submit(2)
    async with asyncio.timeout(LIMIT_SECONDS):
        await stopping

    assert works.ended == [(1, StopReason.RESET)]


async def test_stopping_a_guild_ends_the_jobs_of_all_its_channels(works: Works) -> None:
    for number, key in enumerate((ROOM, OTHER_ROOM, OTHER_GUILD)):
        works.submit(number, key)
    await works.until_begun(0, 1, 2)
    await works.queue.stop_guild(1, StopReason.GONE)

    assert sorted(works.ended) == [(0, StopReason.GONE), (1, StopReason.GONE)]


async def test_stopping_where_nothing_runs_is_done_at_once(works: Works) -> None:
    await works.queue.stop_channel(ROOM.channel_id, StopReason.RESET)

    assert works.ended == []


async def test_at_the_end_a_running_job_may_finish(works: Works) -> None:
    works.submit(1)
    await works.until_begun(1)
    draining = asyncio.create_task(works.queue.drain(PATIENTLY))
    await asyncio.sleep(0)
    works.let_go(1)
    await draining

    assert works.ended == [(1, None)]


async def test_at_the_end_a_job_that_takes_too_long_is_ended(works: Works) -> None:
    works.submit(1)
    await works.until_begun(1)
    await works.queue.drain(0.01)

    assert works.ended == [(1, StopReason.SHUTDOWN)]


async def test_at_the_end_what_waits_is_not_begun(works: Works) -> None:
    works.submit(1)
    waiting = works.submit(2)
    await works.until_begun(1)
    draining = asyncio.create_task(works.queue.drain(PATIENTLY))
    await asyncio.sleep(0)
    works.let_go(1)
    await draining

    assert waiting.stop_reason is StopReason.SHUTDOWN
    assert 2 not in works.gates


async def test_after_the_end_nothing_is_taken_any_more(works: Works) -> None:
    await works.queue.drain(0)

    assert works.queue.submit(Job(ROOM, 1, 1)) == 0
    assert len(works.queue.everywhere()) == 0


async def test_a_job_whose_worker_is_cancelled_is_not_mistaken_for_a_stopped_one() -> None:
    begun = asyncio.Event()

    async def speak() -> None:
        begun.set()
        await asyncio.Event().wait()

    job = Job(ROOM, 1, 1)
    worker = asyncio.create_task(job.speak(speak()))
    await begun.wait()
    worker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await worker

    assert job.stop_reason is None


async def test_who_is_cancelled_while_its_job_is_being_stopped_is_cancelled_all_the_same() -> None:
    begun = asyncio.Event()

    async def speak() -> None:
        begun.set()
        await asyncio.Event().wait()

    job = Job(ROOM, 1, 1)
    worker = asyncio.create_task(job.speak(speak()))
    await begun.wait()
    job.stop(StopReason.STOPPED)
    worker.cancel()

    with pytest.raises(asyncio.CancelledError):
        await worker


async def test_at_the_end_nobody_waits_for_what_can_not_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "ENDING_SECONDS", 0.01)
    ends: list[str] = []

    async def run(job: Job) -> None:
        await job.speak(asyncio.sleep(PATIENTLY))
        try:
            await asyncio.sleep(PATIENTLY)
        finally:
            ends.append("let go")

    lines = AnswerQueue(run, Served())
    job = Job(ROOM, 1, 1)
    lines.submit(job)
    async with asyncio.timeout(LIMIT_SECONDS):
        await asyncio.sleep(0)
        await lines.drain(0)

    assert (ends, job.stop_reason, lines.everywhere()) == (["let go"], StopReason.SHUTDOWN, [])


@pytest.mark.parametrize(("shard", "begun"), [(ShardId(0, 1), [1]), (ShardId(1, 2), [1, 2])])
async def test_what_is_left_of_a_burst_begins_where_its_place_is_still_served(
    works: Works, shard: ShardId, begun: list[int]
) -> None:
    job = works.submit(1)
    await works.until_begun(1)
    job.heir = Job(ROOM, 2, 2)
    draining = asyncio.create_task(works.queue.drain(PATIENTLY, shard))
    await asyncio.sleep(0)
    for number in (1, 2):
        works.let_go(number)
    await draining
    await works.until_ended(len(begun))

    assert works.begun == begun
