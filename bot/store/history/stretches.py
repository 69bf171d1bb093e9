"""Counting and deleting turns in pieces of a bounded size, others let in between."""

import json
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import Any

from bot.chat.clearing import Told
from bot.store.connection.database import Database
from bot.store.connection.unit import Run, Value
from bot.store.history.media import delete_loose
from bot.store.history.rows import id_list
from bot.store.history.sight import Stretch

CHANNELS = 500  # channels looked at with one query
COUNTED = 5_000  # turns counted with one query, from an index alone
BATCH = 32  # rows deleted in one transaction
BATCH_BYTES = 256 * 2**10  # of text in them


async def channel_pages(database: Database, column: str, value: int) -> AsyncIterator[list[int]]:
    """Yield the ids of the channels of a guild (`guild_id`) or the threads of a channel (`parent_id`)."""
    last = 0
    while True:
        rows = await database.read(
            f"SELECT id FROM channels WHERE {column} = ? AND id > ? ORDER BY id LIMIT ?",  # noqa: S608 - ours
            value,
            last,
            CHANNELS,
        )
        if not rows:
            return
        last = rows[-1]["id"]
        yield [row["id"] for row in rows]


async def count(
    database: Database, stretches: Sequence[Stretch], told: Told | None = None
) -> tuple[int, int]:
    """Return how many turns and tokens stretches hold."""
    turns = tokens = 0
    at, position, turn_id = 0, 0, 0
    left = list(stretches)
    while left:
        [row] = await database.read(_COUNT, as_json(left), position, turn_id, COUNTED)
        turns, tokens = turns + row["turns"], tokens + row["tokens"]
        if told is not None:
            told(turns)
        if row["place"] is None:
            break
        at, position, turn_id = row["place"], row["position"], row["id"]
        here = left[at].within(position - 1, left[at].up_to)
        left = [*([here] if here else []), *left[at + 1 :]]
    return turns, tokens


async def delete(database: Database, stretches: Sequence[Stretch]) -> int:
    """Delete the turns of stretches, answers in which nothing was said included; return how many."""

    async def delete_turns(run: Run, ids: Sequence[int]) -> Sequence[int]:
        ids = await light(run, ids)
        await run("DELETE FROM turns WHERE id IN (SELECT value FROM json_each(?))", id_list(ids))
        return ids

    return await drain(database, delete_turns, _IDS, as_json(stretches)) if stretches else 0


async def light(run: Run, turn_ids: Sequence[int]) -> Sequence[int]:
    """Return the first of some turns, as many as make `BATCH_BYTES` of text, one at least."""
    [row] = await run(_LIGHT, id_list(turn_ids), BATCH_BYTES)
    return turn_ids[: row["place"]]


async def drain(
    database: Database,
    take: Callable[[Run, Sequence[int]], Coroutine[Any, Any, Sequence[int] | None]],
    find: str,
    *values: Value,
) -> int:
    """Find ids, so many at a time, and have what they name taken away, until none is found; return how many.

    `find` gets the size of a batch as its last value. `take` returns which of them it took, where not all.
    """
    total = 0
    while rows := await database.read(find, *values, BATCH):
        ids = [row["id"] for row in rows]
        taken = await database.write(lambda run, ids=ids: take(run, ids))  # type: ignore[misc]
        await delete_loose(database)
        total += len(ids if taken is None else taken)
    return total


def as_json(stretches: Sequence[Stretch]) -> str:
    """Return stretches as the arrays that statements read them from."""
    return json.dumps([[one.channel_id, one.after, one.up_to] for one in stretches])


# CROSS JOIN holds SQLite to going stretch by stretch, each by its index, so that the rows come in order.
_COUNT = (
    "WITH page AS MATERIALIZED (SELECT s.key AS place, t.position, t.id, t.tokens"
    " FROM json_each(?1) AS s CROSS JOIN turns AS t ON t.channel_id = json_extract(s.value, '$[0]')"
    " AND t.position > json_extract(s.value, '$[1]') AND t.position <= json_extract(s.value, '$[2]')"
    " WHERE (t.question_id IS NULL OR t.text <> '') AND (s.key > 0 OR (t.position, t.id) > (?2, ?3))"
    " /*ORDER BY s.key, t.position, t.id*/ LIMIT ?4)"
    " SELECT count(*) AS turns, coalesce(sum(tokens), 0) AS tokens,"
    " (SELECT place FROM page LIMIT 1 OFFSET ?4 - 1) AS place,"
    " (SELECT position FROM page LIMIT 1 OFFSET ?4 - 1) AS position,"
    " (SELECT id FROM page LIMIT 1 OFFSET ?4 - 1) AS id FROM page"
)

_IDS = (
    "SELECT id FROM (SELECT t.id FROM json_each(?1) AS s CROSS JOIN turns AS t"
    " ON t.channel_id = json_extract(s.value, '$[0]')"
    " AND t.position > json_extract(s.value, '$[1]') AND t.position <= json_extract(s.value, '$[2]')"
    " WHERE t.question_id IS NULL OR t.text <> '' LIMIT ?2)"
    " UNION SELECT id FROM (SELECT t.id FROM json_each(?1) AS s CROSS JOIN turns AS t"
    " ON t.channel_id = json_extract(s.value, '$[0]')"
    " AND t.position > json_extract(s.value, '$[1]') AND t.position <= json_extract(s.value, '$[2]')"
    " WHERE t.question_id IS NOT NULL LIMIT ?2)"
)

# Goes no further than it has to: the length of a text is known only once it was read.
_LIGHT = (
    "WITH RECURSIVE light (place, bytes) AS (SELECT 0, CAST(0 AS BIGINT) UNION ALL SELECT place + 1, bytes"
    " + (SELECT length(CAST(t.text AS BLOB)) + coalesce((SELECT sum(length(CAST(p.text AS BLOB)))"
    " FROM parts AS p WHERE p.turn_id = t.id), 0) FROM turns AS t"
    " WHERE t.id = json_extract(?1, '$[' || place || ']'))"
    " FROM light WHERE place < json_array_length(?1) AND bytes < ?2)"
    " SELECT max(place) AS place FROM light"
)
