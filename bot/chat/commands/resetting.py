"""Clearing history, or starting afresh beside it: what would go, and bringing it back for a while."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from bot.chat.answers import AnswerLookup
from bot.chat.clearing import UNDO_FOR, Reset, ResetOrder, Resets, Told
from bot.chat.conversation.queue import AnswerQueue, Job, JobKind, StopReason
from bot.chat.memory import Questions
from bot.chat.ports import Answers, Clock
from bot.chat.rights import Action, Member, may, may_in, require, require_in
from bot.chat.tasks import Tasks
from bot.chat.threads.opening import Opening
from bot.errors import MemoryRefused, UserFacingError
from bot.rules.literal import literal_line
from bot.rules.model import ChannelKey
from bot.texts import admins
from bot.texts.features import threads as texts


@dataclass(frozen=True, slots=True, eq=False)
class Resetting:
    """Clears history for those who may; everybody else gets a NotAllowed.

    What is cleared is no longer answered, and nothing is stopped before it is cleared: a question would be
    left to nobody where the memory refuses or the process dies in between. What is said afterwards stays when
    a reset is undone, behind what comes back.
    """

    resets: Resets
    questions: Questions
    queue: AnswerQueue
    clock: Clock
    opening: Opening
    answers: AnswerLookup
    screen: Answers
    tasks: Tasks

    async def preview(self, order: ResetOrder, member: Member, told: Told | None = None) -> tuple[int, int]:
        """Return how many turns and tokens would go; raise a UserFacingError where there are none.

        `told` hears how many are counted so far.
        """
        require_in(Action.RESET, member, order.key, guild_wide=order.guild_wide)
        turns, tokens = await self.resets.preview(order, told)
        if not turns:
            raise UserFacingError(admins.NOTHING_TO_RESET)
        return turns, tokens

    async def reset(self, order: ResetOrder, member: Member, told: Told | None = None) -> Reset:
        """Clear history, and stop answering it; `told` hears how many turns are counted so far."""
        require_in(Action.RESET, member, order.key, guild_wide=order.guild_wide)
        reset = await self.resets.reset(order, member.id, told)
        ending = await self._stop_answering(reset)
        if not order.keep:
            self.tasks.start(self._without_buttons(reset, ending))
        return reset

    async def _stop_answering(self, reset: Reset) -> Sequence[Job]:
        reached = [job for job in self.queue.everywhere() if _reaches(reset, job.key)]
        cleared = [job for job in reached if await self.questions.find(job.question_message_id) is None]
        for job in cleared:
            job.stop(StopReason.RESET)
        return cleared

    async def start_afresh(self, key: ChannelKey, member: Member) -> Reset:
        """Begin a new conversation in a direct message or a thread; what was said stays, but is not sent.

        What is being answered is part of what was, and ends.
        """
        require(Action.START_AFRESH, member, key, asker_id=await self.opening.opener(key))
        reset = await self.resets.start_afresh(key, member.id)
        if reset is None:
            raise UserFacingError(texts.NOTHING_BEFORE)
        for job in (ending := self.queue.jobs(key.channel_id)):
            job.stop(StopReason.STOPPED, literal_line(member.name), member.id)
        self.tasks.start(self._without_buttons(reset, ending))
        return reset

    async def _without_buttons(self, reset: Reset, ending: Sequence[Job]) -> None:
        """Take the buttons off the answers that nothing can be done with any more; nobody waits for that."""
        for job in ending:
            await job.ended.wait()
        with suppress(MemoryRefused):
            async for key, message in self.resets.last_shown(reset):
                await self.screen.take_buttons(key, message)

    async def _give_buttons(self, reset: Reset) -> None:
        """Show the newest answer as it was, which can be redone again; of a whole server's none."""
        async for _, message in self.resets.last_shown(reset):
            answer = await self.answers.by_message(message.id)
            before = answer is not None and answer.created_at <= reset.at and answer.is_newest
            if answer and before and answer.question_message_id and not self.queue.jobs(reset.key.channel_id):
                self.queue.submit(Job.again(answer, JobKind.ANOTHER, left=answer))

    async def undoable(self, key: ChannelKey, member: Member) -> Reset | None:
        """Return the newest reset of a place that somebody may undo now."""
        reset = await self.resets.newest(key)
        if reset is None or self._is_over(reset):
            return None
        return reset if await self._may_undo(reset, key, member) else None

    async def _may_undo(self, reset: Reset, key: ChannelKey, member: Member) -> bool:
        if reset.is_fresh and (
            may(Action.START_AFRESH, member, key) or await self.opening.opener(key) == member.id
        ):
            return True
        return may_in(Action.RESET, member, key, guild_wide=reset.guild_wide)

    def _is_over(self, reset: Reset) -> bool:
        return reset.at + UNDO_FOR <= self.clock.now()

    async def undo(self, reset_id: int, key: ChannelKey, member: Member) -> Reset:
        """Bring back what a reset in this place cleared; raise a UserFacingError when it is too late."""
        reset = await self.resets.get(reset_id)
        if reset is None or not _reaches(reset, key) or self._is_over(reset):
            raise UserFacingError(admins.UNDO_TOO_LATE)
        if not await self._may_undo(reset, key, member):
            require_in(Action.RESET, member, key, guild_wide=reset.guild_wide)
        undone = await self.resets.undo(reset_id, member.id)
        if undone is None:
            raise UserFacingError(admins.UNDO_TOO_LATE)
        if not undone.guild_wide:
            await self._give_buttons(undone)
        return undone


def _reaches(reset: Reset, key: ChannelKey) -> bool:
    if reset.guild_wide:
        return reset.key.guild_id == key.guild_id
    return reset.key.channel_id == key.channel_id
