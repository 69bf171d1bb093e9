"""What a request costs by its owner's own price."""

from bot.rules.spending.usage import Usage
from bot.settings.spending import Price


def cost(price: Price, usage: Usage) -> int:
    """Return what a request costs, in millionths of a dollar."""
    cached = min(usage.cached_tokens, usage.prompt_tokens)
    fresh = usage.prompt_tokens - cached
    return round(fresh * price.input + cached * price.cached + usage.completion_tokens * price.output)
