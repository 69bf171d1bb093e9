"""Small facts that outlive a restart, by name."""

from bot.store.connection.database import Database
from bot.store.connection.unit import Run, Unit


class SqliteFacts:
    """Facts, as `bot.chat.memory.Facts` describes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, name: str) -> str | None:
        """Return a fact."""
        rows = await self._database.read("SELECT value FROM facts WHERE name = ?", name)
        return rows[0]["value"] if rows else None

    async def write(self, name: str, value: str) -> None:
        """Store a fact."""

        async def work(run: Run) -> None:
            await run(
                "INSERT INTO facts (name, value) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                name,
                value,
            )

        await self._database.keep(("fact", name), Unit(work))
