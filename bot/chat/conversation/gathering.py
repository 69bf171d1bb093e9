"""Getting in line for an answer: at once, or in auto channels once people have paused.

In an auto channel messages that follow each other quickly get one answer, to the last of them; while an
answer is written there, what comes in meanwhile is gathered into one next answer. People who never pause are
answered all the same, every few seconds.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from bot.chat.conversation.obstacles import Obstacles
from bot.chat.conversation.queue import MOST_WAITING, AnswerQueue, Job, JobKind, StopReason
from bot.chat.memory import Questions
from bot.chat.meter import Meter
from bot.chat.ports import Clock, Screen
from bot.chat.tasks import Tasks
from bot.errors import MemoryRefused
from bot.rules.model import ChannelKey
from bot.rules.outcome import LastMessage
from bot.rules.places.shards import ShardId
from bot.texts import members
from bot.texts.languages.catalogue import Saying, in_words

log = logging.getLogger(__name__)

QUIET_SECONDS = 2.0  # how long an auto channel must be quiet before it is answered
# How long it may go on without being quiet: with a pause of less than the above, an answer every ten seconds.
MOST_GATHERING_SECONDS = 8.0
WANTED = {
    JobKind.ANSWER: "a question",
    JobKind.AGAIN: "an answer is to be redone",
    JobKind.ANOTHER: "another version of an answer is asked for",
    JobKind.CONTINUE: "an answer is to go on",
}
TOLD_SECONDS = 60.0  # how long a channel is not told again why it is not answered


@dataclass(frozen=True, slots=True)
class _Burst:
    """The newest message of an auto channel that is not quiet yet, and what puts it in line by and by."""

    job: Job
    timer: asyncio.Task[None]


@dataclass(eq=False)
class Gathering:
    """Puts jobs into their channel's line.

    What is said of a channel's jobs here must not be asked for by two at once: hold the channel's order.
    """

    queue: AnswerQueue
    questions: Questions
    screen: Screen
    clock: Clock
    tasks: Tasks
    meter: Meter = field(default_factory=Meter)

    def __post_init__(self) -> None:
        self.obstacles = Obstacles(self.screen, self.clock, self.tasks)
        self._bursts: dict[int, _Burst] = {}
        self._told: dict[tuple[int, str], float] = {}

    async def join(self, job: Job, *, wait_for_quiet: bool) -> None:
        """Put a job in line; what is gathered already in its channel is merged into a new question's."""
        if wait_for_quiet:
            job.gathering_since = self.clock.monotonic()
        if job.kind is JobKind.ANSWER:
            await self._merge(job)
        if not wait_for_quiet:
            await self._line_up(job)
        elif (newer := self._bursts.get(job.key.channel_id)) is not None:
            await self._leave_to(newer.job, [job])
        else:
            self._bursts[job.key.channel_id] = _Burst(job, self.tasks.start(self._join_when_quiet(job)))

    def forget(self, shard: ShardId) -> None:
        """Gather no more in a shard's places; what was is stored, and answered where they are served."""
        for channel_id, burst in list(self._bursts.items()):
            if shard.has(burst.job.key.guild_id):
                self._stop_gathering(channel_id)

    def find(self, channel_id: int, question_id: int) -> Job | None:
        """Return the job that answers a question, whether it waits for quiet, waits for its turn, or runs."""
        burst = self._bursts.get(channel_id)
        if burst is not None and burst.job.is_for(question_id):
            return burst.job
        return self.queue.find(channel_id, question_id)

    async def part_with(self, deleted: frozenset[int]) -> None:
        """Take the buttons off answers to questions that are deleted: they can do nothing any more."""
        with suppress(MemoryRefused):  # they are taken off when somebody presses them
            for key, message in await self.questions.answers_to(sorted(deleted)):
                about, jobs = message.about, self.queue.jobs(key.channel_id)
                jobs = [job for job in jobs if job.question_message_id == about]
                if message.id not in deleted and all(job.is_ending for job in jobs):
                    self.tasks.start(self._bare(key, message, jobs))

    async def _bare(self, key: ChannelKey, message: LastMessage, ending: Sequence[Job]) -> None:
        for job in ending:
            await job.ended.wait()
        await self.screen.take_buttons(key, message)

    async def hand_on(self, channel_id: int, deleted: frozenset[int]) -> None:
        """Let what was merged into a question that was deleted since be answered by itself."""
        burst = self._bursts.get(channel_id)
        if burst is not None and burst.job.question_message_id in deleted:
            self._stop_gathering(channel_id)
            await self._hand_on(burst.job, deleted)
        for job in self.queue.waiting(channel_id):
            if job.question_message_id in deleted:
                await self._hand_on(job, deleted)

    async def _hand_on(self, job: Job, deleted: frozenset[int]) -> None:
        job.stop(StopReason.GONE)
        if (again := job.rest(deleted)) is not None:
            await self.join(again, wait_for_quiet=True)

    async def _merge(self, newest: Job) -> None:
        """Let a job answer for older ones that wait for quiet, or wait in line since they were gathered."""
        channel_id = newest.key.channel_id
        older = [job for job in self.queue.waiting(channel_id) if job.gathering_since is not None]
        burst = self._bursts.get(channel_id)
        if burst is not None and burst.job.question_id < newest.question_id:
            self._stop_gathering(channel_id)
            older.append(burst.job)
        await self._leave_to(newest, [job for job in older if job.question_id < newest.question_id])

    async def _leave_to(self, newest: Job, older: Sequence[Job]) -> None:
        for job in older:
            newest.take_over(job)
        if older:
            await self.questions.mark_heard([job.question_id for job in older])

    def _stop_gathering(self, channel_id: int) -> None:
        self._bursts.pop(channel_id).timer.cancel()

    async def _join_when_quiet(self, job: Job) -> None:
        waited = self.clock.monotonic() - (job.gathering_since or 0.0)
        await self.clock.sleep(max(0.0, min(QUIET_SECONDS, MOST_GATHERING_SECONDS - waited)))
        del self._bursts[job.key.channel_id]
        await self._line_up(job)

    async def _line_up(self, job: Job) -> None:
        before = self.queue.submit(job)
        self.meter.asked()
        log.info("%s in channel %s, %s before it", WANTED[job.kind], job.key.channel_id, before)
        if before is None:
            await self.questions.mark_heard([job.question_id])
            saying = partial(members.LINE_FULL.format, most=MOST_WAITING)
            await self.turn_away(job.key, job.question_message_id, saying)
        elif before and not any(one.mark for one in job.merged):
            job.mark = self.tasks.start(self.screen.mark_seen(job.key, job.question_message_id, seen=True))

    async def turn_away(
        self, key: ChannelKey, message_id: int, saying: Saying, *, each: bool = False
    ) -> None:
        """Say why a message is not answered; to one of a channel in a minute, or to `each`."""
        now, told = self.clock.monotonic(), (key.channel_id, in_words(saying))
        self._told = {one: at for one, at in self._told.items() if now - at < TOLD_SECONDS}
        if each or told not in self._told:
            self._told[told] = now
            await self.screen.say(key, message_id, saying)
