"""What the self-hoster sets to bound what the bot does at once, and how often. Only bounds; no bound is 0."""

import re
from dataclasses import dataclass

from bot.settings.forms import whole_number
from bot.settings.reader import Reader

NAMES = ("MAX_CONCURRENT_REQUESTS", "MAX_CONCURRENT_PER_PERSON", "COOLDOWN")
# For the playground, the benchmarks and tests of other things, where a few people do what many would.
OFF = {"MAX_CONCURRENT_REQUESTS": "0", "MAX_CONCURRENT_PER_PERSON": "0", "COOLDOWN": "off"}
PERIODS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}  # in seconds
RATE_SHAPE = re.compile(rf"([1-9][0-9]{{0,5}})\s*/\s*({'|'.join(PERIODS)})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something may be done within so many seconds."""

    times: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """Requests to models at once: to one server, and of one person; how often a person's may begin."""

    max_concurrent_requests: int = 64
    max_concurrent_per_person: int = 3
    cooldown: Rate | None = Rate(10, 60)


def read(reader: Reader) -> Bounds:
    """Read what is set."""
    usual = Bounds()
    return Bounds(
        max_concurrent_requests=reader.take(
            "MAX_CONCURRENT_REQUESTS", usual.max_concurrent_requests, whole_number(0, 100_000)
        ),
        max_concurrent_per_person=reader.take(
            "MAX_CONCURRENT_PER_PERSON", usual.max_concurrent_per_person, whole_number(0, 100_000)
        ),
        cooldown=reader.take("COOLDOWN", usual.cooldown, _rate),
    )


def _rate(raw: str) -> Rate | None:
    if raw.lower() == "off":
        return None
    found = RATE_SHAPE.fullmatch(raw)
    if found is None:
        raise ValueError(f"must be off, or a number for each {', '.join(PERIODS)}, such as 10/minute")
    return Rate(int(found[1]), PERIODS[found[2].lower()])
