"""Asking again: the default where a model is gone, with fewer turns or no pictures where it took less."""

from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from bot.chat.conversation.asking.request import AssembledRequest, Requests
from bot.chat.home.chosen import Chosen
from bot.chat.ports import Catalog
from bot.errors import ContextTooLong, EmptyAnswer, ModelNotFound, NothingToSoMuch, RequestRefused

MOST_CUTS = 4  # tries with less, where a model took less than was thought
NEXT_SHARE = 0.75  # of the tokens that were too many for the model
HALF = 0.5  # of those to which it sent back nothing, or which pictures were among
LONG_PROMPT = 512  # tokens; to less than that an empty answer has other causes


class Attempt(Protocol):
    """What a try leaves: who was asked, the request, and whether the model has said anything."""

    chosen: Chosen
    assembled: AssembledRequest | None

    @property
    def has_news(self) -> bool:
        """Say whether the model has said anything."""


Ask = Callable[[int | None, bool], Coroutine[Any, Any, None]]  # with at most so many tokens; without pictures


class Tries:
    """Asks until the model takes the request, as long as nothing was said."""

    def __init__(self, requests: Requests, catalog: Catalog) -> None:
        self._requests = requests
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
                    self._requests.distrust(refused)

    async def _a_model_that_is_there(self, ask: Ask, attempt: Attempt) -> None:
        """Ask; where the model is gone from its server, ask the default."""
        try:
            await self._within_the_window(ask, attempt)
        except ModelNotFound:
            if not self._requests.give_up(attempt.chosen):
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
