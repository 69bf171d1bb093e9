"""What is stored of a person: shown to them, deleted for them, and their wish not to be listened to."""

import base64
from collections.abc import AsyncIterator
from sqlite3 import Row
from typing import Any

from bot.store.database import Database, Run
from bot.store.parts import with_parts
from bot.store.places import delete_channels
from bot.store.rows import moment
from bot.store.summaries import clear_summaries_of
from bot.store.turns import delete_quotes

_PAGE = 100


class SqlitePeople:
    """People's data and wishes, as `bot.chat.memory.People` describes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def label(self, user_id: int, channel_id: int) -> str | None:
        """Return the label of a person's newest message in a channel."""
        rows = await self._database.read(
            "SELECT label FROM turns WHERE author_id = ? AND channel_id = ? ORDER BY id DESC LIMIT 1",
            user_id,
            channel_id,
        )
        return rows[0]["label"] if rows else None

    async def ignored(self, user_id: int) -> bool:
        """Say whether a person asked not to be listened to."""
        return bool(await self._database.read("SELECT 1 FROM ignored WHERE user_id = ?", user_id))

    async def ignore(self, user_id: int, on: bool) -> None:
        """Set that wish, or take it back."""
        if on:
            await self._database.write_one("INSERT OR IGNORE INTO ignored (user_id) VALUES (?)", user_id)
        else:
            await self._database.write_one("DELETE FROM ignored WHERE user_id = ?", user_id)

    async def export(self, user_id: int) -> AsyncIterator[dict[str, Any]]:
        """Yield a person's messages with the answers to them, quotes of them, and what they did and wished.

        Each dict says by `kind` what it is; bytes are in base64.
        """
        last = 0
        while rows := await self._database.read(_MESSAGES, user_id, last, _PAGE):
            for row in rows:
                yield await self._message(row)
                for answer in await self._database.read(_ANSWER, row["id"]):
                    yield _said("answer", answer) | {"answer_to": row["message_id"]}
            last = rows[-1]["id"]
        for row in await self._database.read(_QUOTES, user_id):
            yield _said("quote", row)
        for row in await self._database.read(_STOPS, user_id):
            yield _said("stop", row) | {"name": row["stopped_name"]}
        for row in await self._database.read(_RECORDS, user_id):
            yield {"kind": "record", **dict(row), "at": moment(row["at"]).isoformat()}
        yield {"kind": "ignore", "on": await self.ignored(user_id)}

    async def preview_delete(self, user_id: int, asked_in: int | None = None) -> tuple[int, int]:
        """Count a person's messages, those only quoted included, and the places that know of them."""
        [row] = await self._database.read(_COUNT, user_id, asked_in)
        return row["messages"], row["places"]

    async def delete(self, user_id: int, asked_in: int | None = None) -> int:
        """Delete a person's messages, the quotes of them, and their direct conversation."""

        async def work(run: Run) -> int:
            [count] = await run(_COUNT, user_id, asked_in)
            await _delete(run, user_id, asked_in)
            return int(count["messages"])

        return await self._database.erase(work)

    async def _message(self, row: Row) -> dict[str, Any]:
        async with self._database.reading() as run:
            [turn] = await with_parts(run, [row])
        parts = [
            {
                "kind": part.kind.value,
                "name": part.name,
                "text": part.text,
                "media_type": part.media_type,
                "base64": None if part.data is None else base64.b64encode(part.data).decode(),
            }
            for part in turn.parts
        ]
        return _said("message", row) | {"label": turn.label, "parts": parts}


_MESSAGES = (
    "SELECT t.id, t.position, t.question_id, t.state, t.message_id, t.author_id, t.label, t.text, t.tokens,"
    " t.encoding, t.created_at, t.channel_id, c.guild_id, t.reset_id"
    " FROM turns AS t JOIN channels AS c ON c.id = t.channel_id"
    " WHERE t.author_id = ? AND t.id > ? ORDER BY t.id LIMIT ?"
)

_ANSWER = (
    "SELECT m.message_id, t.text, t.created_at, t.channel_id, c.guild_id, t.reset_id"
    " FROM turns AS t JOIN channels AS c ON c.id = t.channel_id"
    " LEFT JOIN answer_messages AS m ON m.answer_id = t.id AND m.place = 0 WHERE t.question_id = ?"
)

# Who wrote a forwarded message is told by nobody, but the message itself may be stored as a person's.
_QUOTES = (
    "SELECT p.message_id, p.text, t.created_at, t.channel_id, c.guild_id, t.reset_id"
    " FROM parts AS p JOIN turns AS t ON t.id = p.turn_id JOIN channels AS c ON c.id = t.channel_id"
    " WHERE p.author_id = ?1 OR p.message_id IN (SELECT message_id FROM turns WHERE author_id = ?1)"
    " ORDER BY p.id"
)

# Answers that a person stopped; their words are those of others.
_STOPS = (
    "SELECT m.message_id, '' AS text, t.created_at, t.channel_id, c.guild_id, t.reset_id, e.stopped_name"
    " FROM ends AS e JOIN turns AS t ON t.id = e.answer_id JOIN channels AS c ON c.id = t.channel_id"
    " LEFT JOIN answer_messages AS m ON m.answer_id = t.id AND m.place = 0"
    " WHERE e.stopped_by = ? ORDER BY t.id"
)

_RECORDS = "SELECT at, guild_id, channel_id, action, detail FROM records WHERE actor_id = ? ORDER BY id"

_DIRECT = "SELECT id FROM channels WHERE guild_id IS NULL AND (person_id = ?1 OR id = ?2)"

_COUNT = (
    "WITH said AS (SELECT message_id, channel_id FROM turns WHERE author_id = ?1"
    " UNION SELECT p.message_id, t.channel_id FROM parts AS p JOIN turns AS t ON t.id = p.turn_id"
    " WHERE p.author_id = ?1 OR p.message_id IN (SELECT message_id FROM turns WHERE author_id = ?1))"
    " SELECT (SELECT count(DISTINCT message_id) FROM said) AS messages,"
    " (SELECT count(*) FROM (SELECT channel_id FROM said"
    " UNION SELECT id FROM channels WHERE guild_id IS NULL AND (person_id = ?1 OR id = ?2)"
    " UNION SELECT t.channel_id FROM ends AS e JOIN turns AS t ON t.id = e.answer_id WHERE e.stopped_by = ?1"
    " UNION SELECT coalesce(channel_id, guild_id) FROM records WHERE actor_id = ?1)) AS places"
)


def _said(kind: str, row: Row) -> dict[str, Any]:
    return {
        "kind": kind,
        "at": moment(row["created_at"]).isoformat(),
        "guild_id": row["guild_id"],
        "channel_id": row["channel_id"],
        "message_id": row["message_id"],
        "text": row["text"],
        "reset": row["reset_id"] is not None,
    }


async def _delete(run: Run, user_id: int, asked_in: int | None) -> None:
    own = [row["id"] for row in await run("SELECT id FROM turns WHERE author_id = ?", user_id)]
    quotes = await run(
        "SELECT id, turn_id FROM parts WHERE author_id = ?1"
        " OR message_id IN (SELECT message_id FROM turns WHERE author_id = ?1)",
        user_id,
    )
    await clear_summaries_of(run, own + [row["turn_id"] for row in quotes])
    await delete_quotes(run, [row["id"] for row in quotes])
    await run("DELETE FROM turns WHERE author_id = ?", user_id)
    await delete_channels(run, [row["id"] for row in await run(_DIRECT, user_id, asked_in)])
    await run("UPDATE records SET actor_id = 0 WHERE actor_id = ?", user_id)
    await run("UPDATE ends SET stopped_by = NULL, stopped_name = '' WHERE stopped_by = ?", user_id)
