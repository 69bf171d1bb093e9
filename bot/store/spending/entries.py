"""Entries of the ledger as rows; whose they are is told no more once a person had their data deleted."""

from collections.abc import Sequence
from typing import Any

from bot.rules.spending.entries import Entry
from bot.store.connection.unit import Row, Run, moment
from bot.store.history.rows import id_list

# A page of a person's entries; each has its id for page and time.
ENTRIES_OF = (
    "SELECT id, 0 AS page, guild_id, channel_id, purpose, model, server, result, prompt_tokens,"
    " cached_tokens, completion_tokens, reasoning_tokens, micros, estimated FROM ledger"
    " WHERE person_id = ?1 AND ?2 = 0 AND id > ?3 ORDER BY id LIMIT ?4"
)

_STORE = (
    "INSERT INTO ledger (id, person_id, channel_id, guild_id, purpose, model, server, result, prompt_tokens,"
    " cached_tokens, completion_tokens, reasoning_tokens, micros, estimated)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
    " result = excluded.result, prompt_tokens = excluded.prompt_tokens,"
    " cached_tokens = excluded.cached_tokens, completion_tokens = excluded.completion_tokens,"
    " reasoning_tokens = excluded.reasoning_tokens, micros = excluded.micros, estimated = excluded.estimated"
)


async def store_entry(run: Run, entry: Entry) -> None:
    """Store an entry, or its end; a person who was taken out of it meanwhile stays out."""
    place, usage = entry.spender.key, entry.usage
    await run(
        _STORE,
        entry.id,
        entry.spender.person_id,
        place.channel_id,
        place.guild_id,
        entry.purpose.value,
        entry.model,
        entry.server,
        entry.result.value,
        usage.prompt_tokens,
        usage.cached_tokens,
        usage.completion_tokens,
        usage.reasoning_tokens,
        entry.micros,
        int(entry.estimated),
    )


async def take_person(run: Run, entry_ids: Sequence[int]) -> None:
    """Take the person out of entries; a direct conversation would tell who it was."""
    await run(
        "UPDATE ledger SET person_id = NULL, channel_id = iif(guild_id IS NULL, NULL, channel_id)"
        " WHERE id IN (SELECT value FROM json_each(?))",
        id_list(entry_ids),
    )


def told_of_entry(row: Row) -> dict[str, Any]:
    """Return an entry as the person reads it who asks for all that is stored of them."""
    told = {name: row[name] for name in row.keys() if name not in {"id", "page", "estimated"}}  # noqa: SIM118
    return {
        "kind": "request",
        "at": moment(row["id"]).isoformat(),
        **told,
        "estimated": bool(row["estimated"]),
    }
