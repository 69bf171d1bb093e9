"""What was spent in all by somebody or somewhere."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from bot.settings.spending import Per


class By(StrEnum):
    """What sums are told apart by."""

    USER = "user"
    CHANNEL = "channel"
    MODEL = "model"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose requests: a person's, a channel's, a server's; without any of them all."""

    person_id: int | None = None
    channel_id: int | None = None
    guild_id: int | None = None


ALL = Scope()


@dataclass(frozen=True, slots=True)
class Counted:
    """Requests that count for a limit: whose, since a period of the calendar began."""

    scope: Scope
    per: Per
    since: datetime


@dataclass(frozen=True, slots=True)
class Sum:
    """Requests with their tokens and what they cost, in millionths of a dollar.

    `unpriced` are those whose price nobody knows, `estimated` those that no server billed.
    """

    requests: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    micros: int = 0
    unpriced: int = 0
    estimated: int = 0

    @property
    def tokens(self) -> int:
        """All of the tokens."""
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: "Sum") -> "Sum":
        pairs = ((getattr(self, one.name), getattr(other, one.name)) for one in fields(self))
        return Sum(*(mine + theirs for mine, theirs in pairs))


@dataclass(frozen=True, slots=True)
class KeptSum:
    """What somebody whose data was deleted spent from one time on, kept under a hash until another."""

    hash: str
    since: datetime
    ends: datetime
    spent: Sum


def heights(values: Iterable[int], marks: str) -> str:
    """Draw numbers as marks of growing height; whatever is more than nothing shows, nothing is a blank."""
    drawn = list(values)
    most = max(drawn, default=0)
    return "".join(" " if not value else marks[-(-value * len(marks) // most) - 1] for value in drawn)
