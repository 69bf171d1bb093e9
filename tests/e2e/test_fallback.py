"""A model that fails before its first word: another one answers and says so, and the first is left alone."""

import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.llm import completer
from bot.rules.completions.breaker import REST_SECONDS
from bot.rules.model import State
from bot.texts import members
from playground import Playground
from playground.model.api import ModelApi
from playground.model.scripts import Script
from tests.support.room import Room, open_room

KEY = "key-of-the-other-server"
SPOKE = f"\n-# {members.ANSWERED_BY.format(name='llama3.2')}."


class Later(SystemClock):
    """A clock that can be put forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead


@dataclass(frozen=True, slots=True)
class Pair:
    """A room whose model has a fall-back on another server, which takes no key but its own."""

    room: Room
    main: ModelApi
    other: ModelApi
    clock: Later

    def asked(self) -> tuple[int, int]:
        """Return how often the two were asked."""
        return len(self.main.requests), len(self.other.requests)


@pytest.fixture
async def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pair]:
    monkeypatch.setattr(completer, "FIRST_WAIT_SECONDS", 0.01)
    clock = Later()
    async with AsyncExitStack() as stack:
        other = await stack.enter_async_context(Playground(speed=10_000))
        other.model.key, other.model.known_models = KEY, {"llama3.2"}
        opened = open_room(
            tmp_path,
            clock=clock,
            OPENAI_API_KEY="key-of-the-main-server",
            FALLBACK_MODELS=f"{other.model_url}|llama3.2",
            FALLBACK_1_API_KEY=KEY,
        )
        room = await stack.enter_async_context(opened)
        yield Pair(room, room.playground.model, other.model, clock)


def down(model: ModelApi) -> None:
    """Have a model fail until something else is said."""
    model.responder = lambda _: Script().fail(503)


async def test_another_model_answers_and_the_one_that_failed_is_left_alone(pair: Pair) -> None:
    down(pair.main)
    pair.other.answer("Hello.")
    question = pair.room.post("Hi")
    [answer] = await pair.room.answered(question)
    tried = pair.asked()
    pair.other.answer("So it is.")
    [second] = await pair.room.ask("And now?")
    stored = await pair.room.store.answers.by_message(question.id)

    assert answer.content == f"Hello.{SPOKE}"
    assert second.content == f"So it is.{SPOKE}"
    assert tried == (3, 1)
    assert pair.asked() == (3, 2)
    assert {asked.model for asked in pair.other.requests} == {"llama3.2"}
    assert stored is not None
    assert (stored.model, stored.text, stored.state) == ("llama3.2", "Hello.", State.COMPLETE)


async def test_after_a_minute_one_question_tries_the_first_again_and_the_others_do_not(pair: Pair) -> None:
    down(pair.main)
    await pair.room.ask("Hi")
    pair.clock.ahead = REST_SECONDS
    script = Script()
    gate = script.hold_headers()
    pair.main.responder = lambda _: script.text("I am back.")
    trial = pair.room.post("Are you there?")
    await pair.room.until(lambda: len(pair.main.requests) == 4)
    [elsewhere] = await pair.room.ask("Hello", channel="random")
    gate.release()
    [answer] = await pair.room.answered(trial)
    pair.main.responder = None
    [again] = await pair.room.ask("Good", channel="random")

    assert elsewhere.content.endswith(SPOKE)
    assert answer.content == "I am back."
    assert SPOKE not in again.content
    assert pair.asked() == (5, 2)


async def test_a_server_that_refuses_connections_is_left_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(completer, "FIRST_WAIT_SECONDS", 0.01)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))  # and never listens
        async with Playground(speed=10_000) as other:
            url, others = f"http://127.0.0.1:{deaf.getsockname()[1]}/v1", f"{other.model_url}|llama3.2"
            async with open_room(tmp_path, OPENAI_BASE_URL=url, FALLBACK_MODELS=others) as room:
                other.model.answer("Hello.")
                [answer] = await room.ask("Hi")

    assert answer.content == f"Hello.{SPOKE}"
    assert len(other.model.requests) == 1


async def test_a_model_without_a_first_word_in_time_is_left_to_others(pair: Pair) -> None:
    room = pair.room
    await room.stop()
    room.environ["FIRST_TOKEN_TIMEOUT"] = "1"
    await room.start()
    pair.main.script().hold_headers()
    pair.other.answer("Hello.")
    [answer] = await room.ask("Hi")
    pair.other.answer("So it is.")
    [second] = await room.ask("And now?")

    assert answer.content == f"Hello.{SPOKE}"
    assert second.content == f"So it is.{SPOKE}"
    assert pair.main.last.closed_early
    assert pair.asked() == (1, 2)


async def test_a_refusal_of_this_question_asks_nobody_else(pair: Pair) -> None:
    pair.main.fail(400, "Content policy.", code="content_filter")
    [answer] = await pair.room.ask("Hi")

    assert answer.content == str(members.CONTENT_FILTERED)
    assert pair.asked() == (1, 0)


async def test_a_long_wait_is_left_to_others(pair: Pair) -> None:
    pair.main.fail(429, "Slow down.", headers={"Retry-After": "30"})
    [answer] = await pair.room.ask("Hi")

    assert answer.content.endswith(SPOKE)
    assert pair.asked() == (1, 1)


async def test_where_nobody_answers_the_first_ones_failure_is_told(pair: Pair) -> None:
    pair.main.fail(404, "No such model.", code="model_not_found")
    pair.other.key = "another"
    question = pair.room.post("Hi")
    [answer] = await pair.room.answered(question)
    stored = await pair.room.store.answers.by_message(question.id)

    assert answer.content == members.MODEL_NOT_FOUND.format(model="gpt-4.1-mini")
    assert stored is not None
    assert (stored.model, stored.state) == ("gpt-4.1-mini", State.FAILED)


async def test_an_answer_of_a_fall_back_is_redone_and_continued(pair: Pair) -> None:
    down(pair.main)
    pair.other.script("One two").finish("length")
    question = pair.room.post("Count")
    [answer] = await pair.room.answered(question)
    pair.other.answer(" three")
    pair.room.world.people["alex"].press(answer, "Continue")
    await pair.room.until(lambda: answer.content == f"One two three{SPOKE}")
    pair.clock.ahead, pair.main.responder = REST_SECONDS, None
    pair.main.answer("1 2 3")
    pair.room.world.people["alex"].press(answer, "Regenerate")
    await pair.room.until(lambda: answer.content == "1 2 3")
    stored = await pair.room.store.answers.by_message(question.id)

    assert stored is not None
    assert stored.model == "gpt-4.1-mini"


async def test_a_small_window_of_a_fall_back_cuts_nothing_for_good(pair: Pair) -> None:
    for number in range(4):
        await pair.room.ask(f"Remember {number}. " + "Blah. " * 60)
    whole = len(pair.main.requests[-1].messages)
    down(pair.main)
    pair.other.context_window = 500
    await pair.room.ask("And now?")
    pair.clock.ahead, pair.main.responder = REST_SECONDS, None
    await pair.room.ask("And later?")

    assert len(pair.other.requests[-1].messages) < whole
    assert len(pair.main.requests[-1].messages) > whole
