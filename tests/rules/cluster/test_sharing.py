"""Shards are shared out fairly, each process deciding by itself from what all of them see."""

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.cluster.leases import LEASE_SECONDS, RENEWED_EVERY, Lease
from bot.rules.cluster.sharing import Moves, Seen, moves, share
from tests.support.strategies import examples

SHARDS, PROCESSES = st.integers(0, 40), st.integers(1, 9)


def settled(seen: Seen) -> Seen:
    """Let all processes do what they are to, one after the other, until nobody has anything to do."""
    holders = dict(seen.holders)
    for _ in range(3):
        for one in seen.processes:
            todo = moves(Seen(seen.processes, holders), one)
            holders |= dict.fromkeys(todo.give_up, None) | dict.fromkeys(todo.take, one)
    return Seen(seen.processes, holders)


def counts(seen: Seen) -> list[int]:
    held = list(seen.holders.values())
    return [held.count(one) for one in seen.processes]


@st.composite
def sights(draw: st.DrawFn) -> Seen:
    """Return processes, some of which are gone, and whoever holds a shard."""
    living = sorted(draw(st.sets(st.integers(1, 30), min_size=1, max_size=8)))
    holder = st.none() | st.sampled_from(living)
    return Seen(living, {number: draw(holder) for number in range(draw(SHARDS))})


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
def test_no_more_shards_move_than_are_too_many_somewhere(seen: Seen) -> None:
    ended = settled(seen)

    moved = [n for n, holder in seen.holders.items() if holder is not None and ended.holders[n] != holder]
    shares = [share(len(seen.holders), len(seen.processes), rank) for rank in range(len(seen.processes))]
    too_many = sum(max(0, held - due) for held, due in zip(counts(seen), shares, strict=True))
    assert len(moved) == too_many


@given(sights())
def test_a_process_that_leaves_gives_up_all(seen: Seen) -> None:
    leaving = seen.processes[0]

    todo = moves(Seen(seen.processes[1:], seen.holders), leaving)

    assert not todo.take
    assert set(todo.give_up) == {number for number, holder in seen.holders.items() if holder == leaving}


@given(sights(), st.data())
def test_what_is_being_given_up_is_not_given_up_again(seen: Seen, data: st.DataObject) -> None:
    one = seen.processes[0]
    leaving = data.draw(st.sets(st.sampled_from(sorted(seen.holders)))) if seen.holders else set()

    assert leaving.isdisjoint(moves(seen, one, leaving).give_up)


@given(st.floats(0, 1e6), st.floats(0, 100))
def test_a_lease_is_counted_from_before_its_renewal_was_sent(sent_at: float, passed: float) -> None:
    lease = Lease(sent_at)

    assert lease.holds(sent_at + passed) == (sent_at + passed < sent_at + LEASE_SECONDS)
    assert lease.until - sent_at > 2 * RENEWED_EVERY
