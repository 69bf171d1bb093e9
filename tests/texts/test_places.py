"""The words of settings: whatever a setting may be has them, wherever it is read."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import pytest

from bot.rules.places.settings import KINDS, NATURES
from bot.texts.places.words import of_value, words_of
from bot.ui.config.rows import ROWS


def values_of(name: str) -> Sequence[Any]:
    kind = KINDS[name]
    if issubclass(kind, Enum):
        return list(kind)
    return {bool: (True, False), str: ("some",), int: (1, NATURES[name].most, *NATURES[name].usual)}[kind]


@pytest.mark.parametrize("name", KINDS)
def test_whatever_a_setting_may_be_has_words_for_what_holds_and_what_it_became(name: str) -> None:
    said = words_of(name)

    for value in values_of(name):
        holds, became = of_value(said.holds, value), of_value(said.becomes, value)
        assert holds is not None
        assert "source" not in holds.format(value=said.value(value), source="set here")
        assert became is not None
        assert all(one.format(value=said.value(value)) for one in became)


@pytest.mark.parametrize("name", KINDS)
def test_every_setting_has_a_row_with_what_may_be_picked_there(name: str) -> None:
    row, nature = ROWS[name], NATURES[name]

    assert str(row.label)
    assert str(row.about)
    assert row.most == nature.most
    assert bool(words_of(name).asked) is bool(nature.most)
