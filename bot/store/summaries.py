"""A summary must not outlive the words that it was made of."""

from collections.abc import Iterable

from bot.store.database import Run
from bot.store.rows import id_list


async def clear_summaries_of(run: Run, turn_ids: Iterable[int]) -> None:
    """Clear the summaries that may repeat these turns, which are about to be changed or deleted."""
    ids = id_list(turn_ids)
    await run(
        "UPDATE channels SET summary = '' WHERE summary <> '' AND id IN ("
        "SELECT t.channel_id FROM turns AS t JOIN channels AS c ON c.id = t.channel_id"
        " WHERE t.id IN (SELECT value FROM json_each(?)) AND t.position <= c.cut)",
        ids,
    )
    await run(
        "UPDATE reset_channels SET summary = '' WHERE channel_id IN ("
        "SELECT channel_id FROM turns WHERE id IN (SELECT value FROM json_each(?)))",
        ids,
    )
