"""Who is asked in the place of a model that fails, in turn, as long as nothing was said."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from bot.chat.ports import Clock
from bot.errors import (
    AnswerError,
    ConnectionCut,
    ContextTooLong,
    KeyRefused,
    ModelDown,
    ModelError,
    ModelNotFound,
    ModelTimeout,
    QuestionTooLong,
    QuotaUsedUp,
    RateLimited,
)
from bot.rules.completions.breaker import Breaker

log = logging.getLogger(__name__)

# What another model could mend.
MENDABLE = (ModelDown, ModelTimeout, ModelNotFound, RateLimited, QuotaUsedUp, KeyRefused, ConnectionCut)
TOO_LONG = (QuestionTooLong, ContextTooLong)  # for one that stands in; the place's own model says so itself

Ask = Callable[[str, bool], Awaitable[None]]  # a model; whether it is the last that there is


class Spoken(Protocol):
    """An answer that is to be written."""

    @property
    def has_news(self) -> bool:
        """Say whether a model has said anything."""


class FallBacks:
    """Asks one model after the other, and leaves those alone for a while that failed."""

    def __init__(self, models: Sequence[str], clock: Clock) -> None:
        self._models = models
        self._clock = clock
        self._breakers: dict[str, Breaker] = {}
        self._failures: dict[str, AnswerError] = {}

    async def run(self, first: str, ask: Ask, answer: Spoken) -> None:
        """Ask a model, and others where it fails or failed a moment ago; the last is always asked.

        Raises:
            AnswerError: where nobody could answer, it is what the first one failed with.
        """
        models = list(dict.fromkeys((first, *self._models)))
        failure: AnswerError = ModelDown()
        for model in models:
            last = model == models[-1]
            if not (last or self._breaker(model).lets_through(self._clock.monotonic())):
                continue
            try:
                async with self._watched(model, answer):
                    await ask(model, last)
            except (*MENDABLE, *TOO_LONG) as error:
                if answer.has_news or (model == first and isinstance(error, TOO_LONG)):
                    raise
                failure = error
                log.info("%s gave no answer: %s", model, type(error).__name__)
            else:
                return
        raise _anew(self._failures.get(first, failure))

    def spoke(self, model: str) -> None:
        """Note that a model answers; what it failed with before is over."""
        self._failures.pop(model, None)
        if not self._breakers.pop(model, Breaker()).is_closed:
            log.info("%s answers again", model)

    def _breaker(self, model: str) -> Breaker:
        return self._breakers.get(model, Breaker())

    @asynccontextmanager
    async def _watched(self, model: str, answer: Spoken) -> AsyncIterator[None]:
        """Learn from how a question ends whether its model answers; one that told nothing blocks no other."""
        trial = not self._breaker(model).is_closed
        if trial:
            self._breakers[model] = self._breaker(model).on_trial()
        try:
            yield
        except MENDABLE as error:
            if not answer.has_news:
                self._breakers[model] = Breaker.failed(self._clock.monotonic())
                self._failures[model] = _anew(error)
            raise
        except ModelError:
            self.spoke(model)  # if only to refuse
            raise
        finally:
            if trial and model in self._breakers:
                self._breakers[model] = self._breaker(model).untold()


def _anew(error: AnswerError) -> AnswerError:
    """Return an error that says the same, and holds on to nothing of where it was raised."""
    return type(error)(**error.details)
