"""Prepares a request: what is set for the place, the turns that fit, pictures, and what was cut.

The cost of preparing depends on the budget, never on how much a channel holds.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from bot.chat.conversation.asking.calibration import Calibrations
from bot.chat.conversation.asking.pictures import Pictures
from bot.chat.conversation.reconciliation import Reconciliation
from bot.chat.memory import Memory
from bot.chat.ports import Catalog, Completer, Defaults, Delta, Request, TokenCounter
from bot.errors import ModelError, QuestionTooLong
from bot.rules.model import ChannelKey, Part, Turn, Window
from bot.rules.model_facts import ModelFacts
from bot.rules.notes import Note
from bot.rules.prompting import prompt, trim
from bot.rules.prompting.budget import prompt_budget, reply_limit
from bot.rules.prompting.tokens import MESSAGE_TOKENS, PRIMING_TOKENS
from bot.texts import members

log = logging.getLogger(__name__)

SUMMARY_TOKENS = 400
SUMMARY_SHARE = 0.2  # of a request, at most
SUMMARY_WORDS = 200
RECOUNTED_AT_ONCE = 100  # turns


@dataclass(frozen=True, slots=True)
class AssembledRequest:
    """A request ready to be sent, and what our own count says of it."""

    request: Request
    turns: tuple[Turn, ...]
    tokens: int
    image_tokens: int
    remarks: tuple[Note, ...]

    @property
    def can_shrink(self) -> bool:
        """Say whether anything could be left out."""
        return len(self.turns) > 1 or self.image_tokens > 0


@dataclass(frozen=True, slots=True)
class Preview:
    """What the next request of a place would carry, and of how much."""

    model: str
    turns: tuple[Turn, ...]
    tokens: int
    budget: int
    exact: bool
    ratio: float
    summary: str


class Requests:
    """Turns a channel's memory into requests."""

    def __init__(
        self,
        memory: Memory,
        counter: TokenCounter,
        catalog: Catalog,
        completer: Completer,
        calibrations: Calibrations,
        reconciliation: Reconciliation,
        defaults: Defaults,
    ) -> None:
        self._memory = memory
        self._counter = counter
        self._catalog = catalog
        self._completer = completer
        self._calibrations = calibrations
        self._reconciliation = reconciliation
        self._pictures = Pictures()
        self.defaults = defaults

    async def assemble(
        self, key: ChannelKey, until: int, *, written: str = "", most: int | None = None, blind: bool = False
    ) -> AssembledRequest:
        """Return the request that answers the question at this position; cut what no longer fits.

        `written` is the answer's beginning where it shall go on. `most` bounds this one request's tokens
        further, for a model that takes less than was thought: what that leaves out isn't cut for good, and
        the question stays. A `blind` request carries no pictures.

        Raises:
            QuestionTooLong: the question alone is longer than one request may be.
        """
        model, persona = await self.chosen(key)
        facts = self._catalog.facts(model)
        budget = self._budget(facts)
        window = await self._window(key, until, self._room(facts, persona), facts)
        alone = self._tokens(facts, persona, Window(window.turns[-1:]))
        written, more = await self._going_on(facts, written, budget - alone)
        if alone + more > budget:
            counted = alone + more
            about = counted if facts.encoding_known else members.ESTIMATED.format(amount=counted)
            raise QuestionTooLong(tokens=about, budget=budget)
        window = await self._fitted(key, facts, persona, window, budget - more)
        if most is not None:
            budget = min(most, budget)
            window = replace(window, turns=self._plan(facts, persona, window, budget - more).kept)
        tokens = self._tokens(facts, persona, window) + more
        shown = self._pictures.choose(facts, window.turns, budget - tokens, blind=blind)
        await asyncio.sleep(0)  # ten thousand turns take their time: others get theirs in between
        messages = prompt.build(persona, window.summary, shown.turns, sees=facts.sees)
        messages = prompt.to_continue(messages, written) if written else messages
        await asyncio.sleep(0)
        ratio = self._calibrations.ratio(facts)
        request = Request(
            model,
            messages,
            reply_limit(facts.context_window, self.defaults.max_reply_tokens, tokens + shown.tokens, ratio),
            f"parley-{key.channel_id}",
            0 if shown.tokens else int(tokens * ratio),
        )
        return AssembledRequest(
            request,
            shown.turns,
            tokens + shown.tokens,
            shown.tokens,
            shown.remarks,
        )

    async def preview(self, key: ChannelKey) -> Preview:
        """Return what the next request would carry before a new message is added; changes nothing."""
        model, persona = await self.chosen(key)
        facts = self._catalog.facts(model)
        budget = self._budget(facts)
        window = await self._memory.turns.window(key.channel_id, None, self._room(facts, persona))
        plan = self._plan(facts, persona, window, budget)
        return Preview(
            model,
            plan.kept,
            plan.tokens + self._pictures.choose(facts, plan.kept, budget - plan.tokens).tokens,
            budget,
            facts.encoding_known,
            self._calibrations.ratio(facts),
            window.summary,
        )

    def distrust(self, refused: AssembledRequest) -> None:
        """Send a request's pictures no more, since the model answered once it came without them."""
        self._pictures.refuse(refused.request.model, refused.turns)

    async def chosen(self, key: ChannelKey) -> tuple[str, str]:
        """Return the model and the persona that hold in a place; the model's tokens can be counted then."""
        settings = await self._memory.places.settings(key)
        persona = self.defaults.persona if settings.persona is None else settings.persona
        model = settings.model or self.defaults.model
        await self._counter.ready(model)
        return model, persona

    def _budget(self, facts: ModelFacts) -> int:
        """Return what a request may carry by our own count, which a learned ratio may correct."""
        defaults, ratio = self.defaults, self._calibrations.ratio(facts)
        return prompt_budget(
            facts.context_window, defaults.max_prompt_tokens, defaults.max_reply_tokens, ratio
        )

    def _room(self, facts: ModelFacts, persona: str) -> int:
        """Return what the content of a turn may take for it to be sent at all."""
        return max(1, self._budget(facts) - self._fixed(facts, persona, "") - MESSAGE_TOKENS)

    async def _window(self, key: ChannelKey, until: int, room: int, facts: ModelFacts) -> Window:
        window = await self._memory.turns.window(key.channel_id, until, room)
        while await self._reconciliation.check(key, window.turns[:-1]):  # older turns may have filled it up
            window = await self._memory.turns.window(key.channel_id, until, room)
        while stale := [turn for turn in window.turns if turn.encoding != facts.encoding]:
            await self._recount(stale, facts)
            window = await self._memory.turns.window(key.channel_id, until, room)
        if not window.turns or window.turns[-1].position != until:
            raise QuestionGone
        return window

    async def _recount(self, turns: Sequence[Turn], facts: ModelFacts) -> None:
        """Count turns anew and store that, some at a time, so that a long history holds nobody up."""
        for start in range(0, len(turns), RECOUNTED_AT_ONCE):
            counts = {
                turn.id: await self._counter.count_large(
                    prompt.user_text(turn.label, turn.text, turn.parts), facts.name
                )
                for turn in turns[start : start + RECOUNTED_AT_ONCE]
            }
            await self._memory.turns.recount(counts, facts.encoding)

    async def _going_on(self, facts: ModelFacts, written: str, room: int) -> tuple[str, int]:
        """Return an answer that shall go on, and what it costs to show it and ask for the rest.

        What is continued comes before all history; of one that is longer than a request may be, the end does.
        """
        if not written:
            return "", 0
        frame = 2 * MESSAGE_TOKENS + await self._counter.count_large(prompt.CONTINUE, facts.name)
        tokens = await self._counter.count_large(written, facts.name)
        if tokens + frame > room > frame:
            end = self._counter.pieces(written, facts.name)[frame - room :]
            written, tokens = b"".join(end).decode("utf-8", "ignore"), room - frame
        return written, tokens + frame

    async def _fitted(
        self, key: ChannelKey, facts: ModelFacts, persona: str, window: Window, budget: int
    ) -> Window:
        """Return what of a window goes along; what does not is cut for good."""
        plan = self._plan(facts, persona, window, budget)
        if plan.cut is not None:
            summary = await self._summary(key, facts, window.summary, plan.dropped, budget)
            if summary != window.summary and await self._changed(key, window):
                summary = ""  # what it tells of was deleted or edited while it was made
            await self._memory.turns.cut(key.channel_id, plan.cut, summary)
            window = Window((), plan.cut, summary)
        window = replace(window, turns=plan.kept)
        if window.summary and self._tokens(facts, persona, window) > budget:
            return replace(window, summary="")  # the question leaves no room for it
        return window

    async def _changed(self, key: ChannelKey, before: Window) -> bool:
        tokens = sum(turn.tokens for turn in before.turns)
        now = await self._memory.turns.window(key.channel_id, before.turns[-1].position, tokens)
        return _said(now.turns) != _said(before.turns)

    def _plan(self, facts: ModelFacts, persona: str, window: Window, budget: int) -> trim.Plan:
        fixed = self._fixed(facts, persona, window.summary)
        turns = trim.sendable(window.turns, self._room(facts, persona))
        return trim.plan(turns, _costs(turns), fixed=fixed, budget=budget)

    def _tokens(self, facts: ModelFacts, persona: str, window: Window) -> int:
        return self._fixed(facts, persona, window.summary) + sum(_costs(window.turns))

    def _fixed(self, facts: ModelFacts, persona: str, summary: str) -> int:
        if not persona and not summary:
            return PRIMING_TOKENS
        content = prompt.system_message(persona, summary)["content"]
        return PRIMING_TOKENS + MESSAGE_TOKENS + self._counter.count(content, facts.name)

    async def _summary(
        self, key: ChannelKey, facts: ModelFacts, before: str, dropped: Sequence[Turn], budget: int
    ) -> str:
        """Return what shall stand for turns that are cut; without a summary they are just left out."""
        told = self._tellable(facts, before, dropped, budget)
        if not self.defaults.summarize or not told:
            return before
        messages = prompt.to_summarize(before, told, SUMMARY_WORDS)
        most = min(SUMMARY_TOKENS, int(budget * SUMMARY_SHARE))
        request = Request(facts.name, messages, most, f"parley-summary-{key.channel_id}")
        try:
            async with aclosing(self._completer.stream(request)) as events:
                pieces = [event.text async for event in events if isinstance(event, Delta)]
        except ModelError as error:
            log.warning("no summary for channel %s: %s", key.channel_id, type(error).__name__)
            return before
        return "".join(pieces).strip() or before

    def _tellable(
        self, facts: ModelFacts, before: str, dropped: Sequence[Turn], budget: int
    ) -> Sequence[Turn]:
        """Return the newest of the turns that are cut, as many as one request may carry."""
        room = budget - self._fixed(facts, "", before) - MESSAGE_TOKENS
        room -= self._counter.count(prompt.SUMMARIZE, facts.name)
        for at, turn in reversed(list(enumerate(dropped))):
            room -= MESSAGE_TOKENS + turn.tokens
            if room < 0:
                return dropped[at + 1 :]
        return dropped


def _costs(turns: Sequence[Turn]) -> list[int]:
    """Return what the turns' text costs; pictures get what is left."""
    return [MESSAGE_TOKENS + turn.tokens for turn in turns]


def _said(turns: Sequence[Turn]) -> list[tuple[int, str, tuple[Part, ...]]]:
    return [(turn.id, turn.text, turn.parts) for turn in turns]


class QuestionGone(Exception):
    """The question was deleted before its turn came; there is nothing to answer and nobody to tell."""
