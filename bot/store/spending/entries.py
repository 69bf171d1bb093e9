"""Entries of the ledger as rows, and requests that are begun only while what limits count is within them.

A sum is read from the ledger once a period; from then on it goes with each entry that any process stores.
Whose entries are is told no more once a person had their data deleted.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.chat.bounds.ports import Admits
from bot.rules.spending.entries import Entry
from bot.rules.spending.sums import Counted, Sum
from bot.store.connection.database import Database
from bot.store.connection.unit import Row, Run, Unit, micros, moment
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
_SUMS = (
    "SELECT coalesce(sum(prompt_tokens + completion_tokens), 0) AS tokens,"
    " coalesce(sum(micros), 0) AS micros FROM ledger"
)
_KNOWN = "SELECT tokens, micros FROM spent WHERE person_id = ? AND guild_id = ? AND per = ? AND since = ?"
_KEEP = (
    "INSERT INTO spent (person_id, guild_id, per, since, tokens, micros) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (person_id, guild_id, per) DO UPDATE SET since = excluded.since, tokens = excluded.tokens,"
    " micros = excluded.micros"
)
_UNDER_WAY = (
    f"{_SUMS} WHERE result = 'sent' AND id >= ?1 AND (?2 = 0 OR person_id = ?2)"  # noqa: S608 - ours
    " AND (?3 = 0 OR guild_id = ?3)"
    " AND (process = ?4 OR process IN (SELECT process FROM shares WHERE until > now_micros()))"
)


class SqlBudgets:
    """What is spent, as `bot.chat.bounds.ports.Spent` describes it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.process = secrets.randbits(48)  # by which others know what this one has under way

    async def begin(self, entry: Entry, counted: Collection[Counted], admits: Admits) -> Entry | None:
        """Store the entry of a request that is about to be sent, with an id that no other has.

        Return None where it is not admitted by what was spent, with all that may still be. What nothing
        counts is stored as soon as it can be, whatever the database says now.
        """

        async def work(run: Run) -> Entry | None:
            if counted and not admits({one: await _spent(run, one) for one in counted}):
                return None
            return await store_entry(run, entry, begun_by=self.process)

        if counted:
            return await self._database.write(work)
        return await self._database.keep(("entry", entry.id), Unit(work)) or entry

    async def settled(self, counted: Collection[Counted]) -> Mapping[Counted, Sum]:
        """Return what was spent without what is under way; what a process left that ended is spent."""

        async def work(run: Run) -> Mapping[Counted, Sum]:
            return {one: await self._settled(run, one) for one in counted}

        return await self._database.write(work)

    async def _settled(self, run: Run, counted: Counted) -> Sum:
        spent, scope = await _spent(run, counted), _scope(counted)
        [under_way] = await run(_UNDER_WAY, micros(counted.since), *scope, self.process)
        held = _sum(under_way)
        return Sum(completion_tokens=spent.tokens - held.tokens, micros=spent.micros - held.micros)


async def _spent(run: Run, counted: Counted) -> Sum:
    scope, since = _scope(counted), micros(counted.since)
    known = await run(_KNOWN, *scope, counted.per.value, since)
    if not known:
        names = ("person_id", "guild_id")
        terms = [f"{name} = ?" for name, id_ in zip(names, scope, strict=True) if id_]
        within = " AND ".join([*terms, "id >= ?"])
        known = await run(f"{_SUMS} WHERE {within}", *filter(None, scope), since)
        told = _sum(known[0])
        await run(_KEEP, *scope, counted.per.value, since, told.tokens, told.micros)
    return _sum(known[0])


def _scope(counted: Counted) -> tuple[int, int]:
    return counted.scope.person_id or 0, counted.scope.guild_id or 0


def _sum(row: Row) -> Sum:
    return Sum(completion_tokens=int(row["tokens"]), micros=int(row["micros"]))


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
