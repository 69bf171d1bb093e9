"""What the bounds need of the world: the lists of who is let in, the ledger, and what models cost."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.chat.shards.served import Recalls
from bot.rules.admission.access import Listed, Lists, Standing
from bot.rules.model import ChannelKey
from bot.rules.spending.bounds import OwnLimits, Whose
from bot.rules.spending.entries import Entry, Sending
from bot.rules.spending.sums import By, Counted, KeptSum, Scope, Sum
from bot.rules.spending.usage import Usage
from bot.settings.spending import Limit
from bot.texts.languages.catalogue import Saying


class AccessLists(Recalls, Protocol):
    """Who and what is allowed and denied in guilds, by those who manage them."""

    def of(self, guild_id: int) -> Lists:
        """Return a guild's lists, without asking the database."""

    async def put(self, key: ChannelKey, actor: int, one: Listed, *, allowed: bool | None) -> None:
        """Put something on one of the lists of a place's guild, or with None on neither; record it."""

    async def clear(self, key: ChannelKey, actor: int) -> None:
        """Clear the lists of a place's guild, and record who did it."""


class Membership(Protocol):
    """What Discord knows of people where they speak."""

    def standing(self, key: ChannelKey, user_id: int) -> Standing:
        """Return by what somebody is let in; their roles in a guild are not told."""

    async def roles(self, guild_id: int, user_id: int) -> frozenset[int] | None:
        """Ask for somebody's roles in a guild, none of who is no member; None where nobody can tell now."""


class LedgerStore(Protocol):
    """The ledger: an entry for each request to a model."""

    async def record(self, entry: Entry) -> None:
        """Store an entry, in the place of one with its id; where that is refused, as soon as it can be."""


Admits = Callable[[Mapping[Counted, Sum]], bool]


class Spent(Protocol):
    """What limits count of the ledger, over all processes."""

    async def begin(self, entry: Entry, counted: Collection[Counted], admits: Admits) -> Entry | None:
        """Store the entry of a request that is about to be sent, with an id that no other has.

        Return None where it is not admitted by what was spent, with all that may still be; nothing comes
        between the look and the entry. What nothing counts is stored as soon as it can be, as by `record`.
        """

    async def settled(self, counted: Collection[Counted]) -> Mapping[Counted, Sum]:
        """Return what was spent without what is under way; what a process left that ended is spent."""


class LedgerSums(Protocol):
    """What the ledger says in all."""

    async def sum(self, scope: Scope, since: datetime, until: datetime | None = None) -> Sum:
        """Sum up what was spent from one time to another."""

    async def sums(self, scope: Scope, since: datetime, by: By) -> Mapping[str, Sum]:
        """Return the sums apart by person or model, the dearest first; nobody's have no name."""


class KeptSums(Protocol):
    """What people have spent whose data was deleted."""

    async def keep(self, kept: KeptSum) -> None:
        """Add to what is kept under a hash, until its period ends."""

    async def kept(self, hash_: str, since: datetime) -> Sum:
        """Return what is kept under a hash of the period that began then."""


class Books(LedgerStore, LedgerSums, KeptSums, Spent, Protocol):
    """The ledger, as one store keeps it."""


Said = str | Mapping[str, Any]  # a text, or a picture as a part of a message's content


class Moderation(Protocol):
    """An endpoint that judges texts and pictures."""

    @property
    def is_on(self) -> bool:
        """Whether there is one."""

    def sending(self) -> Sending:
        """Return the request that one look at some texts takes."""

    async def judge(self, said: Sequence[Said], sending: Sending) -> Sequence[tuple[str, ...] | None]:
        """Return for each text what it is flagged for, for a picture None where it takes none.

        Raises:
            ModelError: it tells nothing.
        """


class ServerLimits(Protocol):
    """What those who manage guilds let be spent there."""

    async def of(self, guild_id: int) -> OwnLimits:
        """Return a guild's limits."""

    async def guilds(self) -> Sequence[int]:
        """Return the guilds that have limits for people."""

    async def put(self, key: ChannelKey, actor: int, of: tuple[Whose, int], limit: Limit | None) -> None:
        """Set or clear the limit of a place's guild, of each of its people, or of a role's; record it."""


class Owners(Protocol):
    """Those who run the bot."""

    async def tell(self, about: int, saying: Saying) -> None:
        """Tell each of them alone, about whatever has an id."""


class Pricing(Protocol):
    """What models cost."""

    def price(self, model: str, server: str, usage: Usage, at: datetime) -> int | None:
        """Return what a request costs, in millionths of a dollar; None where nobody knows."""
