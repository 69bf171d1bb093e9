"""The threads that were opened, as `bot.chat.threads.ports.Openings` describes them."""

from bot.chat.threads.ports import Carried
from bot.rules.model import Answer, ChannelKey
from bot.store.connection.database import Database
from bot.store.connection.unit import Run
from bot.store.history.sight import cut_of, sight
from bot.store.places import ensure_channel

MOST_CARRIED = 100  # turns that are looked at for where a person's exchanges begin


class SqliteOpenings:
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
            await run("UPDATE channels SET joined = 0 WHERE id = ?", thread.channel_id)

        await self._database.write(work)

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
