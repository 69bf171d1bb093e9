"""Clearing history with a way back, and deleting for good what has had its time."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from sqlite3 import Row

from bot import texts
from bot.chat.memory import Reset
from bot.rules.model import ChannelKey
from bot.store.database import Database, Run
from bot.store.places import ensure_channel, record
from bot.store.rows import id_list, key_of, micros, moment
from bot.store.summaries import clear_summaries_of

_BATCH = 500  # rows deleted per transaction, so that a long history's end holds nobody up
_DAY_MICROSECONDS = 86_400_000_000
_END = 2**63 - 1


class SqliteResets:
    """Resets, purges and retention, as `bot.chat.memory.Resets` describes them."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def preview(self, key: ChannelKey, *, guild_wide: bool, keep: int) -> tuple[int, int]:
        """Return how many turns and tokens a reset would clear."""
        [row] = await self._database.read(_COUNT, *_reach(key, guild_wide), keep, _END)
        return row["turns"], row["tokens"]

    async def reset(self, key: ChannelKey, actor: int, *, guild_wide: bool, keep: int) -> Reset:
        """Hide history, and keep what it takes to bring it back."""
        at = self._now()

        async def work(run: Run) -> Reset:
            await ensure_channel(run, key, actor)
            reach = _reach(key, guild_wide)
            [count] = await run(_COUNT, *reach, keep, _END)
            [row] = await run(
                "INSERT INTO resets (channel_id, guild_id, parent_id, guild_wide, turns, tokens, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
                key.channel_id,
                key.guild_id,
                key.parent_id,
                guild_wide,
                count["turns"],
                count["tokens"],
                micros(at),
            )
            await run(_HIDE, *reach, keep, _END, row["id"])
            await run(_KEEP_CUTS, *reach, row["id"])
            await run(_CLEAR_CUTS, *reach)
            reset = Reset(row["id"], key, count["turns"], count["tokens"], at, guild_wide)
            await self._record(run, reset, actor, "reset")
            return reset

        return await self._database.write(work)

    async def undo(self, reset_id: int, actor: int) -> Reset | None:
        """Bring back what a reset hid, where each channel's cut was."""

        async def work(run: Run) -> Reset | None:
            rows = await run(_RESET, reset_id)
            if not rows:
                return None
            await run(
                "UPDATE channels SET cut = r.cut, summary = r.summary FROM reset_channels AS r"
                " WHERE r.reset_id = ? AND r.channel_id = channels.id",
                reset_id,
            )
            await run("UPDATE turns SET reset_id = NULL WHERE reset_id = ?", reset_id)
            await run("DELETE FROM resets WHERE id = ?", reset_id)
            reset = _reset_of(rows[0])
            await self._record(run, reset, actor, "undo")
            return reset

        return await self._database.write(work)

    async def get(self, reset_id: int) -> Reset | None:
        """Return a reset that can still be undone."""
        rows = await self._database.read(_RESET, reset_id)
        return _reset_of(rows[0]) if rows else None

    async def purge(self, before: datetime) -> int:
        """Delete old resets' turns; no undo finds such a reset from the first moment on."""
        await self._database.write_one("UPDATE resets SET gone = 1 WHERE at < ?", micros(before))

        async def work(run: Run) -> int:
            rows = await run(
                "DELETE FROM turns WHERE id IN (SELECT t.id FROM resets AS r CROSS JOIN turns AS t"
                " ON t.reset_id = r.id WHERE r.gone LIMIT ?) RETURNING id",
                _BATCH,
            )
            if not rows:
                await run("DELETE FROM resets WHERE gone")
            return len(rows)

        return await self._until_done(work)

    async def expire(self, now: datetime, default_days: int | None) -> int:
        """Delete turns older than the nearest retention that is set for their channel."""

        async def work(run: Run) -> int:
            rows = await run(_EXPIRED, default_days, micros(now), _DAY_MICROSECONDS, _BATCH)
            ids = [row["id"] for row in rows]
            await clear_summaries_of(run, ids)
            await run("DELETE FROM turns WHERE id IN (SELECT value FROM json_each(?))", id_list(ids))
            return len(ids)

        return await self._until_done(work)

    async def _until_done(self, work: Callable[[Run], Awaitable[int]]) -> int:
        total = 0
        while count := await self._database.erase(work):
            total += count
        return total

    async def _record(self, run: Run, reset: Reset, actor: int, action: str) -> None:
        detail = texts.RECORD_RESET.format(turns=reset.turns, tokens=reset.tokens)
        await record(run, reset.key, actor, self._now(), action, detail, guild_wide=reset.guild_wide)


_RESET = (
    "SELECT id, channel_id, guild_id, parent_id, guild_wide, turns, tokens, at FROM resets"
    " WHERE id = ? AND NOT gone"
)

# Statements about a channel (?1) and all of a guild (?2, or NULL) at once: the database has one lock, and a
# statement for each of ten thousand channels would hold it for seconds. MATERIALIZED and CROSS JOIN hold
# SQLite to going channel by channel, each by its index.
_KEPT = (
    "WITH kept AS MATERIALIZED (SELECT id AS channel_id, iif(?3 <= 0, ?4, coalesce("
    "(SELECT DISTINCT h.position FROM history AS h WHERE h.channel_id = channels.id"
    " ORDER BY h.position DESC LIMIT 1 OFFSET ?3 - 1), 0)) AS first_position"
    " FROM channels WHERE id = ?1 OR guild_id = ?2)"
)

_COUNT = (
    _KEPT  # noqa: S608 - both halves are ours
    + " SELECT count(*) AS turns, coalesce(sum(h.tokens), 0) AS tokens FROM kept CROSS JOIN history AS h"
    " ON h.channel_id = kept.channel_id AND h.position < kept.first_position"
)

_HIDE = (
    _KEPT  # noqa: S608 - both halves are ours
    + " UPDATE turns SET reset_id = ?5 WHERE id IN (SELECT t.id FROM kept CROSS JOIN turns AS t"
    " ON t.channel_id = kept.channel_id AND t.position < kept.first_position AND t.reset_id IS NULL)"
)

_KEEP_CUTS = (
    "INSERT INTO reset_channels (reset_id, channel_id, cut, summary)"
    " SELECT ?3, id, cut, summary FROM channels WHERE id = ?1 OR guild_id = ?2"
)

_CLEAR_CUTS = "UPDATE channels SET cut = 0, summary = '' WHERE id = ?1 OR guild_id = ?2"

# CROSS JOIN as above: never all turns.
_EXPIRED = (
    "SELECT t.id FROM channels AS c LEFT JOIN channels AS p ON p.id = c.parent_id"
    " LEFT JOIN guilds AS g ON g.id = c.guild_id CROSS JOIN turns AS t ON t.channel_id = c.id"
    " AND t.created_at"
    " < ?2 - ?3 * nullif(coalesce(c.retention_days, p.retention_days, g.retention_days, ?1), 0)"
    " LIMIT ?4"
)


def _reset_of(row: Row) -> Reset:
    return Reset(
        row["id"], key_of(row), row["turns"], row["tokens"], moment(row["at"]), bool(row["guild_wide"])
    )


def _reach(key: ChannelKey, guild_wide: bool) -> tuple[int, int | None]:
    return key.channel_id, key.guild_id if guild_wide else None
