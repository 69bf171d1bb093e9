"""Finish reasons of all servers."""

import pytest

from bot.rules.completions.finishes import Finish, finish_of


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("stop", Finish.DONE),
        ("STOP", Finish.DONE),
        ("eos", Finish.DONE),
        ("end_turn", Finish.DONE),
        ("tool_calls", Finish.DONE),
        (None, Finish.DONE),
        ("", Finish.DONE),
        ("length", Finish.LENGTH),
        ("MAX_TOKENS", Finish.LENGTH),
        ("FINISH_REASON_MAX_TOKENS", Finish.LENGTH),
        ("max tokens", Finish.LENGTH),
        ("model_length", Finish.LENGTH),
        ("content_filter", Finish.FILTERED),
        ("content-filter", Finish.FILTERED),
        ("SAFETY", Finish.FILTERED),
        ("error", Finish.FAILED),
        ("Network_Error", Finish.FAILED),
    ],
)
def test_a_finish_reason_is_understood_in_any_case_and_by_its_other_names(
    reason: str | None, expected: Finish
) -> None:
    assert finish_of(reason) is expected
