"""Servers that know only a part of Chat Completions are asked for what they know."""

from dataclasses import replace
from typing import Any

import pytest

from bot import errors
from bot.llm import dialect
from bot.llm.completer import OpenAICompleter
from tests.llm.conftest import FakeClock, Script
from tests.llm.replies import ANSWER, END, USAGE, body, chunk, error, stream, whole, word
from tests.llm.test_completer import ASKED, answer

# How servers say it, and what of the request they mean.
WORDINGS = [
    ("Unrecognized request argument supplied: max_completion_tokens", "max_completion_tokens"),
    ("Unsupported parameter: 'max_completion_tokens'. Use 'max_tokens' instead.", "max_completion_tokens"),
    ("property 'prompt_cache_key' is unsupported", "prompt_cache_key"),
    ("body.stream_options: Extra inputs are not permitted", "stream_options"),
    ("'stream_options' is not supported by this model", "stream_options"),
    ("Unsupported value: 'stream' does not support true with this model.", "stream"),
    ("Streaming is not supported", "stream"),
    ("Unsupported value: 'messages[0].role' does not support 'system' with this model.", "system"),
    ("System role not supported", "system"),
]

SENT = dialect.body(ASKED, frozenset())


@pytest.mark.parametrize(("words", "name"), WORDINGS)
def test_a_refusal_names_what_to_leave_out(words: str, name: str) -> None:
    assert dialect.refusal(400, words, SENT) == name


def test_of_two_names_the_first_is_refused() -> None:
    older = dialect.body(ASKED, frozenset({"max_completion_tokens"}))
    words = "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead."

    assert dialect.refusal(400, words, older) == "max_tokens"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "max_completion_tokens is too large: the model supports at most 16 completion tokens"),
        (400, "Invalid value for 'temperature'"),
        (400, "max_tokens is unknown"),  # which was not sent
        (500, "error while streaming"),
        (401, "stream"),
        (None, "stream"),
    ],
)
def test_other_errors_are_no_refusals(status: int | None, words: str) -> None:
    assert dialect.refusal(status, words, SENT) is None


@pytest.mark.parametrize(
    ("name", "older"),
    [
        ("max_completion_tokens", {"max_tokens": 2000}),
        ("stream_options", {}),
        ("prompt_cache_key", {}),
    ],
)
@pytest.mark.parametrize("status", [400, 422])
async def test_a_refused_parameter_is_left_out_at_once_and_from_then_on(
    script: Script,
    completer: OpenAICompleter,
    clock: FakeClock,
    status: int,
    name: str,
    older: dict[str, Any],
) -> None:
    script.replies = [error(status, f"Unknown parameter: '{name}'.", param=name), stream(*ANSWER)]

    texts = [(await answer(completer))[0] for _ in range(2)]

    assert texts == ["Hello John."] * 2
    assert clock.slept == []
    assert [name in body for body in script.bodies] == [True, False, False]
    assert script.bodies[2].items() >= older.items()


async def test_an_old_server_is_asked_with_less_and_less(script: Script, completer: OpenAICompleter) -> None:
    refused = ["max_completion_tokens", "max_tokens", "prompt_cache_key", "stream_options"]
    script.replies = [*(error(422, f"unknown field {name}") for name in refused), stream(*ANSWER)]

    text, _ = await answer(completer)

    assert text == "Hello John."
    assert script.bodies[-1].keys() == {"model", "messages", "stream"}


async def test_a_server_that_refuses_the_same_in_other_words_is_not_asked_for_ever(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [error(400, "streaming is not supported")]

    with pytest.raises(errors.RequestRefused):
        await answer(completer)

    assert len(script.bodies) == 2


async def test_where_streams_are_refused_the_answer_comes_as_one(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [error(400, "stream is not supported", param="stream"), body(whole("Hello John."))]

    text, completion = await answer(completer)

    assert text == "Hello John."
    assert completion.finish_reason == "stop"
    assert "stream" not in script.bodies[1]
    assert "stream_options" not in script.bodies[1]


async def test_what_one_model_refuses_another_is_still_asked(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [error(400, "prompt_cache_key is unknown"), stream(*ANSWER)]

    await answer(completer)
    await answer(completer, replace(ASKED, model="another"))

    assert "prompt_cache_key" in script.bodies[2]


async def test_a_server_that_ignores_the_token_limit_hears_its_older_name_next_time(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [stream(word("So much text."), chunk(finish="stop", usage=USAGE))]

    for _ in range(2):
        await answer(completer, replace(ASKED, max_reply_tokens=8))

    assert [body.get("max_completion_tokens") for body in script.bodies] == [8, None]
    assert [body.get("max_tokens") for body in script.bodies] == [None, 8]


async def test_a_model_known_to_take_no_system_message_gets_none(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [stream(word("Hi"), END)]

    await answer(completer, replace(ASKED, model="o1-mini"))

    assert script.bodies[0]["messages"] == [{"role": "user", "content": "Be kind.\n\nHello"}]


def test_without_a_cache_key_none_is_sent() -> None:
    assert "prompt_cache_key" not in dialect.body(replace(ASKED, cache_key=""), frozenset())


SYSTEM = {"role": "system", "content": "Be kind."}
SUMMARY = {"role": "system", "content": "So far: nothing."}
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ([{"role": "user", "content": "Hi"}], [{"role": "user", "content": "Hi"}]),
        (
            [SYSTEM, SUMMARY, {"role": "user", "content": "Hi"}],
            [{"role": "user", "content": "Be kind.\n\nSo far: nothing.\n\nHi"}],
        ),
        (
            [SYSTEM, {"role": "user", "content": [PICTURE]}],
            [{"role": "user", "content": [{"type": "text", "text": "Be kind."}, PICTURE]}],
        ),
        (
            [SYSTEM, {"role": "assistant", "content": "Hi"}],
            [{"role": "user", "content": "Be kind."}, {"role": "assistant", "content": "Hi"}],
        ),
        ([SYSTEM], [{"role": "user", "content": "Be kind."}]),
    ],
)
def test_system_messages_move_into_what_the_user_says_first(
    messages: list[dict[str, Any]], expected: list[dict[str, Any]]
) -> None:
    kept = [dict(message) for message in messages]

    assert dialect.without_system(messages) == expected
    assert messages == kept
