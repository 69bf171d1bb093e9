"""The ledger: what each request to a model took and cost, on whose account, and what that is in all."""

from collections.abc import Mapping
from datetime import datetime

from bot.rules.spending.entries import Entry
from bot.rules.spending.sums import By, KeptSum, Scope, Sum
from bot.store.connection.unit import Row, Run, Unit, micros
from bot.store.spending.entries import SqlBudgets, store_entry

_COLUMNS = {By.USER: "person_id", By.CHANNEL: "channel_id", By.MODEL: "model"}
_SUMS = (
    "count(*) AS requests, coalesce(sum(prompt_tokens), 0) AS prompt_tokens,"
    " coalesce(sum(cached_tokens), 0) AS cached_tokens,"
    " coalesce(sum(completion_tokens), 0) AS completion_tokens,"
    " coalesce(sum(reasoning_tokens), 0) AS reasoning_tokens, coalesce(sum(micros), 0) AS micros,"
    " count(*) - count(micros) AS unpriced, coalesce(sum(estimated), 0) AS estimated"
)


class SqlLedger(SqlBudgets):
    """The ledger, as `bot.chat.bounds.ports` describes it, with what limits count of it."""

    async def record(self, entry: Entry) -> None:
        """Store an entry in the place of one with its id."""

        async def work(run: Run) -> None:
            await store_entry(run, entry)

        await self._database.keep(("entry", entry.id), Unit(work))

    async def sum(self, scope: Scope, since: datetime, until: datetime | None = None) -> Sum:
        """Sum up what was spent from one time to another."""
        where, values = _within(scope, since, until)
        [row] = await self._database.read(
            f"SELECT {_SUMS} FROM ledger WHERE {where}",  # noqa: S608 - ours
            *values,
        )
        return _sum(row)

    async def sums(self, scope: Scope, since: datetime, by: By) -> Mapping[str, Sum]:
        """Return the sums apart by person, channel or model, the dearest first; nobody's have no name."""
        where, values = _within(scope, since, None)
        rows = await self._database.read(
            f"SELECT coalesce(CAST({_COLUMNS[by]} AS TEXT), '') AS name, {_SUMS} FROM ledger WHERE {where}"  # noqa: S608
            " GROUP BY name"
            " ORDER BY coalesce(sum(micros), 0) DESC, sum(prompt_tokens + completion_tokens) DESC",
            *values,
        )
        return {str(row["name"]): _sum(row) for row in rows}

    async def keep(self, kept: KeptSum) -> None:
        """Add to what is kept under a hash."""
        await self._database.write_one(
            "INSERT INTO kept_sums (hash, since, ends, tokens, micros) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (hash, since) DO UPDATE SET tokens = kept_sums.tokens + excluded.tokens,"
            " micros = kept_sums.micros + excluded.micros, ends = max(kept_sums.ends, excluded.ends)",
            kept.hash,
            micros(kept.since),
            micros(kept.ends),
            kept.spent.tokens,
            kept.spent.micros,
        )

    async def kept(self, hash_: str, since: datetime) -> Sum:
        """Return what is kept under a hash of the period that began then."""
        rows = await self._database.read(
            "SELECT tokens, micros FROM kept_sums WHERE hash = ? AND since = ?", hash_, micros(since)
        )
        return Sum(completion_tokens=rows[0]["tokens"], micros=rows[0]["micros"]) if rows else Sum()


def _within(scope: Scope, since: datetime, until: datetime | None) -> tuple[str, list[int]]:
    named = {
        "person_id": scope.person_id,
        "channel_id": scope.channel_id,
        "guild_id": scope.guild_id,
    }
    held = {name: value for name, value in named.items() if value is not None}
    terms, values = [f"{name} = ?" for name in held], list(held.values())
    terms.append("id >= ?")
    values.append(micros(since))
    if until is not None:
        terms.append("id < ?")
        values.append(micros(until))
    return " AND ".join(terms), values


def _sum(row: Row) -> Sum:
    return Sum(
        requests=row["requests"],
        prompt_tokens=row["prompt_tokens"],
        cached_tokens=row["cached_tokens"],
        completion_tokens=row["completion_tokens"],
        reasoning_tokens=row["reasoning_tokens"],
        micros=row["micros"],
        unpriced=row["unpriced"],
        estimated=row["estimated"],
    )
