"""Cuts: up to where a channel's turns are no longer sent, and the summary that stands for them.

A cut holds under the clearing that it was made under, so that a reset leaves none and its undo brings the one
from before back. A summary must not outlive the words that it was made of.
"""

from collections.abc import Iterable

from bot.store.database import Run
from bot.store.rows import id_list
from bot.store.sight import Sight

# A clearing that is over has no row any more; what was made under it holds where no other one does.
_OVER = "clearing_id NOT IN (SELECT id FROM clearings)"


async def cut_of(run: Run, seen: Sight) -> tuple[int, str]:
    """Return the position and the summary of a channel's cut."""
    if seen.newest:
        rows = await run(
            "SELECT position, summary FROM cuts WHERE channel_id = ? AND clearing_id = ?",
            seen.channel_id,
            seen.newest,
        )
    else:
        rows = await run(
            "SELECT position, summary FROM cuts"  # noqa: S608 - ours
            f" WHERE channel_id = ? AND {_OVER} ORDER BY clearing_id DESC LIMIT 1",
            seen.channel_id,
        )
    return (rows[0]["position"], rows[0]["summary"]) if rows else (0, "")


async def store_cut(run: Run, seen: Sight, position: int, summary: str) -> None:
    """Store a channel's cut in place of the one that holds."""
    if not seen.newest:
        await run(f"DELETE FROM cuts WHERE channel_id = ? AND {_OVER}", seen.channel_id)  # noqa: S608 - ours
    await run(
        "INSERT OR REPLACE INTO cuts (channel_id, clearing_id, position, summary) VALUES (?, ?, ?, ?)",
        seen.channel_id,
        seen.newest,
        position,
        summary,
    )


async def clear_summaries_of(run: Run, turn_ids: Iterable[int]) -> None:
    """Clear the summaries that may repeat these turns, which are about to be changed or deleted."""
    await run(
        "UPDATE cuts SET summary = '' WHERE summary <> '' AND channel_id IN ("
        "SELECT channel_id FROM turns WHERE id IN (SELECT value FROM json_each(?1)))"
        " AND position >= (SELECT min(t.position) FROM turns AS t"
        " WHERE t.id IN (SELECT value FROM json_each(?1)) AND t.channel_id = cuts.channel_id)",
        id_list(turn_ids),
    )
