"""The model through AsyncOpenAI: a stream of our events, openai's errors as ours, and our own retries.

Chunks are taken as plain dicts, not as the client's typed objects: building those costs five times as much as
all the rest of reading a stream. What is asked, and what becomes of the answer, is decided elsewhere.
"""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from typing import Any

import openai
from openai import AsyncOpenAI, AsyncStream

from bot.chat.ports import Clock, Delay, Delta, Request
from bot.errors import (
    ConnectionCut,
    ContentFiltered,
    ContextTooLong,
    EmptyAnswer,
    KeyRefused,
    ModelError,
    ModelNotFound,
    ModelTimeout,
    QuotaUsedUp,
    ReplyUsedUp,
    RequestRefused,
)
from bot.llm import catalog, failures
from bot.llm.completion import Assembly
from bot.llm.counter import TiktokenCounter
from bot.llm.dialects import refusals, wording
from bot.llm.dialects.learned import Dialects
from bot.llm.dialects.overlap import Overlap
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


@dataclass(frozen=True, slots=True)
class Server:
    """A server of models: how it is reached, what it has taught, and what is asked of it beside a request."""

    client: AsyncOpenAI
    dialects: Dialects
    extra: Mapping[str, Any] = field(default_factory=dict)


class OpenAICompleter:
    """A model behind OpenAI's API or one compatible with it."""

    def __init__(
        self,
        server: Server,
        counter: TiktokenCounter,
        clock: Clock,
        jitter: Callable[[], float],
        limits: Limits | None = None,
    ) -> None:
        self._client = server.client
        self._dialects = server.dialects
        self._extra = server.extra
        self._overlap = Overlap()
        self._turn = asyncio.Lock()  # of a server that writes one answer at a time
        self._counter = counter
        self._clock = clock
        self._jitter = jitter
        self._limits = limits or Limits()

    async def stream(self, request: Request) -> AsyncGenerator[Delta | Delay | Completion, None]:
        """Yield the answer's chunks and at last its Completion; raise a ModelError if it fails.

        A failure is tried again, at most twice, while nothing was yielded but Delays; after text every
        failure is a ConnectionCut. Close the iterator to close the model's connection.
        """
        retries = 0
        while True:
            shown = False
            sent = self._dialects.body(request, self._extra)
            try:
                async with aclosing(self._in_turn(request, sent)) as events:
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
            if await self._learn(failure, request, sent):
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
                raise RequestRefused from failure
            raise failure.error from failure

    def why(self, error: ModelError) -> str:
        """Return what is behind an error of `check`, for the self-hoster."""
        return failures.why(error, self._client.api_key)

    async def _in_turn(
        self, request: Request, sent: dict[str, Any]
    ) -> AsyncGenerator[Delta | Completion, None]:
        """Make one attempt; where a server writes one answer at a time, when no other is written."""
        meter = ReplyMeter(self._counter, request.model, request.max_reply_tokens)
        async with AsyncExitStack() as stack:
            if self._dialects.one_at_a_time(request.model):
                await stack.enter_async_context(self._turn)
            run = stack.enter_context(self._overlap.run())
            watchdog = stack.enter_context(Watchdog(self._limits.total))
            events = await stack.enter_async_context(aclosing(self._attempt(sent, meter, watchdog)))
            try:
                async for event in events:
                    if self._overlap.alive(run):
                        await self._dialects.learn_turns(request.model)
                    yield event
            except Failure as failure:
                if failure.broke_off:
                    self._overlap.broke(run)
                raise
            self._overlap.ended_well(run)

    async def _learn(self, failure: Failure, request: Request, sent: dict[str, Any]) -> bool:
        """Learn from a refusal what its server does not take; say whether to ask again without it."""
        found = refusals.finding(failure.status, failure.words, sent)
        why = failures.mask(failure.words, self._client.api_key)
        limit = found is not None and found.about in wording.LIMITS and bool(found.instead)
        if isinstance(failure.error, ContextTooLong) and not limit:
            tokens = refusals.window(failure.words)
            if tokens is None and failure.names_the_window:
                tokens = request.tokens
            if tokens:
                await self._dialects.learn_window(request.model, tokens, why)
            return False
        if isinstance(failure.error, ContentFiltered | QuotaUsedUp):
            return False
        if wording.has_pictures(sent["messages"]) and refusals.concerns_pictures(failure.words):
            failure.error, failure.retry = RequestRefused(), False
        if found is None:
            return False
        await self._dialects.learn_refusal(request.model, found, why)
        return found.about != wording.PICTURES  # whoever asked says what was left out

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
        yield assembly.completion()

    async def _chunks(
        self, sent: dict[str, Any], watchdog: Watchdog, assembly: Assembly
    ) -> AsyncGenerator[object, None]:
        limits = self._limits
        reasoning = catalog.facts(sent["model"]).reasoning
        first = limits.first_of_reasoning if reasoning else limits.first
        post = self._client.post
        if wording.STREAM not in sent:
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
            raise failures.from_body(error, model)
        return assembly.take(chunk)

    def _failure(self, error: Exception, model: str) -> Failure:
        if isinstance(error, Failure):
            return error
        if isinstance(error, openai.APIError):
            return failures.from_exception(error, model, self._clock.now())
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
