"""Keeps what is spent within limits: a request is reserved by the most it can cost, and booked by its bill.

Both are entries of the ledger, so that all processes see what each spends, and a restart forgets nothing.
"""

import asyncio
import hmac
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from bot.chat.bounds.ports import Books, KeptSums, Membership, ServerLimits
from bot.chat.completions import Asker
from bot.chat.memory import SharedFacts
from bot.chat.ports import Clock
from bot.errors import LimitReached
from bot.rules.spending.bounds import Bound, Groups, OwnLimits, Whose, in_words, sum_of
from bot.rules.spending.entries import Entry, Spender, entry_time
from bot.rules.spending.periods import begin, end
from bot.rules.spending.sums import ALL, Counted, KeptSum, Scope, Sum
from bot.settings.spending import Spending
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


@dataclass(slots=True, eq=False)
class Leftover:
    """What is left of those whose data was deleted: sums under hashes, whose key is made at first need."""

    kept_sums: KeptSums
    facts: SharedFacts
    key: str | None = None  # which never changes, once it is there

    async def of(self, scope: Scope, since: datetime) -> Sum:
        """Return what somebody had spent by then; of a server or of all it is in the ledger still."""
        if scope.person_id is None:
            return Sum()
        self.key = self.key or await self.facts.read(KEY)
        return await self.kept_sums.kept(await self.hash_of(scope), since) if self.key else Sum()

    async def hash_of(self, scope: Scope) -> str:
        """Return the name under which a person's sum is kept, which tells nobody who that is."""
        self.key = key = self.key or await self.facts.first(KEY, secrets.token_hex(32))
        named = f"{scope.person_id} {scope.guild_id or ''}".encode()
        return hmac.new(bytes.fromhex(key), named, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Kept:
    """What was spent: by the ledger, and by those whom it names no more."""

    books: Books
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
LOOKED_EVERY = 1.0  # seconds: whether another process has booked what is waited for


class Budgets:
    """Reserves and books."""

    def __init__(self, kept: Kept, servers: Servers, clock: Clock, spending: Spending) -> None:
        self._books, self._leftover = kept.books, kept.leftover
        self._servers = servers
        self._clock = clock
        self._spending = spending
        self._reserved: set[int] = set()  # ids of entries, with which others wait to be within a limit
        self._news = asyncio.Event()  # that something was booked
        self._told: dict[tuple[int | None, Bound], datetime] = {}
        self._refused: dict[int | None, Sum] = {}  # what each person was refused last

    async def reserve(self, spender: Spender, make: Callable[[], Entry]) -> Entry:
        """Store an entry with the most that its request can cost; wait while it may fit once others end.

        It is made when its turn has come, so that it counts in the period in which it begins.

        Raises:
            LimitReached: it could pass a limit.
        """
        asker = Asker(spender.person_id or 0, spender.key)
        while True:
            news, entry = self._news, make()
            mine = sum_of(entry)
            groups = await self._groups(asker) if mine != NOTHING else ()
            if (begun := await self._begin(entry, groups)) is not None:
                self._refused.pop(spender.person_id, None)
                return begun
            if (group := _broken(groups, await self._settled(groups), mine)) is not None:
                self._refused[spender.person_id] = mine
                raise self._reached(spender.person_id, group)
            with suppress(TimeoutError):  # other processes tell of nothing
                async with asyncio.timeout(LOOKED_EVERY):
                    await news.wait()  # of a booking since before the look

    async def _begin(self, entry: Entry, groups: Groups) -> Entry | None:
        at = entry_time(entry.id)  # not now: the period may have ended since
        counted = {bound: self._counted(bound, at) for group in groups for bound in group}
        left = {one: await self._leftover.of(one.scope, one.since) for one in counted.values()}

        def admits(spent: Mapping[Counted, Sum]) -> bool:
            held = {bound: spent[one] + left[one] for bound, one in counted.items()}
            return _broken(groups, held, sum_of(entry)) is None

        begun = await self._books.begin(entry, left, admits)
        if begun is not None and groups:
            self._reserved.add(begun.id)
        return begun

    async def book(self, billed: Entry) -> bool:
        """Book a request by its bill, at once where it is within limits; say whether it is."""
        if billed.id not in self._reserved:
            return False
        self._reserved.discard(billed.id)
        await self._books.record(billed)
        self._news.set()
        self._news = asyncio.Event()
        return True

    async def require(self, asker: Asker) -> None:
        """Let those pass who have enough left to spend; raise LimitReached for others, however often."""
        groups, mine = await self._groups(asker), self._refused.get(asker.id, LEAST)
        if group := _broken(groups, await self._settled(groups), mine):
            raise LimitReached(**self._details(group[-1]))

    async def used(self, asker: Asker) -> Sequence[Used]:
        """Return how much is used of the limits that hold for somebody in a place."""
        settled = await self._settled(await self._groups(asker))
        now, zone = self._clock.now(), self._spending.timezone
        return [
            Used(bound, spent, begin(bound.limit.per, now, zone), end(bound.limit.per, now, zone))
            for bound, spent in settled.items()
        ]

    async def spent_by(self, person_id: int) -> Sequence[KeptSum]:
        """Return what is to be kept of a person's spending once it names nobody: what limits count."""
        now, zone, found = self._clock.now(), self._spending.timezone, []
        held = {(self._spending.limit_person, Scope(person_id=person_id))}
        for guild_id in await self._servers.limits.guilds():
            own, scope = await self._servers.limits.of(guild_id), Scope(person_id, guild_id=guild_id)
            held |= {(limit, scope) for limit in (own.person, *own.roles.values())}
        for per, scope in sorted({(limit.per, scope) for limit, scope in held if limit}, key=str):
            since, ends = begin(per, now, zone), end(per, now, zone)
            spent = await self._books.sum(scope, since)
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

    async def _settled(self, groups: Groups) -> Mapping[Bound, Sum]:
        """Return what was spent without what is under way."""
        now = self._clock.now()
        counted = {bound: self._counted(bound, now) for group in groups for bound in group}
        if not counted:
            return {}
        spent = await self._books.settled(set(counted.values()))
        return {
            bound: spent[one] + await self._leftover.of(one.scope, one.since)
            for bound, one in counted.items()
        }

    def _counted(self, bound: Bound, at: datetime) -> Counted:
        return bound.counted(at, self._spending.timezone)

    def _reached(self, person_id: int | None, group: Sequence[Bound]) -> LimitReached:
        bound = group[-1]
        told, since = (person_id, bound), self._counted(bound, self._clock.now()).since
        again = self._told.get(told) == since
        self._told[told] = since
        return LimitReached(**self._details(bound), again="again" if again else "")

    def _details(self, bound: Bound) -> Mapping[str, str]:
        return bound.details(end(bound.limit.per, self._clock.now(), self._spending.timezone))


def _broken(groups: Groups, spent: Mapping[Bound, Sum], mine: Sum) -> Sequence[Bound] | None:
    """Return the first group that a request is not within."""
    return next(
        (group for group in groups if not any(bound.holds([spent[bound], mine]) for bound in group)), None
    )
