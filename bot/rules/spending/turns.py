"""Whose turn it is where more wait than can be served: servers take turns, and within each its people."""

from collections import deque
from collections.abc import Callable, Sized
from typing import Generic, TypeVar

T = TypeVar("T")
S = TypeVar("S", bound=Sized)


class Turns(Generic[T]):
    """Tickets that wait, each a person's of a community: a server, or a direct conversation.

    Communities take turns in the order in which they came, within each its people do, and a person's tickets
    keep their own order. Whoever was served goes behind the others.
    """

    def __init__(self) -> None:
        self._waiting: dict[int, dict[int, deque[T]]] = {}

    def __len__(self) -> int:
        return sum(len(tickets) for people in self._waiting.values() for tickets in people.values())

    def join(self, community: int, person: int, ticket: T) -> None:
        """Let a ticket wait."""
        self._waiting.setdefault(community, {}).setdefault(person, deque()).append(ticket)

    def leave(self, community: int, person: int, ticket: T) -> None:
        """Let a ticket that waits go; nobody's turn changes."""
        people = self._waiting[community]
        people[person].remove(ticket)
        if not people[person]:
            del people[person]
        if not people:
            del self._waiting[community]

    def take(self, may: Callable[[int], bool]) -> T | None:
        """Serve the ticket whose turn it is, of people who may be served now; None where there is none."""
        for community, people in self._waiting.items():
            for person, tickets in people.items():
                if may(person):
                    ticket = tickets.popleft()
                    _go_behind(people, person)
                    _go_behind(self._waiting, community)
                    return ticket
        return None

    def before(self, community: int, person: int, ticket: T) -> int:
        """Return how many of those that wait are served before a ticket, if all may be served."""
        people = self._waiting[community]
        own = people[person].index(ticket)
        own += _earlier({one: len(tickets) for one, tickets in people.items()}, person, own)
        waiting = {one: sum(map(len, of.values())) for one, of in self._waiting.items()}
        return own + _earlier(waiting, community, own)


def _go_behind(waiting: dict[int, S], served: int) -> None:
    """Put whoever was served behind the others, or let them go where they have nothing left."""
    left = waiting.pop(served)
    if len(left):
        waiting[served] = left


def _earlier(waiting: dict[int, int], one: int, served: int) -> int:
    """Return how many of the others' are served before one has its next turn, `served` turns from now."""
    before, earlier = True, 0
    for other, count in waiting.items():
        if other == one:
            before = False
        else:
            earlier += min(count, served + before)
    return earlier
