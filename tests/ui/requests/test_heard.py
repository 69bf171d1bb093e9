"""What an answer is raised as."""

from types import SimpleNamespace

import pytest

from bot.ui.requests.heard import Answer

PAGE = b"<html>" + b"An error of somebody who stands before Discord. " * 10_000


@pytest.mark.parametrize("status", [429, 502])
def test_a_page_that_is_not_discords_takes_no_more_than_a_line_of_the_log(status: int) -> None:
    error = Answer(status, {}, PAGE).error(SimpleNamespace(status=status, reason="No"))

    assert "<html>" in repr(error)
    assert len(repr(error)) < 400
