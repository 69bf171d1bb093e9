"""What the self-hoster sets of money: what models cost, what may be spent, and where days begin."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from difflib import get_close_matches
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bot.settings.reader import Reader

NAMES = ("LIMIT_PERSON", "LIMIT_SERVER", "LIMIT_TOTAL", "PRICES", "TIMEZONE")
MICROS = 1_000_000  # of a dollar
MOST = 10**12  # tokens, or millionths of a dollar

LIMIT_SHAPE = re.compile(
    r"(?:\$\s*(?P<dollars>[0-9]{1,9}(?:\.[0-9]{1,6})?)|(?P<tokens>[0-9][0-9_,]{0,14})\s*tokens?)"
    r"\s*(?:/|per|a)\s*(?P<per>day|month)",
    re.IGNORECASE,
)
LIMIT_WRONG = "must be a limit such as $0.50/day or 200000 tokens/month"
PRICES_WRONG = (
    'must be JSON such as {"my-model": {"input": 0.40, "cached": 0.10, "output": 1.60}}, dollars for '
    "a million tokens"
)


class Unit(StrEnum):
    """What is counted; its value stands in the database, so that it must not change."""

    TOKENS = "tokens"
    MICROS = "micros"  # millionths of a dollar


class Per(StrEnum):
    """For how long it is counted; its value stands in the database, so that it must not change."""

    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Limit:
    """What may be spent at most, by the calendar."""

    amount: int
    unit: Unit
    per: Per

    @property
    def written(self) -> str:
        """The limit as it is set."""
        if self.unit is Unit.TOKENS:
            return f"{self.amount} tokens/{self.per.value}"
        return f"${self.amount / MICROS:.6f}".rstrip("0").rstrip(".") + f"/{self.per.value}"


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars for a million tokens of the prompt, of the part of it that was cached, and of the answer."""

    input: Fraction
    cached: Fraction
    output: Fraction


@dataclass(frozen=True, slots=True)
class Spending:
    """Limits per person, per server and in all; prices by a model's name; where days and months begin."""

    limit_person: Limit | None = None
    limit_server: Limit | None = None
    limit_total: Limit | None = None
    prices: Mapping[str, Price] = field(default_factory=dict)
    timezone: tzinfo = UTC

    @property
    def limits(self) -> Mapping[str, Limit]:
        """Return the limits that are set, by the names of their settings."""
        held = dict(zip(NAMES, (self.limit_person, self.limit_server, self.limit_total), strict=False))
        return {name: one for name, one in held.items() if one is not None}


def read(reader: Reader) -> Spending:
    """Read the group."""
    usual = Spending()
    return Spending(
        limit_person=reader.take("LIMIT_PERSON", None, limit),
        limit_server=reader.take("LIMIT_SERVER", None, limit),
        limit_total=reader.take("LIMIT_TOTAL", None, limit),
        prices=reader.take("PRICES", usual.prices, prices),
        timezone=reader.take("TIMEZONE", usual.timezone, zone),
    )


def limit(raw: str) -> Limit:
    """Read a limit, as people write it in a command too."""
    found = LIMIT_SHAPE.fullmatch(raw.strip())
    if found is None:
        raise ValueError(LIMIT_WRONG)
    per = Per(found["per"].lower())
    if found["dollars"]:
        read = Limit(int(Fraction(found["dollars"]) * MICROS), Unit.MICROS, per)
    else:
        read = Limit(int(found["tokens"].replace(",", "").replace("_", "")), Unit.TOKENS, per)
    if not 0 < read.amount <= MOST:
        raise ValueError(LIMIT_WRONG)
    return read


def prices(raw: str) -> Mapping[str, Price]:
    """Read prices of one's own; what was cached costs as much as the rest where nothing else is said."""
    try:
        given = json.loads(raw, parse_float=Fraction, parse_constant=_no_number)
        return {str(name): _price(**one) for name, one in given.items()}
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(PRICES_WRONG) from error


def _price(input: Fraction, output: Fraction, cached: Fraction | None = None) -> Price:  # noqa: A002 - the JSON's
    figures = (input, input if cached is None else cached, output)
    if not all(isinstance(one, int | Fraction) and not isinstance(one, bool) and one >= 0 for one in figures):
        raise ValueError(PRICES_WRONG)
    return Price(*map(Fraction, figures))


def _no_number(name: str) -> None:
    raise ValueError(name)


def zone(raw: str) -> tzinfo:
    """Read a time zone by its name."""
    if raw == "UTC":
        return UTC
    try:
        return ZoneInfo(raw)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        zones = {name.lower(): name for name in available_timezones()}
        likely = get_close_matches(raw.lower(), zones, 1)
        meant = f"; is {zones[likely[0]]} meant?" if likely else ""
        raise ValueError(f"must be the name of a time zone such as Europe/Berlin{meant}") from error
