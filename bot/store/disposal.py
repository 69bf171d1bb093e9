"""Deleting for good what has had its time, in batches of a bounded size others let in between.

What is deleted here was out of sight before, so that nobody sees how far it has come. What a kill interrupts
is taken up again by the next sweep.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from functools import partial

from bot.rules.places.asides import FIRST_ASIDE
from bot.store.connection.database import Database
from bot.store.connection.unit import Row, Run, micros, moment
from bot.store.history.parts import delete_quotes
from bot.store.history.rows import id_list
from bot.store.history.sight import clear_summaries_of, sights
from bot.store.history.stretches import CHANNELS, channel_pages, delete, drain, light
from bot.store.spending.entries import take_person

_DAY_MICROSECONDS = 86_400_000_000


class SqlDisposal:
    """Purges and retention, as `bot.chat.clearing.Disposal` describes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def purge(self, before: datetime) -> int:
        """Delete old resets' turns, of which no undo finds any from the first moment on, and what is left."""
        await self._database.write_one("UPDATE clearings SET gone = TRUE WHERE at < ?", micros(before))
        await self._database.write_one("DELETE FROM kept_sums WHERE ends < ?", micros(before))
        total = 0
        clearings = await self._database.read("SELECT id FROM clearings WHERE gone ORDER BY id")
        for row in clearings:
            total += await dispose(self._database, row["id"])
        people = await self._database.read("SELECT user_id FROM erasures")
        for row in people:
            await erase_person(self._database, row["user_id"])
        if clearings or people:
            await self._database.log.clear()
        return total

    async def expire(self, now: datetime, default_days: int | None) -> int:
        """Delete turns older than the nearest retention that is set for their channel.

        Where the bot is no member nobody hears of deletions: nothing is kept there for longer than a day.
        """
        last, soon = 0, micros(now) - _DAY_MICROSECONDS
        total = await drain(self._database, _delete_turns, _ELSEWHERE, FIRST_ASIDE, soon)
        await self._database.write_one(_LEFT_ELSEWHERE, FIRST_ASIDE)
        while True:
            [row] = await self._database.read(_PAGE_END, last, CHANNELS)
            if row["id"] is None:
                break
            page = (default_days, micros(now), _DAY_MICROSECONDS, last, row["id"])
            total += await drain(self._database, _delete_turns, _EXPIRED, *page)
            last = row["id"]
        if total:
            await self._database.log.clear()
        return total

    async def forgotten_since(self, since: datetime) -> Collection[tuple[int, datetime]]:
        """Return who had their data deleted since then, each with the time of it."""
        rows = await self._database.read("SELECT user_id, at FROM forgotten WHERE at >= ?", micros(since))
        return {(row["user_id"], moment(row["at"])) for row in rows}


async def dispose(database: Database, clearing_id: int) -> int:
    """Delete what a clearing hides, and at last the clearing; return how many turns. The log is the caller's.

    Nothing happens where it was undone and a later one is still to be told from it.
    """
    rows = await database.read(_GONE, clearing_id)
    if not rows:
        return 0
    [clearing] = rows
    total = 0
    async for ids in _reached(database, clearing):
        seen = await database.look(partial(sights, channel_ids=ids))
        hidden = [part for one in seen.values() for part in one.hidden_by(clearing_id)]
        total += await delete(database, hidden)
        await _leave(database, clearing, ids)
    if clearing["departed"] and clearing["guild_wide"]:
        await drain(database, _delete_records, _RECORDS_OF_GUILD, clearing["guild_id"], clearing["record_id"])
    await database.write_one("DELETE FROM clearings WHERE id = ?", clearing_id)
    return total


async def _reached(database: Database, clearing: Row) -> AsyncIterator[Sequence[int]]:
    """Yield the channels that a clearing reaches, page by page."""
    if clearing["guild_wide"]:
        column, value = "guild_id", clearing["guild_id"]
    else:
        column, value = "parent_id", clearing["channel_id"]
        yield [value]
    if clearing["guild_wide"] or clearing["departed"]:
        async for ids in channel_pages(database, column, value):
            yield ids


async def _leave(database: Database, clearing: Row, channel_ids: Sequence[int]) -> None:
    """Delete what channels have of a clearing beside turns, and the channels themselves where they went."""
    ids, clearing_id = id_list(channel_ids), clearing["id"]
    if clearing["departed"]:
        await drain(database, _delete_records, _RECORDS_OF_CHANNELS, ids, clearing["record_id"])

    async def work(run: Run) -> None:
        # Of one that was undone, the cuts that were made under it; of one that held, those from before it.
        which = "clearing_id = ?2" if clearing["holds_nothing"] else "clearing_id < ?2"
        channels = "channel_id IN (SELECT value FROM json_each(?1))"
        await run(f"DELETE FROM cuts WHERE {channels} AND {which}", ids, clearing_id)  # noqa: S608 - ours
        await run(
            f"DELETE FROM cleared_channels WHERE {channels} AND clearing_id = ?2",  # noqa: S608 - ours
            ids,
            clearing_id,
        )
        if clearing["departed"]:
            await run(
                "DELETE FROM channels WHERE id IN (SELECT value FROM json_each(?)) AND departure < ?",
                ids,
                clearing_id,
            )

    await database.write(work)


async def mark_erasure(run: Run, user_id: int) -> None:
    """Take what a person has said by now out of sight."""
    await run(
        "INSERT INTO erasures (user_id, turn_id, part_id, entry_id)"
        " SELECT ?, (SELECT coalesce(max(id), 0) FROM turns), (SELECT coalesce(max(id), 0) FROM parts),"
        " (SELECT coalesce(max(id), 0) FROM ledger) WHERE TRUE ON CONFLICT (user_id) DO UPDATE"
        " SET turn_id = excluded.turn_id, part_id = excluded.part_id, entry_id = excluded.entry_id",
        user_id,
    )


async def erase_person(database: Database, user_id: int) -> None:
    """Delete what was marked of a person: copies of their messages, these, their name in record and ledger.

    The log is the caller's.
    """
    rows = await database.read("SELECT turn_id, part_id, entry_id FROM erasures WHERE user_id = ?", user_id)
    if not rows:
        return
    [marked] = rows
    await drain(database, delete_quotes, _QUOTES_OF, user_id, marked["part_id"])
    await drain(database, _delete_said, _TURNS_OF, user_id, marked["turn_id"])
    await drain(database, _take_name, "SELECT id FROM records WHERE actor_id = ? LIMIT ?", user_id)
    await drain(database, take_person, _ENTRIES_OF, user_id, marked["entry_id"])

    async def take_stops(run: Run, answer_ids: Sequence[int]) -> None:
        await run(
            "UPDATE ends SET stopped_by = NULL, stopped_name = ''"
            " WHERE stopped_by = ? AND answer_id IN (SELECT value FROM json_each(?))",
            user_id,
            id_list(answer_ids),
        )

    await drain(
        database, take_stops, "SELECT answer_id AS id FROM ends WHERE stopped_by = ? LIMIT ?", user_id
    )
    await database.write_one("DELETE FROM spent WHERE person_id = ?", user_id)
    done = "DELETE FROM erasures WHERE user_id = ? AND turn_id = ?"
    await database.write_one(done, user_id, marked["turn_id"])


async def _delete_said(run: Run, turn_ids: Sequence[int]) -> Sequence[int]:
    turn_ids = await light(run, turn_ids)
    ids = id_list(turn_ids)
    copies = await run(
        "SELECT p.id FROM turns AS t JOIN parts AS p ON p.message_id = t.message_id"
        " WHERE t.id IN (SELECT value FROM json_each(?))",
        ids,
    )
    await delete_quotes(run, [row["id"] for row in copies])
    await clear_summaries_of(run, turn_ids)
    await run("DELETE FROM turns WHERE id IN (SELECT value FROM json_each(?))", ids)
    return turn_ids


async def _take_name(run: Run, record_ids: Sequence[int]) -> None:
    await run(
        "UPDATE records SET actor_id = 0 WHERE id IN (SELECT value FROM json_each(?))", id_list(record_ids)
    )


async def _delete_turns(run: Run, ids: Sequence[int]) -> Sequence[int]:
    ids = await light(run, ids)
    await clear_summaries_of(run, ids)
    await run("DELETE FROM turns WHERE id IN (SELECT value FROM json_each(?))", id_list(ids))
    return ids


async def _delete_records(run: Run, ids: Sequence[int]) -> None:
    await run("DELETE FROM records WHERE id IN (SELECT value FROM json_each(?))", id_list(ids))


_GONE = (
    "SELECT id, channel_id, guild_id, guild_wide, departed, record_id,"
    " undone IS NOT NULL OR up_to IS NULL AS holds_nothing FROM clearings WHERE id = ?1 AND gone"
    " AND (undone IS NULL OR NOT EXISTS"
    " (SELECT 1 FROM clearings AS later WHERE later.id > ?1 AND later.id <= clearings.undone))"
)

_RECORDS_OF_CHANNELS = (
    "SELECT r.id FROM json_each(?1) AS c CROSS JOIN records AS r ON r.channel_id = c.value AND r.id <= ?2"
    " LIMIT ?3"
)

_RECORDS_OF_GUILD = "SELECT id FROM records WHERE guild_id = ? AND id <= ? LIMIT ?"

_PAGE_END = "SELECT max(id) AS id FROM (SELECT id FROM channels WHERE id > ? ORDER BY id LIMIT ?)"

# CROSS JOIN holds SQLite to going channel by channel: never all turns.
_EXPIRED = (
    "SELECT t.id FROM channels AS c LEFT JOIN channels AS p ON p.id = c.parent_id"
    " LEFT JOIN guilds AS g ON g.id = c.guild_id CROSS JOIN turns AS t ON t.channel_id = c.id"
    " AND t.created_at"
    " < ?2 - ?3 * nullif(coalesce(c.retention_days, p.retention_days, g.retention_days, ?1), 0)"
    " WHERE c.id > ?4 AND c.id <= ?5 LIMIT ?6"
)

_ELSEWHERE = (
    "SELECT t.id FROM channels AS c CROSS JOIN turns AS t ON t.channel_id = c.id AND t.created_at < ?2"
    " WHERE c.id >= ?1 AND c.parent_id IS NULL LIMIT ?3"
)
_LEFT_ELSEWHERE = (
    "DELETE FROM channels WHERE id >= ? AND parent_id IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM turns WHERE turns.channel_id = channels.id)"
)

_QUOTES_OF = "SELECT id FROM parts WHERE author_id = ? AND id <= ? LIMIT ?"
_ENTRIES_OF = "SELECT id FROM ledger WHERE person_id = ? AND id <= ? LIMIT ?"
_TURNS_OF = "SELECT id FROM turns WHERE author_id = ? AND id <= ? LIMIT ?"
