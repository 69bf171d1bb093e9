"""Pictures, stored once by their digest, within a limit in total; the oldest go first, their turns stay.

The bytes lie in pieces. They are written before their turn, read after it and deleted later, each piece
in a hold of the connection of its own.
"""

import asyncio
import hashlib
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from bot.store.connection.database import Database
from bot.store.connection.unit import Row, Run

MOST_MEDIA_BYTES = 2 * 2**30
PIECE = 256 * 2**10
_AT_ONCE = 64  # pictures that go to make room for one
_LOOKED_AT = 500  # pictures that are looked at with one query


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures of a turn with their digests, and how many bytes all pictures may take."""

    digests: Mapping[bytes, bytes]
    most: int


@dataclass(frozen=True, slots=True)
class _Picture:
    digest: bytes
    size: int


async def store_ahead(database: Database, pictures: Iterable[bytes], most: int) -> Pictures:
    """Store pictures of a turn that is about to be stored, piece by piece."""
    digests = {data: await _digest(data) for data in pictures}
    for data, digest in digests.items():
        picture = _Picture(digest, len(data))
        if await database.write(partial(_enter, picture=picture, most=most)) is None:
            continue
        missing = await database.look(partial(_missing, digest=digest, size=len(data)))
        for number in missing:
            await database.write(partial(_store_piece, digest=digest, data=data, number=number))
    return Pictures(digests, most)


async def store_picture(run: Run, turn_id: int, data: bytes, pictures: Pictures) -> int | None:
    """Store what is not stored of a turn's picture; return its id, or None where it can't fit."""
    digest = pictures.digests[data]
    media_id = await _enter(run, _Picture(digest, len(data)), pictures.most, turn_id)
    if media_id is not None:
        for number in await _missing(run, digest, len(data)):  # where it went in the meantime
            await _store_piece(run, digest, data, number)
    return media_id


async def read_picture(database: Database, digest: bytes) -> bytes | None:
    """Return a picture, read piece by piece, or None where it went."""
    pieces: list[bytes] = []
    while rows := await database.read(_PIECE, digest, len(pieces)):
        if rows[0]["data"] is not None:
            pieces.append(rows[0]["data"])
        if len(pieces) * PIECE >= rows[0]["size"]:
            return b"".join(pieces)
        if rows[0]["data"] is None:
            break
    return None


async def tidy_media(database: Database, most: int) -> None:
    """Move what former versions stored in each part, and keep to the limit; one picture at a time."""
    while rows := await database.read("SELECT id, turn_id, data FROM parts WHERE data IS NOT NULL LIMIT 1"):
        await _move(database, rows[0], most)
    while await database.write(lambda run: _delete_oldest(run, most)):
        pass
    await delete_loose(database)


async def delete_unused(database: Database) -> None:
    """Delete pictures that a killed process stored and gave to no turn."""
    last = 0
    while rows := await database.read("SELECT id FROM media WHERE id > ? LIMIT ?", last, _LOOKED_AT):
        await database.write_one(_DELETE_UNUSED, last, rows[-1]["id"])
        last = rows[-1]["id"]


async def drop_unused(run: Run, pictures: Pictures) -> None:
    """Delete those pictures that were stored ahead of a turn which then had no need of them."""
    for digest in pictures.digests.values():
        await run(f"{_DELETE_UNUSED} AND digest = ?", 0, sys.maxsize, digest)


async def delete_loose(database: Database) -> bool:
    """Delete the pieces of pictures that went, one at a time; say whether there were any."""
    if not await database.read("SELECT 1 FROM media_loose LIMIT 1"):
        return False
    while await database.write(_delete_piece):
        pass
    return True


async def _move(database: Database, part: Row, most: int) -> None:
    """Move a part's picture."""
    pictures = await store_ahead(database, [part["data"]], most)

    async def refer(run: Run) -> None:
        media_id = await store_picture(run, part["turn_id"], part["data"], pictures)
        await run("UPDATE parts SET data = NULL, media_id = ? WHERE id = ?", media_id, part["id"])
        await run(  # where its message went meanwhile
            "DELETE FROM media WHERE id = ? AND NOT EXISTS (SELECT 1 FROM parts WHERE media_id = media.id)",
            media_id,
        )

    await database.write(refer)


async def _enter(run: Run, picture: _Picture, most: int, turn_id: int | None = None) -> int | None:
    """Note a picture of a turn, or of the one that comes next, and make room for it; return its id."""
    if picture.size > most:
        return None
    if turn_id is None:
        [row] = await run("SELECT coalesce(max(id), 0) + 1 AS id FROM turns")
        turn_id = int(row["id"])
    rows = await run(
        "UPDATE media SET newest_turn = max(newest_turn, ?) WHERE digest = ? RETURNING id",
        turn_id,
        picture.digest,
    )
    if not rows:
        for _ in range(_AT_ONCE):
            if not await _delete_oldest(run, most - picture.size):
                break
        rows = await run(
            "INSERT INTO media (digest, size, newest_turn) VALUES (?, ?, ?) RETURNING id",
            picture.digest,
            picture.size,
            turn_id,
        )
    return int(rows[0]["id"])


async def _missing(run: Run, digest: bytes, size: int) -> list[int]:
    rows = await run("SELECT number FROM media_pieces WHERE digest = ?", digest)
    there = {row["number"] for row in rows}
    return [number for number in range(-(-size // PIECE)) if number not in there]


async def _store_piece(run: Run, digest: bytes, data: bytes, number: int) -> None:
    await run(
        "INSERT INTO media_pieces (digest, number, data)"
        " SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM media WHERE digest = ?1)"
        " ON CONFLICT (digest, number) DO NOTHING",
        digest,
        number,
        data[number * PIECE : (number + 1) * PIECE],
    )


async def _delete_oldest(run: Run, most: int) -> bool:
    """Delete the oldest picture if all of them take more than this; say whether one went."""
    return bool(
        await run(
            "DELETE FROM media WHERE id = (SELECT id FROM media ORDER BY newest_turn LIMIT 1)"
            " AND (SELECT bytes FROM media_total) > ? RETURNING id",
            most,
        )
    )


async def _delete_piece(run: Run) -> bool:
    """Delete a piece of a picture that went, unless it came again; say whether there was one to look at."""
    rows = await run("SELECT digest FROM media_loose LIMIT 1")
    if rows and not await run(_DELETE_PIECE, rows[0]["digest"]):
        await run("DELETE FROM media_loose WHERE digest = ?", rows[0]["digest"])
    return bool(rows)


async def _digest(data: bytes) -> bytes:
    return (await asyncio.to_thread(hashlib.sha256, data)).digest()


_PIECE = (
    "SELECT m.size, p.data FROM media AS m LEFT JOIN media_pieces AS p"
    " ON p.digest = m.digest AND p.number = ?2 WHERE m.digest = ?1"
)

_DELETE_PIECE = (
    "DELETE FROM media_pieces WHERE digest = ?1"
    " AND number = (SELECT max(number) FROM media_pieces WHERE digest = ?1)"
    " AND NOT EXISTS (SELECT 1 FROM media WHERE digest = ?1) RETURNING number"
)

_DELETE_UNUSED = (
    "DELETE FROM media WHERE id > ? AND id <= ?"
    " AND NOT EXISTS (SELECT 1 FROM parts WHERE media_id = media.id)"
)
