"""What can go wrong with a model, and what the person who asked is told."""

import logging
from collections.abc import Callable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot import errors
from bot.chat.completions import Delay, Delta
from bot.llm.completer import OpenAICompleter
from bot.llm.connection import connect
from bot.llm.counter import TiktokenCounter
from bot.llm.dialects.waits import retry_after
from bot.llm.failures import mask
from tests.llm.conftest import KEY, FakeClock, Reply, Script, served, told
from tests.llm.replies import (
    ANSWER,
    DONE,
    END,
    OPENING,
    body,
    chunk,
    error,
    event,
    keep_alives,
    page,
    silence,
    stream,
    whole,
    word,
)
from tests.llm.test_completer import ASKED, answer

REFUSALS = {
    "401": (error(401, "Incorrect API key provided: sk-ab***yz."), errors.KeyRefused),
    "403": (error(403, "Country, region, or territory not supported"), errors.KeyRefused),
    "400, key": (error(400, "API key not valid. Please pass a valid API key."), errors.KeyRefused),
    "402": (error(402, "Insufficient credits"), errors.QuotaUsedUp),
    "429, quota": (
        error(429, "You exceeded your current quota", type="insufficient_quota", code="insufficient_quota"),
        errors.QuotaUsedUp,
    ),
    "404, OpenAI": (
        error(404, "The model `gpt-9` does not exist", code="model_not_found"),
        errors.ModelNotFound,
    ),
    "404, Ollama": (
        body({"error": {"message": 'model "x" not found, try pulling it first'}}, 404),
        errors.ModelNotFound,
    ),
    "403, model": (
        error(403, "Project `proj_1` does not have access to model `o3`", code="model_not_found"),
        errors.ModelNotFound,
    ),
    "400, OpenRouter": (
        body({"error": {"message": "x/y is not a valid model ID", "code": 400}}, 400),
        errors.ModelNotFound,
    ),
    "400, LiteLLM": (
        body(
            {
                "error": {
                    "message": "{'error': '/chat/completions: Invalid model name passed in model=nope. "
                    "Call `/v1/models` to view available models for your key.'}",
                    "type": None,
                    "param": None,
                    "code": "400",
                }
            },
            400,
        ),
        errors.ModelNotFound,
    ),
    "400, LiteLLM without a database": (
        body(
            {
                "error": {
                    "message": "No connected db.",
                    "type": "no_db_connection",
                    "param": None,
                    "code": "400",
                }
            },
            400,
        ),
        errors.KeyRefused,
    ),
    "404, OpenRouter": (error(404, "No endpoints found for acme/x."), errors.ModelNotFound),
    "404, in other words": (error(404, "Unknown model: x"), errors.ModelNotFound),
    "400, in other words": (error(400, "unsupported model: x"), errors.ModelNotFound),
    "410": (error(410, "The model has been retired"), errors.ModelNotFound),
    "a model taken out of service": (
        error(400, "The model `x` has been decommissioned and is no longer supported."),
        errors.ModelNotFound,
    ),
    "a key that expired": (error(400, "API key expired. Please renew the API key."), errors.KeyRefused),
    "no credit, Anthropic": (error(400, "Your credit balance is too low."), errors.QuotaUsedUp),
    "no credit, OpenRouter": (error(403, "Key limit exceeded (daily limit)."), errors.QuotaUsedUp),
    "filtered, DeepSeek": (error(400, "Content Exists Risk"), errors.ContentFiltered),
    "context, Gemini": (
        error(400, "The input token count (9000) exceeds the maximum number of tokens allowed (8192)."),
        errors.ContextTooLong,
    ),
    "context, Anthropic": (
        error(400, "input length and `max_tokens` exceed context limit: 7000 + 2000 > 8192"),
        errors.ContextTooLong,
    ),
    "context, TGI": (
        body({"error": "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 4000"}, 422),
        errors.ContextTooLong,
    ),
    "404, no such path": (body({"detail": "Not Found"}, 404), errors.RequestRefused),
    "context, OpenAI": (
        error(
            400,
            "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens "
            "(7000 in the messages, 2000 in the completion).",
            code="context_length_exceeded",
        ),
        errors.ContextTooLong,
    ),
    "context, vLLM": (
        error(
            400,
            "'max_completion_tokens' is too large: 2000. This model's maximum context length is 2048 tokens "
            "and your request has 1000 input tokens",
        ),
        errors.ContextTooLong,
    ),
    "context, llama.cpp": (
        body(
            {
                "error": {
                    "code": 400,
                    "message": "the request exceeds the available context size. try increasing it",
                    "type": "exceed_context_size_error",
                }
            },
            400,
        ),
        errors.ContextTooLong,
    ),
    "418": (page("<h1>I'm a teapot</h1>", 418), errors.RequestRefused),
    "413": (page("<h1>Request Entity Too Large</h1>", 413), errors.ContextTooLong),
    "429, one request": (
        error(429, "Request too large for gpt-4o on tokens per min (TPM): Limit 10000, Requested 12000."),
        errors.ContextTooLong,
    ),
    "filter": (
        error(400, "The response was filtered", code="content_filter"),
        errors.ContentFiltered,
    ),
    "400": (error(400, "Invalid 'messages[0].content': integer below 0"), errors.RequestRefused),
    "422": (
        body({"detail": [{"loc": ["body", "messages"], "msg": "field required", "input": "Hello"}]}, 422),
        errors.RequestRefused,
    ),
}

FAILED_CHOICE = event(
    {
        "choices": [
            {
                "index": 0,
                "delta": {"content": ""},
                "finish_reason": "error",
                "error": {"message": "Rate limited upstream", "code": 429},
            }
        ]
    }
)

DOWN = {
    "408": (error(408, "Request timeout"), errors.ModelTimeout),
    "409": (error(409, "Conflict"), errors.ModelDown),
    "429": (error(429, "Rate limit reached for requests", code="rate_limit_exceeded"), errors.RateLimited),
    "500": (error(500, "The server had an error"), errors.ModelDown),
    "503": (page("<h1>503 Service Unavailable</h1>", 503), errors.ModelDown),
    "no connection": (stream(cut=True), errors.ModelDown),
    "no chunks": (stream(DONE), errors.EmptyAnswer),
    "no words": (stream(OPENING, END, DONE), errors.EmptyAnswer),
    "blanks alone": (stream(word(" "), word("\n"), END, DONE), errors.EmptyAnswer),
    "invisible characters alone": (
        stream(word("\u200b"), word("\u2060\n"), word("\u3164"), END, DONE),
        errors.EmptyAnswer,
    ),
    "no stream": (stream(b"Hello", kind="text/plain"), errors.EmptyAnswer),
    "a page": (page("<h1>Welcome to nginx</h1>"), errors.ModelDown),
    "no finish reason": (stream(OPENING), errors.ConnectionCut),
    "no finish reason, but an end mark": (stream(OPENING, DONE), errors.EmptyAnswer),
    "an error as the finish reason": (stream(OPENING, chunk(finish="ERROR"), DONE), errors.ModelDown),
    "an error in the choice": (stream(OPENING, FAILED_CHOICE, DONE), errors.RateLimited),
    "an error in the choice of an answer": (
        body(whole(choices=[{"error": {"message": "Slow down", "code": 429}, "finish_reason": "error"}])),
        errors.RateLimited,
    ),
    "thoughts alone": (stream(chunk({"reasoning": "Hm"}), END, DONE), errors.ReplyUsedUp),
    "thoughts alone, in tags": (stream(word("<think>Hm</think>"), END, DONE), errors.ReplyUsedUp),
    "thoughts alone, whole": (
        body(
            whole(choices=[{"message": {"content": None, "reasoning_content": "4"}, "finish_reason": "stop"}])
        ),
        errors.ReplyUsedUp,
    ),
    "thoughts, then a cut": (stream(chunk({"reasoning": "Hm"}), cut=True), errors.ModelDown),
    "cut": (stream(OPENING, cut=True), errors.ModelDown),
    "malformed JSON": (stream(b"data: {nope\n\n"), errors.ConnectionCut),
    "no JSON after all": (stream(b"{nope", kind="application/json"), errors.ConnectionCut),
    "bad UTF-8": (stream(b'data: {"id": "\xff"}\n\n'), errors.ConnectionCut),
    "error in the stream": (
        stream(event({"error": {"message": "Overloaded", "type": "server_error"}})),
        errors.ModelDown,
    ),
    "error as a string": (stream(event({"error": "Overloaded"})), errors.ModelDown),
    "error event": (
        stream(b'event: error\ndata: {"message": "Overloaded", "code": "server_error"}\n\n'),
        errors.ModelDown,
    ),
    "error event, OpenRouter": (
        stream(event({"error": {"message": "Rate limited upstream", "code": 429}})),
        errors.RateLimited,
    ),
    "rate limit, in the stream": (
        stream(event({"error": {"message": "Slow down", "type": "requests", "code": "rate_limit_exceeded"}})),
        errors.RateLimited,
    ),
    "error as the answer": (body({"error": {"message": "Overloaded", "code": 502}}), errors.ModelDown),
}

FINAL = {
    "filtered before the first word": (stream(chunk(finish="content_filter"), DONE), errors.ContentFiltered),
    "refused by the model": (stream(chunk({"refusal": "I can't."}), END, DONE), errors.ContentFiltered),
    "all spent on thoughts": (stream(OPENING, chunk(finish="length"), DONE), errors.ReplyUsedUp),
    "thoughts alone, up to the limit": (
        stream(chunk({"reasoning": "Hm"}), chunk(finish="length"), DONE),
        errors.ReplyUsedUp,
    ),
    "thoughts alone, unclosed": (
        stream(word("<think>Hm"), chunk(finish="MAX_TOKENS"), DONE),
        errors.ReplyUsedUp,
    ),
    "filtered, by another name": (stream(chunk(finish="SAFETY"), DONE), errors.ContentFiltered),
    "context, in the stream": (
        stream(event({"error": {"message": "maximum context length is 10", "code": 400}})),
        errors.ContextTooLong,
    ),
}

BROKEN = {
    "cut": stream(word("Once"), cut=True),
    "ended": stream(word("Once")),
    "an error as the finish reason": stream(word("Once"), chunk(finish="error"), DONE),
    "an error in the choice": stream(word("Once"), FAILED_CHOICE, DONE),
    "malformed JSON": stream(word("Once"), b"data: {nope\n\n"),
    "bad UTF-8": stream(word("Once"), b"data: \xff\n\n"),
    "error": stream(word("Once"), event({"error": {"message": "Overloaded", "type": "server_error"}})),
    "error event": stream(word("Once"), b'event: error\ndata: {"message": "Overloaded"}\n\n'),
    "stall": stream(word("Once"), hold=True),
    "keep-alives": keep_alives(word("Once")),
}


def cases(table: dict[str, tuple[Reply, type[errors.ModelError]]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("reply", "expected"), table.values(), ids=table)


@cases(REFUSALS | FINAL)
async def test_what_asking_again_cannot_mend_is_told_at_once(
    script: Script,
    completer: OpenAICompleter,
    clock: FakeClock,
    reply: Reply,
    expected: type[errors.ModelError],
) -> None:
    script.replies = [reply]

    with pytest.raises(expected) as failure:
        await answer(completer)

    assert type(failure.value) is expected
    assert len(script.bodies) == 1
    assert clock.slept == []


@cases(DOWN)
async def test_what_may_pass_is_tried_again_twice(
    script: Script,
    completer: OpenAICompleter,
    clock: FakeClock,
    reply: Reply,
    expected: type[errors.ModelError],
) -> None:
    script.replies = [reply]

    with pytest.raises(expected) as failure:
        await answer(completer)

    assert type(failure.value) is expected
    assert len(script.bodies) == 3
    assert clock.slept == [0.5, 1.0]


@cases(DOWN)
async def test_an_attempt_that_failed_before_the_first_word_leaves_no_trace(
    script: Script, completer: OpenAICompleter, reply: Reply, expected: type[errors.ModelError]
) -> None:
    script.replies = [reply, stream(*ANSWER)]

    text, _ = await answer(completer)

    assert text == "Hello John."
    assert len(script.bodies) == 2


@pytest.mark.parametrize("reply", BROKEN.values(), ids=BROKEN)
async def test_after_the_first_word_nothing_is_tried_again(
    script: Script, connected: Callable[..., OpenAICompleter], reply: Reply
) -> None:
    script.replies = [reply]

    async with aclosing(told(connected(gap=0.05), ASKED)) as events:
        first = await anext(events)
        with pytest.raises(errors.ConnectionCut):
            await anext(events)

    assert first == Delta("Once")
    assert len(script.bodies) == 1


@pytest.mark.parametrize(
    "reply",
    [silence(), stream(hold=True), stream(OPENING, hold=True), keep_alives(), keep_alives(OPENING)],
    ids=["no headers", "headers", "an empty chunk", "keep-alives", "a chunk and keep-alives"],
)
async def test_a_first_word_that_does_not_come_is_not_waited_for(
    script: Script, connected: Callable[..., OpenAICompleter], reply: Reply
) -> None:
    script.replies = [reply]

    with pytest.raises(errors.ModelTimeout):
        await answer(connected(first=0.4))

    assert len(script.bodies) == 1


async def test_no_answer_may_take_longer_than_the_total(
    script: Script, connected: Callable[..., OpenAICompleter]
) -> None:
    script.replies = [keep_alives(OPENING)]

    with pytest.raises(errors.ModelTimeout):
        await answer(connected(total=0.05))


async def test_a_refused_connection_is_a_model_that_is_down(
    clock: FakeClock, counter: TiktokenCounter
) -> None:
    async with connect(KEY, "http://127.0.0.1:9/v1") as client:
        with pytest.raises(errors.ModelDown):
            await answer(OpenAICompleter(served(client), counter, clock, lambda: 0.0))

    assert clock.slept == [0.5, 1.0]


async def test_the_wait_that_a_server_asks_for_is_kept_and_announced(
    script: Script, completer: OpenAICompleter, clock: FakeClock
) -> None:
    script.replies = [error(429, "Slow down", headers={"Retry-After": "7"}), stream(*ANSWER)]

    async with aclosing(told(completer, ASKED)) as events:
        first = await anext(events)

        assert first == Delay(7.0)
        assert clock.slept == []

        await anext(events)

    assert clock.slept == [7.0]


async def test_a_wait_of_over_a_minute_is_not_waited(
    script: Script, completer: OpenAICompleter, clock: FakeClock
) -> None:
    script.replies = [error(429, "Slow down", headers={"Retry-After": "61"})]

    with pytest.raises(errors.RateLimited):
        await answer(completer)

    assert len(script.bodies) == 1
    assert clock.slept == []


@pytest.mark.parametrize(
    ("status", "seconds", "kind", "about"),
    [
        (429, 61, errors.RateLimited, "in a minute"),
        (429, 3_600, errors.RateLimitedUntil, "<t:1795438800:R>"),
        (503, 3_600, errors.ModelDownUntil, "<t:1795438800:R>"),
        (503, 61, errors.ModelDown, "in a few minutes"),
        (402, 3_600, errors.QuotaUsedUp, "no quota left"),
    ],
)
async def test_a_wait_that_is_not_waited_is_told_as_long_as_it_is(
    script: Script, completer: OpenAICompleter, status: int, seconds: int, kind: type, about: str
) -> None:
    script.replies = [error(status, "Slow down", headers={"Retry-After": str(seconds)})]

    with pytest.raises(errors.ModelError) as failure:
        await answer(completer)

    assert type(failure.value) is kind
    assert about in str(failure.value)
    assert len(script.bodies) == 1


@pytest.mark.parametrize("status", [400, 404, 422, 500, 501])
@pytest.mark.parametrize(
    "words",
    [
        "could not find model x",
        "model not loaded",
        "Model 'llama3:8b' not found",
        'model "org/x.1" is not loaded',
        "No models loaded. Please load a model in the developer page.",
        "The model `x` does not exist.",
        "unknown model x",
    ],
)
async def test_a_model_that_is_not_there_is_known_under_any_status(
    script: Script, completer: OpenAICompleter, status: int, words: str
) -> None:
    script.replies = [error(status, words)]

    with pytest.raises(errors.ModelNotFound):
        await answer(completer)

    assert len(script.bodies) == 1


@pytest.mark.parametrize(
    "words", ["the model's output was not found", "the model runner has stopped, file not found", "Oops"]
)
async def test_a_server_that_fails_is_not_taken_to_lack_the_model(
    script: Script, completer: OpenAICompleter, words: str
) -> None:
    script.replies = [error(500, words)]

    with pytest.raises(errors.ModelDown):
        await answer(completer)


async def test_chance_keeps_retries_of_many_apart(
    script: Script, clock: FakeClock, counter: TiktokenCounter
) -> None:
    script.replies = [error(500, "Oops"), stream(*ANSWER)]

    async with connect(KEY, script.url) as client:
        await answer(OpenAICompleter(served(client), counter, clock, lambda: 0.5))

    assert clock.slept == [0.75]


NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=20), usegmt=True)}, 20.0),
        ({"retry-after": format_datetime(NOW - timedelta(seconds=20), usegmt=True)}, 0.0),
        ({"llm_provider-retry-after": "7"}, 7.0),
        ({"retry-after": "3", "llm_provider-retry-after": "7"}, 3.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "1e999x"}, None),
    ],
)
def test_retry_after_is_read_in_all_its_forms(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds


async def test_the_operator_alone_reads_the_servers_own_words(
    script: Script, completer: OpenAICompleter, caplog: pytest.LogCaptureFixture
) -> None:
    script.replies = [error(400, "Too many images.\nSend fewer.")]

    with pytest.raises(errors.RequestRefused) as failure:
        await answer(completer)

    assert "images" not in str(failure.value)
    assert "status 400: Too many images. Send fewer." in caplog.text


async def test_no_key_shows_in_an_error_or_a_log_line(
    script: Script, completer: OpenAICompleter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    script.replies = [error(400, f"No {KEY}, no sk-other-1234567, no {'a1' * 16}, no Bearer abc.def")]

    with pytest.raises(errors.RequestRefused) as failure:
        await answer(completer)

    assert "No ***, no ***, no ***, no ***" in caplog.text
    assert KEY not in str(failure.value) + caplog.text


async def test_what_a_server_repeats_of_the_request_is_not_told(
    script: Script, completer: OpenAICompleter, caplog: pytest.LogCaptureFixture
) -> None:
    script.replies = [body({"detail": [{"loc": ["body", 1], "msg": "too odd", "input": "my secret"}]}, 422)]

    with pytest.raises(errors.RequestRefused):
        await answer(completer)

    assert "too odd" in caplog.text
    assert "my secret" not in caplog.text


@pytest.mark.parametrize(
    "key",
    ["pplx-0a1b2c", "nvapi-Ab_cd-ef", "csk-a1b2c3", "tgp_v1_a-b", "r8_Ab1c2", "fw_3Zabc", "github_pat_1a_b"],
)
def test_keys_of_others_are_known_by_how_they_begin(key: str) -> None:
    assert mask(f"Your key {key} is wrong", "") == "Your key *** is wrong"


def test_long_reasons_are_shortened_to_one_line() -> None:
    reason = mask("so\n" * 1000, "")

    assert len(reason) == 200
    assert reason.startswith("so so")
    assert reason.endswith("…")


@pytest.mark.parametrize("name", ["retry-after", "retry-after-ms"])
@pytest.mark.parametrize(
    "said", ["nan", "-inf", "1e999", "9" * 5_000, "²", "-7", "Mon, 01 Jan 9999999999 0:0:0 GMT"]
)
def test_a_strange_wait_is_bounded_or_none(name: str, said: str) -> None:
    seconds = retry_after({name: said}, datetime.now(UTC))

    assert seconds is None or 0 <= seconds <= 30 * 86_400


@pytest.mark.parametrize("code", ["²", "9" * 400, 10**400, True, None, 4.5])
async def test_a_strange_code_within_an_error_is_a_failure_like_any_other(
    script: Script, completer: OpenAICompleter, code: object
) -> None:
    script.replies = [stream(event({"error": {"message": "It broke.", "code": code}}))] * 3

    with pytest.raises(errors.ModelDown):
        await answer(completer)
