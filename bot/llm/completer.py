"""The model through AsyncOpenAI: a stream of our events, openai's errors as ours, and our own retries.

Chunks are taken as plain dicts, not as the client's typed objects: building those costs five times as much as
all the rest of reading a stream. What is asked, and what becomes of the answer, is decided elsewhere.
"""

import asyncio
import logging
import math
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractContextManager, AsyncExitStack, aclosing, suppress
from dataclasses import dataclass, field
from typing import Any

import openai
from openai import AsyncOpenAI

from bot.chat.completions import (
    Asker,
    Delay,
    Delta,
    InLine,
    Loading,
    Request,
    Retraction,
    StreamEvent,
    Thought,
)
from bot.chat.ports import Clock
from bot.errors import (
    ConnectionCut,
    ContentFiltered,
    ContextTooLong,
    KeyRefused,
    ModelError,
    ModelNotFound,
    QuotaUsedUp,
    ReplyUsedUp,
    RequestRefused,
)
from bot.llm import catalog, failures
from bot.llm.attempt import UNREADABLE, Attempt, Limits, Watchdog, failure_of
from bot.llm.counter import TiktokenCounter
from bot.llm.dialects import overflows, refusals, wording
from bot.llm.dialects.learned import Dialects
from bot.llm.dialects.models_page import listed
from bot.llm.dialects.overlap import Overlap
from bot.llm.failures import Failure, Reach
from bot.llm.hearing import Ear, Hearing, speaks_of_tags
from bot.llm.slots import Line, Slot, Slots
from bot.rules.model import Completion
from bot.rules.model_facts import nearest_effort
from bot.rules.spending.entries import Sending

log = logging.getLogger(__name__)

MOST_RETRIES = 2
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 60.0
SHORT_WAIT_SECONDS = 5.0  # a server that asks for more is not waited for where another one can be asked
LOADING_SECONDS = 2.0  # between two looks at a server that loads its model
CHECK_SECONDS = 10.0
LOOK_SECONDS = 3.0  # that a question waits for what its model's server says of it
LOOK_AGAIN_SECONDS = 600.0  # after one that said nothing
TRIAL, TRIAL_TOKENS = "Say hello.", 64


@dataclass(frozen=True, slots=True)
class Trial:
    """How a model said a word: what came with it, and after how long it began."""

    completion: Completion | None
    first_word_seconds: float


@dataclass(frozen=True, slots=True)
class Server:
    """A server of models: how it is reached, what it has taught, and what it is asked beside each request.

    `effort` is for models that think; `options` are further fields of the request, by the self-hoster.
    """

    client: AsyncOpenAI
    dialects: Dialects
    effort: str = "none"
    options: Mapping[str, Any] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    slots: Slots = field(default_factory=Slots)
    identify: Callable[[int], str] | None = None

    def slot(self, model: str, asker: Asker | None) -> AbstractContextManager[Slot]:
        """Return the place of a request among those under way, to be waited for and given back."""
        if self.dialects.one_at_a_time(model):
            return self.slots.ask(Line(self.dialects.server, model), asker, 1)
        return self.slots.ask(Line(self.dialects.server), asker, self.slots.most(self.dialects.slots))

    def body(self, request: Request) -> dict[str, Any]:
        """Put a request in words that its model has not refused."""
        effort = nearest_effort(self.effort, catalog.facts(request.model).efforts)
        extra = dict(self.options) if effort is None else {**self.options, wording.EFFORT: effort}
        if self.identify and request.asker and self.dialects.is_openais:
            extra[wording.ASKER] = self.identify(request.asker.id)
        return self.dialects.body(request, extra)


class OpenAICompleter:
    """A model behind OpenAI's API or one compatible with it."""

    def __init__(
        self,
        server: Server,
        counter: TiktokenCounter,
        clock: Clock,
        jitter: Callable[[], float],
    ) -> None:
        self._server = server
        self._client = server.client
        self.dialects = server.dialects
        self.reach = Reach()
        self._overlap = Overlap()
        self._counter = counter
        self._clock = clock
        self._jitter = jitter
        self._limits = server.limits
        self._looks_at: dict[str, float] = {}  # models, and from when on to look at each

    async def stream(self, request: Request) -> AsyncGenerator[StreamEvent, None]:
        """Yield the answer's chunks and at last its Completion; raise a ModelError if it fails.

        A failure is tried again, at most twice, while no text was yielded; after text every failure is a
        ConnectionCut. A server that loads its model is asked again for as long as a first word may take.
        Close the iterator to close the model's connection.
        """
        retries, loads_until = 0, None
        while True:
            shown = False
            sent = self._server.body(request)
            yield (sending := self._sending(request, sent))
            try:
                async with aclosing(self._in_turn(request, sent, sending)) as events:
                    async for event in events:
                        shown = isinstance(event, Delta) or (shown and not isinstance(event, Retraction))
                        yield event
            except Failure as caught:
                failure = caught
                sending.left = not failure.took_nothing or sending.characters > 0
            else:
                return
            if failure.loads and not shown:
                now = self._clock.monotonic()
                loads_until = now + self._limits.first_of(sent) if loads_until is None else loads_until
                if now < loads_until:
                    yield Loading()
                    await self._clock.sleep(min(LOADING_SECONDS, loads_until - now))
                    continue
            self._report(failure, sent, retries + 1)
            if shown:
                raise ConnectionCut
            if await self._learn(failure, request, sent):
                continue
            seconds = self._wait(failure, retries, patient=request.patient)
            if seconds is None:
                raise failure.error from failure
            retries += 1
            yield Delay(seconds)
            await self._clock.sleep(seconds)

    async def check(self, model: str) -> None:
        """Ask the server whether it takes the key and has the model; raise a ModelError if not.

        KeyRefused is certain here: a sound key that may not look at models is a RequestRefused.
        """
        client = self._client.with_options(timeout=CHECK_SECONDS)
        try:
            said = await listed(client, model)
        except LookupError as error:
            self.reach.looked_at(None)
            raise ModelNotFound(model=model) from error
        except (openai.APIError, *UNREADABLE) as error:
            failure = failure_of(error, model, self._clock.now())
            narrow = failure.status == 403 or refusals.is_narrow(failure.words)
            if isinstance(failure.error, KeyRefused) and narrow:
                raise RequestRefused from failure
            self.reach.looked_at(failure.error)
            raise failure.error from failure
        self.reach.looked_at(None)
        self.dialects.hear(model, said)
        self._looks_at[model] = math.inf
        if said.shutdown:
            log.warning("the model %s leaves its server on %s; set another one before", model, said.shutdown)

    async def look_up(self, model: str) -> None:
        """Hear what the server says of a model, such as its window, once it is first needed."""
        now = self._clock.monotonic()
        if now < self._looks_at.get(model, now):
            return
        self._looks_at[model] = now + LOOK_AGAIN_SECONDS
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self.check(model)
        except (ModelError, TimeoutError) as error:  # an answer decides
            log.info("%s of %s: nothing is said of it, %s", model, self.dialects.server, type(error).__name__)

    async def try_out(self, model: str) -> Trial:
        """Have a model say a word; raise a ModelError if it doesn't."""
        request = Request(model, [{"role": "user", "content": TRIAL}], TRIAL_TOKENS, "")
        completion, begun, spoke = None, self._clock.monotonic(), None
        with suppress(ReplyUsedUp):  # it answers, if only with thoughts
            async with aclosing(self.stream(request)) as events:
                async for event in events:
                    if isinstance(event, Completion):
                        completion = event
                    elif isinstance(event, Delta | Thought):
                        spoke = self._clock.monotonic() if spoke is None else spoke
        return Trial(completion, (self._clock.monotonic() if spoke is None else spoke) - begun)

    def why(self, error: ModelError) -> str:
        """Return what is behind an error of `check`, for the self-hoster."""
        return failures.why(error, self._client.api_key)

    def _sending(self, request: Request, sent: dict[str, Any]) -> Sending:
        facts, most = self.dialects.facts(request.model), request.max_reply_tokens
        room = (facts.context_window or 0) - request.tokens if facts.reasoning else 0  # `Ear` ends words
        limits = [sent[name] for name in wording.LIMITS if name in sent]
        return Sending(request.model, self.dialects.server, min(limits, default=max(most, room)))

    async def _in_turn(
        self, request: Request, sent: dict[str, Any], sending: Sending
    ) -> AsyncGenerator[StreamEvent, None]:
        """Make one attempt, when it is its turn."""
        hearing = self._hearing(request)
        attempt = Attempt(self._client, sent, hearing, self._clock.now)
        async with AsyncExitStack() as stack:
            stack.callback(hearing.note, sending)
            slot = stack.enter_context(self._server.slot(request.model, request.asker))
            if slot.standing() is not None:
                yield InLine(slot.standing)
            await slot.granted()
            sending.left = True
            run = stack.enter_context(self._overlap.run())
            watchdog = stack.enter_context(Watchdog(self._limits.total))
            events = await stack.enter_async_context(aclosing(attempt.events(self._limits, watchdog)))
            try:
                async for event in events:
                    if self._overlap.alive(run):
                        await self.dialects.learn_turns(request.model)
                    yield event
            except Failure as failure:
                self.reach.asked(failure.error)
                if failure.broke_off:
                    self._overlap.broke(run)
                if not self.dialects.begins_in_thoughts(request.model):
                    await self.dialects.learn_thoughts(request.model, hearing.manner)
                raise
            self._overlap.ended_well(run)
            self.reach.asked(None)
            await self.dialects.learn_thoughts(request.model, hearing.manner)

    def _hearing(self, request: Request) -> Hearing:
        model, most = request.model, request.max_reply_tokens
        begins = self.dialects.begins_in_thoughts(model)
        may_begin = not catalog.facts(model).efforts  # such models' servers know thoughts from words
        return Hearing(Ear(self._counter, model, most, speaks_of_tags(request.messages), begins, may_begin))

    async def _learn(self, failure: Failure, request: Request, sent: dict[str, Any]) -> bool:
        """Learn from a refusal what its server does not take; say whether to ask again without it."""
        found = refusals.finding(failure.status, failure.words, sent)
        why = failures.mask(failure.words, self._client.api_key, wording.texts(sent))
        limit = found is not None and found.about in wording.LIMITS and bool(found.instead)
        if isinstance(failure.error, ContextTooLong) and not limit:
            tokens = overflows.window(failure.words)
            if tokens is None and failure.names_the_window:
                tokens = request.tokens
            if tokens:
                await self.dialects.learn_window(request.model, tokens, why)
            now, known = self._server.body(request), self.dialects.facts(request.model).context_window
            fits = known is None or request.tokens + request.max_reply_tokens <= known
            less_room = any(now.get(name, 0) < sent[name] for name in wording.LIMITS if name in sent)
            return fits and less_room  # to think, which is all that it takes
        if isinstance(failure.error, ContentFiltered | QuotaUsedUp):
            return False
        if wording.has_pictures(sent["messages"]) and refusals.concerns_pictures(failure.words):
            failure.error, failure.retry = RequestRefused(), False
        if found is None:
            return False
        await self.dialects.learn_refusal(request.model, found, why)
        return found.about != wording.PICTURES  # whoever asked says what was left out

    def _wait(self, failure: Failure, retries: int, *, patient: bool) -> float | None:
        """Return how long to wait before the next attempt, or None to give up."""
        if not failure.retry or retries == MOST_RETRIES:
            return None
        seconds = failure.retry_after
        if seconds is None:
            seconds = FIRST_WAIT_SECONDS * 2**retries * (1 + self._jitter())
        return seconds if seconds <= (LONGEST_WAIT_SECONDS if patient else SHORT_WAIT_SECONDS) else None

    def _report(self, failure: Failure, sent: dict[str, Any], tried: int) -> None:
        words = failures.mask(failure.words, self._client.api_key, wording.texts(sent))
        log.warning("%s, attempt %s: %s, status %s: %s", sent["model"], tried, failure, failure.status, words)
