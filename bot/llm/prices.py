"""What models cost: as the self-hoster says, nothing on a server at home, else by genai-prices' list."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from bot.errors import StartError
from bot.llm.connection import Servers
from bot.rules.spending.prices import cost
from bot.rules.spending.usage import Usage
from bot.settings.model_servers import is_private
from bot.settings.settings import Settings
from bot.settings.spending import MICROS, Price, Unit
from bot.texts import startup

TRIAL = Usage(1, 1)
PRICED = 1000  # tokens; prices of a whole million would be those of long prompts


class Prices:
    """Prices of requests; `own` are the self-hoster's, by a model's name."""

    def __init__(self, own: Mapping[str, Price]) -> None:
        self._own = own

    def price(self, model: str, server: str, usage: Usage, at: datetime) -> int | None:
        """Return what a request costs, in millionths of a dollar; None where nobody knows."""
        if (own := self._own.get(model)) is not None:
            return cost(own, usage)
        if is_private(server):
            return 0
        return _listed(model, server, usage, at) if usage.tokens else 0

    def rates(self, model: str, server: str, at: datetime) -> tuple[float, float] | None:
        """Return what a million tokens of prompts, and of answers, cost in dollars; None if nobody knows."""
        prompt, answer = (self.price(model, server, one, at) for one in (Usage(PRICED, 0), Usage(0, PRICED)))
        return None if prompt is None or answer is None else (prompt / PRICED, answer / PRICED)


def _listed(model: str, server: str, usage: Usage, at: datetime) -> int | None:
    """Return the price of a provider's own list: who else offers a model may take another."""
    from genai_prices import Usage as Listed
    from genai_prices.data_snapshot import get_snapshot

    cached = min(usage.cached_tokens, usage.prompt_tokens)
    took = Listed(
        input_tokens=usage.prompt_tokens, cache_read_tokens=cached, output_tokens=usage.completion_tokens
    )
    try:
        found = get_snapshot().calc(took, model, None, server, at)
    except LookupError:
        return None
    named = {name for name, price in vars(found.model_price).items() if price is not None}
    if named and not any(name.endswith("_mtok") for name in named):
        return None  # it is billed by the second, or by the picture
    return round(Decimal(found.total_price) * MICROS)


def unpriced(settings: Settings, servers: Servers, prices: Prices, at: datetime) -> tuple[str, str] | None:
    """Return a model that has no price, with its server; the first time this reads genai-prices' list."""
    named = (*settings.models, *(one.name for one in settings.fallback_models), settings.transcription_model)
    for model in filter(None, named):
        completer, plain = servers.of(model)
        server = completer.dialects.server
        if prices.price(plain, server, TRIAL, at) is None:
            return plain, server
    return None


def require_prices(settings: Settings, servers: Servers, prices: Prices, at: datetime) -> None:
    """Let no limit in money hold where a model has no price; raise StartError, which names PRICES."""
    limits = [name for name, one in settings.spending.limits.items() if one.unit is Unit.MICROS]
    if limits and (found := unpriced(settings, servers, prices, at)):
        raise StartError(startup.NO_PRICE.format(limit=limits[0], model=found[0], server=found[1]))
