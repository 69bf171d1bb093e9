"""`usage`: what was spent by the ledger, as a table, CSV or JSON; the bot may run meanwhile."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from enum import StrEnum
from pathlib import Path

from bot.errors import StartError
from bot.keeping.findings import Write
from bot.rules.spending.periods import days
from bot.rules.spending.sums import ALL, By, Sum
from bot.settings.forms import ServerUrl
from bot.settings.spending import MICROS
from bot.store.spending.ledger import SqlLedger
from bot.store.store import read_store
from bot.texts import startup

USUAL_DAYS = 30
MOST_DAYS = 3660
FIRST_DAY = date(2000, 1, 1)  # before any bot; the first of all days is none everywhere on earth


class Form(StrEnum):
    """How the sums are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Options:
    """What is wanted: since a day as one writes it, apart by what, in which form."""

    since: str | None = None
    by: By | None = None
    form: Form = Form.TABLE


async def run(place: Path | ServerUrl, zone: tzinfo, options: Options, write: Write) -> int:
    """Print what was spent since a day, 30 days by default; raise StartError where that can't be told."""
    now = datetime.now(UTC)
    since = _since(options.since, now, zone)
    async with read_store(place, lambda: now) as store:
        sums = await _sums(store.ledger, since, options.by, zone)
    written = {Form.TABLE: _table, Form.CSV: _csv, Form.JSON: _json}[options.form]
    write(written(options.by, [_row(name, spent) for name, spent in sums.items()]))
    return 0


def _since(raw: str | None, now: datetime, zone: tzinfo) -> datetime:
    if raw is None:
        return days(USUAL_DAYS, now, zone)[0]
    try:
        day = datetime.strptime(raw, "%Y-%m-%d").date()  # noqa: DTZ007 - a day
    except ValueError as error:
        raise StartError(startup.SINCE_WRONG) from error
    if day > now.astimezone(zone).date():
        raise StartError(startup.SINCE_FUTURE.format(day=day))
    return datetime.combine(max(day, FIRST_DAY), time(), zone).astimezone(UTC)


async def _sums(ledger: SqlLedger, since: datetime, by: By | None, zone: tzinfo) -> Mapping[str, Sum]:
    if by is None:
        return {startup.IN_ALL: await ledger.sum(ALL, since)}
    if by is not By.DAY:
        return await ledger.sums(ALL, since, by)
    now = datetime.now(zone)
    count = (now.date() - since.astimezone(zone).date()).days + 1
    begins = days(min(count, MOST_DAYS), now, zone)
    each = zip(begins, (*begins[1:], None), strict=True)
    return {f"{one.astimezone(zone):%Y-%m-%d}": await ledger.sum(ALL, one, until) for one, until in each}


def _row(name: str, spent: Sum) -> Sequence[object]:
    return (
        name or startup.NOBODYS,
        spent.requests,
        spent.prompt_tokens,
        spent.cached_tokens,
        spent.completion_tokens,
        spent.reasoning_tokens,
        f"{spent.micros / MICROS:.6f}",
        spent.unpriced,
        spent.estimated,
    )


def _heads(by: By | None) -> Sequence[str]:
    return (by.value if by else "", *startup.USAGE_COLUMNS)


def _table(by: By | None, rows: Sequence[Sequence[object]]) -> str:
    lines = [[str(cell) for cell in row] for row in (_heads(by), *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _csv(by: By | None, rows: Sequence[Sequence[object]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([_heads(by), *rows])
    return written.getvalue().rstrip("\n")


def _json(by: By | None, rows: Sequence[Sequence[object]]) -> str:
    names = (by.value if by else "sum", *startup.USAGE_COLUMNS)
    told = [dict(zip(names, row, strict=True)) for row in rows]
    return json.dumps([one | {"dollars": float(str(one["dollars"]))} for one in told], indent=2)
