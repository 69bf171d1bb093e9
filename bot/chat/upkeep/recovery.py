"""What is done once a shard is heard about what was left there: finish half-shown answers, give the others.

An answer whose words were on the screen is completed there with what is known of its end and its buttons; a
question that was stored but never begun is answered, unless it has grown old. All of it waits in the lines of
the channels, as new questions do.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.chat.answers import AnswerLog
from bot.chat.bounds.access import Access
from bot.chat.conversation.gathering import Gathering
from bot.chat.conversation.inbox import Inbox
from bot.chat.conversation.queue import AnswerQueue, Job, JobKind, StopReason
from bot.chat.memory import Questions
from bot.chat.ports import Clock
from bot.rules.model import Answer, ChannelKey, State
from bot.rules.places.asides import is_elsewhere
from bot.rules.places.shards import ALL, ShardId

STILL_EXPECTED = timedelta(minutes=10)


class RepairedMemory(Protocol):
    """What repairs need of the memory."""

    @property
    def answers(self) -> AnswerLog:
        """Answers, as far as they came."""

    @property
    def questions(self) -> Questions:
        """Messages that wait for an answer."""


@dataclass(frozen=True, slots=True, eq=False)
class Recovery:
    """Repairs what a crash or a shutdown left."""

    memory: RepairedMemory
    queue: AnswerQueue
    gathering: Gathering
    inbox: Inbox
    access: Access
    clock: Clock

    async def run(self, shard: ShardId) -> None:
        """Repair everything in a shard's places once, after its connection stands."""
        await self._repair(shard, lambda key, message_id: True)

    async def elsewhere(self, asked: Collection[int]) -> None:
        """Repair what was asked with some messages where the bot is no member, by another process."""
        await self._repair(ALL, lambda key, message_id: message_id in asked and is_elsewhere(key))

    async def _repair(self, shard: ShardId, concerns: Callable[[ChannelKey, int], bool]) -> None:
        since = self.clock.now() - STILL_EXPECTED
        for answer in await self.memory.answers.unfinished(shard):
            if not concerns(answer.key, answer.question_message_id):
                continue
            if self._is_ours(answer.key, answer.question_id):
                continue
            if answer.created_at >= since and _is_due(answer) and await self._is_asked(answer):
                await self.inbox.resume(Job.again(answer, JobKind.AGAIN))
            else:
                self._show_the_end(answer, stop=not _has_begun(answer))
        for question in await self.memory.questions.waiting(since, shard):
            if not concerns(question.key, question.message_id):
                continue
            if self._is_ours(question.key, question.id):
                continue
            if not await self.access.lets_in(question.key, question.asker_id):
                await self.memory.questions.mark_heard([question.id])
            else:
                job = Job(question.key, question.id, question.message_id)
                job.asker_id, job.asked_model = question.asker_id, question.asked_model
                await self.inbox.resume(job)

    async def reopened(self, channel_id: int) -> None:
        """Show how answers ended in a thread that was locked or archived meanwhile, and no longer is."""
        for answer in await self.memory.answers.unfinished_in(channel_id):
            if answer.message_ids and not self._is_ours(answer.key, answer.question_id):
                self._show_the_end(answer)

    def _show_the_end(self, answer: Answer, *, stop: bool = False) -> None:
        job = Job.again(answer, JobKind.AGAIN, left=answer)
        if stop:
            job.stop(StopReason.GONE)
        self.queue.submit(job)

    async def _is_asked(self, answer: Answer) -> bool:
        """Say whether the question is still in memory, neither deleted nor reset, and may still be asked."""
        is_there = await self.memory.questions.find(answer.question_message_id) is not None
        return is_there and await self.access.lets_in(answer.key, answer.asker_id)

    def _is_ours(self, key: ChannelKey, question_id: int) -> bool:
        """Say whether this process answers a question already, which came before the repairs."""
        return self.gathering.find(key.channel_id, question_id) is not None


def _is_due(answer: Answer) -> bool:
    """Say whether nothing was said yet, or nothing in answer to the new words of an edited question."""
    return answer.is_to_be_redone if answer.state is not State.WRITING else not _has_begun(answer)


def _has_begun(answer: Answer) -> bool:
    return answer.state is not State.WRITING or bool(answer.message_ids or answer.draft or answer.text)
