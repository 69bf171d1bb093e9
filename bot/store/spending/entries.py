"""Entries of the ledger as rows; whose they are is told no more once a person had their data deleted."""

from collections.abc import Sequence
from dataclasses import replace
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
    " cached_tokens, completion_tokens, reasoning_tokens, micros, estimated, process)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
    " result = excluded.result, prompt_tokens = excluded.prompt_tokens,"
    " cached_tokens = excluded.cached_tokens, completion_tokens = excluded.completion_tokens,"
    " reasoning_tokens = excluded.reasoning_tokens, micros = excluded.micros, estimated = excluded.estimated"
)


_FORMER = (
    "SELECT person_id, guild_id, prompt_tokens + completion_tokens AS tokens, coalesce(micros, 0) AS micros"
    " FROM ledger WHERE id = ?"
)
# What limits count goes with it.
_SPEND = (
    "UPDATE spent SET tokens = tokens + ?1, micros = micros + ?2 WHERE (person_id = 0 OR person_id = ?3)"
    " AND (guild_id = 0 OR guild_id = ?4) AND since <= ?5"
)


async def store_entry(run: Run, entry: Entry, begun_by: int | None = None) -> Entry:
    """Store an entry, or its end; a person who was taken out of it meanwhile stays out.

    One that is begun by a process gets an id that no other has, with which it is returned.
    """
    former = await run(_FORMER, entry.id)
    while former and begun_by is not None:
        entry = replace(entry, id=entry.id + 1)
        former = await run(_FORMER, entry.id)
    whose = former[0] if former else None
    person = entry.spender.person_id if whose is None else whose["person_id"]
    guild = entry.spender.key.guild_id if whose is None else whose["guild_id"]
    tokens = entry.usage.tokens - (whose["tokens"] if whose else 0)
    cost = (entry.micros or 0) - (whose["micros"] if whose else 0)
    if tokens or cost:
        await run(_SPEND, tokens, cost, person, guild, entry.id)
    await _store(run, entry, begun_by)
    return entry


async def _store(run: Run, entry: Entry, begun_by: int | None) -> None:
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
        begun_by,
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
