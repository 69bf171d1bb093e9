"""What belongs to a turn beside its words. Pictures are read apart: they are large and seldom wanted."""

import sys
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from bot.errors import MemoryRefused
from bot.rules.model import Part, Turn
from bot.store.connection.database import Database
from bot.store.connection.unit import Row, Run
from bot.store.history.media import Pictures, read_picture, store_picture
from bot.store.history.rows import id_list, part_of, part_values, turn_of
from bot.store.history.sight import clear_summaries_of
from bot.store.history.stretches import BATCH


async def store_parts(run: Run, turn_id: int, parts: Sequence[Part], pictures: Pictures) -> None:
    """Store a turn's parts, in order; their pictures were stored ahead."""
    for part in parts:
        media_id = None
        if part.data is not None:
            media_id = await store_picture(run, turn_id, part.data, pictures)
        await run(
            "INSERT INTO parts"
            " (turn_id, kind, message_id, author_id, name, media_type, width, height, text, author_kind,"
            " note, number, media_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            turn_id,
            *part_values(part),
            media_id,
        )


async def replace_parts(run: Run, turn_id: int, parts: Sequence[Part], pictures: Pictures) -> bool:
    """Store a turn's parts in place of the old ones; say whether a picture went.

    What is new stands behind what stays. Parts that stay keep their stored pictures: those of a window may
    come without their bytes.
    """
    stored = {part_of(row, None): row for row in await run(_PARTS, id_list([turn_id]))}
    described = [replace(part, data=None) for part in parts]
    await run(
        "DELETE FROM parts WHERE turn_id = ? AND id NOT IN (SELECT value FROM json_each(?))",
        turn_id,
        id_list(stored[part]["id"] for part in described if part in stored),
    )
    added = [part for part, bare in zip(parts, described, strict=True) if bare not in stored]
    await store_parts(run, turn_id, added, pictures)
    return any(row["is_picture"] and part not in described for part, row in stored.items())


async def delete_quotes(run: Run, part_ids: Sequence[int]) -> None:
    """Delete copies of messages, and what may repeat them."""
    ids = id_list(part_ids)
    await _outdate(run, ids)
    await run("DELETE FROM parts WHERE id IN (SELECT value FROM json_each(?))", ids)


async def revise_quotes_ahead(database: Database, message_id: int, text: str) -> bool | None:
    """Change copies of a message, so many at a time; say whether any was, None where that is refused."""
    last, revised = 0, False
    with suppress(MemoryRefused):
        while rows := await database.read(_QUOTES_OF, message_id, last, text, BATCH):
            if ids := [row["id"] for row in rows if row["differs"]]:
                await database.write(partial(_revise, part_ids=ids, text=text))
                revised = True
            last = rows[-1]["id"]
        return revised
    return None


async def revise_quotes(run: Run, message_id: int, text: str) -> None:
    """Change all copies of a message at once."""
    rows = await run(_QUOTES_OF, message_id, 0, text, sys.maxsize)
    await _revise(run, [row["id"] for row in rows], text)


async def _revise(run: Run, part_ids: Sequence[int], text: str) -> None:
    """Change copies of a message, and delete what may repeat the words from before."""
    ids = id_list(part_ids)
    await _outdate(run, ids)
    await run("UPDATE parts SET text = ? WHERE id IN (SELECT value FROM json_each(?))", text, ids)


async def _outdate(run: Run, part_ids: str) -> None:
    """Note that the counts of these parts' turns are no longer right, nor the summaries of them."""
    rows = await run("SELECT turn_id FROM parts WHERE id IN (SELECT value FROM json_each(?))", part_ids)
    turns = [row["turn_id"] for row in rows]
    await clear_summaries_of(run, turns)
    await run("UPDATE turns SET encoding = '' WHERE id IN (SELECT value FROM json_each(?))", id_list(turns))


async def with_parts(run: Run, rows: Sequence[Row]) -> list[Turn]:
    """Return rows of the history as turns with their parts, the bytes of pictures left out."""
    return [turn for turn, _ in await with_picture_ids(run, rows)]


async def with_picture_ids(run: Run, rows: Sequence[Row]) -> list[tuple[Turn, Sequence[int | None]]]:
    """Return rows of the history as turns, each with the ids of its pictures, in the place of their parts."""
    parts, ids = defaultdict(list), defaultdict(list)
    for part in await run(_PARTS, id_list(row["id"] for row in rows)):
        parts[part["turn_id"]].append(part_of(part, None))
        ids[part["turn_id"]].append(part["id"] if part["is_picture"] else None)
    further = defaultdict(list)
    answers = id_list(row["id"] for row in rows if row["question_id"] is not None)
    for message in await run(_FURTHER, answers):
        further[message["answer_id"]].append(message["message_id"])
    return [
        (turn_of(row, parts.get(row["id"], ()), further.get(row["id"], ())), ids.get(row["id"], ()))
        for row in rows
    ]


async def bring_pictures(
    database: Database, found: Sequence[tuple[Turn, Sequence[int | None]]], most: int = sys.maxsize
) -> list[Turn]:
    """Return turns with the bytes of at most so many pictures, the last ones, each piece read by itself."""
    turns: list[Turn] = []
    for turn, ids in reversed(found):
        parts = list(turn.parts)
        for place in reversed(range(len(parts))):
            part_id = ids[place]
            if part_id is not None and most > 0:
                most -= 1
                parts[place] = replace(parts[place], data=await _bytes_of(database, turn.id, part_id))
        turns.append(replace(turn, parts=tuple(parts)))
    return turns[::-1]


_PARTS = (
    "SELECT id, turn_id, kind, message_id, author_id, name, media_type, width, height, text, author_kind,"
    " note, number, media_id IS NOT NULL OR data IS NOT NULL AS is_picture FROM parts"
    " WHERE turn_id IN (SELECT value FROM json_each(?)) ORDER BY turn_id, id"
)

_QUOTES_OF = (
    "SELECT id, text <> ?3 AS differs FROM parts WHERE message_id = ?1 AND kind = 'quote' AND id > ?2"
    " ORDER BY id LIMIT ?4"
)

_FURTHER = (
    "SELECT m.answer_id, m.message_id FROM json_each(?) AS a CROSS JOIN answer_messages AS m"
    " ON m.answer_id = a.value AND m.place > 0 ORDER BY m.answer_id, m.place"
)


async def _bytes_of(database: Database, turn_id: int, part_id: int) -> bytes | None:
    rows = await database.read(
        "SELECT m.digest, p.data FROM parts AS p LEFT JOIN media AS m ON m.id = p.media_id"
        " WHERE p.id = ? AND p.turn_id = ?",
        part_id,
        turn_id,
    )
    if not rows or rows[0]["digest"] is None:
        return rows[0]["data"] if rows else None
    return await read_picture(database, rows[0]["digest"])
