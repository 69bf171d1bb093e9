"""What bills teach about our own token counts: per model, kept over restarts.

Where the tokenizer is known, count and bill agree; a disagreement is logged once per model, no more.
"""

import logging
from collections import deque

from bot.chat.memory import Facts
from bot.chat.ports import Catalog
from bot.rules.model_facts import ModelFacts
from bot.rules.prompting.tokens import LEAST_BILLS, Calibration, disagree, silent_cut

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
        self._newest: dict[str, deque[tuple[int, int]]] = {}
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
        if await self._was_cut(facts, counted, billed):
            return
        if facts.encoding_known:
            if disagree(counted, billed) and facts.name not in self._reported:
                self._reported.add(facts.name)
                log.warning("%s billed %d prompt tokens where we counted %d", facts.name, billed, counted)
            return
        await self.load(facts.name)
        learned = self._known[facts.name].learn(counted, billed)
        if learned != self._known[facts.name]:
            self._known[facts.name] = learned
            await self._stored.write(_name(facts.name), learned.dump())

    async def _was_cut(self, facts: ModelFacts, counted: int, billed: int) -> bool:
        """Say whether a server cuts prompts without a word; from then on requests keep within its limit."""
        newest = self._newest.setdefault(facts.name, deque(maxlen=LEAST_BILLS))
        newest.append((counted, billed))
        limit = silent_cut(newest)
        if limit is None:
            return False
        newest.clear()
        log.warning(CUT_SILENTLY, facts.name, limit)
        await self._catalog.learn_window(facts.name, limit, "its bills show that it cuts longer prompts")
        return True


def _name(model: str) -> str:
    return f"calibration:{model}"
