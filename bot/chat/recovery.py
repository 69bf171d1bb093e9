"""What is done at the start about what a former process left: finish half-shown answers, give the others.

An answer whose words were on the screen is completed there with an "interrupted" mark and its buttons; a
question that was stored but never begun is answered, unless it has grown old.
"""

import logging
from datetime import timedelta

from bot import texts
from bot.chat.intake import Intake
from bot.chat.lines import Lines
from bot.chat.memory import Memory
from bot.chat.ports import Clock, Ending, Progress, Screen, Spot
from bot.chat.runs import Job
from bot.rules.model import Answer, ChannelKey, State

log = logging.getLogger(__name__)

STILL_EXPECTED = timedelta(minutes=10)
# What is said under an answer that ended without being seen to.
NOTES = {
    State.LENGTH: texts.RAN_OUT_OF_LENGTH,
    State.FILTERED: texts.FILTERED,
    State.INTERRUPTED: texts.INTERRUPTED,
    State.BROKEN: texts.CUT_MID_ANSWER.format(sentence=texts.CONNECTION_CUT),
}


class Recovery:
    """Repairs what a crash or a shutdown left."""

    def __init__(self, memory: Memory, screen: Screen, lines: Lines, intake: Intake, clock: Clock) -> None:
        self._memory = memory
        self._screen = screen
        self._lines = lines
        self._intake = intake
        self._clock = clock

    async def run(self) -> None:
        """Repair everything once, after the connection stands."""
        since = self._clock.now() - STILL_EXPECTED
        for answer in await self._memory.answers.unfinished():
            if self._is_ours(answer.key, answer.question_id):
                continue
            begun = answer.message_ids or answer.draft or answer.text
            if answer.state is State.WRITING and not begun and answer.created_at >= since:
                await self._give(answer.key, answer.question_id, answer.question_message_id)
            else:
                await self._complete(answer)
        for question in await self._memory.questions.waiting(since):
            if not self._is_ours(question.key, question.id):
                await self._give(question.key, question.id, question.message_id)

    def _is_ours(self, key: ChannelKey, question_id: int) -> bool:
        """Say whether this process answers a question already, which came before the repairs."""
        return self._lines.find(key.channel_id, question_id) is not None

    async def _give(self, key: ChannelKey, question_id: int, message_id: int) -> None:
        await self._intake.resume(Job(key, question_id, message_id))

    async def _complete(self, answer: Answer) -> None:
        text, ending = answer.draft or answer.text, _ending(answer)
        if answer.state is State.WRITING:
            told = None if answer.draft else answer.completion  # what was told of the text before
            await self._memory.answers.finish(answer.id, ending.state, text, 0, "", told, None, None)
        shown = await self._show(answer, text, ending) if answer.message_ids or text else ()
        await self._memory.answers.checkpoint(answer.id, "", shown)
        log.info("answer %s in channel %s was completed after a restart", answer.id, answer.key.channel_id)

    async def _show(self, answer: Answer, text: str, ending: Ending) -> tuple[int, ...]:
        """Show the end of an answer, and return the ids of its messages then."""
        shown = answer.message_ids

        async def progress(step: Progress) -> None:
            nonlocal shown
            shown = step.message_ids
            await self._memory.answers.checkpoint(answer.id, text, step.message_ids)

        spot = Spot(answer.key, answer.id, answer.question_message_id, answer.message_ids)
        await self._screen.open(spot, progress=progress, gone=lambda: None).finish(text, ending)
        return shown


def _ending(answer: Answer) -> Ending:
    if answer.state is not State.WRITING:
        return Ending(answer.state, NOTES.get(answer.state, ""))
    text = answer.draft or answer.text
    if not text:
        return Ending(State.FAILED, texts.INTERRUPTED_BEFORE_TEXT)
    return Ending(State.INTERRUPTED, texts.INTERRUPTED)
