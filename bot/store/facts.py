"""Small facts that outlive a restart, by name."""

from collections.abc import Mapping
from pathlib import Path

from bot.rules.places.shards import ALL, ShardId
from bot.store.connection.beside import look
from bot.store.connection.database import Database
from bot.store.connection.unit import Run, Unit

_READ = "SELECT value FROM facts WHERE name = ?"
_READ_MANY = (  # by the key as far as the order of the database's language lets it
    "SELECT name, value FROM facts WHERE name >= ?1 AND name < ?2 AND substr(name, 1, ?3) = ?4"
    " AND (guild_id IS NULL OR (guild_id >> 22) % ?5 = ?6)"
)


def fact_beside(path: Path, name: str) -> str | None:
    """Return a fact of a database that another process may be writing.

    Raises:
        FileNotFoundError: there is no database.
        OSError: it can't be read.
    """
    rows = look(path, _READ, name)
    return rows[0]["value"] if rows else None


class SqlFacts:
    """Facts, as `bot.chat.memory.Facts` describes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, name: str) -> str | None:
        """Return a fact."""
        rows = await self._database.read(_READ, name)
        return rows[0]["value"] if rows else None

    async def named(self, beginning: str, shard: ShardId = ALL) -> Mapping[str, str]:
        """Return the facts whose names begin with that, of the guilds of a shard and of none."""
        word = beginning.rstrip()
        end = word[:-1] + chr(ord(word[-1]) + 1)
        sought = (word, end, len(beginning), beginning)
        rows = await self._database.read(_READ_MANY, *sought, shard.count, shard.number)
        return {row["name"]: row["value"] for row in rows}

    async def write(self, name: str, value: str, guild_id: int | None = None) -> None:
        """Store a fact, be it later; with a guild's id one that goes with the guild."""
        await self._database.keep(("fact", name), _written(name, value, guild_id))

    async def change(self, name: str, value: str, guild_id: int | None = None) -> bool:
        """Store a fact; say whether that is news."""
        return bool(await self._database.write(lambda run: run(_CHANGE, name, value, guild_id)))

    async def first(self, name: str, value: str) -> str:
        """Store a fact unless there is one of its name, and return the one that there is."""

        async def work(run: Run) -> str:
            await run(
                "INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", name, value
            )
            [row] = await run(_READ, name)
            return str(row["value"])

        return await self._database.write(work)

    async def note(self, name: str, value: str) -> None:
        """Store a fact that means nothing later, or raise a MemoryRefused."""
        await self._database.write(_written(name, value).work)


_CHANGE = (
    "INSERT INTO facts (name, value, guild_id) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE"
    " SET value = excluded.value WHERE facts.value <> excluded.value RETURNING name"
)


def _written(name: str, value: str, guild_id: int | None = None) -> Unit:
    async def work(run: Run) -> None:
        await run(
            "INSERT INTO facts (name, value, guild_id) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name,
            value,
            guild_id,
        )

    return Unit(work)
