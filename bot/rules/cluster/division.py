"""How a limit that holds for all processes together is divided among them, by what each needs now.

What each holds is its own until it says that it uses less, so that no clock has to agree with another: a
process gives back only what it has not used within the time that the limit looks at, and takes only what
nobody holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

FLOOR = 2  # that each may use at once after it was idle


@dataclass(frozen=True, slots=True)
class Claim:
    """What a process holds of a limit, and how much of it it would use now."""

    held: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Grant:
    """What a process holds from now on, and what is due to it: less is to be given back, more may come."""

    share: int
    due: int


def granted(total: int, me: int, claims: Mapping[int, Claim], turn: int) -> Grant:
    """Return what a process gets, whose own claim is among those of all processes that live."""
    held = {process: claim.held for process, claim in claims.items()}
    due = divided(total, claims, turn)[me]
    free = total - sum(held.values())
    return Grant(held[me] + max(0, min(due - held[me], free)), due)


def divided(total: int, claims: Mapping[int, Claim], turn: int) -> Mapping[int, int]:
    """Return what is due to each of the processes, in all just the total.

    Each gets what it wants as far as that leaves the others as much, and a floor where it wants less; what
    nobody wants is divided evenly. Where there are more processes than there is to divide, they take turns.
    """
    floor = min(FLOOR, total // len(claims))
    order = sorted(claims)
    if not floor:
        first = turn * total % len(order)
        order = order[first:] + order[:first]
    needs = {one: max(floor, min(claims[one].wanted, total if floor else 1)) for one in order}
    due, left = _filled(total, needs)
    each, more = divmod(left, len(order))
    return {one: due[one] + each + (place < more) for place, one in enumerate(order)}


def _filled(total: int, needs: Mapping[int, int]) -> tuple[Mapping[int, int], int]:
    """Meet the smallest needs first, none beyond an even part of what is left; return what remains, too."""
    due, left = {}, total
    # What does not divide evenly goes to those who are served last: of equal needs the first in order.
    hungry = sorted(needs, key=lambda one: needs[one], reverse=True)[::-1]
    for place, one in enumerate(hungry):
        due[one] = min(needs[one], left // (len(hungry) - place))
        left -= due[one]
    return due, left
