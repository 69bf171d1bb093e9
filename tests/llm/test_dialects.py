"""Servers that know only a part of Chat Completions are asked for what they know, and taught us once."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from openai import AsyncOpenAI

from bot import __version__, errors
from bot.llm.completer import OpenAICompleter, Server
from bot.llm.counter import TiktokenCounter
from bot.llm.dialects import overflows, refusals, wording
from bot.llm.dialects.learned import Dialects
from bot.llm.dialects.refusals import Finding
from bot.rules.model_facts import Lesson
from bot.rules.spending.entries import Sending
from bot.store.store import MEMORY, Store, open_store
from tests.llm.conftest import KEY, FakeClock, Script
from tests.llm.replies import ANSWER, END, body, error, event, page, stream, whole, word
from tests.llm.test_completer import ASKED, answer

PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
SEEING = [{"role": "user", "content": [{"type": "text", "text": "What is this?"}, PICTURE]}]
TWICE = [{"role": "user", "content": "Alex: Hello"}, {"role": "user", "content": "Mary: Hi"}]

# How servers say it, and what of the request they mean.
WORDINGS = [
    ("Unrecognized request argument supplied: max_completion_tokens", "max_completion_tokens"),
    ("Unsupported parameter: 'max_completion_tokens'. Use 'max_tokens' instead.", "max_completion_tokens"),
    ("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", "max_tokens"),
    ("Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.", "max_tokens"),
    ("property 'prompt_cache_key' is unsupported", "prompt_cache_key"),
    ("body.stream_options: Extra inputs are not permitted", "stream_options"),
    ("'stream_options' is not supported by this model", "stream_options"),
    ("Unsupported value: 'stream' does not support true with this model.", "stream"),
    ("Streaming is not supported", "stream"),
    ("`temperature` may only be set to 1 when thinking is enabled", "temperature"),
    ("Unsupported value: 'messages[0].role' does not support 'system' with this model.", "system"),
    ("System role not supported", "system"),
    ("Only the default (1) value of 'temperature' is supported", "temperature"),
    ("Unknown field: seed", "seed"),
]
NO_PICTURES = [
    (500, "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj"),
    (404, "No endpoints found that support image input"),
    (400, "Invalid content type. image_url is only supported by certain models."),
    (400, "google/gemma-3-1b is not a multimodal model"),
    (400, "At most 0 image(s) may be provided in one request."),
    (422, "body messages 1 content Input should be a valid string"),
    (500, "This model does not support images"),
    (422, "Input should be a valid string body messages 1 content string_type"),
    (500, "this model is missing data required for image input"),
    (400, "User input contains images, but the model has no vision capability"),
    (400, "Invalid 'content': expected string, got array"),
    (501, "multimodal input not implemented"),
    (500, "Failed to process image: this model does not support images"),
    (400, "x is not a VLM model, but images were provided"),
    (500, "No image processor found for this model"),
    (400, "json: cannot unmarshal array into Go struct field Message.messages.content of type string"),
    (500, "Jinja Exception: Only text content is supported"),
    (400, "The x model only accepts text inputs"),
    (400, "模型不支持图片输入"),
    (500, "invalid message content type: []interface {}"),
]
ONE_PICTURE = [
    (400, "You uploaded an unsupported image. Please make sure your image has of one the following formats"),
    (400, "Invalid image data"),
    (500, "Failed to load image or audio file"),
    (400, "The image is too large: at most 20 MB are supported"),
    (500, "could not decode image"),
]
ALTERNATE = [
    (400, "Conversation roles must alternate user/assistant/user/assistant/..."),
    (
        500,
        "Jinja Exception: Conversation roles must alternate user/assistant at row 13",
    ),
    (400, "After the optional system message, conversation roles must alternate user and assistant"),
    (400, "Please ensure that multiturn requests alternate between user and model."),
    (400, "the role sequence is invalid: user message cannot follow user message"),
    (400, "a user message must be followed by an assistant message"),
    (400, "messages with the same role should not appear in a row"),
    (422, "Unexpected role 'user' after role 'user'"),
    (400, "The messages must be in the order of user, assistant, user, ..."),
]
NO_SYSTEM = [
    (422, "unexpected value; permitted: 'user', 'assistant' body messages 0 role value_error.const"),
    (400, "Only user and assistant roles are supported!"),
    (500, "Only user, assistant and tool roles are supported, got system."),
    (400, "Conversation must start with a user message"),
    (400, "First message must be from user"),
    (422, "Input should be 'user' or 'assistant' body messages 0 role enum"),
    (400, "Invalid value: 'system'. Supported values are: 'user', 'assistant', 'developer'."),
]
WINDOWS = [
    ("This model's maximum context length is 2048 tokens. However, you requested 2500 tokens", 2048),
    ("request (4132 tokens) exceeds the available context size (2048 tokens), try increasing it", 2048),
    ("Requested tokens (2562) exceed context window of 2048", 2048),
    ("The model is loaded with context length of only 4096 tokens", 4096),
    ("The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).", 1_048_576),
    ("prompt is too long: 208310 tokens > 200000 maximum", 200_000),
    ("exceed context limit: 197000 + 21333 > 200000, decrease input length", 200_000),
    ("Prompt contains 40000 tokens, too large for model with 32768 maximum context length", 32_768),
    ("This endpoint's maximum context length is 131,072 tokens. You requested about 133000", 131_072),
    ("5000 tokens, too large for model with 4096 maximum context length invalid_request 3051", 4096),
    ("`inputs` tokens + `max_new_tokens` must be <= 2048. Given: 1000 `inputs` tokens", 2048),
    ("This model's maximum sequence length is 4096 tokens", 4096),
    ("input length (5000) exceeds max_seq_len (4096)", 4096),
    ("Requested tokens exceed n_ctx = 4096", 4096),
    ("n_prompt_tokens 5000 > n_ctx 4096", 4096),
    ("num_ctx 4096 exceeded", 4096),
    ("max context size: 4096", 4096),
    ("exceeded max context 4096", 4096),
    ("The maximum context window of this model is 4096", 4096),
    ("context_length_exceeded: max 4096", 4096),
    ("sequence length 5000 is longer than max model len of 4096", 4096),
    ("The input is longer than max_model_len (4096)", 4096),
    ("Input length (5000 tokens) exceeds the maximum allowed length (4096 tokens).", 4096),
    ("This model's maximum prompt length is 131072 but the request contains 150000 tokens.", 131_072),
    ("max_input_length: 4096", 4096),
    ("max_total_tokens is 4096", 4096),
    ("max_position_embeddings (4096)", 4096),
    ("Your input exceeds the model's limit of 4,096 tokens", 4096),
    ("prompt exceeds the 4096-token limit", 4096),
    ("exceeds the token limit of 4096", 4096),
    ("The total number of tokens 5000 exceeds the maximum of 4096", 4096),
    ("the request exceeds the available context size. try increasing the context size", None),
    ("prompt too long; exceeded max context length by 904 tokens", None),
    ("Request too large for gpt-4 on tokens per min (TPM): Limit 10000, Requested 13000", None),
]

EVERYTHING = wording.body(ASKED, {"temperature": 0.2, "seed": 1}, {})


def asked(messages: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return wording.body(replace(ASKED, messages=messages), {}, {})


@pytest.mark.parametrize(("words", "name"), WORDINGS)
def test_a_refusal_names_what_to_leave_out(words: str, name: str) -> None:
    assert refusals.finding(400, words, EVERYTHING) == Finding(name)


@pytest.mark.parametrize(("words", "name"), [pair for pair in WORDINGS if "argument" not in pair[0]])
@pytest.mark.parametrize("status", [404, 500])
def test_a_complaint_counts_under_any_status(words: str, name: str, status: int) -> None:
    assert refusals.finding(status, words, EVERYTHING) == Finding(name)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "Invalid value for 'top_p'"),  # which was not sent
        (500, "error while streaming"),
        (500, "Unexpected error in max_tokens_worker while streaming"),
        (401, "stream is not supported"),
        (429, "stream is not supported"),
        (400, "roles must alternate"),  # which they do
        (400, "This model does not support images"),  # of which there is none
    ],
)
def test_other_errors_are_no_refusals(status: int, words: str) -> None:
    assert refusals.finding(status, words, EVERYTHING) is None


@pytest.mark.parametrize(("status", "words"), NO_PICTURES)
def test_a_server_without_eyes_is_known_by_its_words(status: int, words: str) -> None:
    assert refusals.finding(status, words, asked(SEEING)) == Finding(wording.PICTURES)
    assert refusals.concerns_pictures(words)


@pytest.mark.parametrize(("status", "words"), ONE_PICTURE)
def test_one_broken_picture_teaches_nothing(status: int, words: str) -> None:
    assert refusals.finding(status, words, asked(SEEING)) is None
    assert refusals.concerns_pictures(words)


@pytest.mark.parametrize(("status", "words"), ALTERNATE)
def test_a_strict_template_is_known_by_its_words(status: int, words: str) -> None:
    assert refusals.finding(status, words, asked(TWICE)) == Finding(wording.ALTERNATION)


@pytest.mark.parametrize(("status", "words"), NO_SYSTEM)
def test_a_template_without_a_system_role_is_known_by_its_words(status: int, words: str) -> None:
    assert refusals.finding(status, words, EVERYTHING) == Finding(wording.SYSTEM)


def test_ollama_calls_the_effort_thinking() -> None:
    sent = wording.body(ASKED, {wording.EFFORT: "low"}, {})

    assert refusals.finding(400, '"acme" does not support thinking', sent) == Finding(wording.EFFORT)


def test_openai_streams_some_models_to_the_verified_alone() -> None:
    words = "Your organization must be verified to stream this model."

    assert refusals.finding(400, words, EVERYTHING) == Finding(wording.STREAM)


@pytest.mark.parametrize(
    ("words", "instead"),
    [
        ("Argument not supported on this model: reasoningEffort", ""),
        ("Reasoning is mandatory for this endpoint and cannot be disabled.", ""),
        ("invalid reasoning value: 'none' (must be 'high', 'medium' or 'low')", "low"),
    ],
)
def test_others_call_the_effort_otherwise(words: str, instead: str) -> None:
    sent = wording.body(ASKED, {wording.EFFORT: "none"}, {})

    assert refusals.finding(400, words, sent) == Finding(wording.EFFORT, instead)


@pytest.mark.parametrize(("words", "tokens"), WINDOWS)
def test_a_window_is_read_from_the_words_of_a_refusal(words: str, tokens: int | None) -> None:
    assert overflows.window(words) == tokens
    assert overflows.says_too_long(words)


@pytest.mark.parametrize(
    "words",
    [
        "max_tokens is too large: 5000. This model supports at most 4096 completion tokens",
        "The requested number of output tokens 5000 exceeds the maximum of 4096",
        "Unrecognized request argument supplied: num_ctx",
        "image exceeds 5 MB maximum",
        "You exceeded your current quota, please check your plan",
    ],
)
def test_other_limits_than_the_windows_are_not_taken_for_it(words: str) -> None:
    assert not overflows.says_too_long(words)


@pytest.mark.parametrize(
    ("words", "instead"),
    [
        ("max_completion_tokens is too large: the model supports at most 16 completion tokens", "16"),
        ("`max_completion_tokens` must be less than or equal to `1,024`", "1024"),
        ("max_completion_tokens must be in the range [1, 512]", "512"),
        ("Range of max_completion_tokens should be [1, 512]", "512"),
    ],
)
def test_a_limit_that_is_too_high_is_lowered(words: str, instead: str) -> None:
    assert refusals.finding(400, words, EVERYTHING) == Finding("max_completion_tokens", instead)


@pytest.mark.parametrize(
    ("refused", "offered", "instead"),
    [
        ("none", "Supported values are: 'minimal', 'low', 'medium', and 'high'.", "minimal"),
        ("max", "Supported values are: 'low', 'medium', and 'high'.", "high"),
        ("minimal", "Supported values are: 'none', 'low'.", "none"),
        ("none", "This model does not reason.", ""),
    ],
)
def test_an_effort_is_replaced_by_the_nearest_one_offered(refused: str, offered: str, instead: str) -> None:
    words = f"Unsupported value: 'reasoning_effort' does not support '{refused}'. {offered}"
    sent = wording.body(ASKED, {wording.EFFORT: refused}, {})

    assert refusals.finding(400, words, sent) == Finding(wording.EFFORT, instead)


@pytest.mark.parametrize(
    ("name", "older"),
    [
        ("max_completion_tokens", {"max_tokens": 2000}),
        ("max_tokens", {"max_completion_tokens": 2000}),
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


@pytest.mark.parametrize(("model", "most"), [("gpt-4.1-mini", 2_000), ("o3", 200_000 - 50)])
async def test_where_no_limit_is_taken_thoughts_may_take_all_that_the_model_reads(
    script: Script, completer: OpenAICompleter, model: str, most: int
) -> None:
    refused = ("max_completion_tokens", "max_tokens")
    script.replies = [*(error(422, f"unknown field {name}") for name in refused), stream(*ANSWER)]
    asked = replace(ASKED, model=model, tokens=50)
    async with aclosing(completer.stream(asked)) as events:
        sendings = [event async for event in events if isinstance(event, Sending)]

    assert not script.bodies[-1].keys() & set(refused)
    assert sendings[-1].reply_tokens == most


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


async def test_a_model_known_to_take_no_system_message_gets_none(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [stream(word("Hi"), END)]

    await answer(completer, replace(ASKED, model="o1-mini"))

    assert script.bodies[0]["messages"] == [{"role": "user", "content": "Be kind.\n\nHello"}]


def test_without_a_cache_key_none_is_sent() -> None:
    assert "prompt_cache_key" not in wording.body(replace(ASKED, cache_key=""), {}, {})


SYSTEM = {"role": "system", "content": "Be kind."}
SUMMARY = {"role": "system", "content": "So far: nothing."}


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

    assert wording.without_system(messages) == expected
    assert messages == kept


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        (TWICE, [{"role": "user", "content": "Alex: Hello\n\nMary: Hi"}]),
        (
            [SYSTEM, {"role": "assistant", "content": "Hi"}],
            [SYSTEM, {"role": "user", "content": "[nothing]"}, {"role": "assistant", "content": "Hi"}],
        ),
        (
            [*SEEING, TWICE[1]],
            [{"role": "user", "content": [*SEEING[0]["content"], {"type": "text", "text": "Mary: Hi"}]}],
        ),
    ],
)
def test_neighbours_of_one_role_become_one_message(
    messages: list[dict[str, Any]], expected: list[dict[str, Any]]
) -> None:
    assert wording.merged(messages) == expected


SAID = st.lists(
    st.builds(
        lambda role, text: {"role": role, "content": text},
        st.sampled_from(["user", "assistant"]),
        st.sampled_from(["Alex: a", "Mary: b", "c"]),
    ),
    max_size=8,
)


@given(SAID, st.booleans(), st.booleans())
def test_whatever_was_said_alternates_and_loses_no_word(
    said: list[dict[str, Any]], system: bool, merge_system: bool
) -> None:
    said = [dict(SYSTEM), *said] if system else said
    learned = {wording.ALTERNATION: ""} | ({wording.SYSTEM: ""} if merge_system else {})

    put = wording.messages(said, learned)

    assert wording.alternates(put)
    text = "\n\n".join(one["content"] for one in put).replace("[nothing]\n\n", "")
    assert text == "\n\n".join(one["content"] for one in said)


@given(SAID, st.booleans())
def test_the_beginning_of_what_is_put_stays_the_same_as_the_talk_goes_on(
    said: list[dict[str, Any]], merge_system: bool
) -> None:
    learned = {wording.ALTERNATION: ""} | ({wording.SYSTEM: ""} if merge_system else {})
    said = [dict(SYSTEM), {"role": "user", "content": "Alex: first"}, *said]

    earlier = wording.messages(said[:-1], learned)
    later = wording.messages(said, learned)

    assert later[: len(earlier) - 1] == earlier[:-1]
    assert later[len(earlier) - 1]["content"].startswith(earlier[-1]["content"])


STRICT = "Conversation roles must alternate user/assistant"


@pytest.mark.parametrize(
    "refusing",
    [
        error(400, STRICT),
        error(500, STRICT),
        body({"detail": STRICT}, 422),
        page(STRICT, 500),
        body(
            {"error": {"message": "Provider returned error", "code": 400, "metadata": {"raw": STRICT}}}, 400
        ),
        body(
            {
                "error": {
                    "message": "Provider returned error",
                    "metadata": {"raw": f'{{"detail": "{STRICT}"}}'},
                }
            },
            400,
        ),
        stream(event({"error": {"message": STRICT, "code": None}})),
        stream(event({"choices": [{"index": 0, "error": {"message": STRICT}, "finish_reason": "error"}]})),
    ],
)
async def test_wherever_a_refusal_stands_it_is_learned_and_asked_again_at_once(
    script: Script, completer: OpenAICompleter, clock: FakeClock, refusing: Any
) -> None:
    script.replies = [refusing, stream(*ANSWER)]

    texts = [(await answer(completer, replace(ASKED, messages=TWICE)))[0] for _ in range(2)]

    assert texts == ["Hello John."] * 2
    assert clock.slept == []
    assert [len(sent["messages"]) for sent in script.bodies] == [2, 1, 1]


@pytest.mark.parametrize(("status", "words"), [*NO_PICTURES, *ONE_PICTURE])
async def test_a_refused_picture_is_told_at_once(
    script: Script, completer: OpenAICompleter, status: int, words: str
) -> None:
    script.replies = [error(status, words)]

    with pytest.raises(errors.RequestRefused):
        await answer(completer, replace(ASKED, messages=SEEING))

    assert len(script.bodies) == 1


class Days:
    """A clock whose days can be turned."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 25, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


async def taught(store: Store, days: Days, client: AsyncOpenAI, counter: TiktokenCounter) -> OpenAICompleter:
    """Return a completer as a process has it that starts now."""
    dialects = Dialects(str(client.base_url), days.now, store.lessons)
    await dialects.load()
    return OpenAICompleter(Server(client, dialects), counter, FakeClock(), lambda: 0.0)


async def test_a_lesson_outlives_the_process_for_a_week(
    script: Script, client: AsyncOpenAI, counter: TiktokenCounter
) -> None:
    script.replies = [error(400, f"prompt_cache_key is unknown, says {KEY}"), stream(*ANSWER)]
    days = Days()
    async with open_store(MEMORY, days.now) as store:
        await answer(await taught(store, days, client, counter))
        days.at += timedelta(days=6)
        running = await taught(store, days, client, counter)
        await answer(running)
        lessons = await store.lessons.all()
        days.at += timedelta(days=2)
        await answer(running)
        await taught(store, days, client, counter)
        left = await store.lessons.all()

    assert ["prompt_cache_key" in sent for sent in script.bodies] == [True, False, False, True]
    assert [(one.server, one.model, one.about) for one in lessons] == [
        (str(client.base_url), ASKED.model, "prompt_cache_key")
    ]
    assert lessons[0].why.startswith("prompt_cache_key is unknown, says ***")
    assert left == []


async def test_a_lesson_is_of_one_server_and_of_one_version(
    script: Script, client: AsyncOpenAI, counter: TiktokenCounter
) -> None:
    days = Days()
    script.replies = [stream(*ANSWER)]
    lesson = Lesson(str(client.base_url), ASKED.model, "prompt_cache_key", "", "No.", days.at, "0.0.1")
    async with open_store(MEMORY, days.now) as store:
        await store.lessons.learn(lesson)
        await store.lessons.learn(replace(lesson, server="http://elsewhere", version=__version__))
        await answer(await taught(store, days, client, counter))
        left = await store.lessons.all()

    assert "prompt_cache_key" in script.bodies[0]
    assert [one.server for one in left] == ["http://elsewhere"]


@pytest.mark.parametrize(
    ("reply", "tokens", "window"),
    [
        (error(400, "maximum context length is 2048 tokens"), 5_000, 2_048),
        (error(500, "the request exceeds the available context size"), 5_000, 5_000),
        (error(413, "Request too large"), 5_000, None),
        (error(400, "context length exceeded"), 0, None),  # such as with pictures
    ],
)
async def test_an_overflow_teaches_the_window(
    script: Script, client: AsyncOpenAI, counter: TiktokenCounter, reply: Any, tokens: int, window: int | None
) -> None:
    dialects = Dialects(script.url, FakeClock().now)
    completer = OpenAICompleter(Server(client, dialects), counter, FakeClock(), lambda: 0.0)
    script.replies = [reply]

    with pytest.raises(errors.ContextTooLong):
        await answer(completer, replace(ASKED, model="a-model", tokens=tokens))

    assert dialects.facts("a-model").context_window == window
    assert len(script.bodies) == 1


@pytest.mark.parametrize(("tokens", "asked"), [(100, 2), (3_000, 1)])
async def test_of_a_model_that_thinks_only_too_much_room_is_asked_for_again_with_less(
    script: Script, completer: OpenAICompleter, tokens: int, asked: int
) -> None:
    script.replies = [error(400, "maximum context length is 4096 tokens"), stream(*ANSWER)]
    fits = asked == 2

    with nullcontext() if fits else pytest.raises(errors.ContextTooLong):
        await answer(completer, replace(ASKED, model="deepseek-r1", tokens=tokens))

    assert len(script.bodies) == asked
    assert tokens + script.bodies[-1]["max_completion_tokens"] <= 4_096 or not fits


async def test_a_window_is_never_learned_to_be_larger() -> None:
    dialects = Dialects("http://a", FakeClock().now)
    for tokens in (4_096, 2_048, 8_192):
        await dialects.learn_window("a-model", tokens, "said so")

    assert dialects.facts("a-model").context_window == 2_048


async def test_what_was_filtered_teaches_nothing(script: Script, completer: OpenAICompleter) -> None:
    script.replies = [error(400, "content_filter: prompt_cache_key is not supported"), stream(*ANSWER)]

    with pytest.raises(errors.ContentFiltered):
        await answer(completer)
    await answer(completer)

    assert "prompt_cache_key" in script.bodies[1]


async def test_openai_itself_is_asked_under_the_newer_name_alone() -> None:
    dialects = Dialects("https://api.openai.com/v1/", FakeClock().now)

    sent = dialects.body(ASKED, {})

    assert "max_tokens" not in sent
    assert sent["max_completion_tokens"] == 2000


async def test_a_server_that_breaks_answers_when_another_begins_is_asked_for_one_at_a_time(
    script: Script, client: AsyncOpenAI, clock: FakeClock, counter: TiktokenCounter
) -> None:
    """As llama-cpp-python does: a new request ends the running one."""
    server = Interrupting()
    script.replies = [server.reply]
    dialects = Dialects(str(client.base_url), clock.now)
    completer = OpenAICompleter(Server(client, dialects), counter, clock, lambda: 0.0)
    broken = 0
    for _ in range(3):
        first = asyncio.create_task(answer(completer))
        await server.writing()
        second = asyncio.create_task(answer(completer))
        results = await asyncio.gather(first, second, return_exceptions=True)
        broken += sum(isinstance(result, errors.ConnectionCut) for result in results)

    assert broken == 2
    assert dialects.one_at_a_time(ASKED.model)


class Interrupting:
    """A server that writes one answer at a time, and drops it when it is asked for another."""

    def __init__(self) -> None:
        self._begun = asyncio.Event()
        self._running: asyncio.Event | None = None

    async def writing(self) -> None:
        """Wait for the first word of an answer."""
        await self._begun.wait()
        self._begun.clear()

    async def reply(self, request: web.Request) -> web.StreamResponse:
        if self._running is not None:
            self._running.set()
        dropped = self._running = asyncio.Event()
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(word("Hello"))
        self._begun.set()
        try:
            async with asyncio.timeout(0.15):
                await dropped.wait()
        except TimeoutError:
            await response.write(word(" John.") + END)
        return response


@pytest.mark.parametrize(
    ("model", "effort", "sent"),
    [
        ("gpt-6-luna", "none", "none"),
        ("gpt-6-luna", "max", "max"),
        ("gpt-6-luna", "minimal", "none"),
        ("gpt-5-mini", "none", "minimal"),
        ("gpt-4.1-mini", "high", None),
        ("llama3", "high", None),
    ],
)
async def test_an_effort_goes_to_models_that_know_one(
    script: Script, client: AsyncOpenAI, counter: TiktokenCounter, model: str, effort: str, sent: str | None
) -> None:
    script.replies = [stream(*ANSWER)]
    server = Server(client, Dialects(script.url, FakeClock().now), effort, {"seed": 7, "model": "other"})
    completer = OpenAICompleter(server, counter, FakeClock(), lambda: 0.0)

    await answer(completer, replace(ASKED, model=model))

    assert script.bodies[0].get("reasoning_effort") == sent
    assert (script.bodies[0]["model"], script.bodies[0]["seed"]) == (model, 7)


async def test_an_effort_refused_is_replaced_once_and_then_left_out(
    script: Script, client: AsyncOpenAI, counter: TiktokenCounter
) -> None:
    words = "Unsupported value: 'reasoning_effort' does not support '{}'. Supported values are: '{}', '{}'."
    script.replies = [
        error(400, words.format("none", "low", "high")),
        error(400, words.format("low", "none", "high")),
        error(400, "'seed' is not supported"),
        stream(*ANSWER),
    ]
    server = Server(client, Dialects(script.url, FakeClock().now), options={"seed": 7})
    completer = OpenAICompleter(server, counter, FakeClock(), lambda: 0.0)

    for _ in range(2):
        await answer(completer, replace(ASKED, model="gpt-6-luna"))

    assert [body.get("reasoning_effort") for body in script.bodies] == ["none", "low", None, None, None]
    assert ["seed" in body for body in script.bodies] == [True, True, True, False, False]


def test_a_model_that_is_gone_is_asked_again_after_a_while() -> None:
    days = Days()
    dialects = Dialects("http://a/v1/", days.now)
    dialects.learn_gone("gemma")
    seen = []
    for minutes in (9, 1):
        days.at += timedelta(minutes=minutes)
        seen.append(dialects.facts("gemma").gone)

    assert seen == [True, False]


async def test_how_a_models_thoughts_begin_is_learned_and_gives_them_room() -> None:
    dialects = Dialects("http://localhost/v1/", lambda: datetime(2026, 11, 25, tzinfo=UTC))
    before = dialects.body(ASKED, {})["max_completion_tokens"]
    known: list[tuple[bool, bool]] = []
    for manner in ("", "opened", "unopened", ""):
        await dialects.learn_thoughts(ASKED.model, manner)
        known.append((dialects.facts(ASKED.model).reasoning, dialects.begins_in_thoughts(ASKED.model)))

    assert known == [(False, False), (True, False), (True, True), (True, False)]
    assert dialects.body(ASKED, {})["max_completion_tokens"] > before


async def test_of_a_model_that_is_known_to_think_only_unopened_thoughts_are_news() -> None:
    dialects = Dialects("http://localhost/v1/", lambda: datetime(2026, 11, 25, tzinfo=UTC))
    await dialects.learn_thoughts("o3", "opened")
    silent = dict(dialects.of("o3"))
    await dialects.learn_thoughts("o3", "unopened")

    assert silent == {}
    assert dialects.of("o3") == {"thoughts": "unopened"}


async def test_room_to_think_that_is_more_than_the_window_is_lessened_at_once(
    script: Script, completer: OpenAICompleter
) -> None:
    asked = replace(ASKED, model="gemma", max_reply_tokens=1_000, tokens=50)
    await completer.dialects.learn_thoughts("gemma", "opened")
    script.replies = [error(400, "This model's maximum context length is 4096 tokens."), stream(*ANSWER)]

    assert (await answer(completer, asked))[0]
    first, second = [sent["max_completion_tokens"] for sent in script.bodies]
    assert first > 4_096 > second > 1_000
