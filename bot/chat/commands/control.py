"""What people do with an answer: stop it, have it redone, have it go on."""

from dataclasses import dataclass
from typing import Protocol

from bot.chat.answers import AnswerLookup, Versions
from bot.chat.asides.hooks import Hooks
from bot.chat.bounds.budgets import Budgets
from bot.chat.completions import Asker
from bot.chat.conversation.cooldown import Cooldown
from bot.chat.conversation.gathering import Gathering
from bot.chat.conversation.inbox import Inbox
from bot.chat.conversation.queue import AnswerQueue, Job, JobKind, StopReason
from bot.chat.rights import Action, Member, Permission, require, require_asker
from bot.errors import Outdated, UserFacingError
from bot.rules.literal import literal_line
from bot.rules.model import Answer, ChannelKey, State
from bot.rules.places.asides import is_aside
from bot.texts import members


class EndedAnswers(AnswerLookup, Versions, Protocol):
    """Answers that were given, and their versions."""


CONTINUABLE = frozenset({State.LENGTH, State.STOPPED, State.BROKEN, State.INTERRUPTED})


@dataclass(frozen=True, slots=True, eq=False)
class Control:
    """Does what somebody who may wants of an answer; everybody else gets a NotAllowed.

    Every method raises a UserFacingError with the reason when it does nothing, an Outdated one where its
    button will never do anything again.
    """

    answers: EndedAnswers
    queue: AnswerQueue
    gathering: Gathering
    inbox: Inbox
    cooldown: Cooldown
    budgets: Budgets
    hooks: Hooks

    async def stop(self, answer_id: int, member: Member, place: ChannelKey) -> None:
        """End an answer that is being written."""
        answer = await self._answer(answer_id, member, place)
        job = self.queue.find(answer.key.channel_id, answer.question_id)
        if job is None:
            raise UserFacingError(members.NOT_WRITING)
        job.stop(StopReason.STOPPED, literal_line(member.name), member.id)

    async def regenerate(self, answer_id: int, member: Member, place: ChannelKey) -> None:
        """Redo the newest answer in place; what it said stays as a version of it."""
        answer = await self._paid_answer(answer_id, member, place)
        await self._again(answer, JobKind.ANOTHER, member)

    async def go_on(self, answer_id: int, member: Member, place: ChannelKey) -> None:
        """Go on with the newest answer where it stopped."""
        answer = await self._paid_answer(answer_id, member, place)
        if answer.state not in CONTINUABLE:
            raise UserFacingError(members.NOTHING_TO_CONTINUE)
        await self._again(answer, JobKind.CONTINUE, member)

    async def leaf(self, answer_id: int, member: Member, place: ChannelKey, *, by: int) -> None:
        """Have the newest answer say what the version before or after it says; that is remembered."""
        answer = await self._ended_answer(answer_id, member, place)
        shown = await self.answers.version(answer_id)
        chosen = await self.answers.choose(answer_id, shown.number + by) if shown else None
        if chosen is None:  # or it is redone since it was looked at
            job = self.queue.find(answer.key.channel_id, answer.question_id)
            raise UserFacingError(members.STILL_WRITING if job else members.NO_OTHER_VERSION)
        self.queue.submit(Job.again(answer, JobKind.ANOTHER, left=chosen))

    async def _answer(self, answer_id: int, member: Member, place: ChannelKey) -> Answer:
        answer = await self.answers.get(answer_id)
        if answer is None or not (is_aside(answer.key) or answer.key.channel_id == place.channel_id):
            raise Outdated(members.ANSWER_FORGOTTEN)  # as after a lost database
        if is_aside(answer.key):
            require_asker(member, answer.asker_id)
        if not answer.question_message_id:
            raise Outdated(members.QUESTION_FORGOTTEN)
        require(Action.CONTROL_ANSWER, member, place, asker_id=answer.asker_id)
        return answer

    async def _ended_answer(self, answer_id: int, member: Member, place: ChannelKey) -> Answer:
        answer = await self._answer(answer_id, member, place)
        job = self.queue.find(answer.key.channel_id, answer.question_id)
        if job is not None and job.is_ending:  # its buttons may be seen before its end is noted
            await job.ended.wait()
            answer = await self._answer(answer_id, member, place)
            job = self.queue.find(answer.key.channel_id, answer.question_id)
        if job is not None:
            raise UserFacingError(members.STILL_WRITING)
        if not answer.is_newest:
            raise Outdated(members.NOT_NEWEST)
        if is_aside(answer.key) and not self.hooks.take_more(answer.question_message_id):
            raise Outdated(members.OUT_OF_REACH)
        return answer

    async def _paid_answer(self, answer_id: int, member: Member, place: ChannelKey) -> Answer:
        """Return an ended answer for which somebody may begin a request.

        Whether they may is looked at first, since an answer may begin meanwhile.
        """
        key = (await self._answer(answer_id, member, place)).key
        self.cooldown.require(member.id)
        await self.budgets.require(Asker(member.id, key))
        return await self._ended_answer(answer_id, member, place)

    async def _again(self, answer: Answer, kind: JobKind, member: Member) -> None:
        job = Job.again(answer, kind)
        job.for_id = member.id
        reads = Permission.READ_MESSAGE_HISTORY in member.permissions
        job.reads_back = reads and not is_aside(answer.key)
        if answer.text:
            await self.gathering.join(job, wait_for_quiet=False)
        elif not await self.inbox.resume(job):  # it ended before it began; its files may be unread
            raise UserFacingError(members.STILL_WRITING)
