"""What a model's tokens cost, as its owner says."""

from dataclasses import dataclass
from fractions import Fraction

from bot.rules.spending.usage import Usage


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars for a million tokens of the prompt, of the part of it that was cached, and of the answer."""

    input: Fraction
    cached: Fraction
    output: Fraction

    def of(self, usage: Usage) -> int:
        """Return what a request costs, in millionths of a dollar."""
        cached = min(usage.cached_tokens, usage.prompt_tokens)
        fresh = usage.prompt_tokens - cached
        return round(fresh * self.input + cached * self.cached + usage.completion_tokens * self.output)
