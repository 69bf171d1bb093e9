"""The memory read back for people: pages, exports, totals, records."""

from collections.abc import AsyncIterator, Sequence
from sqlite3 import Row

from bot.chat.memory import LogEntry
from bot.rules.model import Answer, ChannelKey, Turn
from bot.store.answers import answers_by_id
from bot.store.database import Database, Run
from bot.store.parts import bring_pictures, with_parts, with_picture_ids
from bot.store.rows import deed_of, moment
from bot.store.sight import END, sight
from bot.store.stretches import light

_PAGE = 200


class SqliteJournal:
    """The memory for its readers, as `bot.chat.memory.Journal` describes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, channel_id: int, before: int | None, size: int) -> Sequence[Turn]:
        """Return turns newest first; a question that its answer would be parted from comes along."""
        async with self._database.reading() as run:
            rows: list[Row] = []
            for part in reversed((await sight(run, channel_id)).visible):
                asked = part.within(0, END if before is None else before - 1)
                if asked is not None and len(rows) <= size:
                    rows += await run(
                        _NEWEST_FIRST, channel_id, asked.after, asked.up_to, size + 1 - len(rows)
                    )
            if len(rows) > size and rows[size]["position"] != rows[size - 1]["position"]:
                rows.pop()
            return await with_parts(run, rows)

    async def everything(self, channel_id: int) -> AsyncIterator[Turn]:
        """Yield all turns, oldest first; what is said meanwhile comes along, what is cleared does not."""
        last = (0, 0)
        while True:
            async with self._database.reading() as run:
                rows = await _next_page(run, channel_id, last)
                found = await with_picture_ids(run, rows)
            for one in found:
                [turn] = await bring_pictures(self._database, [one])
                yield turn
            if not rows:
                return
            last = (rows[-1]["position"], rows[-1]["id"])

    async def places(self) -> Sequence[ChannelKey]:
        """Return every channel that something is stored of."""
        found: list[ChannelKey] = []
        while rows := await self._database.read(
            "SELECT id, guild_id, parent_id FROM places WHERE id > ? ORDER BY id LIMIT ?",
            found[-1].channel_id if found else 0,
            _PAGE,
        ):
            found += (ChannelKey(row["id"], row["guild_id"], row["parent_id"]) for row in rows)
        return found

    async def guilds(self) -> Sequence[int]:
        """Return every guild that something is stored of, but for those that are being deleted."""
        found: list[int] = []
        while True:
            [row] = await self._database.read(_NEXT_GUILD, found[-1] if found else 0)
            if row["id"] is None:
                break
            found.append(row["id"])
        departed = await self._database.read("SELECT guild_id FROM clearings WHERE departed AND guild_wide")
        return tuple(sorted(set(found) - {row["guild_id"] for row in departed}))

    async def log(self, key: ChannelKey, most: int) -> Sequence[LogEntry]:
        """Return what was done here and to the whole guild, newest first."""
        rows = await self._database.read(_LOG, key.channel_id, key.guild_id, key.parent_id, most)
        return [LogEntry(moment(row["at"]), row["actor_id"], row["channel_id"], deed_of(row)) for row in rows]

    async def last_answer(self, channel_id: int) -> Answer | None:
        """Return the newest answer that came with a bill, unless it lies far back."""
        async with self._database.reading() as run:
            for part in reversed((await sight(run, channel_id)).visible):
                rows = await run(_BILLED, channel_id, part.after, part.up_to)
                if rows:
                    return (await answers_by_id(run, [rows[0]["id"]]))[0]
        return None


async def _next_page(run: Run, channel_id: int, last: tuple[int, int]) -> Sequence[Row]:
    """Return the turns after a position and an id that can be seen now."""
    for part in (await sight(run, channel_id)).visible:
        rest = part.within(last[0] - 1, END)
        if rest is None:
            continue
        values = (channel_id, rest.after, rest.up_to, *last)
        ids = [row["id"] for row in await run(f"SELECT id {_OLDEST_FIRST}", *values, _PAGE)]
        if ids:
            return await run(f"SELECT {_COLUMNS} {_OLDEST_FIRST}", *values, len(await light(run, ids)))
    return []


_COLUMNS = (
    "id, position, question_id, state, message_id, author_id, label, text, tokens, encoding, created_at"
)

_NEWEST_FIRST = (
    f"SELECT {_COLUMNS} FROM history"  # noqa: S608 - ours
    " WHERE channel_id = ? AND position > ? AND position <= ? ORDER BY position DESC, id DESC LIMIT ?"
)

_OLDEST_FIRST = (
    "FROM history WHERE channel_id = ? AND position > ? AND position <= ? AND (position, id) > (?, ?)"
    " ORDER BY position, id LIMIT ?"
)

# One look into each index for the next guild, whatever there is of one.
_NEXT_GUILD = (
    "SELECT min(id) AS id FROM (SELECT min(guild_id) AS id FROM channels WHERE guild_id > ?1"
    " UNION ALL SELECT min(id) FROM guilds WHERE id > ?1"
    " UNION ALL SELECT min(guild_id) FROM records WHERE guild_id > ?1"
    " UNION ALL SELECT min(guild_id) FROM clearings WHERE guild_id > ?1)"
)

_LOG = (
    "WITH past AS (SELECT coalesce(max(record_id), 0) AS id FROM clearings"
    " WHERE departed AND iif(guild_wide, guild_id = ?2, channel_id IN (?1, ?3)))"
    " SELECT * FROM (SELECT * FROM records"
    " WHERE channel_id = ?1 AND id > (SELECT id FROM past) ORDER BY id DESC LIMIT ?4)"
    " UNION ALL SELECT * FROM (SELECT * FROM records"
    " WHERE guild_id = ?2 AND channel_id IS NULL AND id > (SELECT id FROM past) ORDER BY id DESC LIMIT ?4)"
    " ORDER BY id DESC LIMIT ?4"
)

_BILLED = (
    "SELECT t.id FROM (SELECT id, position FROM turns WHERE channel_id = ? AND position > ? AND position <= ?"
    " AND question_id IS NOT NULL ORDER BY position DESC LIMIT 500) AS t JOIN answers AS a ON a.id = t.id"
    " WHERE a.prompt_tokens IS NOT NULL ORDER BY t.position DESC LIMIT 1"
)
