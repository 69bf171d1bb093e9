"""What the bounds need of the world: where the ledger is kept, and what models cost."""

from datetime import datetime
from typing import Protocol

from bot.rules.spending.entries import Entry
from bot.rules.spending.usage import Usage


class LedgerStore(Protocol):
    """The ledger: an entry for each request to a model."""

    async def record(self, entry: Entry) -> None:
        """Store an entry, in the place of one with its id; where that is refused, as soon as it can be."""


class Pricing(Protocol):
    """What models cost."""

    def price(self, model: str, server: str, usage: Usage, at: datetime) -> int | None:
        """Return what a request costs, in millionths of a dollar; None where nobody knows."""
