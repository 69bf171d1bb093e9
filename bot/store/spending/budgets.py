"""What limits count, as rows beside the ledger, and requests that are begun only while it is within them.

A sum is read from the ledger once a period; from then on it goes with each entry that any process stores.
"""

import secrets
from collections.abc import Collection, Mapping

from bot.chat.bounds.ports import Admits
from bot.rules.spending.entries import Entry
from bot.rules.spending.sums import Counted, Sum
from bot.store.connection.database import Database
from bot.store.connection.unit import Row, Run, Unit, micros
from bot.store.spending.entries import store_entry

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
