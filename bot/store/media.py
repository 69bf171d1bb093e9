"""Pictures, stored once by their digest, within a limit in total; the oldest go first, their turns stay."""

import asyncio
import hashlib
from sqlite3 import Row

from bot.store.database import Database, Run

MOST_MEDIA_BYTES = 2 * 2**30
_AT_ONCE = 64  # pictures that go to make room for one


async def store_picture(run: Run, turn_id: int, data: bytes, most: int) -> int | None:
    """Store a picture of a turn, unless it is stored already; return its id, or None where it can't fit."""
    if len(data) > most:
        return None
    digest = await _digest(data)
    rows = await run(
        "UPDATE media SET newest_turn = max(newest_turn, ?) WHERE digest = ? RETURNING id", turn_id, digest
    )
    if rows:
        return int(rows[0]["id"])
    await _make_room(run, most - len(data))
    [row] = await run(
        "INSERT INTO media (digest, size, newest_turn) VALUES (?, ?, ?) RETURNING id",
        digest,
        len(data),
        turn_id,
    )
    await run("INSERT INTO media_bytes (media_id, data) VALUES (?, ?)", row["id"], data)
    return int(row["id"])


async def tidy_media(database: Database, most: int) -> None:
    """Move what former versions stored in each part, and keep to the limit; one picture at a time."""
    while rows := await database.read("SELECT id, turn_id, data FROM parts WHERE data IS NOT NULL LIMIT 1"):
        await _move(database, rows[0], most)
    while await database.write(lambda run: _delete_oldest(run, most)):
        pass


async def delete_unused(database: Database) -> None:
    """Delete pictures that a killed process stored and gave to no turn."""
    used = "SELECT media_id FROM parts WHERE media_id IS NOT NULL"
    await database.write_one(f"DELETE FROM media WHERE id NOT IN ({used})")  # noqa: S608 - ours


async def _move(database: Database, part: Row, most: int) -> None:
    """Move a part's picture, in two steps, since each of them holds everybody up."""
    digest = await _digest(part["data"])

    async def refer(run: Run) -> None:
        await run(
            "UPDATE parts SET data = NULL, media_id = (SELECT id FROM media WHERE digest = ?) WHERE id = ?",
            digest,
            part["id"],
        )
        await run(  # where its message went meanwhile
            "DELETE FROM media WHERE digest = ?"
            " AND NOT EXISTS (SELECT 1 FROM parts WHERE media_id = media.id)",
            digest,
        )

    await database.write(lambda run: store_picture(run, part["turn_id"], part["data"], most))
    await database.write(refer)


async def _make_room(run: Run, most: int) -> None:
    for _ in range(_AT_ONCE):
        if not await _delete_oldest(run, most):
            return


async def _delete_oldest(run: Run, most: int) -> bool:
    """Delete the oldest picture if all of them take more than this; say whether one went."""
    return bool(
        await run(
            "DELETE FROM media WHERE id = (SELECT id FROM media ORDER BY newest_turn LIMIT 1)"
            " AND (SELECT bytes FROM media_total) > ? RETURNING id",
            most,
        )
    )


async def _digest(data: bytes) -> bytes:
    return (await asyncio.to_thread(hashlib.sha256, data)).digest()
