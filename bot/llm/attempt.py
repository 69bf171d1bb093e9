"""One call of a model: its chunks read within their time limits, its end judged; nothing is tried again."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar

import openai
from openai import AsyncOpenAI

from bot.chat.completions import StreamEvent
from bot.errors import (
    ConnectionCut,
    ContentFiltered,
    EmptyAnswer,
    ModelDown,
    ModelTimeout,
    ReplyUsedUp,
    RequestRefused,
)
from bot.llm import catalog, failures
from bot.llm.dialects import foreign, wording
from bot.llm.events import Events
from bot.llm.failures import Failure
from bot.llm.hearing import Hearing
from bot.rules.completions.finishes import Finish, finish_of

T = TypeVar("T")

TURN_SECONDS = 0.01  # as long as chunks lie ready, others get their turn after this
USUAL_SECONDS = 60.0
PATIENCE_SECONDS = 300.0  # with what loads first, or thinks for long
ANSWER_SECONDS = 600.0  # for all of an answer from its first word on
LITTLE_EFFORT = (None, "none", "minimal", "low")
FIRST_WORD = "no first word (FIRST_TOKEN_TIMEOUT)"
NEXT_WORD = "no further word"
NO_ANSWER = "what came was no answer, but"
NOTHING = "nothing was said"
ONLY_THOUGHT = "all that came was marked as thought (a server that always does so reads its model wrongly)"

_COMPLETIONS = "/chat/completions"
_END = object()
# No JSON; JSON with a number of thousands of digits, which is a plain ValueError; JSON nested without end.
UNREADABLE = (ValueError, RecursionError)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds that an answer may take: to its first word, between chunks, after its end, and in all."""

    first: float = USUAL_SECONDS
    first_of_reasoning: float = PATIENCE_SECONDS
    gap: float = USUAL_SECONDS
    tail: float = 2.0  # for the usage and the end mark, once the model has said that it is done
    total: float = PATIENCE_SECONDS + ANSWER_SECONDS

    @classmethod
    def of(cls, *, nearby: bool, first: float | None = None) -> "Limits":
        """Return the limits for a server: one `nearby` may load its model, or read for others.

        `first` is the self-hoster's own figure.
        """
        usual = PATIENCE_SECONDS if nearby else USUAL_SECONDS
        return cls(
            first=first or usual,
            first_of_reasoning=first or PATIENCE_SECONDS,
            gap=(first or usual) if nearby else USUAL_SECONDS,
            total=(first or PATIENCE_SECONDS) + ANSWER_SECONDS,
        )

    def first_of(self, sent: dict[str, Any]) -> float:
        """Return how long the first word of an answer to a request may take."""
        by_default = "medium" if catalog.facts(sent["model"]).reasoning else None
        effort = sent.get("reasoning_effort") or by_default
        return self.first if effort in LITTLE_EFFORT else self.first_of_reasoning


class Watchdog:
    """Interrupts awaits that take longer than their own limit, or than what is left of the total.

    One timer is looked at, not set anew, for each chunk. The client's own timeout is reset by every comment
    that keeps a connection alive, and `asyncio.timeout` may not be held over a `yield`; this one interrupts
    only what is awaited through it.
    """

    def __init__(self, total_seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._total = total_seconds
        self._end = self._loop.time() + total_seconds
        self._deadline = self._end
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: asyncio.Task[object] | None = None
        self._what = ""
        self._expired = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer:
            self._timer.cancel()

    async def within(self, seconds: float, awaitable: Awaitable[T], what: str = "no answer") -> T:
        """Await something; raise TimeoutError when it takes longer, or the total has passed.

        The error says `what` there was not, within how long, or that it was the total.
        """
        self._deadline, self._what = self._loop.time() + seconds, f"{what} within {seconds:g} s"
        if self._deadline > self._end:
            self._deadline, self._what = self._end, f"not done within {self._total:g} s in all"
        self._arm()
        task = self._waiting = asyncio.current_task()
        cancelling = task.cancelling() if task else 0
        try:
            return await awaitable
        except asyncio.CancelledError:
            if self._expired and task and task.uncancel() <= cancelling:
                self._expired = False
                raise TimeoutError(self._what) from None
            raise
        finally:
            self._waiting = None

    def _arm(self) -> None:
        if self._timer and self._timer.when() <= self._deadline:
            return
        if self._timer:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._deadline, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._loop.time() < self._deadline:
            self._arm()
        elif self._waiting:
            self._expired = True
            self._waiting.cancel()


class Attempt:
    """One call of a model."""

    def __init__(
        self, client: AsyncOpenAI, sent: dict[str, Any], hearing: Hearing, now: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._sent = sent
        self._model: str = sent["model"]
        self._hearing = hearing
        self._now = now
        self._kind = ""  # of what the server sends

    async def events(self, limits: Limits, watchdog: Watchdog) -> AsyncGenerator[StreamEvent, None]:
        """Yield what is heard and at last the Completion; raise a Failure if the answer is not whole."""
        hearing, failed, failure = self._hearing, None, None
        try:
            async with aclosing(self._chunks(limits, watchdog)) as chunks:
                async for chunk in chunks:
                    if not isinstance(chunk, dict):
                        continue
                    _refuse_another_api(chunk)
                    for event in await hearing.take(chunk):
                        yield event
                    if error := failures.error_within(chunk):
                        raise failures.from_body(error, self._model, self._now())
                    if hearing.full:
                        break
        except (Failure, openai.APIError, TimeoutError, *UNREADABLE) as error:
            failed = error
        hearing.settle()
        if failed and not hearing.is_over:
            failure = failure_of(failed, self._model, self._now())
        cut = failure is not None or finish_of(hearing.assembly.finish_reason) is Finish.LENGTH
        for event in await hearing.end(cut=cut):
            yield event
        if failure := failure or _verdict(hearing, self._kind):
            raise failure
        yield hearing.assembly.completion()

    async def _chunks(self, limits: Limits, watchdog: Watchdog) -> AsyncGenerator[object, None]:
        sent, hearing, now = self._sent, self._hearing, asyncio.get_running_loop().time
        assembly, first, began = hearing.assembly, limits.first_of(sent), now()
        post = self._client.post
        if wording.STREAM not in sent:
            yield await watchdog.within(limits.total, post(_COMPLETIONS, cast_to=object, body=sent))
            assembly.done = True
            return
        opening = post(_COMPLETIONS, cast_to=object, body=sent, stream=True, stream_cls=Events)
        async with await watchdog.within(first, opening, FIRST_WORD) as stream:
            turn = now()
            limit, what = first - (turn - began), FIRST_WORD
            self._kind = stream.response.headers.get("content-type", "").lower()
            if "json" in self._kind:  # it comes whole
                limit = limits.total
            while (chunk := await watchdog.within(limit, anext(stream, _END), what)) is not _END:
                yield chunk
                if (assembly.finish_reason or hearing.is_over) and not assembly.goes_on:
                    limit = limits.tail
                elif hearing.alive:
                    limit, what = limits.gap, NEXT_WORD
                else:
                    limit = first - (now() - began)
                if now() - turn > TURN_SECONDS:
                    await asyncio.sleep(0)
                    turn = now()
            assembly.done = stream.done


def failure_of(error: Exception, model: str, now: datetime) -> Failure:
    """Say what an exception means that came while a model was asked."""
    if isinstance(error, Failure):
        return error
    if isinstance(error, openai.APIError):
        return failures.from_exception(error, model, now)
    if isinstance(error, TimeoutError):
        return Failure(ModelTimeout(), words=str(error))
    return Failure(ConnectionCut(), retry=True, words=type(error).__name__)


def _refuse_another_api(answer: dict[str, Any]) -> None:
    if "choices" not in answer and (api := foreign.api_of(answer)):
        raise Failure(RequestRefused(), words=foreign.NO_SUCH.format(api=api))


def _verdict(hearing: Hearing, kind: str) -> Failure | None:
    """Judge an answer at its end; a page is of a proxy before the server, or of what else stands there."""
    assembly = hearing.assembly
    if not assembly.received:
        nothing = ModelDown() if "html" in kind else EmptyAnswer()
        return Failure(nothing, retry=True, words=f"{NO_ANSWER} {kind}")
    finish = finish_of(assembly.finish_reason)
    if finish is Finish.FAILED:
        return Failure(ModelDown(), retry=True, words=f"finish reason {assembly.finish_reason}")
    if not hearing.is_over:
        return Failure(ConnectionCut(), retry=True)
    if assembly.begun:
        return None
    if finish is Finish.FILTERED or assembly.refusal:
        return Failure(ContentFiltered())
    if finish is Finish.LENGTH:
        return Failure(ReplyUsedUp())
    if hearing.thinking:
        return Failure(ReplyUsedUp(), retry=True, words=ONLY_THOUGHT)
    return Failure(EmptyAnswer(), retry=True, words=f"{NOTHING}, finish reason {assembly.finish_reason}")
