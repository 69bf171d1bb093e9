"""How long a model is waited for, and what the log says where it was not."""

import logging
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace

import pytest

from bot.chat.completions import Delta, Loading
from bot.errors import ConnectionCut, ModelDown, ModelTimeout
from bot.llm.attempt import Limits
from bot.llm.completer import OpenAICompleter
from tests.llm.conftest import FakeClock, Reply, Script, told
from tests.llm.replies import ANSWER, OPENING, chunk, error, silence, stream, word
from tests.llm.test_completer import ASKED, answer

NEARBY, HOSTED = Limits.of(nearby=True), Limits.of(nearby=False)
BUSY = error(503, "Loading model", type="unavailable_error")


@pytest.mark.parametrize(
    ("limits", "first", "gap"),
    [
        (NEARBY, 300, 300),
        (HOSTED, 60, 60),
        (Limits.of(nearby=True, first=20), 20, 20),
        (Limits.of(nearby=False, first=900), 900, 60),
    ],
)
def test_a_server_nearby_is_waited_for_longer_and_between_words_too(
    limits: Limits, first: float, gap: float
) -> None:
    assert limits.first_of({"model": "some-model"}) == first
    assert limits.gap == gap
    assert limits.total >= limits.first_of_reasoning + 600


@pytest.mark.parametrize(
    ("model", "effort", "seconds"),
    [
        ("some-model", "none", 60),
        ("some-model", "minimal", 60),
        ("some-model", "low", 60),
        ("some-model", "medium", 300),
        ("some-model", "xhigh", 300),
        ("o3", None, 300),
        ("o3", "low", 60),
    ],
)
def test_the_effort_decides_how_long_a_first_word_may_take(
    model: str, effort: str | None, seconds: float
) -> None:
    assert HOSTED.first_of({"model": model, "reasoning_effort": effort}) == seconds


GIVEN_UP = {
    "no headers": (silence(), {"first": 0.05}, "no first word (FIRST_TOKEN_TIMEOUT) within 0.05 s"),
    "an opening": (stream(OPENING, hold=True), {"first": 0.5, "gap": 0.05}, "no first word (FIRST_TOKEN_TI"),
    "a word": (stream(word("Hi"), hold=True), {"gap": 0.05}, "no further word within 0.05 s"),
    "thoughts": (stream(chunk({"reasoning": "Hm"}), hold=True), {"gap": 0.05}, "no further word within"),
    "thoughts in the text": (stream(word("<think>Hm"), hold=True), {"gap": 0.05}, "no further word within"),
    "all in all": (stream(word("Hi"), hold=True), {"total": 0.5}, "not done within 0.5 s in all"),
}


@pytest.mark.parametrize(("reply", "limits", "told"), GIVEN_UP.values(), ids=GIVEN_UP)
async def test_what_was_waited_for_in_vain_is_in_the_log(
    script: Script,
    connected: Callable[..., OpenAICompleter],
    caplog: pytest.LogCaptureFixture,
    reply: Reply,
    limits: dict[str, float],
    told: str,
) -> None:
    script.replies = [reply]

    with pytest.raises((ModelTimeout, ConnectionCut)):
        await answer(connected(**limits))

    assert told in caplog.text
    assert len(script.bodies) == 1


async def test_a_server_that_says_that_it_loads_is_asked_until_it_has(
    script: Script, completer: OpenAICompleter, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    script.replies = [*[BUSY] * 9, stream(*ANSWER)]

    async with aclosing(told(completer, ASKED)) as events:
        seen = [event async for event in events][:-1]

    assert seen == [Loading()] * 9 + [Delta("Hello"), Delta(" John.")]
    assert clock.slept == [2.0] * 9
    assert caplog.records == []


async def test_a_server_that_loads_for_ever_is_given_up(
    script: Script, completer: OpenAICompleter, clock: FakeClock
) -> None:
    script.replies = [BUSY]

    with pytest.raises(ModelDown):
        await answer(completer)

    assert clock.slept == [2.0] * 30 + [0.5, 1.0]


@pytest.mark.parametrize(("model", "room"), [("o3", 4_096), ("gpt-6-luna", 0), ("gpt-4.1-mini", 0)])
async def test_a_model_that_thinks_has_room_for_that_beside_its_reply(
    script: Script, completer: OpenAICompleter, model: str, room: int
) -> None:
    script.replies = [stream(*ANSWER)]

    await answer(completer, replace(ASKED, model=model))

    assert script.bodies[0]["max_completion_tokens"] == ASKED.max_reply_tokens + room
