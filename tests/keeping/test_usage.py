"""`usage` on the command line, beside the bot."""

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.errors import StartError
from bot.keeping import usage
from bot.rules.spending.entries import entry_id
from bot.rules.spending.sums import By
from bot.rules.spending.usage import Usage
from bot.store.store import open_store
from bot.texts import startup
from tests.store.test_ledger import ENTRY

BERLIN = ZoneInfo("Europe/Berlin")


async def told(
    path: Path, since: str | None = None, by: By | None = None, form: str = "table", zone: tzinfo = UTC
) -> str:
    said: list[str] = []
    await usage.run(path, zone, usage.Options(since, by, usage.Form(form)), said.append)
    return said[0]


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    now = datetime.now(UTC)
    path = tmp_path / "parley.db"
    async with open_store(path, lambda: now) as store:
        for days, model in ((0, "big"), (1, "big"), (1, "small"), (40, "small")):
            id_ = entry_id(now - timedelta(days=days), 0) + (model == "small")
            await store.ledger.record(
                replace(ENTRY, id=id_, model=model, usage=Usage(100, 10, 50), micros=1_500_000)
            )
    return path


async def test_thirty_days_in_all_are_told_by_default(path: Path) -> None:
    heads, row = (await told(path)).splitlines()

    assert heads.split() == list(startup.USAGE_COLUMNS)
    assert row.split() == ["in", "all", "3", "300", "150", "30", "0", "4.500000", "0", "3"]


async def test_sums_are_told_apart(path: Path) -> None:
    rows = list(csv.DictReader((await told(path, by=By.MODEL, form="csv")).splitlines()))

    assert [(row["model"], row["requests"], row["dollars"]) for row in rows] == [
        ("big", "2", "3.000000"),
        ("small", "1", "1.500000"),
    ]


async def test_days_are_told_one_by_one(path: Path) -> None:
    since = f"{datetime.now(UTC) - timedelta(days=2):%Y-%m-%d}"
    rows = json.loads(await told(path, since, By.DAY, "json"))

    assert [row["requests"] for row in rows] == [0, 2, 1]
    assert rows[0]["day"] == since
    assert rows[1]["dollars"] == 3


async def test_what_is_no_day_is_told(path: Path) -> None:
    with pytest.raises(StartError, match="--since"):
        await told(path, "yesterday")


async def test_a_day_that_has_not_begun_is_told(path: Path) -> None:
    tomorrow = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"
    with pytest.raises(StartError, match=f"{tomorrow} has not begun yet"):
        await told(path, tomorrow, By.DAY)


@pytest.mark.parametrize("zone", [UTC, BERLIN, ZoneInfo("Pacific/Honolulu")])
async def test_since_the_first_of_all_days_everything_is_told(path: Path, zone: tzinfo) -> None:
    row = (await told(path, "0001-01-01", zone=zone)).splitlines()[1]

    assert row.split()[2] == "4"


@pytest.mark.parametrize(
    ("now", "since"),
    [
        (datetime(2026, 4, 2, 0, 30, tzinfo=BERLIN), "2026-03-28"),
        (datetime(2026, 10, 30, 23, 30, tzinfo=BERLIN), "2026-10-24"),
        (datetime(2026, 10, 30, 23, 30, tzinfo=BERLIN), "2026-10-30"),
    ],
)
async def test_days_of_23_or_25_hours_are_days(
    path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime, since: str
) -> None:
    class Then(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return now.astimezone(tz)

    monkeypatch.setattr(usage, "datetime", Then)
    rows = json.loads(await told(path, since, By.DAY, "json", BERLIN))

    assert (rows[0]["day"], rows[-1]["day"]) == (since, f"{now:%Y-%m-%d}")
