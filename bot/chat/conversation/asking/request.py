"""Assembles a request from a window of turns: what fits, which pictures go along, what it will cost.

Nothing here writes, and no store is asked: `bot.chat.conversation.asking.window` brings the window.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.chat.bounds.ledger import Account, Charge
from bot.chat.completions import Request, StreamEvent
from bot.chat.conversation.asking.calibration import Calibrations
from bot.chat.conversation.asking.pictures import Pictures
from bot.chat.home.chosen import Chosen, Situations
from bot.chat.ports import Catalog, Defaults, TokenCounter
from bot.errors import QuestionTooLong
from bot.rules.model import ChannelKey, Part, Turn, Window
from bot.rules.model_facts import ModelFacts
from bot.rules.notes import Note
from bot.rules.places.settings import Settings
from bot.rules.prompting import prompt, trim
from bot.rules.prompting.budget import prompt_budget, reply_limit
from bot.rules.prompting.tokens import MESSAGE_TOKENS, PRIMING_TOKENS
from bot.rules.spending.entries import Purpose

SITUATION_SHARE = 0.2  # of a request, at most
Models = tuple[TokenCounter, Catalog]  # what counts their tokens, what is known of them


@dataclass(frozen=True, slots=True)
class Ask:
    """What the model is to be asked: to answer the question at this position, of somebody.

    What keeps it waiting goes to `hear`. `written` is the answer's beginning where it shall go on, `more`
    what showing it costs. `most` bounds this one request's tokens further, for a model that takes less than
    was thought: what that leaves out isn't cut for good, and the question stays. A `blind` request carries no
    pictures; one that is not `patient` fails rather than waits for long.
    """

    chosen: Chosen
    until: int
    account: Account
    hear: Callable[[StreamEvent], None]
    written: str = ""
    more: int = 0
    most: int | None = None
    blind: bool = False
    patient: bool = True
    background: tuple[Part, ...] = ()  # what was said before that memory doesn't have


@dataclass(frozen=True, slots=True)
class AssembledRequest:
    """A request ready to be sent, and what our own count says of it."""

    request: Request
    turns: tuple[Turn, ...]
    tokens: int
    image_tokens: int
    remarks: tuple[Note, ...]
    background: int = 0  # tokens

    @property
    def can_shrink(self) -> bool:
        """Say whether anything but the question's own words could be left out."""
        return len(self.turns) > 1 or self.image_tokens > 0 or self.background > 0

    @property
    def speakers(self) -> Sequence[tuple[int, str]]:
        """Return who speaks in the conversation, or is quoted: ids with labels."""
        spoke = [(turn.author_id, turn.label) for turn in self.turns]
        quoted = [(part.author_id, part.name) for turn in self.turns for part in turn.parts]
        return [(id_, label) for id_, label in (*spoke, *quoted) if id_ is not None and label]

    @property
    def told(self) -> tuple[Note, ...]:
        """Return what the asker should know of their own message: files that the model is not given."""
        parts = self.turns[-1].parts
        notes = (part.note for part in parts if part.note is not None and part.note.concerns_files)
        return (*prompt.heard(parts), *notes, *self.remarks)


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
    """Turns windows into requests, and knows what fits into one."""

    def __init__(
        self,
        models: Models,
        calibrations: Calibrations,
        situations: Situations,
        defaults: Defaults,
    ) -> None:
        self._counter, self._catalog = models
        self.count = self._counter.count_large
        self.calibrations = calibrations
        self.situations = situations
        self._pictures = Pictures()
        self._defaults = defaults

    async def chosen(self, key: ChannelKey, settings: Settings, asked_model: str = "") -> Chosen:
        """Return what holds by a place's settings and a question's own model, whose tokens can be counted."""
        persona = self._defaults.persona if settings.persona is None else settings.persona
        return await self._choice(key, asked_model or settings.model or self._defaults.model, persona)

    async def instead(self, chosen: Chosen, model: str) -> Chosen:
        """Return the same choice with a model that is asked in the place of its own, or with its own."""
        if model == chosen.facts.name:
            return chosen
        return replace(chosen, facts=await self._countable(self._catalog.facts(model)), stands_in=True)

    async def renewed(self, chosen: Chosen) -> Chosen:
        """Return the same choice with what is known of its model by now; its server is asked once."""
        await self._catalog.look_up(chosen.facts.name)
        if chosen.stands_in:
            return replace(chosen, facts=self._catalog.facts(chosen.facts.name))
        return await self._choice(chosen.key, chosen.picked, chosen.persona)

    async def _choice(self, key: ChannelKey, picked: str, persona: str) -> Chosen:
        """Return a choice; a model that is not allowed, or gone from its server, gives way to the default."""
        default, facts = self._defaults.model, self._catalog.facts(picked)
        if picked != default and (facts.gone or picked not in self._defaults.models):
            facts = self._catalog.facts(default)
        situation = self.situations.of(key) if persona else ""
        return Chosen(key, await self._countable(facts), persona, picked, situation)

    def situated_anew(self, ask: Ask, question: Turn) -> Ask:
        """Return what is asked with its place as it is called now, if the question leaves room for that.

        It changes the prompt's beginning, which is cached: it is for where that changes anyway.
        """
        if not ask.chosen.situation:
            return ask
        chosen = replace(ask.chosen, situation=self.situations.renewed(ask.chosen.key))
        fits = self.tokens(chosen, Window((question,))) <= self.budget(ask)
        return replace(ask, chosen=chosen) if fits else ask

    async def _countable(self, facts: ModelFacts) -> ModelFacts:
        """Return what is known of a model once its tokens can be counted."""
        await self._counter.ready(facts.name)
        await self.calibrations.load(facts.name)
        return facts

    def give_up(self, chosen: Chosen) -> bool:
        """Take it that a model is gone from its server; say whether the default can stand in for it."""
        if chosen.stands_in or chosen.facts.name == self._defaults.model:
            return False
        self._catalog.learn_gone(chosen.facts.name)
        return True

    async def fitted(self, ask: Ask, window: Window) -> Ask:
        """Return what is asked with as much of a written beginning as there is room for beside the question.

        What is continued comes before all history; of one that is longer than a request may be, the end does.

        Raises:
            QuestionTooLong: the question alone is longer than one request may be.
        """
        budget, alone = self.budget(ask), self.tokens(ask.chosen, Window(window.turns[-1:]))
        written, more = await self._going_on(ask, budget - alone)
        if alone + more > budget:
            estimated = "" if ask.chosen.facts.encoding_known else "estimated"
            raise QuestionTooLong(tokens=alone + more, budget=budget, estimated=estimated)
        return replace(ask, written=written, more=more)

    async def _going_on(self, ask: Ask, room: int) -> tuple[str, int]:
        """Return an answer that shall go on, and what it costs to show it and ask for the rest."""
        written, model = ask.written, ask.chosen.facts.name
        if not written:
            return "", 0
        frame = 2 * MESSAGE_TOKENS + await self._counter.count_large(prompt.CONTINUE, model)
        tokens = await self._counter.count_large(written, model)
        if tokens + frame > room > frame:
            end = self._counter.pieces(written, model)[frame - room :]
            written, tokens = b"".join(end).decode("utf-8", "ignore"), room - frame
        return written, tokens + frame

    async def assemble(self, ask: Ask, window: Window) -> AssembledRequest:
        """Return the request that carries all of a window, and the pictures that there is room for."""
        chosen, budget = ask.chosen, self.budget(ask)
        if ask.most is not None:
            budget = min(ask.most - ask.more, budget)
            window = replace(window, turns=self.plan(chosen, window, budget).kept)
        tokens = self.tokens(chosen, window)
        shown = self._pictures.choose(chosen.facts, window.turns, budget - tokens, blind=ask.blind)
        await asyncio.sleep(0)  # ten thousand turns take their time: others get theirs in between
        messages = prompt.build(chosen.persona, window.summary, shown.turns, sees=chosen.facts.sees)
        messages = prompt.situated(messages, told) if (told := self._told(chosen)) else messages
        messages = prompt.to_continue(messages, ask.written) if ask.written else messages
        await asyncio.sleep(0)
        counted = tokens + ask.more
        request = Request(
            chosen.facts.name,
            messages,
            self.reply_limit(chosen.facts, counted + shown.tokens),
            f"parley-{chosen.key.channel_id}",
            0 if shown.tokens else int(counted * self.calibrations.ratio(chosen.facts)),
            ask.patient,
            ask.account.asker,
        )
        return AssembledRequest(request, shown.turns, counted + shown.tokens, shown.tokens, shown.remarks)

    def billed(self, facts: ModelFacts, tokens: int) -> int:
        """Return what a prompt of so many tokens by our own count is likely to be billed."""
        return int(tokens * self.calibrations.ratio(facts))

    def charge(self, ask: Ask, assembled: AssembledRequest) -> Charge:
        """Return what a request for an answer is booked as."""
        purpose = Purpose.FALL_BACK if ask.chosen.stands_in else Purpose.ANSWER
        return Charge(ask.account, purpose, self.billed(ask.chosen.facts, assembled.tokens))

    def reply_limit(self, facts: ModelFacts, tokens: int) -> int:
        """Return what the answer to a request of so many tokens may take."""
        most, ratio = self._defaults.max_reply_tokens, self.calibrations.ratio(facts)
        return reply_limit(facts.context_window, most, tokens, ratio)

    def preview(self, chosen: Chosen, window: Window) -> Preview:
        """Return what the next request would carry before a new message is added."""
        facts, budget = chosen.facts, self._whole_budget(chosen.facts)
        plan = self.plan(chosen, window, budget)
        return Preview(
            facts.name,
            plan.kept,
            plan.tokens + self._pictures.choose(facts, plan.kept, budget - plan.tokens).tokens,
            budget,
            facts.encoding_known,
            self.calibrations.ratio(facts),
            window.summary,
        )

    def distrust(self, refused: AssembledRequest) -> None:
        """Send a request's pictures no more, since the model answered once it came without them."""
        self._pictures.refuse(refused.request.model, refused.turns)

    async def count_turns(self, facts: ModelFacts, turns: Sequence[Turn]) -> dict[int, int]:
        """Return what turns cost for a model, by their ids."""
        texts = {turn.id: prompt.turn_text(turn) for turn in turns}
        return {id_: await self._counter.count_large(text, facts.name) for id_, text in texts.items()}

    # What fits.

    def budget(self, ask: Ask) -> int:
        """Return what a request may carry by our own count, without what going on costs."""
        return self._whole_budget(ask.chosen.facts) - ask.more

    def _whole_budget(self, facts: ModelFacts) -> int:
        """Return what a model's requests may carry by our own count, which a learned ratio may correct."""
        defaults, ratio = self._defaults, self.calibrations.ratio(facts)
        return prompt_budget(
            facts.context_window, defaults.max_prompt_tokens, defaults.max_reply_tokens, ratio
        )

    def room(self, chosen: Chosen) -> int:
        """Return what the content of a turn may take for it to be sent at all."""
        budget = self._whole_budget(chosen.facts)
        return max(1, budget - self.fixed(chosen, "") - MESSAGE_TOKENS)

    def plan(self, chosen: Chosen, window: Window, budget: int) -> trim.Plan:
        """Return which turns of a window go along, and which are to be cut."""
        fixed = self.fixed(chosen, window.summary)
        turns = trim.sendable(window.turns, self.room(chosen))
        return trim.plan(turns, _costs(turns), fixed=fixed, budget=budget)

    def tokens(self, chosen: Chosen, window: Window) -> int:
        """Return what a request with all of a window costs, without pictures."""
        return self.fixed(chosen, window.summary) + sum(_costs(window.turns))

    def fixed(self, chosen: Chosen, summary: str) -> int:
        """Return what a request costs before its first turn."""
        if not chosen.persona and not summary:
            return PRIMING_TOKENS
        content, told = prompt.system_message(chosen.persona, summary)["content"], self._told(chosen)
        said = (content, told) if told else (content,)
        return PRIMING_TOKENS + sum(
            MESSAGE_TOKENS + self._counter.count(one, chosen.facts.name) for one in said
        )

    def _told(self, chosen: Chosen) -> str:
        """Return what the model is told of the place, which a small window leaves no room for."""
        tokens = self._counter.count(chosen.situation, chosen.facts.name)
        fits = tokens + MESSAGE_TOKENS <= self._whole_budget(chosen.facts) * SITUATION_SHARE
        return chosen.situation if fits else ""


def _costs(turns: Sequence[Turn]) -> list[int]:
    """Return what the turns' text costs; pictures get what is left."""
    return [MESSAGE_TOKENS + prompt.tokens_of(turn) for turn in turns]
