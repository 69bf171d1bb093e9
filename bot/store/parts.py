"""What belongs to a turn beside its words. Pictures are read apart: they are large and seldom wanted."""

import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from sqlite3 import Row

from bot.rules.model import Part, Turn
from bot.store.database import Run
from bot.store.media import store_picture
from bot.store.rows import id_list, part_of, turn_of


async def store_parts(run: Run, turn_id: int, parts: Sequence[Part], most_media: int) -> None:
    """Store a turn's parts, in order; all pictures take at most so many bytes."""
    for part in parts:
        media_id = None
        if part.data is not None:
            media_id = await store_picture(run, turn_id, part.data, most_media)
        await run(
            "INSERT INTO parts"
            " (turn_id, kind, message_id, author_id, name, media_type, width, height, text, media_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            turn_id,
            part.kind.value,
            part.message_id,
            part.author_id,
            part.name,
            part.media_type,
            part.width,
            part.height,
            part.text,
            media_id,
        )


async def replace_parts(run: Run, turn_id: int, parts: Sequence[Part], most_media: int) -> None:
    """Store a turn's parts in place of the old ones; what is new stands behind what stays.

    Parts that stay keep their stored pictures: those of a window may come without their bytes.
    """
    stored = {part_of(row, None): row["id"] for row in await run(_PARTS, id_list([turn_id]))}
    described = [replace(part, data=None) for part in parts]
    await run(
        "DELETE FROM parts WHERE turn_id = ? AND id NOT IN (SELECT value FROM json_each(?))",
        turn_id,
        id_list(stored[part] for part in described if part in stored),
    )
    added = [part for part, bare in zip(parts, described, strict=True) if bare not in stored]
    await store_parts(run, turn_id, added, most_media)


async def with_parts(run: Run, rows: Sequence[Row], pictures: int = sys.maxsize) -> list[Turn]:
    """Return rows of the history as turns with their parts, and the bytes of the newest `pictures`."""
    found = await run(_PARTS, id_list(row["id"] for row in rows))
    held = [part["id"] for part in found if part["is_picture"]]
    data = await _pictures(run, held[max(0, len(held) - pictures) :])
    parts = defaultdict(list)
    for part in found:
        parts[part["turn_id"]].append(part_of(part, data.get(part["id"])))
    further = defaultdict(list)
    answers = id_list(row["id"] for row in rows if row["question_id"] is not None)
    for message in await run(_FURTHER, answers):
        further[message["answer_id"]].append(message["message_id"])
    return [turn_of(row, parts.get(row["id"], ()), further.get(row["id"], ())) for row in rows]


_PARTS = (
    "SELECT id, turn_id, kind, message_id, author_id, name, media_type, width, height, text,"
    " coalesce(media_id, data) IS NOT NULL AS is_picture FROM parts"
    " WHERE turn_id IN (SELECT value FROM json_each(?)) ORDER BY turn_id, id"
)


_FURTHER = (
    "SELECT m.answer_id, m.message_id FROM json_each(?) AS a CROSS JOIN answer_messages AS m"
    " ON m.answer_id = a.value AND m.place > 0 ORDER BY m.answer_id, m.place"
)


async def _pictures(run: Run, part_ids: Sequence[int]) -> dict[int, bytes]:
    if not part_ids:
        return {}
    rows = await run(
        "SELECT p.id, coalesce(m.data, p.data) AS data"
        " FROM parts AS p LEFT JOIN media_bytes AS m ON m.media_id = p.media_id"
        " WHERE p.id IN (SELECT value FROM json_each(?))",
        id_list(part_ids),
    )
    return {row["id"]: row["data"] for row in rows}
