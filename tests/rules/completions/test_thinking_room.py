"""Room to think in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.completions.thinking_room import ROOM, thinking_room


@pytest.mark.parametrize(
    ("effort", "spare", "room"),
    [
        ("none", None, 0),
        ("low", None, 4_096),
        (None, None, 16_384),
        ("of another name", None, 16_384),
        ("high", 10_000, 10_000),
        ("high", -5, 0),
    ],
)
def test_room_goes_by_effort_within_what_the_window_has(
    effort: str | None, spare: int | None, room: int
) -> None:
    assert thinking_room(effort, spare) == room


def test_more_effort_never_gets_less_room() -> None:
    assert list(ROOM.values()) == sorted(ROOM.values())


@given(st.sampled_from([None, *ROOM]), st.integers(-10, 100_000))
def test_room_is_never_more_than_there_is(effort: str | None, spare: int) -> None:
    assert 0 <= thinking_room(effort, spare) <= max(0, spare)
