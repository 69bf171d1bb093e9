"""The model through AsyncOpenAI: a stream of our events, openai's errors as ours, and our own retries.

Chunks are taken as plain dicts, not as the client's typed objects: building those costs five times as much as
all the rest of reading a stream. What is asked, and what becomes of the answer, is decided elsewhere.
"""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import openai
from openai import AsyncOpenAI, AsyncStream

from bot.chat.ports import Clock, Delay, Delta, Request
from bot.errors import (
    ConnectionCut,
    ContentFiltered,
    EmptyAnswer,
    KeyRefused,
    ModelError,
    ModelNotFound,
    ModelTimeout,
    ReplyUsedUp,
    RequestRefused,
)
from bot.llm import catalog, dialect, failures
from bot.llm.completion import Assembly
from bot.llm.counter import TiktokenCounter
from bot.llm.failures import Failure
from bot.llm.meter import ReplyMeter
from bot.llm.watchdog import Watchdog
from bot.rules.model import Completion

log = logging.getLogger(__name__)

MOST_RETRIES = 2
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 60.0
CHECK_SECONDS = 10.0
TURN_SECONDS = 0.01  # as long as chunks lie ready, others get their turn after this

_COMPLETIONS = "/chat/completions"
_END = object()
# No JSON; JSON with a number of thousands of digits, which is a plain ValueError; JSON nested without end.
UNREADABLE = (ValueError, RecursionError)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds that an answer may take: to its first word, between chunks, after its end, and in all."""

    first: float = 60.0
    first_of_reasoning: float = 300.0
    gap: float = 60.0
    tail: float = 2.0  # for the usage and the end mark, once the model has said that it is done
    total: float = 600.0


class OpenAICompleter:
    """A model behind OpenAI's API or one compatible with it."""

    def __init__(
        self,
        client: AsyncOpenAI,
        counter: TiktokenCounter,
        clock: Clock,
        jitter: Callable[[], float],
        limits: Limits | None = None,
    ) -> None:
        self._client = client
        self._counter = counter
        self._clock = clock
        self._jitter = jitter
        self._limits = limits or Limits()
        self._dialects = dialect.Dialects()

    async def stream(self, request: Request) -> AsyncGenerator[Delta | Delay | Completion, None]:
        """Yield the answer's chunks and at last its Completion; raise a ModelError if it fails.

        A failure is tried again, at most twice, while nothing was yielded but Delays; after text every
        failure is a ConnectionCut. Close the iterator to close the model's connection.
        """
        retries = 0
        with Watchdog(self._limits.total) as watchdog:
            while True:
                shown = False
                sent = self._dialects.put(request)
                meter = ReplyMeter(self._counter, request.model, request.max_reply_tokens)
                try:
                    async with aclosing(self._attempt(sent, meter, watchdog)) as events:
                        async for event in events:
                            shown = True
                            yield event
                except Failure as caught:
                    failure = caught
                else:
                    return
                self._report(failure, request.model, retries)
                if shown:
                    raise ConnectionCut
                if self._dialects.learn_refusal(failure.status, failure.words, sent):
                    continue
                seconds = self._wait(failure, retries)
                if seconds is None:
                    raise failure.error
                retries += 1
                yield Delay(seconds)
                await self._clock.sleep(seconds)

    async def check(self, model: str) -> None:
        """Ask the server whether it takes the key and has the model; raise a ModelError if not.

        KeyRefused is certain here: a sound key that may not look at models is a RequestRefused.
        """
        client = self._client.with_options(timeout=CHECK_SECONDS)
        try:
            if not await _has(client, model):
                raise ModelNotFound(model=model)
        except (openai.APIError, *UNREADABLE) as error:
            failure = self._failure(error, model)
            if isinstance(failure.error, KeyRefused) and (failure.status == 403 or _narrow(failure.words)):
                reason = failures.mask(failure.words, client.api_key) or f"status {failure.status}"
                raise RequestRefused(reason=reason) from failure
            raise failure.error from failure

    def why(self, error: ModelError) -> str:
        """Return what is behind an error of `check`, for the self-hoster."""
        return failures.why(error, self._client.api_key)

    async def _attempt(
        self, sent: dict[str, Any], meter: ReplyMeter, watchdog: Watchdog
    ) -> AsyncGenerator[Delta | Completion, None]:
        assembly = Assembly()
        try:
            async with aclosing(self._chunks(sent, watchdog, assembly)) as chunks:
                async for chunk in chunks:
                    said = self._take(chunk, assembly, sent["model"])
                    if text := assembly.show(await meter.take(said)):
                        yield Delta(text)
                    if meter.full:
                        assembly.finish_reason = "length"
                        break
        except (Failure, openai.APIError, TimeoutError, *UNREADABLE) as error:
            if assembly.finish_reason is None:
                raise self._failure(error, sent["model"]) from None
        if failure := _verdict(assembly):
            raise failure
        completion = assembly.completion()
        self._dialects.learn_limit(completion.usage, sent)
        yield completion

    async def _chunks(
        self, sent: dict[str, Any], watchdog: Watchdog, assembly: Assembly
    ) -> AsyncGenerator[object, None]:
        limits = self._limits
        reasoning = catalog.facts(sent["model"]).reasoning
        first = limits.first_of_reasoning if reasoning else limits.first
        post = self._client.post
        if dialect.STREAM not in sent:
            yield await watchdog.within(limits.total, post(_COMPLETIONS, cast_to=object, body=sent))
            return
        opening = post(_COMPLETIONS, cast_to=object, body=sent, stream=True, stream_cls=AsyncStream[object])
        async with await watchdog.within(first, opening) as stream:
            if stream.response.headers.get("content-type", "").startswith("application/json"):
                yield json.loads(await watchdog.within(limits.total, stream.response.aread()))
                return
            limit = first
            now = asyncio.get_running_loop().time
            turn = now()
            while (chunk := await watchdog.within(limit, anext(stream, _END))) is not _END:
                yield chunk
                limit = limits.tail if assembly.finish_reason else limits.gap if assembly.begun else first
                if now() - turn > TURN_SECONDS:
                    await asyncio.sleep(0)
                    turn = now()

    def _take(self, chunk: object, assembly: Assembly, model: str) -> str:
        if not isinstance(chunk, dict):
            return ""
        if error := failures.error_within(chunk):
            raise failures.from_body(error, model, self._client.api_key)
        return assembly.take(chunk)

    def _failure(self, error: Exception, model: str) -> Failure:
        if isinstance(error, Failure):
            return error
        if isinstance(error, openai.APIError):
            return failures.from_exception(error, model, self._client.api_key, self._clock.now())
        if isinstance(error, TimeoutError):
            return Failure(ModelTimeout())
        return Failure(ConnectionCut(), retry=True, words=type(error).__name__)

    def _wait(self, failure: Failure, retries: int) -> float | None:
        """Return how long to wait before the next attempt, or None to give up."""
        if not failure.retry or retries == MOST_RETRIES:
            return None
        seconds = failure.retry_after
        if seconds is None:
            seconds = FIRST_WAIT_SECONDS * 2**retries * (1 + self._jitter())
        return seconds if seconds <= LONGEST_WAIT_SECONDS else None

    def _report(self, failure: Failure, model: str, retries: int) -> None:
        words = failures.mask(failure.words, self._client.api_key)
        log.warning("%s, attempt %s: %s, status %s: %s", model, retries + 1, failure, failure.status, words)


async def _has(client: AsyncOpenAI, model: str) -> bool:
    try:
        await client.models.retrieve(model)
    except openai.NotFoundError:  # not every server has a page for each model
        names = _listed(await client.get("/models", cast_to=object))
        return model in names or f"{model}:latest" in names
    return True


def _listed(page: object) -> list[object]:
    """Return the names on a page of models; a server's front page has none."""
    entries = page.get("data") if isinstance(page, dict) else None
    return (
        [entry.get("id") for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    )


def _narrow(words: str) -> bool:
    """Tell a key that was limited to some uses from one that is wrong; OpenAI says 401 to both."""
    return "missing scopes" in words.lower() or "insufficient permissions" in words.lower()


def _verdict(assembly: Assembly) -> Failure | None:
    """Judge an answer at its end."""
    reason = assembly.finish_reason
    if assembly.begun:
        return None if reason else Failure(ConnectionCut())
    if reason == "content_filter" or assembly.refusal:
        return Failure(ContentFiltered())
    if reason == "length":
        return Failure(ReplyUsedUp())
    if assembly.received and reason is None:
        return Failure(ConnectionCut(), retry=True)
    return Failure(EmptyAnswer(), retry=True)
