"""Getting in line for an answer: at once, or in auto channels once people have paused.

In an auto channel messages that follow each other quickly get one answer, to the last of them; while an
answer is written there, what comes in meanwhile is gathered into one next answer.
"""

import asyncio

from bot import texts
from bot.chat.memory import Questions
from bot.chat.ports import Clock, Screen
from bot.chat.runs import MOST_WAITING, Job, Mode, Runs, Why
from bot.chat.tasks import Tasks

QUIET_SECONDS = 2.0  # how long an auto channel must be quiet before it is answered


class Lines:
    """Puts jobs into their channel's line."""

    def __init__(self, runs: Runs, questions: Questions, screen: Screen, clock: Clock, tasks: Tasks) -> None:
        self._runs = runs
        self._questions = questions
        self._screen = screen
        self._clock = clock
        self._tasks = tasks
        self._gathering: dict[int, tuple[Job, asyncio.Task[None]]] = {}

    async def join(self, job: Job, *, wait_for_quiet: bool) -> None:
        """Put a job in line; what is gathered already in its channel is merged into a new question's."""
        if job.mode is Mode.ANSWER:
            job.merged += await self._merge(job)
        if wait_for_quiet:
            job.mergeable = True
            self._gathering[job.key.channel_id] = (job, self._tasks.start(self._join_when_quiet(job)))
        else:
            await self._line_up(job)

    def find(self, channel_id: int, question_id: int) -> Job | None:
        """Return the job for a question, whether it waits for quiet, waits for its turn, or runs."""
        gathered, _ = self._gathering.get(channel_id, (None, None))
        if gathered is not None and gathered.question_id == question_id:
            return gathered
        return self._runs.find(channel_id, question_id)

    async def hand_on(self, channel_id: int, deleted: frozenset[int]) -> None:
        """Let what was merged into a question that was deleted since be answered by itself."""
        gathering = self._gathering.get(channel_id)
        if gathering is not None and gathering[0].question_message_id in deleted:
            gathering[1].cancel()
            del self._gathering[channel_id]
            await self._hand_on(gathering[0], deleted)
        for job in self._runs.waiting(channel_id):
            if job.question_message_id in deleted:
                await self._hand_on(job, deleted)

    async def _hand_on(self, job: Job, deleted: frozenset[int]) -> None:
        job.stop(Why.GONE)
        left = [one for one in job.merged if one.question_message_id not in deleted]
        if left:
            last = max(left, key=lambda one: one.question_id)
            again = Job(last.key, last.question_id, last.question_message_id, prepared=last.prepared)
            again.merged = [one for one in left if one is not last]
            await self.join(again, wait_for_quiet=True)

    async def _merge(self, newest: Job) -> list[Job]:
        """Let a job answer for older ones that wait for quiet, or wait in line since they were gathered."""
        channel_id = newest.key.channel_id
        gathered = [job for job in self._runs.waiting(channel_id) if job.mergeable]
        if (waiting := self._gathering.get(channel_id)) is not None:
            job, timer = waiting
            if job.question_id < newest.question_id:
                timer.cancel()
                del self._gathering[channel_id]
            gathered.append(job)
        gathered = [job for job in gathered if job.question_id < newest.question_id]
        for job in gathered:
            job.stop(Why.REPLACED)
        if gathered:
            await self._questions.hear([job.question_id for job in gathered])
        return [one for job in gathered for one in (job, *job.merged)]

    async def _join_when_quiet(self, job: Job) -> None:
        await self._clock.sleep(QUIET_SECONDS)
        del self._gathering[job.key.channel_id]
        await self._line_up(job)

    async def _line_up(self, job: Job) -> None:
        before = self._runs.submit(job)
        if before is None:
            await self._questions.hear([job.question_id])
            await self._screen.say(
                job.key, job.question_message_id, texts.LINE_FULL.format(most=MOST_WAITING)
            )
        elif before:
            job.mark = self._tasks.start(self._screen.mark_seen(job.key, job.question_message_id, seen=True))
