"""Shards are shared out fairly, each process deciding by itself from what all of them see."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.cluster.leases import LEASE_SECONDS, RENEWED_EVERY, Lease
from bot.rules.cluster.sharing import Moves, Seen, moves, share
from tests.support.strategies import examples

SHARDS, PROCESSES = st.integers(0, 40), st.integers(1, 9)
FENCES = st.integers(0, 9)


def settled(seen: Seen) -> Seen:
    """Let all processes do what they are to, one after the other, until nobody has anything to do."""
    for _ in range(3):
        for one in seen.processes:
            seen = done(seen, one, moves(seen, one))
    return seen


def done(seen: Seen, one: int, todo: Moves) -> Seen:
    """Return what is seen once a process has done something."""
    fence = max(seen.fences.values(), default=0) + 1
    return Seen(
        seen.processes,
        {**seen.holders, **dict.fromkeys(todo.give_up, None), **dict.fromkeys(todo.take, one)},
        {**seen.fences, **dict.fromkeys(todo.take, fence)},
    )


def counts(seen: Seen) -> list[int]:
    held = list(seen.holders.values())
    return [held.count(one) for one in seen.processes]


@st.composite
def sights(draw: st.DrawFn) -> Seen:
    """Return processes, some of which are gone, and whoever holds a shard."""
    living = sorted(draw(st.sets(st.integers(1, 30), min_size=1, max_size=8)))
    holder = st.none() | st.sampled_from(living)
    numbers = range(draw(SHARDS))
    return Seen(living, {one: draw(holder) for one in numbers}, {one: draw(FENCES) for one in numbers})


@given(SHARDS, PROCESSES)
def test_all_shards_are_held_and_no_two_shares_differ_by_more_than_one(shards: int, processes: int) -> None:
    shares = [share(shards, processes, rank) for rank in range(processes)]

    assert sum(shares) == shards
    assert max(shares) - min(shares) <= 1


@given(SHARDS, PROCESSES, st.data())
def test_whoever_joins_only_takes_and_whoever_leaves_only_gives(
    shards: int, processes: int, data: st.DataObject
) -> None:
    gone = data.draw(st.integers(0, processes))
    before = [share(shards, processes + 1, rank) for rank in range(processes + 1)]
    after = [share(shards, processes, rank) for rank in range(processes)]

    assert all(less <= more for less, more in zip(before[:processes], after, strict=True))
    assert all(less <= more for less, more in zip(before[:gone] + before[gone + 1 :], after, strict=True))


@examples(300)
@given(sights())
def test_in_the_end_each_process_holds_its_share(seen: Seen) -> None:
    ended = settled(seen)

    shares = [share(len(seen.holders), len(seen.processes), rank) for rank in range(len(seen.processes))]
    assert counts(ended) == shares
    assert all(moves(ended, one) in (Moves(), Moves([], [])) for one in seen.processes)


@given(sights())
def test_nobody_takes_what_another_holds_or_gives_up_what_it_does_not(seen: Seen) -> None:
    for one in seen.processes:
        todo = moves(seen, one)

        assert all(seen.holders[number] is None for number in todo.take)
        assert all(seen.holders[number] == one for number in todo.give_up)
        assert not (todo.take and todo.give_up)


@given(sights())
def test_no_two_processes_want_the_same_shard_and_none_is_left(seen: Seen) -> None:
    wanted = [number for one in seen.processes for number in moves(seen, one).take]

    free = {number for number, holder in seen.holders.items() if holder is None}
    assert len(wanted) == len(set(wanted))
    assert set(wanted) == free


@given(sights())
def test_what_was_taken_last_is_given_up_last(seen: Seen) -> None:
    for one in seen.processes:
        given = moves(seen, one).give_up
        kept = [n for n, holder in seen.holders.items() if holder == one and n not in given]

        assert all(seen.fences[gone] <= seen.fences[stays] for gone in given for stays in kept)


@examples(300)
@given(SHARDS, st.integers(2, 9), st.data())
def test_what_was_taken_from_a_process_does_not_move_again_when_it_comes_back(
    shards: int, processes: int, data: st.DataObject
) -> None:
    begun = settled(Seen(range(1, processes + 1), dict.fromkeys(range(shards))))
    lost = data.draw(st.integers(1, processes))
    left = [one for one in begun.processes if one != lost]
    holders = {number: None if holder == lost else holder for number, holder in begun.holders.items()}
    free = [number for number, holder in holders.items() if holder is None]
    taken = settled(Seen(left, holders, begun.fences))

    ended = settled(Seen([*left, processes + 1], taken.holders, taken.fences))

    assert [ended.holders[number] for number in free] == [taken.holders[number] for number in free]


@given(sights())
def test_no_more_shards_move_than_are_too_many_somewhere(seen: Seen) -> None:
    ended = settled(seen)

    moved = [n for n, holder in seen.holders.items() if holder is not None and ended.holders[n] != holder]
    shares = [share(len(seen.holders), len(seen.processes), rank) for rank in range(len(seen.processes))]
    too_many = sum(max(0, held - due) for held, due in zip(counts(seen), shares, strict=True))
    assert len(moved) == too_many


@given(sights())
def test_a_process_that_leaves_gives_up_all(seen: Seen) -> None:
    leaving = seen.processes[0]

    todo = moves(Seen(seen.processes[1:], seen.holders, seen.fences), leaving)

    assert not todo.take
    assert set(todo.give_up) == {number for number, holder in seen.holders.items() if holder == leaving}


@given(sights(), st.data())
def test_what_is_being_given_up_is_not_given_up_again(seen: Seen, data: st.DataObject) -> None:
    one = seen.processes[0]
    leaving = data.draw(st.sets(st.sampled_from(sorted(seen.holders)))) if seen.holders else set()

    assert leaving.isdisjoint(moves(seen, one, leaving).give_up)


@given(sights(), st.data())
def test_who_is_new_takes_nothing_whose_holder_is_gone(seen: Seen, data: st.DataObject) -> None:
    free = sorted(number for number, holder in seen.holders.items() if holder is None)
    left = data.draw(st.sets(st.sampled_from(free))) if free else set()
    new = seen.processes[-1]

    taken = moves(replace(seen, left=left), new, is_new=True).take

    assert taken == [number for number in moves(seen, new).take if number not in left]


@given(st.floats(0, 1e6), st.floats(0, 100))
def test_a_lease_is_counted_from_before_its_renewal_was_sent(sent_at: float, passed: float) -> None:
    lease = Lease(sent_at)

    assert lease.holds(sent_at + passed) == (sent_at + passed < sent_at + LEASE_SECONDS)
    assert lease.until - sent_at > 2 * RENEWED_EVERY
