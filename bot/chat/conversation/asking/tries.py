"""Asking again, as long as nothing was said: with less, without pictures, the default, or another model."""

import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Protocol

from bot.chat.conversation.asking.request import AssembledRequest, Requests
from bot.chat.home.chosen import Chosen
from bot.chat.ports import Catalog, Clock
from bot.errors import (
    AnswerError,
    ConnectionCut,
    ContextTooLong,
    EmptyAnswer,
    KeyRefused,
    ModelDown,
    ModelError,
    ModelNotFound,
    ModelTimeout,
    NothingToSoMuch,
    QuestionTooLong,
    QuotaUsedUp,
    RateLimited,
    RequestRefused,
)
from bot.rules.completions.breaker import Breaker

log = logging.getLogger(__name__)

MOST_CUTS = 4  # tries with less, where a model took less than was thought
NEXT_SHARE = 0.75  # of the tokens that were too many for the model
HALF = 0.5  # of those to which it sent back nothing, or which pictures were among
LONG_PROMPT = 512  # tokens; to less than that an empty answer has other causes
# What another model could mend.
MENDABLE = (ModelDown, ModelTimeout, ModelNotFound, RateLimited, QuotaUsedUp, KeyRefused, ConnectionCut)
TOO_LONG = (QuestionTooLong, ContextTooLong)  # for one that stands in; the place's own model says so itself


class Attempt(Protocol):
    """What a try leaves: who was asked, the request, and whether the model has said anything."""

    chosen: Chosen
    assembled: AssembledRequest | None

    @property
    def has_news(self) -> bool:
        """Say whether the model has said anything."""


Ask = Callable[[int | None, bool], Coroutine[Any, Any, None]]  # with at most so many tokens; without pictures
# A model, and whether it is the last that there is; then the same.
AskOne = Callable[[Chosen, bool, int | None, bool], Coroutine[Any, Any, None]]


class Tries:
    """Asks until the model takes the request, as long as nothing was said."""

    def __init__(self, requests: Requests, catalog: Catalog) -> None:
        self.requests = requests
        self._catalog = catalog

    async def run(self, ask: Ask, attempt: Attempt) -> None:
        """Ask; where that is refused with pictures, ask once without."""
        try:
            await self._a_model_that_is_there(ask, attempt)
        except RequestRefused:
            refused = attempt.assembled
            if attempt.has_news or refused is None or not refused.image_tokens:
                raise
            try:
                await ask(None, True)
            finally:
                if attempt.has_news:  # so it was the pictures
                    self.requests.distrust(refused)

    async def _a_model_that_is_there(self, ask: Ask, attempt: Attempt) -> None:
        """Ask; where the model is gone from its server, ask the default."""
        try:
            await self._within_the_window(ask, attempt)
        except ModelNotFound:
            if not self.requests.give_up(attempt.chosen):
                raise
            await self._within_the_window(ask, attempt)

    async def _within_the_window(self, ask: Ask, attempt: Attempt) -> None:
        """Ask; where the model takes less than was thought, ask with less."""
        most, left = None, MOST_CUTS
        while True:
            try:
                await ask(most, False)
            except ContextTooLong:
                too_much = attempt.assembled
                if attempt.has_news or too_much is None or not left or not too_much.can_shrink:
                    raise
                most = int(too_much.tokens * (HALF if too_much.image_tokens else NEXT_SHARE))
                left -= 1
            except EmptyAnswer as nothing:
                too_much = attempt.assembled
                if too_much is None or too_much.tokens < LONG_PROMPT:
                    raise
                await self._with_half(ask, too_much, nothing)
                return
            else:
                return

    async def _with_half(self, ask: Ask, too_much: AssembledRequest, nothing: EmptyAnswer) -> None:
        """Ask with half of what a model sent nothing back to; if that helps, it was more than it reads."""
        try:
            if not too_much.can_shrink:
                raise nothing
            await ask(int(too_much.tokens * HALF), False)
        except EmptyAnswer:
            raise NothingToSoMuch from nothing
        if tokens := too_much.request.tokens:
            why = "it sent back nothing to so much, and answered half of it"
            await self._catalog.learn_window(too_much.request.model, tokens, why)


class FallBacks:
    """Asks one model after the other, and leaves those alone for a while that failed."""

    def __init__(self, models: Sequence[str], tries: Tries, clock: Clock) -> None:
        self._models = models
        self._tries = tries
        self._clock = clock
        self._breakers: dict[str, Breaker] = {}
        self._failures: dict[str, AnswerError] = {}

    async def run(self, first: Chosen, ask: AskOne, attempt: Attempt) -> None:
        """Ask a model, and others where it fails or failed a moment ago; the last is always asked.

        Raises:
            AnswerError: where nobody could answer, it is what the first one failed with.
        """
        own = first.facts.name
        models = list(dict.fromkeys((own, *self._models)))
        failure: AnswerError = ModelDown()
        for model in models:
            last = model == models[-1]
            if not (last or self._breaker(model).lets_through(self._clock.monotonic())):
                continue
            try:
                async with self._watched(model, attempt):
                    attempt.chosen = await self._tries.requests.instead(first, model)
                    await self._tries.run(partial(ask, attempt.chosen, last), attempt)
            except (*MENDABLE, *TOO_LONG) as error:
                if attempt.has_news or (model == own and isinstance(error, TOO_LONG)):
                    raise
                failure = error
                log.info("%s gave no answer: %s", model, type(error).__name__)
            else:
                return
        raise _anew(self._failures.get(own, failure))

    def spoke(self, model: str) -> None:
        """Note that a model answers; what it failed with before is over."""
        self._failures.pop(model, None)
        if not self._breakers.pop(model, Breaker()).is_closed:
            log.info("%s answers again", model)

    def _breaker(self, model: str) -> Breaker:
        return self._breakers.get(model, Breaker())

    @asynccontextmanager
    async def _watched(self, model: str, attempt: Attempt) -> AsyncIterator[None]:
        """Learn from how a question ends whether its model answers; one that told nothing blocks no other."""
        trial = not self._breaker(model).is_closed
        if trial:
            self._breakers[model] = self._breaker(model).on_trial()
        try:
            yield
        except MENDABLE as error:
            if not attempt.has_news:
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
