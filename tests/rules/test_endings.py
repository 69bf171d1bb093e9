"""What is shown of how an answer ended."""

import json
from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.errors import (
    ConnectionCut,
    MemoryFull,
    ModelNotFound,
    NamedError,
    QuestionTooLong,
    RateLimited,
)
from bot.rules.endings import ending, sentence_of
from bot.rules.model import State
from bot.rules.notes import Note, NoteCode
from bot.rules.outcome import Outcome, Reason
from bot.texts import members

ERRORS = [
    ConnectionCut(),
    MemoryFull(),
    RateLimited(),
    ModelNotFound(model="gpt-x"),
    QuestionTooLong(tokens=9, budget=3),
]
ends = st.builds(
    Outcome,
    st.sampled_from([reason for reason in Reason if reason is not Reason.BROKE]),
    st.none() | st.integers(1, 2**63 - 1),
    st.text(max_size=5),
    st.sampled_from(["ConnectionCut", "RateLimited", "Unheard"]),
    remarks=st.lists(st.builds(Note, st.sampled_from(NoteCode), st.text(max_size=5)), max_size=2).map(tuple),
)


@pytest.mark.parametrize("error", ERRORS)
def test_the_sentence_of_an_error_is_made_again_from_its_name_and_details(error: NamedError) -> None:
    stored = json.loads(json.dumps(error.details))

    assert sentence_of(type(error).__name__, stored) == str(error)


def test_an_error_that_is_not_known_has_its_own_sentence_or_the_plainest() -> None:
    assert sentence_of("Forgotten", {"reason": "?"}) == str(members.MODEL_FAILED)
    assert sentence_of("NotAllowed", {}) == str(members.MODEL_FAILED)
    assert sentence_of("MemoryRefused", {"sentence": "The disk is full."}) == "The disk is full."


@given(ends, st.none() | ends)
def test_half_an_answer_is_always_marked(outcome: Outcome, tried: Outcome | None) -> None:
    state, note = ending(outcome, tried, written=True)

    assert note or state is State.COMPLETE
    assert state is not State.FAILED


@given(ends, ends)
def test_a_try_without_words_changes_nothing_of_what_stands_and_is_told(
    outcome: Outcome, tried: Outcome
) -> None:
    state, _ = ending(outcome, None, written=True)
    later, told = ending(outcome, tried, written=True)

    assert later is state
    assert told.startswith(ending(replace(outcome, remarks=()), None, written=True)[1])
    assert ending(tried, None, written=False)[1].split(" ")[0] in told


def test_who_stopped_an_answer_is_told_until_their_name_is_deleted() -> None:
    by, nameless = Outcome(Reason.STOPPED, 5, "Mary"), Outcome(Reason.STOPPED)
    notes = [
        ending(outcome, None, written=written)[1] for outcome in (by, nameless) for written in (True, False)
    ]

    assert notes == [
        members.STOPPED_BY.format(name="Mary"),
        members.STOPPED_BEFORE_TEXT.format(name="Mary"),
        str(members.STOPPED),
        str(members.STOPPED_UNSEEN),
    ]


def test_a_remark_is_made_once() -> None:
    outcome = Outcome(Reason.DONE, remarks=(Note(NoteCode.FILE_NOT_FETCHED, "a_b.png"),))

    assert ending(outcome, outcome, written=True) == (State.COMPLETE, "a\\_b.png could not be fetched.")


def test_a_bug_of_ours_leads_to_the_log() -> None:
    outcome = Outcome(Reason.BROKE, details={"reference": "c0ffee"})

    assert ending(outcome, None, written=True)[0] is State.BROKEN
    assert ending(outcome, None, written=False) == (
        State.FAILED,
        members.SOMETHING_BROKE.format(reference="c0ffee"),
    )


@given(ends, st.none() | ends, st.booleans())
def test_no_button_is_named_where_an_answer_has_none(
    outcome: Outcome, tried: Outcome | None, written: bool
) -> None:
    state, note = ending(outcome, tried, written=written, alone=True)

    assert state is ending(outcome, tried, written=written)[0]
    assert "Press " not in note


def test_where_an_answer_has_no_buttons_its_rest_is_asked_for() -> None:
    cut = Outcome(Reason.FAILED, error="ConnectionCut")

    assert ending(cut, None, written=True, alone=True)[1].endswith(str(members.ASK_FOR_THE_REST))
    assert ending(cut, None, written=True)[1].endswith(str(members.PRESS_CONTINUE))
