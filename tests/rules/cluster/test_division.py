"""Laws of a limit that is divided: all of it, no more than it, fairly, and so that nobody starves."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.cluster.division import FLOOR, Claim, Grant, divided, granted
from tests.support.strategies import examples

totals = st.integers(0, 60)
wants = st.dictionaries(st.integers(1, 1_000), st.integers(0, 100), min_size=1, max_size=70)


@st.composite
def held(draw: st.DrawFn) -> tuple[int, dict[int, Claim]]:
    """Return a total and what processes hold of it, in all no more."""
    total, left, claims = draw(totals), draw(totals), {}
    left = min(left, total)
    for process, wanted in draw(wants).items():
        share = draw(st.integers(0, left))
        left -= share
        claims[process] = Claim(share, wanted)
    return total, claims


def due(total: int, wanted: Mapping[int, int]) -> Mapping[int, int]:
    return divided(total, {process: Claim(0, one) for process, one in wanted.items()}, 0)


@given(totals, wants)
@examples(200)
def test_all_of_it_is_due_to_somebody_and_no_more(total: int, wanted: dict[int, int]) -> None:
    assert sum(due(total, wanted).values()) == total


@given(totals, wants)
@examples(200)
def test_who_wants_little_gets_it_and_who_wants_much_gets_no_less_than_anybody(
    total: int, wanted: dict[int, int]
) -> None:
    shares = due(total, wanted)
    short = [share for process, share in shares.items() if share < wanted[process]]

    assert all(share >= min(FLOOR, total // len(wanted)) for share in shares.values())
    assert not short or max(shares.values()) - min(short) <= 1


@given(totals, st.integers(1, 60), st.integers(0, 100))
@examples(100)
def test_equal_needs_get_equal_shares(total: int, processes: int, wanted: int) -> None:
    shares = due(total, dict.fromkeys(range(processes), wanted)).values()

    assert max(shares) - min(shares) <= 1


@given(held())
@examples(200)
def test_nobody_is_granted_what_another_holds(case: tuple[int, dict[int, Claim]]) -> None:
    total, claims = case
    for process in claims:
        grant = granted(total, process, claims, 0)
        claims[process] = Claim(grant.share, claims[process].wanted)

        assert sum(claim.held for claim in claims.values()) <= total


def test_a_lone_process_holds_all_of_it() -> None:
    assert granted(48, 7, {7: Claim(0, 0)}, 0) == Grant(48, 48)


def test_whoever_joins_waits_until_others_have_given_back() -> None:
    assert granted(48, 2, {1: Claim(48, 60), 2: Claim(0, 60)}, 0) == Grant(0, 24)
    assert granted(48, 1, {1: Claim(48, 60), 2: Claim(0, 60)}, 0) == Grant(48, 24)
    assert granted(48, 2, {1: Claim(24, 60), 2: Claim(0, 60)}, 0) == Grant(24, 24)


def test_what_nobody_needs_goes_to_whoever_needs_it() -> None:
    assert due(48, {1: 0, 2: 0, 3: 60}) == {1: FLOOR, 2: FLOOR, 3: 48 - 2 * FLOOR}


@given(st.integers(1, 8), st.integers(1, 12), st.integers(1, 9))
@examples(50)
def test_where_there_are_more_processes_than_there_is_to_divide_each_has_its_turn(
    total: int, more: int, wanted: int
) -> None:
    claims = {process: Claim(0, wanted) for process in range(total + more)}
    rounds = [divided(total, claims, turn) for turn in range(len(claims))]

    assert all(set(shares.values()) == {0, 1} for shares in rounds)
    assert all(any(shares[process] for shares in rounds) for process in claims)
