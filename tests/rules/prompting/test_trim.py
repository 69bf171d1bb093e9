"""Which turns fit, and how much of a prompt stays the same from question to question."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.parts.cutting import BUDGET, EVEN, LONG, SMALL, Talk, asked, repeated_share
from bot.rules.model import Role, State, Turn
from bot.rules.prompting.prompt import Message, build
from bot.rules.prompting.trim import KEPT_SHARE, Plan, plan, sendable

MOMENT = datetime(2026, 8, 6, tzinfo=UTC)
MESSAGE = 4


def turn(number: int, tokens: int, answers: int | None = None, text: str = "word") -> Turn:
    role, state = (Role.USER, State.ANSWERED) if answers is None else (Role.ASSISTANT, State.COMPLETE)
    position = number if answers is None else answers
    return Turn(number, position, role, state, number, None, "", text, tokens, "o200k_base", MOMENT)


def exchange(number: int, asked: int, answered: int) -> list[Turn]:
    return [turn(number, asked), turn(number + 1, answered, answers=number)]


def planned(turns: Sequence[Turn], *, fixed: int = 10, budget: int = 100) -> Plan:
    return plan(turns, [turn.tokens for turn in turns], fixed=fixed, budget=budget)


sizes = st.integers(1, 60)


@st.composite
def conversations(draw: st.DrawFn) -> list[Turn]:
    """Draw a history that ends with a question; some questions were never answered."""
    turns: list[Turn] = []
    for number in range(1, 2 * draw(st.integers(0, 12)), 2):
        turns += exchange(number, draw(sizes), draw(sizes))[: draw(st.integers(1, 2))]
    return [*turns, turn(1_000, draw(sizes))]


def test_all_of_it_goes_along_where_it_fits() -> None:
    turns = [*exchange(1, 40, 40), turn(3, 10)]

    assert planned(turns) == Plan(tuple(turns), (), 100)
    assert planned(turns).cut is None


def test_an_overflow_cuts_the_oldest_at_once_down_to_a_share_of_the_budget() -> None:
    turns = [*exchange(1, 20, 20), *exchange(3, 20, 20), *exchange(5, 10, 10), turn(7, 20)]

    decided = planned(turns)

    assert [kept.id for kept in decided.kept] == [5, 6, 7]
    assert decided.cut == 3
    assert decided.tokens == 50 == KEPT_SHARE * 100


def test_an_answer_is_cut_with_its_question() -> None:
    turns = [*exchange(1, 60, 20), turn(3, 15)]

    assert [kept.id for kept in planned(turns).kept] == [3]


def test_a_question_longer_than_the_share_goes_alone() -> None:
    turns = [*exchange(1, 5, 5), turn(3, 85)]

    assert planned(turns) == Plan((turns[2],), tuple(turns[:2]), 95)


def test_a_question_longer_than_the_budget_goes_alone_too() -> None:
    turns = [*exchange(1, 5, 5), turn(3, 200)]

    assert planned(turns).kept == (turns[2],)


def test_of_nothing_nothing_goes_along_whatever_is_fixed() -> None:
    assert planned([], fixed=200) == Plan((), (), 200)


def test_a_turn_too_long_for_any_request_is_passed_over_with_its_answer() -> None:
    turns = [*exchange(1, 5, 5), *exchange(3, 101, 5), *exchange(5, 5, 101), turn(7, 100)]

    assert [kept.id for kept in sendable(turns, 100)] == [1, 2, 7]


@given(turns=conversations(), fixed=st.integers(0, 40), budget=st.integers(1, 300))
def test_a_request_never_passes_its_budget_unless_the_question_alone_does(
    turns: list[Turn], fixed: int, budget: int
) -> None:
    decided = planned(turns, fixed=fixed, budget=budget)

    assert decided.tokens <= budget or decided.kept == (turns[-1],)
    assert decided.tokens == fixed + sum(kept.tokens for kept in decided.kept)


@given(turns=conversations(), fixed=st.integers(0, 40), budget=st.integers(1, 300))
def test_whole_turns_go_along_the_newest_in_order_and_the_question_always(
    turns: list[Turn], fixed: int, budget: int
) -> None:
    decided = planned(turns, fixed=fixed, budget=budget)

    assert [*decided.dropped, *decided.kept] == turns
    assert decided.kept[-1] == turns[-1]
    assert {cut.position for cut in decided.dropped}.isdisjoint(kept.position for kept in decided.kept)


@given(turns=conversations(), fixed=st.integers(0, 40), budget=st.integers(1, 300))
def test_at_a_cut_half_of_the_budget_stays_and_no_more_than_that_takes(
    turns: list[Turn], fixed: int, budget: int
) -> None:
    decided = planned(turns, fixed=fixed, budget=budget)

    if decided.dropped:
        half = KEPT_SHARE * budget
        newest_cut = decided.dropped[-1].position
        one_more = sum(cut.tokens for cut in decided.dropped if cut.position == newest_cut)
        oldest_kept = decided.kept[0].position
        one_less = sum(kept.tokens for kept in decided.kept if kept.position == oldest_kept)
        assert decided.tokens >= half or decided.tokens + one_more > budget
        assert decided.tokens - one_less < half or oldest_kept == turns[-1].position


class Conversation:
    """A conversation whose requests are trimmed as the bot trims them; a cut is kept, and summed up."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.turns: list[Turn] = []
        self.number = 0
        self.summary = ""

    def ask(self, asked: int, answered: int) -> tuple[list[Message], Plan]:
        """Ask something and have it answered; return the request."""
        self.number += 2
        question = turn(self.number, asked, text=f"question {self.number}")
        decided = plan(
            [*self.turns, question],
            [MESSAGE + said.tokens for said in [*self.turns, question]],
            fixed=20,
            budget=self.budget,
        )
        self.summary = f"up to {decided.cut}" if decided.cut is not None else self.summary
        answer = turn(self.number + 1, answered, answers=self.number, text=f"answer {self.number}")
        self.turns = [*decided.kept, answer]
        return build("Be brief.", self.summary, decided.kept, sees=False), decided


@given(exchanges=st.lists(st.tuples(sizes, sizes), min_size=2, max_size=60), budget=st.integers(200, 600))
def test_until_the_next_overflow_a_request_begins_with_the_one_before(
    exchanges: list[tuple[int, int]], budget: int
) -> None:
    conversation, before = Conversation(budget), list[Message]()
    for question, answer in exchanges:
        request, decided = conversation.ask(question, answer)

        assert decided.dropped or request[: len(before)] == before
        before = request


@pytest.mark.no_cover
@pytest.mark.parametrize("talk", [SMALL, LONG, EVEN], ids=lambda talk: talk.name)
@given(seed=st.integers(0, 2**32))
def test_at_a_full_window_nearly_all_of_a_prompt_was_sent_before(talk: Talk, seed: int) -> None:
    requests = list(asked(talk.exchanges(seed)))
    cuts = [request for request in requests if request.cut]

    assert repeated_share(requests) >= 0.85
    assert all(request.tokens >= BUDGET / 2 for request in cuts)
