"""The ledger as a test reads it: whole, oldest first."""

from bot.rules.model import ChannelKey
from bot.rules.spending.entries import Entry, Purpose, Result, Spender
from bot.rules.spending.usage import Usage
from bot.store.store import Store


async def entries_of(store: Store) -> list[Entry]:
    """Return all entries."""
    rows = await store.ledger._database.read("SELECT * FROM ledger ORDER BY id")
    return [
        Entry(
            row["id"],
            Spender(row["person_id"], ChannelKey(row["channel_id"], row["guild_id"])),
            Purpose(row["purpose"]),
            row["model"],
            row["server"],
            Result(row["result"]),
            Usage(
                row["prompt_tokens"], row["completion_tokens"], row["cached_tokens"], row["reasoning_tokens"]
            ),
            row["micros"],
            bool(row["estimated"]),
        )
        for row in rows
    ]
