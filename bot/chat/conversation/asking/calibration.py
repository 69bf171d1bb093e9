"""What bills teach about our own token counts: per model, kept over restarts.

Where the tokenizer is known, count and bill agree; a disagreement is logged once per model, no more.
"""

import logging

from bot.chat.memory import Facts
from bot.rules.model_facts import ModelFacts
from bot.rules.prompting.tokens import Calibration, disagree

log = logging.getLogger(__name__)


class Calibrations:
    """The learned ratio between billed and counted prompt tokens of each model."""

    def __init__(self, facts: Facts) -> None:
        self._stored = facts
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


def _name(model: str) -> str:
    return f"calibration:{model}"
