"""What people do with an answer: stop it, have it redone, have it go on."""

from dataclasses import dataclass

from bot import texts
from bot.chat.conversation.gathering import Lines
from bot.chat.conversation.inbox import Intake
from bot.chat.conversation.queue import Job, Mode, Runs, Why
from bot.chat.memory import AnswerLookup
from bot.errors import NotAllowed, UserFacingError
from bot.rules.model import Answer, ChannelKey, State

CONTINUABLE = frozenset({State.LENGTH, State.BROKEN, State.INTERRUPTED})


@dataclass(frozen=True, slots=True)
class Presser:
    """Who pressed a button, where, and whether they hold Manage Messages there."""

    id: int
    name: str
    may_manage: bool
    place: ChannelKey


class Control:
    """Checks who may do what with an answer, and does it.

    Every method raises a UserFacingError with the reason when it does nothing.
    """

    def __init__(self, answers: AnswerLookup, runs: Runs, lines: Lines, intake: Intake) -> None:
        self._answers = answers
        self._runs = runs
        self._lines = lines
        self._intake = intake

    async def stop(self, answer_id: int, presser: Presser) -> None:
        """End an answer that is being written."""
        answer = await self._answer(answer_id, presser)
        job = self._runs.find(answer.key.channel_id, answer.question_id)
        if job is None:
            raise UserFacingError(texts.NOT_WRITING)
        job.stop(Why.STOPPED, presser.name, presser.id)

    async def regenerate(self, answer_id: int, presser: Presser) -> None:
        """Redo the newest answer in place."""
        answer = await self._ended_answer(answer_id, presser)
        await self._again(answer, Mode.AGAIN)

    async def go_on(self, answer_id: int, presser: Presser) -> None:
        """Go on with the newest answer where it stopped."""
        answer = await self._ended_answer(answer_id, presser)
        if answer.state not in CONTINUABLE:
            raise UserFacingError(texts.NOTHING_TO_CONTINUE)
        await self._again(answer, Mode.CONTINUE)

    async def _answer(self, answer_id: int, presser: Presser) -> Answer:
        answer = await self._answers.get(answer_id)
        if answer is None or answer.key.channel_id != presser.place.channel_id:  # as after a lost database
            raise UserFacingError(texts.ANSWER_FORGOTTEN)
        if not answer.question_message_id:
            raise UserFacingError(texts.QUESTION_FORGOTTEN)
        if presser.id != answer.asker_id and not presser.may_manage:
            raise NotAllowed(texts.NOT_YOURS)
        return answer

    async def _ended_answer(self, answer_id: int, presser: Presser) -> Answer:
        answer = await self._answer(answer_id, presser)
        job = self._runs.find(answer.key.channel_id, answer.question_id)
        if job is not None and job.is_ending:  # its buttons may be seen before its end is noted
            await job.ended.wait()
            answer = await self._answer(answer_id, presser)
            job = self._runs.find(answer.key.channel_id, answer.question_id)
        if job is not None:
            raise UserFacingError(texts.STILL_WRITING)
        if not answer.is_newest:
            raise UserFacingError(texts.NOT_NEWEST)
        return answer

    async def _again(self, answer: Answer, mode: Mode) -> None:
        job = Job(answer.key, answer.question_id, answer.question_message_id, mode)
        if answer.text:
            await self._lines.join(job, wait_for_quiet=False)
        elif not await self._intake.resume(job):  # it ended before it began; its files may be unread
            raise UserFacingError(texts.STILL_WRITING)
