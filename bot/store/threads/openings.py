"""The threads that were opened, as `bot.chat.threads.ports.Openings` describes them."""

from collections.abc import Collection, Sequence
from typing import Any

from bot.chat.threads.ports import Carried, Named
from bot.rules.model import Answer, ChannelKey
from bot.store.connection.database import Database
from bot.store.connection.unit import Row, Run
from bot.store.history.rows import id_list, key_of
from bot.store.history.sight import cut_of, ensure_channel, sight

MOST_CARRIED = 100  # turns that are looked at for where a person's exchanges begin


class SqlOpenings:
    """Openings, one a thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def store(self, thread: ChannelKey, opener_id: int, carried: Carried) -> bool:
        """Know the thread, and for whom it was opened."""

        async def work(run: Run) -> bool:
            await ensure_channel(run, thread, opener_id, joined=True)
            rows = await run(
                "INSERT INTO openings (thread_id, opener_id, after, up_to) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING RETURNING thread_id",
                thread.channel_id,
                opener_id,
                carried.after,
                carried.up_to,
            )
            return bool(rows)

        return await self._database.write(work)

    async def withdraw(self, thread: ChannelKey) -> None:
        """Forget a thread that is not there; nothing was said in it."""

        async def work(run: Run) -> None:
            await run("DELETE FROM openings WHERE thread_id = ?", thread.channel_id)
            await run("UPDATE channels SET joined = FALSE WHERE id = ?", thread.channel_id)

        await self._database.write(work)

    async def entitle(self, thread: ChannelKey, about: int | None, mark: int) -> None:
        """Store a title's message and mark."""
        await self._database.write_one(
            "UPDATE openings SET about = ?, title_mark = ? WHERE thread_id = ?",
            about,
            mark,
            thread.channel_id,
        )

    async def named_after(self, message_ids: Collection[int]) -> Sequence[Named]:
        """Return threads with the names of those whose messages give them their titles."""
        rows = await self._database.read(_NAMED_AFTER, id_list(message_ids))
        return [Named(key_of(row), row["title_mark"], row["label"]) for row in rows]

    async def opener(self, thread_id: int) -> int | None:
        """Return a thread's opener."""
        rows = await self._database.read("SELECT opener_id FROM openings WHERE thread_id = ?", thread_id)
        return (rows[0]["opener_id"] or 0) if rows else None

    async def led_to(self, answer: Answer) -> Carried:
        """Look backwards for the newest turn of somebody else, from the question on."""

        async def look(run: Run) -> Carried:
            cut, _ = await cut_of(run, await sight(run, answer.key.channel_id))
            [row] = await run(
                _BEFORE_IT, answer.key.channel_id, answer.question_id, MOST_CARRIED, answer.asker_id
            )
            return Carried(max(cut, row["after"]), answer.question_id)

        return await self._database.look(look)


# Where all that is looked at is the person's own, it begins there.
_BEFORE_IT = (
    "WITH seen AS MATERIALIZED (SELECT position, author_id, question_id FROM history"
    " WHERE channel_id = ?1 AND position < ?2 ORDER BY position DESC, id DESC LIMIT ?3)"
    " SELECT coalesce("
    "(SELECT max(position) FROM seen WHERE question_id IS NULL AND author_id IS NOT ?4),"
    " iif(count(*) = ?3, min(position) - 1, 0), 0) AS after FROM seen"
)

_NAMED_AFTER = (
    "SELECT o.thread_id AS channel_id, c.guild_id, c.parent_id, o.title_mark, t.label FROM openings AS o"
    " JOIN channels AS c ON c.id = o.thread_id JOIN turns AS t ON t.message_id = o.about"
    " WHERE o.about IN (SELECT value FROM json_each(?))"
)

# A page of the threads that were opened for a person.
OPENED_BY = (
    "SELECT o.thread_id AS id, 0 AS page, o.thread_id AS channel_id, c.guild_id FROM openings AS o"
    " JOIN channels AS c ON c.id = o.thread_id"
    " WHERE o.opener_id = ?1 AND ?2 = 0 AND o.thread_id > ?3 ORDER BY o.thread_id LIMIT ?4"
)


def told_of_opening(row: Row) -> dict[str, Any]:
    """Return what a person is told of a thread."""
    return {"kind": "thread", "guild_id": row["guild_id"], "channel_id": row["channel_id"]}
