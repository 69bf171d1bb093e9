"""Keeps what is spent within limits: a request is reserved by the most it can cost, and booked by its bill.

What was booked is read from the ledger once for each limit and period, so that a restart forgets nothing.
"""

import asyncio
import hmac
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.chat.bounds.ports import KeptSums, LedgerSums, Membership, ServerLimits
from bot.chat.completions import Asker
from bot.chat.memory import Facts
from bot.chat.ports import Clock
from bot.errors import LimitReached
from bot.rules.spending.bounds import Bound, Groups, OwnLimits, Whose, counts, in_words, sum_of
from bot.rules.spending.entries import Entry, Spender
from bot.rules.spending.periods import begin, end
from bot.rules.spending.sums import ALL, KeptSum, Scope, Sum
from bot.settings.spending import Per, Spending
from bot.texts.languages.figures import share


@dataclass(frozen=True, slots=True)
class Used:
    """How much of a limit is used since its period began, and when that ends."""

    bound: Bound
    spent: Sum
    since: datetime
    ends: datetime

    @property
    def percent(self) -> int:
        """The share that is used, in whole hundredths."""
        return 100 * self.bound.amount([self.spent]) // self.bound.limit.amount

    @property
    def is_nearly_all(self) -> bool:
        """Whether so much is used that it is time to say so."""
        return self.percent >= NEARLY

    def details(self) -> dict[str, str]:
        """Return what sentences about it are made with."""
        return {
            "share": share(self.percent, 100),
            "limit": in_words(self.bound.limit),
            "ends": str(int(self.ends.timestamp())),
        }


@dataclass(frozen=True, slots=True)
class Leftover:
    """What is left of those whose data was deleted: sums under hashes, whose key is made at first need."""

    kept_sums: KeptSums
    facts: Facts
    making: asyncio.Lock = field(default_factory=asyncio.Lock)  # the key, once

    async def of(self, scope: Scope, since: datetime) -> Sum:
        """Return what somebody had spent by then; of a server or of all it is in the ledger still."""
        if scope.person_id is None or await self.facts.read(KEY) is None:
            return Sum()
        return await self.kept_sums.kept(await self.hash_of(scope), since)

    async def hash_of(self, scope: Scope) -> str:
        """Return the name under which a person's sum is kept, which tells nobody who that is."""
        async with self.making:
            key = await self.facts.read(KEY)
            if key is None:
                await self.facts.write(KEY, key := secrets.token_hex(32))
        named = f"{scope.person_id} {scope.guild_id or ''}".encode()
        return hmac.new(bytes.fromhex(key), named, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Kept:
    """What was spent: by the ledger, and by those whom it names no more."""

    sums: LedgerSums
    leftover: Leftover


@dataclass(frozen=True, slots=True)
class Servers:
    """The limits of servers, and who of their people has which roles."""

    limits: ServerLimits
    membership: Membership

    async def roles(self, asker: Asker) -> Collection[int]:
        """Return somebody's roles in the server in which they ask, none where nobody can tell."""
        return await self.membership.roles(asker.key.guild_id or 0, asker.id) or ()


NEARLY = 80  # per cent
KEY = "spending-key"  # the fact
NOTHING = Sum(requests=1)  # what a request takes that needs no tokens, such as a look of moderation
LEAST = Sum(completion_tokens=1, micros=1)  # that a request takes


@dataclass(slots=True)
class _Booked:
    """What was booked of a scope since its period began."""

    since: datetime
    spent: Sum


class Budgets:
    """Reserves and books."""

    def __init__(self, kept: Kept, servers: Servers, clock: Clock, spending: Spending) -> None:
        self._sums, self._leftover = kept.sums, kept.leftover
        self._servers = servers
        self._clock = clock
        self._spending = spending
        self._booked: dict[tuple[Scope, Per], _Booked] = {}
        self._reserved: dict[int, Entry] = {}
        self._reading = asyncio.Lock()
        self._news = asyncio.Event()  # that something was booked
        self._told: dict[tuple[int | None, Bound], datetime] = {}
        self._refused: dict[int | None, Sum] = {}  # what each person was refused last

    async def reserve(self, spender: Spender, make: Callable[[], Entry]) -> Entry:
        """Set aside the most that a request can cost; wait while it may still fit once others are booked.

        The entry is made when its turn has come, so that it counts in the period in which it begins.

        Raises:
            LimitReached: it could pass a limit.
        """
        asker = Asker(spender.person_id or 0, spender.key)
        while True:
            news, mine = self._news, sum_of(make())
            groups = await self._groups(asker) if mine != NOTHING else ()
            if (group := await self._broken(groups, mine, waits=False)) is None:
                break
            if await self._broken([group], mine, waits=True) is not None:
                self._refused[spender.person_id] = mine
                raise self._reached(spender.person_id, group)
            await news.wait()  # of a booking since before the look
        entry = make()
        self._reserved[entry.id] = entry
        self._refused.pop(spender.person_id, None)
        return entry

    def book(self, reserved: Entry, billed: Entry) -> None:
        """Book a request by its bill."""
        for (scope, _), booked in self._booked.items():
            if counts(scope, booked.since, billed):
                booked.spent += sum_of(billed)
        self.release(reserved)

    def release(self, reserved: Entry) -> None:
        """Give back what was set aside."""
        self._reserved.pop(reserved.id, None)
        self._news.set()
        self._news = asyncio.Event()

    async def require(self, asker: Asker) -> None:
        """Let those pass who have enough left to spend; raise LimitReached for others, however often."""
        groups, mine = await self._groups(asker), self._refused.get(asker.id, LEAST)
        if groups and (group := await self._broken(groups, mine, waits=True)):
            raise LimitReached(**self._details(group[-1]))

    async def used(self, asker: Asker) -> Sequence[Used]:
        """Return how much is used of the limits that hold for somebody in a place."""
        groups, now, zone = await self._groups(asker), self._clock.now(), self._spending.timezone
        found = []
        for bound in (one for group in groups for one in group):
            booked = await self._read(bound)
            found.append(Used(bound, booked.spent, booked.since, end(bound.limit.per, now, zone)))
        return found

    async def spent_by(self, person_id: int) -> Sequence[KeptSum]:
        """Return what is to be kept of a person's spending once it names nobody: what limits count."""
        now, zone, found = self._clock.now(), self._spending.timezone, []
        held = {(self._spending.limit_person, Scope(person_id=person_id))}
        for guild_id in await self._servers.limits.guilds():
            own, scope = await self._servers.limits.of(guild_id), Scope(person_id, guild_id=guild_id)
            held |= {(limit, scope) for limit in (own.person, *own.roles.values())}
        for per, scope in sorted({(limit.per, scope) for limit, scope in held if limit}, key=str):
            since, ends = begin(per, now, zone), end(per, now, zone)
            spent = await self._sums.sum(scope, since)
            found.append(KeptSum(await self._leftover.hash_of(scope), since, ends, spent))
        once = {(one.hash, one.since): one for one in sorted(found, key=lambda one: one.ends)}
        return [one for one in once.values() if one.spent.requests]

    async def keep(self, spent: Sequence[KeptSum]) -> datetime | None:
        """Keep that; return until when."""
        for one in spent:
            await self._leftover.kept_sums.keep(one)
        return max((one.ends for one in spent), default=None)

    async def _groups(self, asker: Asker) -> Groups:
        spending, guild_id = self._spending, asker.key.guild_id
        of_server, of_person = Scope(guild_id=guild_id), Scope(person_id=asker.id, guild_id=guild_id)
        held = [
            (spending.limit_person, Whose.PERSON, Scope(person_id=asker.id)),
            (spending.limit_server if guild_id else None, Whose.SERVER, of_server),
            (spending.limit_total, Whose.TOTAL, ALL),
        ]
        groups = [[Bound(limit, whose, scope)] for limit, whose, scope in held if limit]
        own = await self._servers.limits.of(guild_id) if guild_id else OwnLimits()
        if own.server:
            groups.append([Bound(own.server, Whose.SERVER, of_server, by_owner=False)])
        limits = own.of_person(await self._servers.roles(asker) if own.roles else ())
        if limits:
            groups.append([Bound(one, Whose.PERSON, of_person, by_owner=False) for one in limits])
        return groups

    async def _broken(self, groups: Groups, mine: Sum, *, waits: bool) -> Sequence[Bound] | None:
        """Return the first group that a request is not within; what `waits` looks past reservations."""
        booked = {bound: await self._read(bound) for group in groups for bound in group}
        for group in groups:  # from here on nobody else gets a turn
            if not any(self._holds(bound, booked[bound], mine, waits=waits) for bound in group):
                return group
        return None

    def _holds(self, bound: Bound, booked: _Booked, mine: Sum, *, waits: bool) -> bool:
        reserved = (one for one in self._reserved.values() if counts(bound.scope, booked.since, one))
        return bound.holds([booked.spent, mine, *([] if waits else map(sum_of, reserved))])

    async def _read(self, bound: Bound) -> _Booked:
        """Return what was booked of a bound's scope; the first time of a period the ledger tells it."""
        key, since = (bound.scope, bound.limit.per), bound.begins(self._clock.now(), self._spending.timezone)
        async with self._reading:
            return await self._booked_since(key, since)

    async def _booked_since(self, key: tuple[Scope, Per], since: datetime) -> _Booked:
        held = self._booked.get(key)
        if held is not None and held.since == since:
            return held
        but = tuple(self._reserved)
        self._booked[key] = booked = _Booked(since, Sum())  # what of these is booked during the look counts
        try:
            spent = await self._sums.sum(key[0], since, but=but)
            spent += await self._leftover.of(key[0], since)
        except BaseException:
            del self._booked[key]
            raise
        booked.spent += spent
        return booked

    def _reached(self, person_id: int | None, group: Sequence[Bound]) -> LimitReached:
        now = self._clock.now()
        bound = group[-1]
        told, since = (person_id, bound), bound.begins(now, self._spending.timezone)
        again = self._told.get(told) == since
        self._told[told] = since
        return LimitReached(**self._details(bound), again="again" if again else "")

    def _details(self, bound: Bound) -> Mapping[str, str]:
        return bound.details(end(bound.limit.per, self._clock.now(), self._spending.timezone))
