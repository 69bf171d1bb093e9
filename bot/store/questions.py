"""Messages that wait for an answer."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from bot.chat.memory import Question, Said
from bot.rules.model import ChannelKey
from bot.rules.outcome import LastMessage
from bot.rules.places.shards import ALL, ShardId
from bot.store.connection.database import Database
from bot.store.connection.unit import Row, Run, Unit, micros, moment
from bot.store.history.known import OF_SHARD, UNDER_WAY_ELSEWHERE
from bot.store.history.parts import with_parts
from bot.store.history.rows import TURN_COLUMNS, id_list, key_of
from bot.store.history.sight import cut_of, sight, sights

_PAGE = 500


class SqlQuestions:
    """Questions, as `bot.chat.memory.Questions` describes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self, since: datetime, shard: ShardId = ALL) -> Sequence[Question]:
        """Return a shard's questions of that time or later for which no answer was begun, oldest first."""
        found: list[Question] = []
        last = 0
        while True:
            page, end = await self._database.look(partial(_waiting, micros(since), shard, last))
            found += page
            if end is None:
                return found
            last = end

    async def find(self, message_id: int) -> Question | None:
        """Return the question that a message is, whatever became of it, unless it was reset."""

        async def look(run: Run) -> list[Row]:
            return await _visible(run, await run(_FIND, message_id))

        found = await self._database.look(look)
        return _question_of(found[0]) if found else None

    async def said(self, message_id: int) -> Said | None:
        """Return what a message left, unless it was reset."""

        async def look(run: Run) -> Said | None:
            rows = await _visible(run, await run(_SAID, message_id))
            return Said(key_of(rows[0]), (await with_parts(run, rows))[0]) if rows else None

        return await self._database.look(look)

    async def newest(self, channel_id: int) -> int | None:
        """Return the newest question that is more than heard."""
        return await self._database.look(partial(_newest, channel_id))

    async def answers_to(self, message_ids: Sequence[int]) -> Sequence[tuple[ChannelKey, LastMessage]]:
        """Return where the newest answer of a channel ends, if it is to one of these messages."""
        rows = await self._database.read(_ANSWERS_TO, id_list(message_ids))
        return [(key_of(row), LastMessage(row["message_id"], row["about"])) for row in rows]

    async def known(self, key: ChannelKey, ids: Sequence[int]) -> tuple[frozenset[int], datetime | None]:
        """Return which of these messages are stored, be they hidden, and when the place was last reset."""

        async def look(run: Run) -> tuple[frozenset[int], datetime | None]:
            stored = await run(_STORED, id_list(ids))
            [reset] = await run(_LAST_RESET, key.channel_id, key.guild_id)
            at = moment(reset["at"]) if reset["at"] is not None else None
            return frozenset(row["message_id"] for row in stored), at

        return await self._database.look(look)

    async def mark_heard(self, question_ids: Sequence[int]) -> None:
        """Let waiting questions wait no more."""
        ids = id_list(question_ids)

        async def work(run: Run) -> None:
            await run(
                "UPDATE turns SET state = 'heard'"
                " WHERE id IN (SELECT value FROM json_each(?)) AND state = 'waiting'",
                ids,
            )

        await self._database.keep(("heard", ids), Unit(work))


_COLUMNS = (
    "t.id, t.channel_id, c.guild_id, c.parent_id, t.message_id, t.author_id, t.created_at,"
    " (SELECT asked_model FROM turns AS a WHERE a.id = t.id) AS asked_model"
)

_TURN = ", ".join(f"t.{name}" for name in TURN_COLUMNS.split(", "))

_SAID = (
    f"SELECT {_TURN}, t.channel_id, c.guild_id, c.parent_id"  # noqa: S608 - ours
    " FROM known_turns AS t CROSS JOIN channels AS c ON c.id = t.channel_id WHERE t.message_id = ?"
)

_WAITING = (
    f"SELECT {_COLUMNS} FROM known_turns AS t CROSS JOIN channels AS c ON c.id = t.channel_id"  # noqa: S608 - ours
    " WHERE t.state = 'waiting' AND t.id > ?"
    f" AND {OF_SHARD.format('c.guild_id')} AND NOT ({UNDER_WAY_ELSEWHERE.format('t.message_id')})"
    " ORDER BY t.id LIMIT ?"
)

_FIND = (
    f"SELECT {_COLUMNS} FROM known_turns AS t CROSS JOIN channels AS c ON c.id = t.channel_id"  # noqa: S608 - ours
    " WHERE t.message_id = ?"
)

_STORED = "SELECT message_id FROM turns WHERE message_id IN (SELECT value FROM json_each(?))"
_LAST_RESET = (
    "SELECT max(at) AS at FROM (SELECT at FROM records WHERE verb IN ('reset', 'fresh') AND channel_id = ?1"
    " UNION ALL SELECT at FROM records WHERE verb = 'reset' AND channel_id IS NULL AND guild_id = ?2)"
)

_ANSWERS_TO = (
    "SELECT c.id AS channel_id, c.guild_id, c.parent_id, m.message_id, q.message_id AS about FROM turns AS q"
    " JOIN turns AS a ON a.question_id = q.id JOIN channels AS c ON c.id = a.channel_id"
    " JOIN answer_messages AS m ON m.answer_id = a.id"
    " WHERE q.message_id IN (SELECT value FROM json_each(?))"
    " AND m.place = (SELECT max(place) FROM answer_messages WHERE answer_id = a.id)"
    " AND NOT EXISTS (SELECT 1 FROM turns AS later WHERE later.channel_id = a.channel_id"
    " AND later.position > a.position AND later.question_id IS NOT NULL)"
)

_NEWEST = (
    "SELECT id FROM known_turns WHERE channel_id = ? AND position > ? AND position <= ?"
    " AND state IN ('waiting', 'answered') ORDER BY position DESC LIMIT 1"
)


async def _waiting(since: int, shard: ShardId, last: int, run: Run) -> tuple[list[Question], int | None]:
    """Return a page of waiting questions, and the id that it ends with unless it is the last one."""
    rows = await run(_WAITING, last, shard.count, shard.number, _PAGE)
    found = await _visible(run, [row for row in rows if row["created_at"] >= since])
    return [*map(_question_of, found)], None if len(rows) < _PAGE else rows[-1]["id"]


async def _newest(channel_id: int, run: Run) -> int | None:
    seen = await sight(run, channel_id)
    cut, _ = await cut_of(run, seen)
    for part in reversed(seen.visible):
        rows = await run(_NEWEST, channel_id, max(part.after, cut), part.up_to)
        if rows:
            return int(rows[0]["id"])
    return None


async def _visible(run: Run, rows: Sequence[Row]) -> list[Row]:
    """Return those questions that no reset hides."""
    seen = await sights(run, (row["channel_id"] for row in rows))
    return [row for row in rows if not seen[row["channel_id"]].hides(row["id"])]


def _question_of(row: Row) -> Question:
    return Question(row["id"], key_of(row), row["message_id"], row["author_id"], row["asked_model"] or "")
