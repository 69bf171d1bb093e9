"""Discord's global limit: how many requests the process may make within a second; nothing here waits."""

from dataclasses import dataclass
from heapq import nsmallest

from bot.rules.pacing import Allowance

SECOND = 1.01  # Discord's, with something for its clock
LONGEST_HOLD = 1.25  # a request that hangs gives its place back after this time
TYPING_SHARE = 4  # typing indicators may fill one part in so many


@dataclass(eq=False, slots=True)
class Place:
    """One request among those of the last second.

    Discord counted it at some moment between its start and its answer: the place is free a second after that.
    """

    taken_at: float
    sent: bool = False
    answered_at: float | None = None

    def free_at(self) -> float:
        """Return when Discord has forgotten the request."""
        longest = self.taken_at + LONGEST_HOLD
        return longest if self.answered_at is None else min(longest, self.answered_at + SECOND)


class Budget:
    """The places for requests; fewer for a while after Discord has refused one."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._allowance = Allowance()
        self._blocked_until = float("-inf")

    def take(self, now: float) -> Place:
        """Take a place, whether there is one or not."""
        self._places = [place for place in self._places if place.free_at() > now]
        place = Place(now)
        self._places.append(place)
        return place

    def room_at(self, now: float, *, typing: bool = False) -> float:
        """Return when the next request may start, as far as can be said now."""
        if self._blocked_until > now:
            return self._blocked_until
        most = self._allowance.at(now)
        if typing:
            most //= TYPING_SHARE
        held = [moment for place in self._places if (moment := place.free_at()) > now]
        too_many = len(held) - most + 1
        return now if too_many <= 0 else nsmallest(too_many, held)[-1]

    def refuse(self, now: float, retry_after: float) -> None:
        """Heed a global 429."""
        if self._blocked_until <= now:
            self._allowance = self._allowance.cut(now)
        self._blocked_until = max(self._blocked_until, now + retry_after)
