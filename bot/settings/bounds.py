"""What the self-hoster sets to bound what the bot does at once, and how often. Only bounds; no bound is 0."""

from dataclasses import dataclass

from bot.settings.forms import whole_number
from bot.settings.reader import Reader

NAMES = ("MAX_CONCURRENT_REQUESTS", "MAX_CONCURRENT_PER_PERSON")
# For the playground, the benchmarks and tests of other things, where a few people do what many would.
OFF = {"MAX_CONCURRENT_REQUESTS": "0", "MAX_CONCURRENT_PER_PERSON": "0"}


@dataclass(frozen=True, slots=True)
class Bounds:
    """Requests to models at once: to one server, and of one person."""

    max_concurrent_requests: int = 64
    max_concurrent_per_person: int = 3


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
    )
