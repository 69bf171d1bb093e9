"""Who holds which shards: each process a fair share, and no shard moves that needn't.

All processes see the same and decide by themselves. Older ones hold what does not divide evenly, so that
whoever joins takes nothing but its share from others, and whoever leaves is the only one to lose any.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seen:
    """The processes that live and stay, oldest first, and who of all that live holds which shard."""

    processes: Sequence[int]
    holders: Mapping[int, int | None]


@dataclass(frozen=True, slots=True)
class Moves:
    """The shards that a process takes, and gives up once their answers have ended."""

    take: Sequence[int] = ()
    give_up: Sequence[int] = ()


def share(shards: int, processes: int, rank: int) -> int:
    """Return how many shards a process holds of all, by its rank from the oldest, which is 0."""
    each, left = divmod(shards, processes)
    return each + (rank < left)


def moves(seen: Seen, me: int, leaving: Collection[int] = ()) -> Moves:
    """Return what a process does; `leaving` are shards that it is giving up already.

    Shards that others still hold are left to them until they have given them up.
    """
    mine = sorted(number for number, holder in seen.holders.items() if holder == me and number not in leaving)
    due = 0
    if me in seen.processes:
        due = share(len(seen.holders), len(seen.processes), seen.processes.index(me))
    free = sorted(number for number, holder in seen.holders.items() if holder is None)
    return Moves(take=free[: max(0, due - len(mine))], give_up=mine[due:])
