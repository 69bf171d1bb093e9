"""Judges texts and pictures by OpenAI's /moderations, or a compatible server's."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import openai
from openai import AsyncOpenAI

from bot.chat.bounds.ports import Said
from bot.chat.ports import Clock
from bot.errors import ContextTooLong, EmptyAnswer, RequestRefused
from bot.llm import failures
from bot.llm.attempt import UNREADABLE, failure_of
from bot.rules.completions.verdicts import categories, judges, missing
from bot.rules.spending.entries import Sending

log = logging.getLogger(__name__)

PATH = "/moderations"
SECONDS = 10.0
TRIES = 2
MOST_CHARACTERS = (
    20_000  # of one request, since OpenAI reads 32,768 tokens; longer texts are judged in pieces
)


@dataclass(frozen=True, slots=True)
class OpenAIModeration:
    """Asks the endpoint; without a client it is off."""

    client: AsyncOpenAI | None
    model: str
    clock: Clock
    thresholds: Mapping[str, float | None] = field(default_factory=dict)
    missed: set[str] = field(default_factory=set)  # categories of ours that it turned out not to tell of

    @property
    def is_on(self) -> bool:
        """Whether there is an endpoint."""
        return self.client is not None

    def sending(self) -> Sending:
        """Return the request that one look at some texts takes."""
        return Sending(self.model, str(self.client.base_url) if self.client else "", 0)

    async def judge(self, said: Sequence[Said], sending: Sending) -> Sequence[tuple[str, ...] | None]:
        """Return for each of them the categories for which it is held back; raise a ModelError.

        Of a picture that the endpoint does not take it can't tell: None.
        """
        texts = iter(await self._texts([one for one in said if isinstance(one, str)], sending))
        return [next(texts) if isinstance(one, str) else await self._picture(one, sending) for one in said]

    async def _picture(self, picture: Said, sending: Sending) -> tuple[str, ...] | None:
        try:
            [result] = await self._results([picture], sending)
        except (RequestRefused, ContextTooLong):
            return None
        return categories(result, self.thresholds)

    async def _texts(self, texts: Sequence[str], sending: Sending) -> Sequence[tuple[str, ...]]:
        pieces = [_pieces(text) for text in texts]
        results = iter(
            [
                result
                for batch in _batches([piece for of_one in pieces for piece in of_one])
                for result in await self._results(batch, sending)
            ]
        )
        verdicts = []
        for of_one in pieces:
            found = [name for _ in of_one for name in categories(next(results), self.thresholds)]
            verdicts.append(tuple(dict.fromkeys(found)))
        return verdicts

    async def _results(self, pieces: Sequence[Said], sending: Sending) -> Sequence[object]:
        if self.client is None:
            raise EmptyAnswer
        body = {"model": self.model, "input": pieces}
        for left in reversed(range(TRIES)):
            try:
                async with asyncio.timeout(SECONDS):
                    said = await self.client.post(PATH, cast_to=object, body=body)
            except (openai.APIError, TimeoutError, *UNREADABLE) as error:
                failure = failure_of(error, self.model, self.clock.now())
                words = (one for one in pieces if isinstance(one, str))
                why = failures.mask(failure.words, self.client.api_key, words)
                log.warning("%s judged nothing: %s, %s", self.model, type(failure.error).__name__, why)
                if not (left and failure.retry):
                    raise failure.error from failure
            else:
                break
        sending.left = True
        results = said.get("results") if isinstance(said, dict) else None
        if not isinstance(results, list) or len(results) != len(pieces) or not all(map(judges, results)):
            log.warning("%s judged nothing: its answer has not a verdict for each", self.model)
            raise EmptyAnswer
        for name in missing(self.thresholds, results[0]) - self.missed:
            self.missed.add(name)
            log.warning("MODERATION_CATEGORIES names %s, of which %s tells nothing", name, self.model)
        return results


def _batches(pieces: Sequence[str]) -> Sequence[Sequence[str]]:
    batches: list[list[str]] = []
    room = 0
    for piece in pieces:
        if len(piece) > room:
            batches.append([])
            room = MOST_CHARACTERS
        batches[-1].append(piece)
        room -= len(piece)
    return batches


def _pieces(text: str) -> list[str]:
    starts = range(0, max(len(text), 1), MOST_CHARACTERS)
    return [text[start : start + MOST_CHARACTERS] for start in starts]
