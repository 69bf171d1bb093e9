"""What is stored of a person: shown to them, deleted for them, and their wish not to be listened to."""

import base64
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

from bot.rules.model import Part, Turn
from bot.rules.prompting.lookalikes import looks_like
from bot.store.admission.access import LISTINGS_OF, told_of_listing
from bot.store.connection.database import Database
from bot.store.connection.unit import Row, Run, micros, moment
from bot.store.disposal import dispose, erase_person, mark_erasure
from bot.store.history.parts import bring_pictures, with_picture_ids
from bot.store.history.rows import TURN_COLUMNS, deed_of, id_list
from bot.store.history.sight import Sight, depart_channel, sights
from bot.store.history.versions import texts_of
from bot.store.spending.entries import ENTRIES_OF, told_of_entry
from bot.store.threads.openings import OPENED_BY, told_of_opening

_PAGE = 100
_COUNTED = 500


class SqlPeople:
    """People's data and wishes, as `bot.chat.people.People` describes them."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def label(self, user_id: int, channel_id: int) -> str | None:
        """Return the label of a person's newest message in a channel."""
        rows = await self._database.read(
            "SELECT label FROM turns WHERE author_id = ? AND channel_id = ? ORDER BY id DESC LIMIT 1",
            user_id,
            channel_id,
        )
        return rows[0]["label"] if rows else None

    async def label_taken(self, channel_id: int, label: str, author_id: int) -> bool:
        """Look for another author by the label on either side of this one, which an index answers at once.

        What was stored before look-alikes were known is found by its letters.
        """
        for folded in {looks_like(label), label.casefold()}:
            rows = await self._database.read(
                "SELECT 1 WHERE EXISTS"
                " (SELECT 1 FROM turns WHERE channel_id = ?1 AND folded_label = ?2 AND author_id < ?3)"
                " OR EXISTS"
                " (SELECT 1 FROM turns WHERE channel_id = ?1 AND folded_label = ?2 AND author_id > ?3)",
                channel_id,
                folded,
                author_id,
            )
            if rows:
                return True
        return False

    async def ignored(self, user_id: int) -> bool:
        """Say whether a person asked not to be listened to."""
        return bool(await self._database.read("SELECT 1 FROM ignored WHERE user_id = ?", user_id))

    async def ignore(self, user_id: int, on: bool) -> None:
        """Set that wish, or take it back."""
        wish = "INSERT INTO ignored (user_id) VALUES (?) ON CONFLICT DO NOTHING"
        await self._database.write_one(wish if on else "DELETE FROM ignored WHERE user_id = ?", user_id)

    async def greet(self, user_id: int) -> bool:
        """Note a fact of somebody new."""
        return bool(await self._database.write(lambda run: run(_GREET, user_id)))

    async def export(self, user_id: int) -> AsyncIterator[dict[str, Any]]:
        """Yield a person's messages, each version of the answers, quotes of them, what they did and spent."""
        async for rows in self._pages(_MESSAGES, user_id, _PAGE):
            async for said in self._messages(rows):
                yield said
        async for rows in self._copies(user_id, _PAGE):
            hidden = await self._hidden(rows)
            for row in rows:
                yield _said("quote", row, hidden)
        async for rows in self._pages(_STOPS, user_id, _PAGE):
            hidden = await self._hidden(rows)
            for row in rows:
                yield _said("stop", row, hidden) | {"name": row["stopped_name"]}
        for query, told in (
            (_RECORDS, _record),
            (OPENED_BY, told_of_opening),
            (_GREETED, lambda _: {"kind": "greeting"}),
            (LISTINGS_OF, told_of_listing),
            (ENTRIES_OF, told_of_entry),
        ):
            async for row in self._rows(query, user_id):
                yield told(row)
        yield {"kind": "ignore", "on": await self.ignored(user_id)}
        for at in (await self.forgotten([user_id])).values():
            yield {"kind": "deletion", "at": at.isoformat()}

    async def preview_delete(self, user_id: int, asked_in: int | None = None) -> tuple[int, int]:
        """Count a person's messages, those only quoted included, and the places that know of them."""
        messages = 0
        quoted: set[int | None] = set()
        places = {row["id"] for row in await self._database.read(_DIRECT, user_id, asked_in)}
        async for rows in self._pages(_MESSAGE_IDS, user_id, _COUNTED):
            messages += len(rows)
            places.update(row["channel_id"] for row in rows)
        async for rows in self._copies(user_id, _COUNTED):
            places.update(row["channel_id"] for row in rows)
            quoted.update(row["message_id"] for row in rows if not row["is_stored"])
        async for rows in self._pages(_STOPS, user_id, _COUNTED):
            places.update(row["channel_id"] for row in rows)
        async for rows in self._pages(_RECORDS, user_id, _COUNTED):
            places.update(row["channel_id"] or row["guild_id"] for row in rows)
        async for rows in self._pages(OPENED_BY, user_id, _COUNTED):
            places.update(row["channel_id"] for row in rows)
        async for rows in self._pages(ENTRIES_OF, user_id, _COUNTED):
            places.update(row["channel_id"] for row in rows)
        return messages + len(quoted - {None}), len(places - {None})

    async def delete(self, user_id: int, asked_in: int | None = None) -> int:
        """Take a person's messages, the quotes of them and their direct conversation away."""
        messages, _ = await self.preview_delete(user_id, asked_in)
        at = self._now()

        async def mark(run: Run) -> Sequence[int]:
            await mark_erasure(run, user_id)
            await run("DELETE FROM forgotten WHERE user_id = ?", user_id)
            await run("INSERT INTO forgotten (user_id, at) VALUES (?, ?)", user_id, micros(at))
            await run("DELETE FROM facts WHERE name = ?", f"person {user_id} greeted")
            await run("UPDATE openings SET opener_id = NULL WHERE opener_id = ?", user_id)
            rows = await run(_DIRECT, user_id, asked_in)
            return [await depart_channel(run, row["id"], at) for row in rows]

        departures = await self._database.write(mark)
        await erase_person(self._database, user_id)
        for departure in departures:
            await dispose(self._database, departure)
        await self._database.log.clear()
        return messages

    async def forgotten(self, user_ids: Collection[int]) -> Mapping[int, datetime]:
        """Return the moments of deletions."""
        rows = await self._database.read(
            "SELECT user_id, at FROM forgotten WHERE user_id IN (SELECT value FROM json_each(?))",
            id_list(user_ids),
        )
        return {row["user_id"]: moment(row["at"]) for row in rows}

    async def _pages(self, query: str, user_id: int, size: int) -> AsyncIterator[Sequence[Row]]:
        """Yield the rows of a query that goes by channel and id, so many at a time."""
        last = (0, 0)
        while rows := await self._database.read(query, user_id, *last, size):
            yield rows
            last = (rows[-1]["page"], rows[-1]["id"])

    async def _rows(self, query: str, user_id: int) -> AsyncIterator[Row]:
        async for rows in self._pages(query, user_id, _PAGE):
            for row in rows:
                yield row

    async def _copies(self, user_id: int, size: int) -> AsyncIterator[Sequence[Row]]:
        """Yield the copies of a person's messages: those in their name, and those of what is stored of them.

        Who wrote a forwarded message is told by nobody, but the message itself may be stored as a person's.
        """
        async for rows in self._pages(_QUOTES, user_id, size):
            yield rows
        async for rows in self._pages(_MESSAGE_IDS, user_id, size):
            yield await self._database.read(_FORWARDS, user_id, id_list(row["message_id"] for row in rows))

    async def _hidden(self, rows: Sequence[Row]) -> Mapping[int, Sight]:
        ids = {row["channel_id"] for row in rows}
        return await self._database.look(partial(sights, channel_ids=ids))

    async def _messages(self, rows: Sequence[Row]) -> AsyncIterator[dict[str, Any]]:
        hidden = await self._hidden(rows)
        turns, found, versions = await self._database.look(partial(_with_answers, rows))
        answers = {answer["question_id"]: answer for answer in found}
        for row, one in zip(rows, turns, strict=True):
            [turn] = await bring_pictures(self._database, [one])
            yield _said("message", row, hidden) | {"label": turn.label, "parts": [*map(_part, turn.parts)]}
            if answer := answers.get(row["id"]):
                of_it = {"answer_to": row["message_id"], "versions": versions[answer["id"]]}
                yield _said("answer", answer, hidden) | of_it


async def _with_answers(
    rows: Sequence[Row], run: Run
) -> tuple[list[tuple[Turn, Sequence[int | None]]], list[Row], Mapping[int, Sequence[str]]]:
    found = await run(_ANSWERS, id_list(row["id"] for row in rows))
    return await with_picture_ids(run, rows), found, await texts_of(run, [row["id"] for row in found])


# A page of a person's messages, channel by channel; in two halves, since a comparison of pairs would not lead
# SQLite into the middle of a channel.
_OWN = (
    "SELECT id, channel_id FROM (SELECT id, channel_id FROM"
    " (SELECT id, channel_id FROM turns WHERE author_id = ?1 AND channel_id = ?2 AND id > ?3"
    " ORDER BY id LIMIT ?4)"
    " UNION ALL SELECT id, channel_id FROM"
    " (SELECT id, channel_id FROM turns WHERE author_id = ?1 AND channel_id > ?2"
    " ORDER BY channel_id, id LIMIT ?4)) ORDER BY channel_id, id LIMIT ?4"
)

_MESSAGES = (
    f"WITH own AS ({_OWN})"  # noqa: S608 - ours
    f" SELECT t.{TURN_COLUMNS.replace(', ', ', t.')}, t.channel_id, c.guild_id, t.channel_id AS page"
    " FROM own CROSS JOIN turns AS t ON t.id = own.id CROSS JOIN channels AS c ON c.id = own.channel_id"
    " /*ORDER BY own.channel_id, own.id*/"
)

_MESSAGE_IDS = (
    f"WITH own AS ({_OWN})"  # noqa: S608 - ours
    " SELECT t.id, t.message_id, t.channel_id, t.channel_id AS page"
    " FROM own CROSS JOIN turns AS t ON t.id = own.id /*ORDER BY own.channel_id, own.id*/"
)

_ANSWERS = (
    "SELECT t.id, m.message_id, t.text, t.created_at, t.channel_id, c.guild_id, t.position, t.question_id"
    " FROM json_each(?) AS q CROSS JOIN turns AS t ON t.question_id = q.value"
    " JOIN channels AS c ON c.id = t.channel_id"
    " LEFT JOIN answer_messages AS m ON m.answer_id = t.id AND m.place = 0"
)

_COPY = (
    "SELECT p.message_id, p.text, t.created_at, t.channel_id, c.guild_id, t.position, p.id, 0 AS page,"
    " EXISTS (SELECT 1 FROM turns AS o WHERE o.message_id = p.message_id AND o.author_id = ?1) AS is_stored"
)

_QUOTES = (
    f"{_COPY} FROM parts AS p JOIN turns AS t ON t.id = p.turn_id JOIN channels AS c ON c.id = t.channel_id"
    " WHERE p.author_id = ?1 AND ?2 = 0 AND p.id > ?3 ORDER BY p.id LIMIT ?4"
)

_FORWARDS = (
    f"{_COPY} FROM json_each(?2) AS o CROSS JOIN parts AS p ON p.message_id = o.value"
    " AND p.author_id IS NOT ?1 JOIN turns AS t ON t.id = p.turn_id JOIN channels AS c ON c.id = t.channel_id"
)

# Answers that a person stopped; their words are those of others.
_STOPS = (
    "SELECT e.answer_id AS page, e.place AS id, m.message_id, '' AS text, t.created_at, t.channel_id,"
    " t.position, c.guild_id, e.stopped_name FROM ends AS e JOIN turns AS t ON t.id = e.answer_id"
    " JOIN channels AS c ON c.id = t.channel_id"
    " LEFT JOIN answer_messages AS m ON m.answer_id = t.id AND m.place = 0"
    " WHERE e.stopped_by = ? AND (e.answer_id, e.place) > (?, ?) ORDER BY e.answer_id, e.place LIMIT ?"
)

_RECORDS = (
    "SELECT id, 0 AS page, at, guild_id, channel_id, verb, setting, value, turns, tokens, words FROM records"
    " WHERE actor_id = ?1 AND ?2 = 0 AND id > ?3 ORDER BY id LIMIT ?4"
)

_GREET = (
    "INSERT INTO facts (name, value) SELECT 'person ' || ?1 || ' greeted', ''"
    " WHERE (SELECT count(*) FROM (SELECT 1 FROM turns WHERE author_id = ?1 LIMIT 2)) < 2"
    " ON CONFLICT DO NOTHING RETURNING name"
)
_GREETED = (
    "SELECT 1 AS id, 0 AS page FROM facts WHERE name = 'person ' || ?1 || ' greeted'"
    " AND ?2 = 0 AND ?3 < 1 LIMIT ?4"
)

# What is one person's: direct conversations and asides.
_DIRECT = "SELECT id FROM channels WHERE person_id = ?1 OR (guild_id IS NULL AND id = ?2)"


def _said(kind: str, row: Row, hidden: Mapping[int, Sight]) -> dict[str, Any]:
    return {
        "kind": kind,
        "at": moment(row["created_at"]).isoformat(),
        "guild_id": row["guild_id"],
        "channel_id": row["channel_id"],
        "message_id": row["message_id"],
        "text": row["text"],
        "reset": hidden[row["channel_id"]].hides(row["position"]),
    }


def _record(row: Row) -> dict[str, Any]:
    place = {name: row[name] for name in ("guild_id", "channel_id")}
    return {"kind": "record", "at": moment(row["at"]).isoformat(), **place, **asdict(deed_of(row))}


def _part(part: Part) -> dict[str, Any]:
    return {
        "kind": part.kind.value,
        "name": part.name,
        "text": part.text,
        "author": part.author.value,
        "kept_characters": part.kept_characters,
        "note": part.note and asdict(part.note),
        "media_type": part.media_type,
        "base64": None if part.data is None else base64.b64encode(part.data).decode(),
    }
