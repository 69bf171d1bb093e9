"""Whose turn it is: nobody waits behind more than one request of each other server for each of their own."""

from collections import Counter
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.rules.spending.turns import Turns
from tests.support.strategies import examples

SERVERS, PEOPLE = st.integers(1, 4), st.integers(1, 3)
Party = tuple[int, int]


def everybody(person: int) -> bool:
    return True


def lined_up(parties: list[Party]) -> Turns[int]:
    """Return a line of tickets numbered in the order in which they came."""
    turns = Turns[int]()
    for number, (server, person) in enumerate(parties):
        turns.join(server, person, number)
    return turns


def served(turns: Turns[int]) -> list[int]:
    """Return the tickets in the order in which they are served."""
    order = []
    while (ticket := turns.take(everybody)) is not None:
        order.append(ticket)
    return order


parties = st.lists(st.tuples(SERVERS, PEOPLE), max_size=30)


@given(parties)
@examples(60)
def test_everybody_is_served_once_and_a_persons_questions_in_their_order(said: list[Party]) -> None:
    turns = lined_up(said)
    waiting = len(turns)
    order = served(turns)

    assert (waiting, len(turns)) == (len(said), 0)
    assert sorted(order) == list(range(len(said)))
    for party in set(said):
        own = [ticket for ticket in order if said[ticket] == party]
        assert own == sorted(own)


@given(parties)
@examples(60)
def test_nobody_waits_behind_more_than_one_of_each_other_server_per_turn(said: list[Party]) -> None:
    order = served(lined_up(said))

    for place, ticket in enumerate(order):
        server = said[ticket][0]
        before = Counter(said[one][0] for one in order[:place])
        turns = before.pop(server, 0) + 1
        assert all(others <= turns for others in before.values())


@given(parties)
@examples(60)
def test_nobody_waits_behind_more_than_one_of_each_other_person_of_their_server_per_turn(
    said: list[Party],
) -> None:
    order = served(lined_up(said))

    for place, ticket in enumerate(order):
        server, person = said[ticket]
        before = Counter(said[one][1] for one in order[:place] if said[one][0] == server)
        turns = before.pop(person, 0) + 1
        assert all(others <= turns for others in before.values())


@given(parties, st.integers(0, 10))
@examples(60)
def test_how_many_are_before_is_how_many_are_served_before(said: list[Party], gone: int) -> None:
    turns = lined_up(said)
    taken = [turns.take(everybody) for _ in range(gone)]
    left = [number for number in range(len(said)) if number not in taken]

    told = {number: turns.before(*said[number], number) for number in left}

    assert sorted(told, key=told.__getitem__) == served(turns)


@given(parties, st.sets(PEOPLE))
@examples(60)
def test_whoever_may_not_be_served_holds_up_nobody_else_and_loses_no_turn(
    said: list[Party], held: set[int]
) -> None:
    turns = lined_up(said)
    first = []
    while (ticket := turns.take(lambda person: person not in held)) is not None:
        first.append(ticket)

    assert sorted(first) == [number for number, (_, person) in enumerate(said) if person not in held]
    assert sorted(served(turns)) == [number for number, (_, person) in enumerate(said) if person in held]


class AnyOrder(RuleBasedStateMachine):
    """Joins, leaves and turns in any order, against a list of who waits and how often each was passed."""

    def __init__(self) -> None:
        super().__init__()
        self.turns, self.numbers = Turns[int](), count()
        self.waiting: dict[int, Party] = {}
        self.passed: dict[int, Counter[int]] = {}

    @rule(server=SERVERS, person=PEOPLE)
    def join(self, server: int, person: int) -> None:
        number = next(self.numbers)
        self.turns.join(server, person, number)
        self.waiting[number], self.passed[number] = (server, person), Counter()

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.waiting)))
        self.turns.leave(*self.waiting.pop(number), number)

    @rule()
    def take(self) -> None:
        ticket = self.turns.take(everybody)
        assert (ticket is None) == (not self.waiting)
        if ticket is not None:
            server, _ = self.waiting.pop(ticket)
            for number in self.waiting:
                self.passed[number][server] += 1

    @invariant()
    def nobody_was_passed_unfairly(self) -> None:
        for number, (server, _) in self.waiting.items():
            others = Counter(self.passed[number])
            turns = others.pop(server, 0) + 1
            assert all(passed <= turns for passed in others.values())


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(examples(30), stateful_step_count=30)
