"""How often a person's answers begin: what comes sooner is just heard, which is told once a period."""

import math
from functools import partial

from bot.chat.conversation.queue import Job, JobKind
from bot.chat.ports import Clock, Notices
from bot.errors import AskedTooSoon
from bot.rules.spending.cooldown import taken, wait
from bot.settings.bounds import Rate


class Cooldown:
    """Lets answers begin; a restart forgets whose did. Without a rate all may."""

    def __init__(self, rate: Rate | None, clock: Clock, notices: Notices) -> None:
        self._rate = rate
        self._clock = clock
        self._notices = notices
        self._full_at: dict[int, float] = {}  # by person
        self._told: dict[int, float] = {}

    def require(self, person: int) -> None:
        """Let those pass whose answer may begin now, before it is in line; raise AskedTooSoon for others."""
        if self._rate and (seconds := self._wait(self._rate, person)):
            raise self._too_soon(self._rate, seconds)

    def begin(self, person: int) -> None:
        """Count an answer that begins; raise AskedTooSoon where it may not."""
        self.require(person)
        if self._rate:
            now = self._clock.monotonic()
            self._full_at[person] = taken(self._rate, self._full_at.get(person, now), now)

    async def lets_begin(self, job: Job, person: int) -> bool:
        """Say whether the answer to a new question may begin, and count it; else its asker is told once.

        Where an answer is redone, that is said in its place: it begins, and ends with an AskedTooSoon.
        """
        if self._rate is None or job.stop_reason is not None or job.kind is not JobKind.ANSWER:
            return True
        try:
            self.begin(person)
        except AskedTooSoon as error:
            now = self._clock.monotonic()
            self._told = {one: at for one, at in self._told.items() if now - at < self._rate.seconds}
            if person not in self._told:
                self._told[person] = now
                await self._notices.say(job.key, job.question_message_id, partial("-# {}".format, error))
            return False
        return True

    def _wait(self, rate: Rate, person: int) -> float:
        now = self._clock.monotonic()
        self._full_at = {one: at for one, at in self._full_at.items() if at > now}
        return wait(rate, self._full_at.get(person, now), now)

    def _too_soon(self, rate: Rate, seconds: float) -> AskedTooSoon:
        at = math.ceil(self._clock.now().timestamp() + seconds)
        return AskedTooSoon(times=rate.times, seconds=rate.seconds, at=at)
