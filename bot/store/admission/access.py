"""Who and what is allowed and denied in guilds: held in memory too, since it is asked of whatever is said."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.rules.admission.access import Kind, Listed, Lists
from bot.rules.model import ChannelKey
from bot.rules.places.shards import ShardId
from bot.rules.records import Deed, Verb
from bot.store.connection.database import Database
from bot.store.connection.unit import Row, Run
from bot.store.history.records import Doing, record
from bot.store.history.sight import ensure_channel


class SqlAccess:
    """The lists of guilds, as `bot.chat.bounds.ports.AccessLists` describes them."""

    def __init__(self, database: Database, now: Callable[[], datetime], lists: dict[int, Lists]) -> None:
        self._database = database
        self._now = now
        self._lists = lists

    async def recall(self, shard: ShardId) -> None:
        """Know the lists of a shard's guilds; whoever drops one takes its own out."""
        rows = await self._database.read(
            "SELECT guild_id, kind, id, allowed FROM access WHERE (guild_id >> 22) % ? = ?",
            shard.count,
            shard.number,
        )
        for guild_id in [one for one in self._lists if shard.has(one)]:
            del self._lists[guild_id]
        for row in rows:
            one, guild_id = Listed(Kind(row["kind"]), row["id"]), row["guild_id"]
            self._lists[guild_id] = self.of(guild_id).put(one, allowed=bool(row["allowed"]))

    def of(self, guild_id: int) -> Lists:
        """Return a guild's lists."""
        return self._lists.get(guild_id, Lists())

    async def put(self, key: ChannelKey, actor: int, one: Listed, *, allowed: bool | None) -> None:
        """Put something on one of a guild's lists, or on neither, and record it."""
        verb = Verb.UNLIST if allowed is None else Verb.ALLOW if allowed else Verb.DENY

        async def work(run: Run) -> None:
            if allowed is None:
                await run(
                    "DELETE FROM access WHERE guild_id = ? AND kind = ? AND id = ?",
                    key.guild_id,
                    one.kind.value,
                    one.id,
                )
            else:
                await run(
                    "INSERT INTO access (guild_id, kind, id, allowed) VALUES (?, ?, ?, ?)"
                    " ON CONFLICT (guild_id, kind, id) DO UPDATE SET allowed = excluded.allowed",
                    key.guild_id,
                    one.kind.value,
                    one.id,
                    allowed,
                )
            await self._record(run, key, actor, Deed(verb, one.kind.value, one.id))

        await self._database.write(work)
        guild_id = key.guild_id or 0
        self._lists[guild_id] = self.of(guild_id).put(one, allowed=allowed)

    async def clear(self, key: ChannelKey, actor: int) -> None:
        """Clear a guild's lists, and record it."""

        async def work(run: Run) -> None:
            await run("DELETE FROM access WHERE guild_id = ?", key.guild_id)
            await self._record(run, key, actor, Deed(Verb.UNLIST))

        await self._database.write(work)
        self._lists.pop(key.guild_id or 0, None)

    async def _record(self, run: Run, key: ChannelKey, actor: int, deed: Deed) -> None:
        await ensure_channel(run, key, actor)
        await record(run, key, Doing(actor, self._now(), deed), guild_wide=True)


# A list of who is denied stays when their data is deleted, or whoever is kept out could let themselves in.
LISTINGS_OF = (
    "SELECT guild_id AS id, 0 AS page, guild_id, allowed FROM access"
    " WHERE kind = 'user' AND id = ?1 AND ?2 = 0 AND guild_id > ?3 ORDER BY guild_id LIMIT ?4"
)


def told_of_listing(row: Row) -> dict[str, Any]:
    """Return what a person is told of a list that they are on."""
    return {"kind": "access", "guild_id": row["guild_id"], "allowed": bool(row["allowed"])}
