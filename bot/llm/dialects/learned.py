"""What one server's models have taught, and for how long it holds: kept over restarts, told in the log."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

from bot import __version__
from bot.chat.completions import Request
from bot.llm import catalog
from bot.llm.dialects import wording
from bot.llm.dialects.listing import Listing
from bot.llm.dialects.refusals import Finding
from bot.llm.hearing import OPENED, UNOPENED
from bot.rules.completions.thinking_room import thinking_room
from bot.rules.model_facts import Lesson, ModelFacts

log = logging.getLogger(__name__)

HOLDS_FOR = timedelta(days=7)
GONE_FOR = timedelta(minutes=10)  # then a model that was gone is asked again
WINDOW = "window"
ONE_AT_A_TIME = "one request at a time"
THOUGHTS = "thoughts"

# Hosts whose names of the token limit are known, so that they are not asked under both.
_NEWER_NAMES = (".openai.com", ".openai.azure.com", ".services.ai.azure.com")


class Lessons(Protocol):
    """Where lessons are kept."""

    async def all(self) -> Sequence[Lesson]:
        """Return all lessons, the oldest first."""

    async def learn(self, lesson: Lesson) -> None:
        """Store a lesson in the place of an older one about the same."""

    async def forget(self, *, before: datetime, but: str | None = None) -> int:
        """Delete the lessons learned before a time, and those of other versions than one; return how many."""


class Dialects:
    """What the models of one server have refused so far."""

    def __init__(self, server: str, now: Callable[[], datetime], kept: Lessons | None = None) -> None:
        self.server = server
        self._now = now
        self._kept = kept
        self._lessons: dict[str, dict[str, Lesson]] = {}
        self._listed: dict[str, Listing] = {}
        self._gone: dict[str, datetime] = {}  # models, and when they were found to be

    async def load(self) -> None:
        """Read what former processes learned, and forget what no longer holds."""
        if self._kept is not None:
            await self._kept.forget(before=self._now() - HOLDS_FOR, but=__version__)
            await self.catch_up()

    async def catch_up(self) -> None:
        """Know what other processes have learned, too; what was learned last holds."""
        kept = await self._kept.all() if self._kept is not None else ()
        for lesson in kept:
            if lesson.server == self.server:
                held = self._lessons.setdefault(lesson.model, {})
                if lesson.about not in held or held[lesson.about].learned_at < lesson.learned_at:
                    held[lesson.about] = lesson

    def of(self, model: str) -> Mapping[str, str]:
        """Return what a model has refused, with what is said in its place."""
        known = {} if catalog.facts(model).system_role else {wording.SYSTEM: ""}
        if self.is_openais:
            known[wording.MAX_TOKENS] = ""
        return known | {about: lesson.value for about, lesson in self._held(model).items()}

    def facts(self, model: str) -> ModelFacts:
        """Return what is known of a model, with what its server has taught."""
        facts, held = catalog.facts(model), self._held(model)
        listed = self._listed.get(model, Listing())
        windows = [listed.window or facts.context_window]
        if WINDOW in held:
            windows.append(int(held[WINDOW].value))
        gone_since = self._gone.get(model)
        facts = replace(
            facts,
            context_window=min((one for one in windows if one), default=None),
            gone=gone_since is not None and self._now() - gone_since < GONE_FOR,
            reasoning=facts.reasoning or THOUGHTS in held or listed.thinks_first,
        )
        return replace(facts, image_rule=None) if listed.blind or wording.PICTURES in held else facts

    def lessons(self, model: str) -> Sequence[Lesson]:
        """Return what a model has taught, and what still holds of it."""
        return tuple(self._held(model).values())

    def shutdown(self, model: str) -> str:
        """Return the day on which a model leaves its server, if the server says one."""
        return self._listed.get(model, Listing()).shutdown

    @property
    def is_openais(self) -> bool:
        """Whether the server is known to take what OpenAI's API takes."""
        return f".{urlsplit(self.server).hostname}".endswith(_NEWER_NAMES)

    @property
    def slots(self) -> int | None:
        """Return how many requests the server takes at once, if it says so."""
        return next((listed.slots for listed in self._listed.values() if listed.slots), None)

    def hear(self, model: str, listed: Listing) -> None:
        """Take in what the server says of a model by itself."""
        self._listed[model] = listed

    def body(self, request: Request, extra: Mapping[str, Any]) -> dict[str, Any]:
        """Put a request in words that its model has not refused, with room to think where it does."""
        learned, facts = self.of(request.model), self.facts(request.model)
        most = request.max_reply_tokens
        if facts.reasoning:
            effort = learned.get(wording.EFFORT, extra.get(wording.EFFORT))
            window = facts.context_window
            spare = None if window is None else window - request.tokens - most
            if spare is not None and not facts.encoding_known:
                spare //= 2  # our count may be well below theirs
            most += thinking_room(effort, spare)
        return wording.body(replace(request, max_reply_tokens=most), extra, learned)

    def one_at_a_time(self, model: str) -> bool:
        """Say whether a second request breaks the first."""
        return ONE_AT_A_TIME in self._held(model)

    async def learn_refusal(self, model: str, found: Finding, why: str) -> None:
        """Learn what is not taken, and what is said in its place: of efforts one, and if need be none."""
        again = found.about == wording.EFFORT and found.about in self._held(model)
        instead = "" if again else found.instead
        await self._learn(model, found.about, instead, why)
        instead = f"; {instead} takes its place" if instead else "; asking without it from now on"
        log.info("%s of %s does not take %s%s", model, self.server, found.about, instead)

    async def learn_window(self, model: str, tokens: int, why: str) -> None:
        """Learn how much a model takes, prompt and answer together; it is never learned to take more."""
        known = self.facts(model).context_window
        if known is None or tokens < known:
            await self._learn(model, WINDOW, str(tokens), why)
            log.info("%s of %s takes %s tokens with its answer", model, self.server, tokens)

    def learn_gone(self, model: str) -> None:
        """Learn that the server has a model no more."""
        self._gone[model] = self._now()
        log.warning("%s is gone from %s; the default answers where it was picked", model, self.server)

    def begins_in_thoughts(self, model: str) -> bool:
        """Say whether a model begins in its thoughts without an opening tag, as far as anybody knows."""
        if held := self._held(model).get(THOUGHTS):
            return held.value == UNOPENED
        return self._listed.get(model, Listing()).thinks_first or catalog.thinks_first(model)

    async def learn_thoughts(self, model: str, manner: str) -> None:
        """Learn how the thoughts of an answer began; without any, the next may begin with words as well."""
        held, begins = self._held(model).get(THOUGHTS), self.begins_in_thoughts(model)
        known = UNOPENED if begins else OPENED if held or catalog.facts(model).reasoning else ""
        manner = manner or (OPENED if held or begins else "")
        if manner not in ("", known):
            await self._learn(model, THOUGHTS, manner, "so they did in an answer")
            log.info("%s of %s thinks before it speaks; its thoughts begin %s", model, self.server, manner)

    async def learn_turns(self, model: str) -> None:
        """Learn that a second request breaks the first."""
        await self._learn(model, ONE_AT_A_TIME, "", "answers broke off each time that another began")
        log.warning("%s of %s breaks an answer when another begins; asking one at a time", model, self.server)

    async def _learn(self, model: str, about: str, value: str, why: str) -> None:
        lesson = Lesson(self.server, model, about, value, why, self._now(), __version__)
        self._lessons.setdefault(model, {})[about] = lesson
        if self._kept is not None:
            await self._kept.learn(lesson)

    def _held(self, model: str) -> dict[str, Lesson]:
        lessons = self._lessons.get(model, {})
        since = self._now() - HOLDS_FOR
        return {about: lesson for about, lesson in lessons.items() if lesson.learned_at > since}
