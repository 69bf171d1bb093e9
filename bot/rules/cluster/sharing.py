"""Who holds which shards: each process a fair share, and no shard moves that needn't.

All processes see the same and decide by themselves. Older ones hold what does not divide evenly, so that
whoever joins takes nothing but its share from others, and whoever leaves is the only one to lose any. What
was taken last is given up last: those who ask there have waited for one hand-over already.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Seen:
    """The processes that live and stay, oldest first, and who of all that live holds which shard.

    A shard's fence is higher the later it was taken. `next_end` is in how many seconds the first lease is
    over that is not renewed. `left` are the shards whose holder's lease is over, untaken since.
    """

    processes: Sequence[int]
    holders: Mapping[int, int | None]
    fences: Mapping[int, int] = field(default_factory=dict)
    next_end: float = math.inf
    left: Collection[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Moves:
    """The shards that a process takes, and gives up once their answers have ended."""

    take: Sequence[int] = ()
    give_up: Sequence[int] = ()


def share(shards: int, processes: int, rank: int) -> int:
    """Return how many shards a process holds of all, by its rank from the oldest, which is 0."""
    each, left = divmod(shards, processes)
    return each + (rank < left)


def moves(seen: Seen, me: int, leaving: Collection[int] = (), *, is_new: bool = False) -> Moves:
    """Return what a process does; `leaving` are shards that it is giving up already.

    Shards that others still hold are left to them until they have given them up. No two processes that see
    the same want the same free shard: the oldest one's come first. One that is new takes nothing that is
    left: where the database was away for all, the others may be coming back as well.
    """
    kept = {number: holder for number, holder in seen.holders.items() if number not in leaving}
    mine = [number for number, holder in kept.items() if holder == me]
    mine.sort(key=lambda number: (-seen.fences.get(number, 0), number))
    if me not in seen.processes:
        return Moves(give_up=mine)
    rank, held = seen.processes.index(me), list(kept.values())
    due = [share(len(seen.holders), len(seen.processes), each) for each in range(rank + 1)]
    lacks = [max(0, count - held.count(one)) for one, count in zip(seen.processes, due, strict=False)]
    free = sorted(number for number, holder in kept.items() if holder is None)
    before = sum(lacks[:rank])
    take = free[before : before + lacks[rank]]
    if is_new:
        take = [number for number in take if number not in seen.left]
    return Moves(take=take, give_up=mine[due[rank] :])
