"""Laws of the plans for many servers, and that their page is what is computed today."""

import re
from dataclasses import replace
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.growth.__main__ import PAGE, PICTURE, page, picture
from benchmarks.growth.costs import read
from benchmarks.growth.limits import LARGE, Habits, concurrency, session_starts
from benchmarks.growth.plan import Plan, World, limits, plan, reached_at

COSTS, HABITS = read(), Habits()
WORLD = World(COSTS, HABITS, 40.0)
GROWS = (
    "shards",
    "processes",
    "cores",
    "memory_gib",
    "asked",
    "heard",
    "at_once",
    "requests",
    "transactions",
    "rows",
    "stored_gib",
    "model_dollars",
    "machine_dollars",
)
sizes = st.integers(1, 5_000_000)


def test_the_page_and_its_picture_are_what_is_computed() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m benchmarks.growth --write"
    assert PICTURE.read_text(encoding="utf-8") == picture(), "python -m benchmarks.growth --write"


@given(sizes, sizes)
def test_more_servers_never_take_less(one: int, other: int) -> None:
    few, many = plan(min(one, other), WORLD), plan(max(one, other), WORLD)

    assert [name for name in GROWS if getattr(few, name) > getattr(many, name)] == []


@given(sizes)
def test_a_plan_keeps_what_it_supposes(servers: int) -> None:
    made = plan(servers, WORLD)

    assert made.cores / made.processes <= HABITS.core_share + 1e-9
    assert made.memory_gib / made.processes <= HABITS.process_gib + 1e-9
    assert servers <= 1_000 * made.shards < servers + 1_000
    assert made.start_minutes * 60 >= 5 * made.shards / concurrency(servers)


@given(sizes, st.floats(1, 100))
def test_more_questions_take_more_of_all_but_what_servers_take_by_being_there(
    servers: int, questions: float
) -> None:
    few = plan(servers, World(COSTS, replace(HABITS, questions=questions), 40.0))
    many = plan(servers, World(COSTS, replace(HABITS, questions=2 * questions), 40.0))

    assert (few.shards, few.heard) == (many.shards, many.heard)
    assert many.model_dollars == pytest.approx(2 * few.model_dollars)
    assert many.transactions == pytest.approx(2 * few.transactions)
    assert many.cores > few.cores


@given(st.floats(1, 1_000))
@settings(max_examples=15, deadline=None)
def test_a_limit_that_leaves_more_room_is_reached_later(room: float) -> None:
    share = limits(HABITS)["requests to Discord"]
    narrow = reached_at(share, World(COSTS, HABITS, room)) or inf
    wide = reached_at(share, World(COSTS, HABITS, 2 * room)) or inf

    assert wide == inf or wide > narrow


def test_a_limit_is_reached_where_it_is_taken_whole() -> None:
    for share in limits(HABITS).values():
        at = reached_at(share, WORLD)
        if at is not None:
            assert share(plan(at, WORLD)) >= 1 > share(plan(round(at / 1.02), WORLD))


def test_what_no_plan_takes_is_reached_by_none() -> None:
    def nothing(_: Plan) -> float:
        return 0.0

    assert reached_at(nothing, WORLD) is None


def test_discord_gives_large_bots_more() -> None:
    assert (session_starts(LARGE - 1), concurrency(LARGE - 1)) == (1_000, 1)
    assert (session_starts(LARGE), concurrency(LARGE)) == (2_000, 16)
    assert session_starts(1_000_000) == 5_000


def test_the_page_says_on_which_machine_the_costs_were_measured() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert COSTS.machine in text
    assert re.search(r"Measured on \d{4}-\d\d-\d\d", text)
