"""What was spent: by a person, in a place, in a server, in all; today, in 7 days, in 30."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import Enum, auto

from bot.chat.bounds.budgets import Budgets, Used
from bot.chat.bounds.ports import LedgerSums
from bot.chat.completions import Asker
from bot.chat.ports import Clock
from bot.chat.rights import Action, Member, require
from bot.rules.model import ChannelKey
from bot.rules.spending import bounds
from bot.rules.spending.periods import days
from bot.rules.spending.sums import ALL, By, Scope, Sum

WEEK, MONTH = 7, 30  # days


class Whose(Enum):
    """Whose requests are summed up."""

    MINE = auto()
    HERE = auto()
    SERVER = auto()
    ALL = auto()


# What is needed to see it, and what the biggest parts of it are; people's are for those who run the server.
_ACTIONS = {
    Whose.MINE: Action.SEE_USAGE,
    Whose.HERE: Action.SEE_USAGE,
    Whose.SERVER: Action.SEE_SERVER_USAGE,
    Whose.ALL: Action.SEE_ALL_USAGE,
}
LIMITS = {
    Whose.MINE: bounds.Whose.PERSON,
    Whose.SERVER: bounds.Whose.SERVER,
    Whose.ALL: bounds.Whose.TOTAL,
}
_PARTS = {Whose.MINE: By.MODEL, Whose.HERE: By.MODEL, Whose.SERVER: By.USER, Whose.ALL: By.USER}


@dataclass(frozen=True, slots=True)
class Report:
    """What was spent, in all and apart by `by`, and on each of the last 30 days, the oldest first."""

    whose: Whose
    today: Sum
    week: Sum
    month: Sum
    by: By
    parts: Mapping[str, Sum]
    days: Sequence[tuple[datetime, Sum]]
    limits: Sequence[Used] = ()


class Usage:
    """Sums up the ledger for those who may see it."""

    def __init__(self, ledger: LedgerSums, budgets: Budgets, clock: Clock, zone: tzinfo) -> None:
        self._ledger = ledger
        self._budgets = budgets
        self._clock = clock
        self._zone = zone

    async def of(self, whose: Whose, place: ChannelKey, member: Member) -> Report:
        """Return what was spent."""
        require(_ACTIONS[whose], member, place)
        scope = {
            Whose.MINE: Scope(person_id=member.id),
            Whose.HERE: Scope(channel_id=place.channel_id),
            Whose.SERVER: Scope(guild_id=place.guild_id),
            Whose.ALL: ALL,
        }[whose]
        begins = days(MONTH, self._clock.now(), self._zone)
        ends = (*begins[1:], None)
        used = await self._budgets.used(Asker(member.id, place))
        each = [await self._ledger.sum(scope, *day) for day in zip(begins, ends, strict=True)]
        return Report(
            whose=whose,
            today=each[-1],
            week=sum(each[-WEEK:], Sum()),
            month=sum(each, Sum()),
            by=_PARTS[whose],
            limits=[one for one in used if one.bound.whose is LIMITS.get(whose)],
            parts=await self._ledger.sums(scope, begins[0], _PARTS[whose]),
            days=[(begin.astimezone(self._zone), spent) for begin, spent in zip(begins, each, strict=True)],
        )
