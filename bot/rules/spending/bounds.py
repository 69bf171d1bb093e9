"""What bounds a request's spending: limits with whose spending they count, and whether a request fits."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum

from bot.rules.spending.entries import Entry
from bot.rules.spending.periods import begin
from bot.rules.spending.sums import Counted, Scope, Sum
from bot.settings.spending import Limit, Unit
from bot.texts.languages.limits import limit_in_words


class Whose(StrEnum):
    """Whose spending a limit is for; its value stands in the database, so that it must not change."""

    PERSON = "person"
    SERVER = "server"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class OwnLimits:
    """A server's own limits: of all of it, of each person, and of people with a role, by its id."""

    server: Limit | None = None
    person: Limit | None = None
    roles: Mapping[int, Limit] = field(default_factory=dict)

    def limit_of(self, whose: "Whose", role_id: int = 0) -> Limit | None:
        """Return the limit of all, of each person, or of those with a role."""
        if role_id:
            return self.roles.get(role_id)
        return self.server if whose is Whose.SERVER else self.person

    def of_person(self, roles: Collection[int]) -> Sequence[Limit]:
        """Return a person's limits, of which the largest counts: those of their roles, else everybody's."""
        held = [limit for role, limit in self.roles.items() if role in roles]
        return held or ([self.person] if self.person else [])


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit, whose it is, and which requests count; `by_owner` says who set it."""

    limit: Limit
    whose: Whose
    scope: Scope
    by_owner: bool = True

    @property
    def setter(self) -> str:
        """Who set it."""
        return "owner" if self.by_owner else "server"

    def details(self, ends: datetime) -> Mapping[str, str]:
        """Return what sentences about it are made from, in no language; it starts again at `ends`."""
        return {
            "whose": self.whose,
            "setter": self.setter,
            "amount": str(self.limit.amount),
            "unit": self.limit.unit,
            "per": self.limit.per,
            "ends": str(int(ends.timestamp())),
        }

    def counted(self, now: datetime, zone: tzinfo) -> Counted:
        """Return which requests count now."""
        return Counted(self.scope, self.limit.per, begin(self.limit.per, now, zone))

    def amount(self, sums: Iterable[Sum]) -> int:
        """Return how much of the limit was spent."""
        return sum(one.tokens if self.limit.unit is Unit.TOKENS else one.micros for one in sums)

    def holds(self, sums: Iterable[Sum]) -> bool:
        """Say whether so much is within the limit."""
        return self.amount(sums) <= self.limit.amount


# A request must be within a bound of each group: of a person's roles the one with the largest limit counts.
Groups = Sequence[Sequence[Bound]]


def sum_of(entry: Entry) -> Sum:
    """Return what a request spent; a price that nobody knows is none."""
    usage = entry.usage
    return Sum(
        requests=1,
        prompt_tokens=usage.prompt_tokens,
        cached_tokens=usage.cached_tokens,
        completion_tokens=usage.completion_tokens,
        reasoning_tokens=usage.reasoning_tokens,
        micros=entry.micros or 0,
    )


def in_words(limit: Limit) -> str:
    """Write a limit as people read it: "$0.50 a day", "200,000 tokens a month"."""
    return limit_in_words(limit.amount, limit.unit, limit.per)
