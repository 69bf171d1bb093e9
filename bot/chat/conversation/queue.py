"""Answers in progress: one per channel, the others in line, each stoppable, all awaited at shutdown.

Nothing here knows what an answer is: a job is run when its turn comes. A channel's line exists only while it
has work, so that ten thousand quiet channels cost nothing.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Any, Self

from bot.chat.asides.hooks import Hook
from bot.chat.shards.served import Served
from bot.logs import about
from bot.rules.admission.access import Standing
from bot.rules.model import Answer, ChannelKey, Speaker
from bot.rules.places.settings import Settings
from bot.rules.places.shards import ShardId
from bot.rules.prompting.speakers import plain_label

MOST_WAITING = 10
# What a job knows of the question that it answers.
OF_ITS_QUESTION = (
    "question_id",
    "question_message_id",
    "asker_id",
    "asked_model",
    "settings",
    "standing",
    "mentioned",
    "reads_back",
    "files_read",
)
ENDING_SECONDS = 1.0  # at the end, for what is stopped to be shown as such


class StopReason(Enum):
    """Why an answer was ended before the model was done."""

    STOPPED = auto()  # somebody pressed Stop
    GONE = auto()  # the question, the answer or the channel was deleted, or the right to write was lost
    RESET = auto()  # the history is being cleared
    REPLACED = auto()  # the question was edited and is answered anew
    OUT_OF_TIME = auto()  # Discord will take no more of an answer to a command
    SHUTDOWN = auto()


class JobKind(Enum):
    """What is asked of the model."""

    ANSWER = auto()
    AGAIN = auto()  # redo an answer in place, since its question changed
    ANOTHER = auto()  # give another version of an answer
    CONTINUE = auto()  # go on where an answer broke off


@dataclass(eq=False, slots=True)
class Job:
    """One answer to be given, on the account of whoever asked, or of `for_id`.

    `asker_id` is 0 where nobody knows who asked; `asked_model` was picked for the question; `settings` are
    those of its place, where they were read with the question, `standing` is by what its asker was let in,
    where a message began it; `mentioned` are the people whom it names; with `reads_back` what was said before
    may go along as background; `files_read` ends when the question's `files` are read, `mark` when the
    question shows that it was seen; a job with a time in `gathering_since` may be left to a later one of its
    channel, which then has it in `merged`; `left` is an answer of a former process, whose end is to be shown
    without asking the model; `hook` is the webhook of the command that asked; `message_ids` are the answer's
    so far, `deleted` those of messages that went from its channel meanwhile.
    """

    key: ChannelKey
    question_id: int
    question_message_id: int
    kind: JobKind = JobKind.ANSWER
    asker_id: int = 0
    asked_model: str = ""
    settings: Settings | None = None
    standing: Standing | None = None
    mentioned: tuple[Speaker, ...] = ()
    reads_back: bool = False
    files: int = 0
    files_read: asyncio.Task[None] | None = None
    mark: asyncio.Task[None] | None = None
    gathering_since: float | None = None
    merged: list["Job"] = field(default_factory=list, repr=False)
    message_ids: tuple[int, ...] = ()
    deleted: set[int] = field(default_factory=set)
    for_id: int | None = None
    hook: Hook | None = None
    stop_reason: StopReason | None = None
    by: str = ""
    by_id: int | None = None
    left: Answer | None = None
    heir: "Job | None" = None  # whose turn it is right after this one
    ended: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    _speaking: asyncio.Task[None] | None = field(default=None, repr=False)

    @classmethod
    def again(cls, answer: Answer, kind: JobKind, left: Answer | None = None) -> Self:
        """Return a job for the question of an answer, which may be `left` with its end to be shown."""
        asked = (answer.question_id, answer.question_message_id, kind, answer.asker_id, answer.asked_model)
        return cls(answer.key, *asked, left=left)

    @property
    def named(self) -> Sequence[tuple[int, str]]:
        """Return the people whom the question names: ids with labels."""
        return [(one.id, plain_label(one)) for one in self.mentioned]

    @property
    def has_spoken(self) -> bool:
        """Say whether the part of the job that reads the question has begun, or is over."""
        return self._speaking is not None or self.left is not None

    @property
    def is_ending(self) -> bool:
        """Say whether there is nothing left to do but to store the end and show it."""
        return self.left is not None or (self._speaking is not None and self._speaking.done())

    def is_alone(self, now: datetime) -> bool:
        """Say whether its answer has no buttons once it has ended, since nothing leads to it by then."""
        return self.hook is not None and not self.hook.takes_more(now)

    def is_for(self, question_id: int) -> bool:
        """Say whether the answer is to a question, or for it as well."""
        return question_id in {self.question_id, *(one.question_id for one in self.merged)}

    def take_over(self, older: "Job") -> None:
        """Answer for an older job, which ends, and for those that it answered for."""
        older.stop(StopReason.REPLACED)
        self.merged += [older, *older.merged]
        if self.gathering_since is not None and older.gathering_since is not None:
            self.gathering_since = min(self.gathering_since, older.gathering_since)

    def rest(self, without: Collection[int] = ()) -> "Job | None":
        """Return a job for those that were taken over, but for some messages: to the newest of them."""
        left = [one for one in self.merged if one.question_message_id not in without]
        if not left:
            return None
        newest = max(left, key=lambda one: one.question_id)
        again = Job(newest.key, **{name: getattr(newest, name) for name in OF_ITS_QUESTION})
        again.merged = [one for one in left if one is not newest]
        return again

    def falls_to_others(self) -> bool:
        """Answer in the place of one's own question the newest that was taken over, if there is one."""
        if not self.merged:
            return False
        newest = max(self.merged, key=lambda one: one.question_id)
        self.merged.remove(newest)
        for name in OF_ITS_QUESTION:
            setattr(self, name, getattr(newest, name))
        return True

    async def speak(self, work: Coroutine[Any, Any, None]) -> None:
        """Run the part of the job that `stop` may end; return early when it is stopped."""
        self._speaking = asyncio.create_task(work)
        if self.stop_reason is not None:
            self._speaking.cancel()
        try:
            await self._speaking
        except asyncio.CancelledError:
            if self.stop_reason is None or _cancelled_from_outside():
                raise

    def stop(self, stop_reason: StopReason, by: str = "", by_id: int | None = None) -> None:
        """End the job; what was written so far stays with whoever runs it."""
        if self.stop_reason is None:
            self.stop_reason, self.by, self.by_id = stop_reason, by, by_id
            if self._speaking is not None:
                self._speaking.cancel()


def _cancelled_from_outside() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class AnswerQueue:
    """The lines of all channels."""

    def __init__(self, run: Callable[[Job], Awaitable[None]], served: Served) -> None:
        self._run = run
        self._served = served
        self._waiting: dict[int, deque[Job]] = {}
        self._running: dict[int, Job] = {}
        self._workers: dict[int, asyncio.Task[None]] = {}
        self._closing = False

    def submit(self, job: Job) -> int | None:
        """Put a job in its channel's line; return how many are before it, or None where the line is full."""
        if self._closing or not self._served.begins(job.key):
            return 0  # stored questions are answered after the next start, or where their place is served
        channel = job.key.channel_id
        if channel not in self._running:
            line = self._waiting[channel] = deque()
            self._running[channel] = job
            self._workers[channel] = asyncio.create_task(self._work(job, line))
            return 0
        before = len(self.waiting(channel))
        if before >= MOST_WAITING:
            return None
        self._waiting[channel].append(job)
        return before + 1

    def find(self, channel_id: int, question_id: int) -> Job | None:
        """Return the running or waiting job for a question, rather one that has not been ended already."""
        found = [job for job in self.jobs(channel_id) if job.is_for(question_id)]
        return next((job for job in found if job.stop_reason is None), found[0] if found else None)

    def jobs(self, channel_id: int) -> list[Job]:
        """Return a channel's jobs, the running one first."""
        running = self._running.get(channel_id)
        return ([running] if running else []) + self.waiting(channel_id)

    def everywhere(self) -> list[Job]:
        """Return the jobs of all channels."""
        return [job for channel in list(self._running) for job in self.jobs(channel)]

    def lengths(self) -> tuple[int, int]:
        """Return how many answers are being given in all channels, and how many questions wait."""
        return len(self._running), sum(len(self.waiting(channel)) for channel in self._waiting)

    def waiting(self, channel_id: int) -> list[Job]:
        """Return the jobs whose turn has not come, but for those that were ended before it did."""
        return [job for job in self._waiting.get(channel_id, ()) if job.stop_reason is None]

    async def stop_channel(self, channel_id: int, stop_reason: StopReason) -> None:
        """End all jobs of a channel and its threads; wait until they have ended, not for new ones."""
        jobs = [job for job in self.everywhere() if channel_id in (job.key.channel_id, job.key.parent_id)]
        for job in jobs:
            job.stop(stop_reason)
        for job in jobs:
            await job.ended.wait()

    async def stop_guild(self, guild_id: int, stop_reason: StopReason) -> None:
        """End all jobs of a server's channels and wait until they have ended."""
        channels = [channel for channel, job in self._running.items() if job.key.guild_id == guild_id]
        await asyncio.gather(*(self.stop_channel(channel, stop_reason) for channel in channels))

    async def drain(self, grace: float, shard: ShardId | None = None) -> None:
        """Let running answers finish for so many seconds, then end them; what waits is stored and dropped.

        What can't be shown within a moment is stored by then, and shown at the next start. With a shard this
        is so in its places alone, and lasts until they are served again.
        """
        if shard is None:
            self._closing = True
        else:
            self._served.end(shard)
        channels = [one for one, job in self._running.items() if not shard or shard.has(job.key.guild_id)]
        for channel in channels:
            for job in self.waiting(channel):
                job.stop(StopReason.SHUTDOWN)
        workers = [self._workers[channel] for channel in channels]
        if workers:
            await asyncio.wait(workers, timeout=grace)
        for job in [self._running[channel] for channel in channels if channel in self._running]:
            job.stop(StopReason.SHUTDOWN)
        if workers:
            _, late = await asyncio.wait(workers, timeout=ENDING_SECONDS)
            for worker in late:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _work(self, job: Job, line: deque[Job]) -> None:
        channel = job.key.channel_id
        try:
            while True:
                try:
                    with about(job.question_message_id):
                        await self._run(job)
                finally:
                    job.ended.set()
                if job.heir is not None and not self._closing and self._served.begins(job.heir.key):
                    line.appendleft(job.heir)
                if not line:
                    return
                job = self._running[channel] = line.popleft()
        finally:
            del self._running[channel], self._waiting[channel], self._workers[channel]
