"""The memory read back for people: pages, exports, totals, records."""

from collections.abc import AsyncIterator, Sequence
from functools import partial

from bot.rules.model import ChannelKey, Part, PartKind, Totals, Turn
from bot.rules.records import LogEntry
from bot.store.connection.database import Database
from bot.store.connection.unit import Row, Run, moment
from bot.store.history.parts import bring_pictures, with_parts, with_picture_ids
from bot.store.history.rows import TURN_COLUMNS, deed_of
from bot.store.history.sight import END, Stretch, cut_of, sent_of, sight
from bot.store.history.stretches import count, light

_PAGE = 200


class SqlJournal:
    """The memory for its readers, as `bot.chat.memory.Journal` describes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, channel_id: int, before: int | None, size: int) -> Sequence[Turn]:
        """Return turns newest first; a question that its answer would be parted from comes along."""

        async def look(run: Run) -> Sequence[Turn]:
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

        return await self._database.look(look)

    async def title(self, channel_id: int) -> Part | None:
        """Return the newest part that tells a thread's title, behind the cut."""

        async def look(run: Run) -> Part | None:
            seen = await sight(run, channel_id)
            cut, _ = await cut_of(run, seen)
            for part in reversed(seen.visible):
                if (sent := part.within(cut, END)) is None:
                    continue
                for row in await run(_TITLE, channel_id, sent.after, sent.up_to):
                    return Part(PartKind.THREAD, row["text"], row["name"])
            return None

        return await self._database.look(look)

    async def everything(self, channel_id: int) -> AsyncIterator[Turn]:
        """Yield all turns, oldest first; what is said meanwhile comes along, what is cleared does not."""
        last = (0, 0)
        while True:
            rows, found = await self._database.look(partial(_with_pictures, channel_id, last))
            for one in found:
                [turn] = await bring_pictures(self._database, [one])
                yield turn
            if not rows:
                return
            last = (rows[-1]["position"], rows[-1]["id"])

    async def log(self, key: ChannelKey, most: int) -> Sequence[LogEntry]:
        """Return what was done here and to the whole guild, newest first."""
        rows = await self._database.read(_LOG, key.channel_id, key.guild_id, key.parent_id, most)
        return [LogEntry(moment(row["at"]), row["actor_id"], row["channel_id"], deed_of(row)) for row in rows]

    async def totals(self, channel_id: int) -> Totals:
        """Count a channel's turns and tokens, those that go along with a thread included."""

        async def look(run: Run) -> Sequence[Stretch]:
            return await sent_of(run, await sight(run, channel_id))

        parts = await self._database.look(look)
        return Totals(*await count(self._database, parts))


async def _with_pictures(
    channel_id: int, last: tuple[int, int], run: Run
) -> tuple[Sequence[Row], list[tuple[Turn, Sequence[int | None]]]]:
    rows = await _next_page(run, channel_id, last)
    return rows, await with_picture_ids(run, rows)


async def _next_page(run: Run, channel_id: int, last: tuple[int, int]) -> Sequence[Row]:
    """Return the turns after a position and an id that can be seen now."""
    for part in (await sight(run, channel_id)).visible:
        rest = part.within(last[0] - 1, END)
        if rest is None:
            continue
        values = (channel_id, rest.after, rest.up_to, *last)
        ids = [row["id"] for row in await run(f"SELECT id {_OLDEST_FIRST}", *values, _PAGE)]
        if ids:
            return await run(f"SELECT {TURN_COLUMNS} {_OLDEST_FIRST}", *values, len(await light(run, ids)))
    return []


_NEWEST_FIRST = (
    f"SELECT {TURN_COLUMNS} FROM history"  # noqa: S608 - ours
    " WHERE channel_id = ? AND position > ? AND position <= ? ORDER BY position DESC, id DESC LIMIT ?"
)

_TITLE = (
    "SELECT p.name, p.text FROM turns AS t CROSS JOIN parts AS p ON p.turn_id = t.id AND p.kind = 'thread'"
    " WHERE t.channel_id = ? AND t.position > ? AND t.position <= ? ORDER BY t.position DESC LIMIT 1"
)

_OLDEST_FIRST = (
    "FROM history WHERE channel_id = ? AND position > ? AND position <= ? AND (position, id) > (?, ?)"
    " ORDER BY position, id LIMIT ?"
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
