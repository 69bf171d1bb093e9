"""Deleting a person's words everywhere: out of sight at once by a mark, then deleted in batches."""

from collections.abc import Sequence

from bot.store.cuts import clear_summaries_of
from bot.store.database import Database, Run
from bot.store.rows import id_list
from bot.store.stretches import drain, light


async def mark_erasure(run: Run, user_id: int) -> None:
    """Take what a person has said by now out of sight."""
    await run(
        "INSERT OR REPLACE INTO erasures (user_id, turn_id, part_id)"
        " SELECT ?, (SELECT coalesce(max(id), 0) FROM turns), (SELECT coalesce(max(id), 0) FROM parts)",
        user_id,
    )


async def erase_person(database: Database, user_id: int) -> None:
    """Delete what was marked of a person: copies of their messages, these, their name in the record.

    The log is the caller's.
    """
    rows = await database.read("SELECT turn_id, part_id FROM erasures WHERE user_id = ?", user_id)
    if not rows:
        return
    [marked] = rows
    await drain(database, delete_quotes, _QUOTES, user_id, marked["part_id"])
    await drain(database, _delete_turns, _TURNS, user_id, marked["turn_id"])
    await drain(database, _take_name, "SELECT id FROM records WHERE actor_id = ? LIMIT ?", user_id)

    async def take_stops(run: Run, answer_ids: Sequence[int]) -> None:
        await run(
            "UPDATE ends SET stopped_by = NULL, stopped_name = ''"
            " WHERE stopped_by = ? AND answer_id IN (SELECT value FROM json_each(?))",
            user_id,
            id_list(answer_ids),
        )

    await drain(
        database, take_stops, "SELECT answer_id AS id FROM ends WHERE stopped_by = ? LIMIT ?", user_id
    )
    done = "DELETE FROM erasures WHERE user_id = ? AND turn_id = ?"
    await database.write_one(done, user_id, marked["turn_id"])


async def delete_quotes(run: Run, part_ids: Sequence[int]) -> None:
    """Delete copies of messages and what may repeat them; the counts of their turns are stale then."""
    ids = id_list(part_ids)
    rows = await run("SELECT turn_id FROM parts WHERE id IN (SELECT value FROM json_each(?))", ids)
    turns = [row["turn_id"] for row in rows]
    await clear_summaries_of(run, turns)
    await run("UPDATE turns SET encoding = '' WHERE id IN (SELECT value FROM json_each(?))", id_list(turns))
    await run("DELETE FROM parts WHERE id IN (SELECT value FROM json_each(?))", ids)


async def _delete_turns(run: Run, turn_ids: Sequence[int]) -> Sequence[int]:
    turn_ids = await light(run, turn_ids)
    ids = id_list(turn_ids)
    copies = await run(
        "SELECT p.id FROM turns AS t JOIN parts AS p ON p.message_id = t.message_id"
        " WHERE t.id IN (SELECT value FROM json_each(?))",
        ids,
    )
    await delete_quotes(run, [row["id"] for row in copies])
    await clear_summaries_of(run, turn_ids)
    await run("DELETE FROM turns WHERE id IN (SELECT value FROM json_each(?))", ids)
    return turn_ids


async def _take_name(run: Run, record_ids: Sequence[int]) -> None:
    await run(
        "UPDATE records SET actor_id = 0 WHERE id IN (SELECT value FROM json_each(?))", id_list(record_ids)
    )


_QUOTES = "SELECT id FROM parts WHERE author_id = ? AND id <= ? LIMIT ?"
_TURNS = "SELECT id FROM turns WHERE author_id = ? AND id <= ? LIMIT ?"
