"""What bills teach about our own token counts: per model, kept over restarts.

Where the tokenizer is known, count and bill agree; a disagreement is logged once per model, no more.
"""

import logging
from collections.abc import Sequence

from bot.chat.memory import Facts
from bot.chat.ports import Catalog
from bot.rules.model_facts import ModelFacts
from bot.rules.prompting.tokens import (
    LEAST_BILLS,
    Bill,
    Calibration,
    disagree,
    is_undecided,
    may_be_cut,
    silent_cut,
)

log = logging.getLogger(__name__)

CUT_SILENTLY = (
    "%s cuts prompts to some %d tokens and says nothing of it; have its server read more (Ollama: "
    "OLLAMA_CONTEXT_LENGTH, or num_ctx in a Modelfile). Until then requests keep within that"
)


class Calibrations:
    """The learned ratio between billed and counted prompt tokens of each model."""

    def __init__(self, facts: Facts, catalog: Catalog) -> None:
        self._stored = facts
        self._catalog = catalog
        self._held: dict[str, list[Bill]] = {}
        self._known: dict[str, Calibration] = {}
        self._reported: set[str] = set()

    async def load(self, model: str) -> None:
        """Read what former processes learned of a model, once."""
        if model not in self._known:
            text = await self._stored.read(_name(model))
            self._known[model] = Calibration.load(text) if text else Calibration()

    def ratio(self, facts: ModelFacts) -> float:
        """Return by what our own counts are to be multiplied; 1 where the tokenizer is known."""
        if facts.encoding_known:
            return 1.0
        return self._known.get(facts.name, Calibration()).ratio

    async def learn(self, facts: ModelFacts, counted: int, billed: int) -> None:
        """Take in the bill of one request."""
        if facts.encoding_known and disagree(counted, billed) and facts.name not in self._reported:
            self._reported.add(facts.name)
            log.warning("%s billed %d prompt tokens where we counted %d", facts.name, billed, counted)
        bills = await self._believed(facts, counted, billed)
        if facts.encoding_known:
            return
        await self.load(facts.name)
        learned = self._known[facts.name]
        for bill in bills:
            learned = learned.learn(*bill)
        if learned != self._known[facts.name]:
            self._known[facts.name] = learned
            await self._stored.write(_name(facts.name), learned.dump())

    async def _believed(self, facts: ModelFacts, counted: int, billed: int) -> Sequence[Bill]:
        """Return the bills that tell of the tokenizer.

        One far below our count waits for others: together they show whether its server cuts prompts without a
        word. From then on requests keep within that limit.
        """
        held = self._held.setdefault(facts.name, [])
        if not may_be_cut(counted, billed):
            held[:] = [
                bill for bill in held if bill[1] >= billed
            ]  # who reads so much has cut nothing shorter
            return [(counted, billed)]
        held.append((counted, billed))
        if len(held) < LEAST_BILLS:
            return ()
        if is_undecided(held):
            held.pop()
            return ()
        bills, limit = tuple(held), silent_cut(held)
        held.clear()
        if limit is None:
            return bills
        log.warning(CUT_SILENTLY, facts.name, limit)
        await self._catalog.learn_window(facts.name, limit, "its bills show that it cuts longer prompts")
        return ()


def _name(model: str) -> str:
    return f"calibration:{model}"
