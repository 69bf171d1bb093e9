"""What is tried again, how often, and what is final."""

import asyncio
from itertools import pairwise
from types import SimpleNamespace

import aiohttp
import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.client.retry import LONGEST_PAUSE, LongWait, TooManyRequests, is_passing, persist
from tests.support.virtual_time import run


def refused(status: int, told: dict[str, object] | str) -> discord.HTTPException:
    """Return the error for an answer."""
    return discord.HTTPException(SimpleNamespace(status=status, reason="No"), told)  # type: ignore[arg-type]


@given(st.integers(400, 599), st.text())
def test_what_is_not_discords_json_is_never_final(status: int, page: str) -> None:
    assert is_passing(refused(status, page))


@given(st.integers(500, 599), st.integers(0, 400_000))
def test_nor_is_a_failure_of_discords(status: int, code: int) -> None:
    assert code == 50027 or is_passing(refused(status, {"code": code, "message": ""}))


@pytest.mark.parametrize("error", [ConnectionResetError(), TimeoutError(), aiohttp.ServerDisconnectedError()])
def test_nor_is_a_lost_connection(error: Exception) -> None:
    assert is_passing(error)


@pytest.mark.parametrize("error", [LongWait(), discord.ClientException(), refused(403, {"code": 50013})])
def test_but_what_says_so_is(error: Exception) -> None:
    assert not is_passing(error)


class Api:
    """Fails so many times, and notes when it was asked."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.asked: list[float] = []

    async def ask(self) -> str:
        self.asked.append(asyncio.get_running_loop().time())
        if self.failures:
            raise self.failures.pop(0)
        return "done"


def test_an_api_that_returns_is_met_within_seconds() -> None:
    api = Api(*[ConnectionResetError()] * 20)

    assert run(persist("it", api.ask, 900)) == "done"
    assert max(later - earlier for earlier, later in pairwise(api.asked)) <= LONGEST_PAUSE
    assert len(api.asked) == 21


def test_persistence_has_an_end() -> None:
    api = Api(*[ConnectionResetError()] * 1000)

    with pytest.raises(ConnectionResetError):
        run(persist("it", api.ask, 60))

    assert api.asked[-1] - api.asked[0] <= 60


def test_what_is_final_is_asked_once() -> None:
    api = Api(refused(403, {"code": 50013}))

    with pytest.raises(discord.HTTPException):
        run(persist("it", api.ask, 60))

    assert len(api.asked) == 1


@pytest.mark.parametrize(("seconds", "asked"), [(7.0, 2), (3600.0, 1)])
def test_what_names_its_seconds_is_waited_for_or_not_at_all(seconds: float, asked: int) -> None:
    response = SimpleNamespace(status=429, reason="No")
    api = Api(TooManyRequests(response, {"message": "", "code": 0}, seconds))

    try:
        run(persist("it", api.ask, 60))
    except TooManyRequests:
        assert asked == 1

    assert len(api.asked) == asked
    assert api.asked[-1] - api.asked[0] == pytest.approx(seconds * (asked - 1))
