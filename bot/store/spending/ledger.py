"""The ledger: what each request to a model took and cost, on whose account."""

from bot.rules.spending.entries import Entry
from bot.store.connection.database import Database
from bot.store.connection.unit import Run, Unit
from bot.store.spending.entries import store_entry


class SqliteLedger:
    """The ledger, as `bot.chat.bounds.ports.LedgerStore` describes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, entry: Entry) -> None:
        """Store an entry in the place of one with its id."""

        async def work(run: Run) -> None:
            await store_entry(run, entry)

        await self._database.keep(("entry", entry.id), Unit(work))
