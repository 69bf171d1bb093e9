"""Sessions of all processes start within Discord's limits: none too soon, none too many."""

from collections import defaultdict
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.rules.cluster.starts import BETWEEN, SECOND, Day, admit, told

DAY = 86_400 * SECOND


class Starts(RuleBasedStateMachine):
    """Processes ask Discord, and some time later the gate, which all know the same of."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.day_ends_at = DAY, 2 * DAY
        self.left, self.total = 4, 4
        self.uncounted = 0  # starts that Discord has yet to count
        self.heard: list[Day] = []
        self.day: Day | None = None
        self.free_at: defaultdict[int, int] = defaultdict(int)
        self.started: defaultdict[int, list[int]] = defaultdict(list)

    @rule()
    def ask_discord(self) -> None:
        self.heard = [*self.heard[-2:], Day(self.left, self.day_ends_at)]

    @rule()
    def discord_counts(self) -> None:
        self.left, self.uncounted = self.left - self.uncounted, 0

    @rule(group=st.integers(0, 1), which=st.integers(0, 2))
    def ask_the_gate(self, group: int, which: int) -> None:
        if not self.heard:
            return
        heard = self.heard[min(which, len(self.heard) - 1)]
        self.day, wait = admit(self.day, self.free_at[group], heard, self.now)
        if not wait:
            self.free_at[group] = self.now + BETWEEN
            self.uncounted += 1
            self.started[group].append(self.now)

    @rule(seconds=st.integers(1, 9))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds * SECOND

    @rule()
    def the_day_ends(self) -> None:
        self.now = max(self.now, self.day_ends_at)
        self.day_ends_at = self.now + DAY
        self.left, self.uncounted = self.total, 0
        self.heard = []  # no answer is as old as that

    @invariant()
    def no_two_of_a_group_start_within_five_seconds(self) -> None:
        for times in self.started.values():
            assert all(later - earlier >= BETWEEN for earlier, later in pairwise(times))

    @invariant()
    def no_more_start_than_discord_leaves(self) -> None:
        assert self.left - self.uncounted >= 0


TestStarts = Starts.TestCase


@given(st.integers(0, 5), st.integers(-9, 9), st.integers(-99, 99))
def test_whoever_waits_as_long_as_told_is_admitted(left: int, free_in: int, ends_in: int) -> None:
    now = DAY
    free_at, known = now + free_in * SECOND, Day(left, now + ends_in * SECOND)
    day, wait = admit(known, free_at, known, now)

    _, none = admit(day, free_at, Day(9, now + wait + DAY), now + wait)
    assert (wait > 0) == (free_in > 0 or left == 0)
    assert none == 0
    assert wait or day.left == left - 1


def test_what_another_program_started_counts_too() -> None:
    assert told(Day(10, DAY), Day(7, DAY + SECOND)) == Day(7, DAY)


def test_an_answer_from_the_day_before_says_nothing() -> None:
    assert told(Day(10, 2 * DAY), Day(0, DAY)) == Day(10, 2 * DAY)
