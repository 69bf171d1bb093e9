"""Who may use the bot where, by lists of people, roles and channels: the self-hoster's, and a server's own.

What is denied wins. A list of who is allowed lets in nobody else: people and roles are one such list, either
lets in; channels are another, and both must let in. A channel means its threads, a category its channels. A
server's lists can only narrow what the self-hoster's leave.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import Enum, StrEnum, auto


class Kind(StrEnum):
    """What stands on a list; a category and a thread are channels."""

    USER = "user"
    ROLE = "role"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Listed:
    """Something that stands on a list."""

    kind: Kind
    id: int


@dataclass(frozen=True, slots=True)
class Lists:
    """Who and what is allowed, and denied."""

    allowed: frozenset[Listed] = frozenset()
    denied: frozenset[Listed] = frozenset()

    def put(self, one: Listed, *, allowed: bool | None) -> "Lists":
        """Return the lists with something on that one list alone, or, with None, on neither."""
        rest = Lists(self.allowed - {one}, self.denied - {one})
        if allowed is None:
            return rest
        return (
            replace(rest, allowed=rest.allowed | {one})
            if allowed
            else replace(rest, denied=rest.denied | {one})
        )

    def of(self, *kinds: Kind) -> "Lists":
        """Return the part of the lists that is about some kinds."""
        allowed, denied = (
            frozenset(one for one in listed if one.kind in kinds) for listed in (self.allowed, self.denied)
        )
        return Lists(allowed, denied)


class Installs(StrEnum):
    """Who may use the bot as an app of their own, where it is no member."""

    OFF = "off"
    OWNERS = "owners"
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class HouseRules:
    """What the self-hoster sets; no `servers`: all of them. A refused mention may be met with a reaction.

    Without the message content intent, not all is heard: only what addresses the bot has words.
    """

    lists: Lists = Lists()
    servers: frozenset[int] = frozenset()
    direct_messages: bool = True
    reacts: bool = True
    hears_all: bool = True
    installs: Installs = Installs.OFF


@dataclass(frozen=True, slots=True)
class Standing:
    """By what somebody is let in where they speak; `roles` is None where Discord hasn't told them.

    `places` are the channel, what it is a thread of, and their category; none in a direct message. There's no
    `user_id` where nobody knows who speaks, as through a proxy whose original wasn't seen. `elsewhere` the
    bot is no member.
    """

    user_id: int | None = None
    guild_id: int | None = None
    places: frozenset[int] = frozenset()
    roles: frozenset[int] | None = frozenset()
    is_owner: bool = False
    elsewhere: bool = False

    def place_let_in_by(self, lists: Lists) -> bool:
        """Say whether lists let anybody in where this is said."""
        return _lets_in(lists.of(Kind.CHANNEL), {Listed(Kind.CHANNEL, id_) for id_ in self.places})

    def person_let_in_by(self, lists: Lists) -> bool:
        """Say whether lists let this person in."""
        people = lists.of(Kind.USER, Kind.ROLE)
        if self.user_id is None:
            return people == Lists()
        roles = {Listed(Kind.ROLE, id_) for id_ in self.roles or ()}
        return _lets_in(people, {Listed(Kind.USER, self.user_id)} | roles)


def _lets_in(lists: Lists, own: Collection[Listed]) -> bool:
    return lists.denied.isdisjoint(own) and (not lists.allowed or not lists.allowed.isdisjoint(own))


class Refusal(Enum):
    """Why somebody is not let in."""

    SERVER = auto()  # which the bot leaves
    DIRECT_MESSAGE = auto()
    PLACE = auto()
    PERSON = auto()
    ELSEWHERE = auto()


def refusal(standing: Standing, house: HouseRules, server: Lists) -> Refusal | None:
    """Return why somebody is not let in, None where they are; who owns the bot is, where it is a member."""
    both = (house.lists, server)
    owned = standing.is_owner and house.installs is Installs.OWNERS
    if standing.elsewhere and house.installs is not Installs.EVERYONE and not owned:
        return Refusal.ELSEWHERE
    if standing.is_owner:
        return None
    if standing.guild_id is None:
        if not house.direct_messages:
            return Refusal.DIRECT_MESSAGE
    elif house.servers and standing.guild_id not in house.servers:
        return Refusal.SERVER
    elif not all(map(standing.place_let_in_by, both)):
        return Refusal.PLACE
    return None if all(map(standing.person_let_in_by, both)) else Refusal.PERSON
