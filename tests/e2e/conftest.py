"""The room of end-to-end tests; whatever the bot sends there is held against Discord's description."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.chat.conversation import gathering
from tests.support import postgres
from tests.support.openapi import problems_of
from tests.support.room import ENGINE, Room, open_room


@pytest.fixture
def soon_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an auto channel be quiet after less than its two seconds."""
    monkeypatch.setattr(gathering, "QUIET_SECONDS", 0.2)


# What is tried on both engines each time; `--database=postgres` tries every test of this folder there.
ON_BOTH = (
    "test_a_deleted_message_is_gone_from_memory",
    "test_what_was_deleted_and_edited_while_the_bot_was_away_is_found_out",
    "test_a_deleted_channel_is_forgotten_with_its_threads",
    "test_a_server_that_is_left_is_forgotten",
    "test_an_image_goes_to_a_model_that_sees_and_again_with_the_next_question",
    "test_trimming_in_blocks_keeps_the_prefix_and_the_budget",
    "test_a_picture_that_is_replied_to_again_and_again_is_stored_once",
    "test_who_addressed_the_bot_while_it_was_down_is_answered_once",
    "test_an_edit_and_a_deletion_while_the_bot_was_down_reach_the_next_request",
    "test_one_leafs_through_versions_and_the_one_shown_is_remembered",
    "test_regenerate_redoes_the_answer_in_place_and_memory_holds_the_new_one",
    "test_editing_the_newest_question_answers_it_anew_in_place",
    "test_buttons_work_after_a_restart",
    "test_an_answer_goes_on_in_a_thread_without_mentions",
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let some tests run once for each engine."""
    if metafunc.function.__name__ in ON_BOTH:
        metafunc.parametrize("engine", ["sqlite", "postgres"], indirect=True)


@pytest.fixture(autouse=True)
def engine(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the bot's memory be in the engine that the test or the run asks for."""
    name = getattr(request, "param", "sqlite")
    if name == "postgres" and not postgres.is_there():
        pytest.skip(postgres.NONE_FOUND)
    everywhere = request.config.getoption("--database")
    token = ENGINE.set(everywhere if everywhere != "sqlite" else name)
    yield
    ENGINE.reset(token)


@pytest.fixture
async def room(engine: None, tmp_path: Path) -> AsyncIterator[Room]:
    async with open_room(tmp_path) as room:
        yield room
        assert problems_of(room.playground.wire) == []
        assert room.playground.wire.unknown() == []
