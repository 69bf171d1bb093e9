"""The error tree: drawn as it is, and each sentence fit to be read."""

import inspect
import re
from typing import TypeVar

import pytest

from bot import errors
from bot.errors import ModelError, ParleyError, UserFacingError
from bot.texts import members

Error = TypeVar("Error", bound=Exception)

DETAILS = {"at": 1_795_438_800, "model": "gpt-x", "reason": "unknown field"}


def tree(parent: type[Error]) -> list[type[Error]]:
    """Return a class and all that descend from it."""
    found = [parent]
    for child in parent.__subclasses__():
        found += tree(child)
    return found


MODEL_ERRORS = tree(ModelError)[1:]


def test_the_drawn_tree_shows_every_error_and_no_other() -> None:
    drawing = [line for line in (errors.__doc__ or "").splitlines() if "── " in line]
    drawn = [name for line in drawing for name in line.partition("── ")[2].partition("  ")[0].split(" · ")]

    assert sorted(["ParleyError", *drawn]) == sorted(error.__name__ for error in tree(ParleyError))


def test_every_error_is_one_of_ours() -> None:
    defined = [
        value
        for _, value in inspect.getmembers(errors, inspect.isclass)
        if value.__module__ == errors.__name__
    ]

    assert set(defined) == set(tree(ParleyError))


@pytest.mark.parametrize("error", MODEL_ERRORS)
def test_what_is_said_of_a_failed_answer_is_whole_sentences_without_alarm(error: type[ModelError]) -> None:
    sentence = str(error(**DETAILS))

    assert re.fullmatch(r"[A-Z].*\.", sentence, re.DOTALL)
    assert not {"!", "{", "}"} & set(sentence)


def test_each_failure_of_an_answer_is_told_differently() -> None:
    sentences = [error.sentence for error in MODEL_ERRORS]

    assert len(set(sentences)) == len(sentences)


def test_a_person_is_shown_the_sentence_that_was_raised() -> None:
    assert str(UserFacingError(str(members.NOT_WRITING))) == str(members.NOT_WRITING)
    assert "gpt-x" in str(errors.ModelNotFound(**DETAILS))
