"""Keeps the ledger: each request to a model is an entry from before it is sent, with its bill in the end.

What an answer took is stored with the answer, so that neither is there without the other.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace

from bot.chat.bounds.budgets import Budgets
from bot.chat.bounds.ports import LedgerStore, Pricing
from bot.chat.completions import Asker, Completer, Delta, Request, Retraction, StreamEvent
from bot.chat.meter import Meter
from bot.chat.ports import Clock, TokenCounter
from bot.errors import ModelError
from bot.rules.model import Completion
from bot.rules.spending.entries import (
    Entry,
    Purpose,
    Result,
    Sending,
    Spender,
    entry_id,
    entry_time,
    taken,
)
from bot.rules.spending.usage import Usage


@dataclass(slots=True)
class Account:
    """What one question spends: the entries that have ended, to be stored with its answer."""

    asker: Asker
    entries: list[Entry] = field(default_factory=list)
    asked: set[tuple[Purpose, str]] = field(default_factory=set)  # for what, and which models


@dataclass(frozen=True, slots=True)
class Charge:
    """To whose account a request goes, what it is for, and what its prompt takes by our own count."""

    account: Account
    purpose: Purpose
    prompt_tokens: int


@dataclass(eq=False)
class Ledger:
    """Makes entries."""

    store: LedgerStore
    pricing: Pricing
    counter: TokenCounter
    clock: Clock
    budgets: Budgets
    booked: Callable[[Entry], None]
    meter: Meter = field(default_factory=Meter)

    def __post_init__(self) -> None:
        self._last = 0

    async def open(self, charge: Charge, sending: Sending) -> Entry:
        """Make the entry of a request that is about to be sent, with the most that it can take.

        Raises:
            LimitReached: that could be more than may be spent.
        """
        spender = Spender(charge.account.asker.id, charge.account.asker.key)

        def make() -> Entry:
            self._last = entry_id(self.clock.now(), self._last)
            entry = Entry(
                id=self._last,
                spender=spender,
                purpose=charge.purpose,
                model=sending.model,
                server=sending.server,
                result=Result.SENT,
                usage=Usage(charge.prompt_tokens, sending.reply_tokens),
                micros=None,
                estimated=True,
            )
            return self._priced(entry)

        return await self.budgets.reserve(spender, make)

    async def close(self, entry: Entry, sending: Sending, result: Result, said: str = "") -> Entry:
        """Return the entry of a request that has ended, with its bill; `said` is what came of it in words."""
        billed = entry
        try:
            counted = await self.counter.count_large(said, entry.model) if not sending.usage and said else 0
            usage, estimated = taken(sending, entry.usage.prompt_tokens, counted, len(said))
            result = result if sending.left or sending.usage is not None else Result.REFUSED
            billed = self._priced(replace(entry, result=result, usage=usage, estimated=estimated))
        finally:
            is_limited = await self.budgets.book(billed)
        if is_limited:
            self.booked(billed)
        self.meter.spent(billed.model, billed.usage, billed.micros)
        return billed

    @asynccontextmanager
    async def single(self, charge: Charge, sending: Sending) -> AsyncIterator[list[str]]:
        """Keep the entry of a request that is made within this context and belongs to no answer.

        What comes of it in words is put into the list.
        """
        entry, result = await self.open(charge, sending), Result.STOPPED
        said: list[str] = []
        try:
            yield said
            result = Result.DONE
        except ModelError:
            result = Result.FAILED
            raise
        finally:
            await self.store.record(await self.close(entry, sending, result, "".join(said)))

    async def settle(self, account: Account) -> None:
        """Store what an account has spent without an answer."""
        for entry in account.entries:
            await self.store.record(entry)

    def _priced(self, entry: Entry) -> Entry:
        price = self.pricing.price(entry.model, entry.server, entry.usage, entry_time(entry.id))
        return replace(entry, micros=price)


@dataclass(frozen=True, slots=True)
class Metered:
    """A model that answers, with each of its requests in the ledger."""

    completer: Completer
    ledger: Ledger

    async def stream(self, request: Request, charge: Charge) -> AsyncGenerator[StreamEvent, None]:
        """Yield what the model's own stream yields; entries that have ended are in the charge's account."""
        meter = _Meter(self.ledger, charge)
        result = Result.STOPPED
        try:
            async with aclosing(self.completer.stream(request)) as events:
                async for event in events:
                    if isinstance(event, Sending):
                        await meter.close(Result.FAILED)
                        await meter.open(event)
                        continue
                    if isinstance(event, Completion):
                        result = Result.DONE
                    elif isinstance(event, Delta):
                        meter.said.append(event.text)
                    elif isinstance(event, Retraction):
                        meter.said.clear()
                    yield event
        except ModelError:
            result = Result.FAILED
            raise
        finally:
            await meter.close(result)


class _Meter:
    """The entry of the request that is under way."""

    def __init__(self, ledger: Ledger, charge: Charge) -> None:
        self._ledger = ledger
        self._charge = charge
        self._open: tuple[Entry, Sending] | None = None
        self.said: list[str] = []

    async def open(self, sending: Sending) -> None:
        charge, asked = self._charge, self._charge.account.asked
        if (for_what := (charge.purpose, sending.model)) in asked:
            charge = replace(charge, purpose=Purpose.RETRY)
        self._open = await self._ledger.open(charge, sending), sending
        asked.add(for_what)
        self.said.clear()

    async def close(self, result: Result) -> None:
        if self._open is not None:
            entry, sending = self._open
            self._open = None
            closed = await self._ledger.close(entry, sending, result, "".join(self.said))
            self._charge.account.entries.append(closed)
