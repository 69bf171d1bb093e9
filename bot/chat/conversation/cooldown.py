"""How often a person's answers begin: what comes sooner is just heard, which is told once a period."""

import math

from bot.chat.conversation.queue import Job
from bot.chat.memory import Questions
from bot.chat.ports import Clock, Notices
from bot.errors import UserFacingError
from bot.rules.spending.cooldown import taken, wait
from bot.settings.bounds import Rate
from bot.texts import bounds


class Cooldown:
    """Lets answers begin; a restart forgets whose did. Without a rate all may."""

    def __init__(self, rate: Rate | None, clock: Clock, questions: Questions, notices: Notices) -> None:
        self._rate = rate
        self._clock = clock
        self._questions = questions
        self._notices = notices
        self._full_at: dict[int, float] = {}  # by person
        self._told: dict[int, float] = {}

    def require(self, person: int) -> None:
        """Let those pass whose answer may begin now; raise a UserFacingError for others."""
        if self._rate and (seconds := self._wait(self._rate, person)):
            raise UserFacingError(self._sentence(self._rate, seconds))

    async def lets_begin(self, job: Job) -> bool:
        """Say whether an answer may begin, and count it; else its question is heard and its asker told."""
        if self._rate is None or job.stop_reason is not None:
            return True
        question = await self._questions.find(job.question_message_id)
        person = job.for_id or (question.asker_id if question else 0)  # one that has gone is noticed later
        now = self._clock.monotonic()
        seconds = self._wait(self._rate, person)
        if not seconds:
            self._full_at[person] = taken(self._rate, self._full_at.get(person, now), now)
            return True
        await self._questions.mark_heard([job.question_id])
        self._told = {one: at for one, at in self._told.items() if now - at < self._rate.seconds}
        if person not in self._told:
            self._told[person] = now
            sentence = bounds.COOLDOWN_REPLY.format(sentence=self._sentence(self._rate, seconds))
            await self._notices.say(job.key, job.question_message_id, sentence)
        return False

    def _wait(self, rate: Rate, person: int) -> float:
        now = self._clock.monotonic()
        self._full_at = {one: at for one, at in self._full_at.items() if at > now}
        return wait(rate, self._full_at.get(person, now), now)

    def _sentence(self, rate: Rate, seconds: float) -> str:
        once, often = bounds.TIMES
        times = once if rate.times == 1 else often.format(count=rate.times)
        at = math.ceil(self._clock.now().timestamp() + seconds)
        return bounds.COOLDOWN.format(times=times, period=bounds.PERIODS[rate.seconds], at=at)
