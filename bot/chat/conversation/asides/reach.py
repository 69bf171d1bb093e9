"""Answers that nothing but an interaction's webhook leads to: ended before that does, or else never begun."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.chat.answers import AnswerLog
from bot.chat.asides.hooks import Hook, Hooks
from bot.chat.conversation.queue import Job, StopReason
from bot.chat.conversation.recorder import FinalAnswers
from bot.chat.languages import Languages
from bot.chat.memory import Questions
from bot.chat.ports import Clock
from bot.chat.tasks import Tasks
from bot.rules.model import State
from bot.rules.places.asides import is_aside


class ReachedMemory(Protocol):
    """What is to be noted of an answer that nobody will see."""

    @property
    def answers(self) -> AnswerLog:
        """Answers, as far as they came."""

    @property
    def questions(self) -> Questions:
        """Messages that wait for an answer."""


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Runs jobs in the language of their place, whoever began them, while there is a way to their asker."""

    answer: Callable[[Job], Awaitable[None]]
    memory: ReachedMemory
    finals: FinalAnswers
    hooks: Hooks
    languages: Languages
    clock: Clock
    tasks: Tasks

    async def run(self, job: Job) -> None:
        """Run a job; an aside's ends in time, so that its last word can be shown."""
        job.hook = self.hooks.of(job.question_message_id)
        with self.languages.speaking(job.key):
            await (self._run_aside if is_aside(job.key) else self.answer)(job)

    async def _run_aside(self, job: Job) -> None:
        if (hook := job.hook) is None:
            await self._leave(job)
        else:
            watch = self.tasks.start(self._end_in_time(job, hook))
            try:
                await self.answer(job)
            finally:
                watch.cancel()

    async def _end_in_time(self, job: Job, hook: Hook) -> None:
        await self.clock.sleep((hook.until - self.clock.now()).total_seconds())
        job.stop(StopReason.OUT_OF_TIME)

    async def _leave(self, job: Job) -> None:
        """Note that an answer has ended, and is as much on the screen as it will ever be."""
        await self.memory.questions.mark_heard([job.question_id])
        if job.left is not None:
            if job.left.state is State.WRITING:
                await self.memory.answers.finish(job.left.id, await self.finals.of_left(job.left))
            await self.memory.answers.checkpoint(job.left.id, None, job.left.message_ids)
