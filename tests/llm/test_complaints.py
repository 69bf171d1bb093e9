"""How servers say what is wrong, in the words of public reports; and when they say to come again."""

from datetime import timedelta
from typing import Any

import pytest

from bot import errors
from bot.llm.completer import OpenAICompleter
from bot.llm.dialects.waits import retry_after, told_within
from tests.llm.conftest import FakeClock, Script
from tests.llm.replies import ANSWER, DONE, body, error, event, page, stream
from tests.llm.test_completer import answer

NO_MODEL: list[tuple[int, Any]] = [
    (400, "Unable to access non-serverless model x. Please visit https://api.example/models/x"),
    (400, "The chatCompletion operation does not work with the specified model, x. Please choose another"),
    (400, "The requested model 'x' is not supported by any provider you have enabled."),
    (400, "The requested model is not supported."),
    (404, {"status": 404, "title": "Not Found", "detail": "Function 'abc': Not found for account 'me'"}),
    (403, "No access to model: x"),
    (400, "Unavailable model: x"),
    (400, {"errors": [{"message": "AiError: No such model @cf/x or task", "code": 5007}], "success": False}),
    (400, {"error": {"code": "1211", "message": "模型不存在，请检查模型代码。"}}),
    (403, "Model access denied."),
    (400, "The provided model identifier is invalid."),
    (503, {"error": {"message": "当前分组 default 下对于模型 x 无可用渠道", "type": "new_api_error"}}),
    (503, "No available channel for model x under group default (distributor)"),
    (503, {"detail": {"message": "No models are currently loaded."}}),
    (400, '"nomic-embed-text" does not support chat'),
    (403, "this model requires a subscription, upgrade for access: https://ollama.com/upgrade"),
    (404, "models/gemini-1.5-flash is no longer available to new users."),
    (404, "The API deployment for this resource does not exist."),
    (401, "key not allowed to access model. This key can only access models=['a']. Tried to access x"),
    (403, "You are not allowed to sample from this model"),
    (403, {"error": "Model x is not allowed for this key"}),
    (400, "LLM Provider NOT provided. Pass in the LLM provider you are trying to call. You passed model=x"),
    (500, {"error": {"message": "could not find real modelID for x", "code": 500}}),
    (400, "could not find suitable inference handler for x"),
    (400, "The model `x` has been deprecated, learn more here: https://platform.example.com"),
]
NO_QUOTA: list[tuple[int, Any]] = [
    (412, "Account me is suspended, possibly due to reaching the monthly spending limit"),
    (429, "Your team has either used all available credits or reached its monthly spending limit."),
    (403, "Your newly created team doesn't have any credits or licenses yet."),
    (429, "Your prepayment credits are depleted."),
    (429, {"error": {"message": "please check your plan", "type": "exceeded_current_quota_error"}}),
    (429, {"error": {"code": "1113", "message": "您的账户已欠费，请充值后重试"}}),
    (400, {"error": {"message": "Access denied.", "code": "Arrearage"}}),
    (403, {"error": {"message": "The free tier has been used.", "code": "AllocationQuota.FreeTierOnly"}}),
    (429, {"error": "you (me) have reached your weekly usage limit, upgrade for higher limits"}),
    (429, "you've reached your hourly usage limit, please wait or upgrade to continue"),
    (400, "You have reached your specified API usage limits. You will regain access on 2026-12-01."),
    (429, "ExceededTokenBudget: Current spend for token: 1; Max Budget for Token: 1"),
    (403, {"error": {"message": "用户额度不足", "code": "insufficient_user_quota"}}),
    (403, "该令牌额度已用尽"),
    (403, "User quota is not enough"),
    (400, "Your account is out of funds"),
    (403, "This key has exceeded its budget"),
    (403, "Your billing account is disabled"),
]
FILTERED: list[tuple[int, Any]] = [
    (403, "Content violates usage guidelines. Team: me"),
    (403, 'x requires moderation on y. Your input was flagged for "violence".'),
    (400, {"error": {"code": "1301", "message": "系统检测到输入或生成内容可能包含不安全或敏感内容"}}),
    (400, {"error": {"code": "SensitiveContentDetected", "message": "The request failed."}}),
    (400, "The request was rejected because it was considered high risk"),
    (400, "The prompt was blocked: PROHIBITED_CONTENT"),
    (451, "Content blocked"),
    (400, "Violated guardrail policy"),
    (400, "Content violates community guidelines"),
    (403, "The request was blocked by our content safety checks"),
]
TOO_LONG: list[tuple[int, Any]] = [
    (400, "Range of input length should be [1, 30720]"),
    (400, {"error": {"code": "1261", "message": "Prompt 超长"}}),
    (422, "Input validation error: `inputs` must have less than 4095 tokens. Given: 5000"),
    (400, "max_tokens must be at least 1, got -100."),
    (400, "input tokens limit exceeded"),
    (400, "The conversation is too long"),
    (400, "Invalid 'messages': array too long. Expected an array with maximum length 2048"),
    (400, "Invalid 'messages[1].content': string too long. Expected maximum length 1048576"),
    (503, "Prompt is too big for the available KV cache"),
    (500, "context shift is disabled"),
]
NO_KEY: list[tuple[int, Any]] = [
    (400, "Your API key was reported as leaked. Please use another API key."),
    (500, "Authentication Error, Invalid proxy server token passed."),
    (400, [{"error": {"code": 400, "message": "Please pass a valid API key"}}]),
    (400, "invalid x-api-key"),
    (400, "Missing API key"),
    (400, "You must provide an API key"),
    (400, "User location is not supported for the API use."),
]
FINAL = (
    [(errors.ModelNotFound, *case) for case in NO_MODEL]
    + [(errors.QuotaUsedUp, *case) for case in NO_QUOTA]
    + [(errors.ContentFiltered, *case) for case in FILTERED]
    + [(errors.ContextTooLong, *case) for case in TOO_LONG]
    + [(errors.KeyRefused, *case) for case in NO_KEY]
)


@pytest.mark.parametrize(("expected", "status", "said"), FINAL)
async def test_what_asking_again_cannot_mend_is_known_in_other_words_too(
    script: Script, completer: OpenAICompleter, expected: type[errors.ModelError], status: int, said: Any
) -> None:
    script.replies = [error(status, said) if isinstance(said, str) else body(said, status)]

    with pytest.raises(expected) as failure:
        await answer(completer)

    assert type(failure.value) is expected
    assert len(script.bodies) == 1


GUARD = "<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head></html>"
PASSING = {
    "a guard's page": page(GUARD, 403),
    "a guard's code": page("error code: 1010", 403),
    "a limit, as a refusal": error(400, "Rate limit exceeded"),
    "a limit, as a wrong key": error(403, "You have been rate limited"),
    "a limit, as a failure": error(500, "Too many requests"),
    "another server's failure": error(424, "Failed dependency"),
    "capacity": error(498, "Flex tier capacity exceeded"),
    "a cancelled operation": error(499, "The operation was cancelled."),
    "a model that crashed": error(
        400, "The model has crashed without additional information. (Exit code: 6)"
    ),
    "a model that was put away": error(400, "Model unloaded."),
    "a model that finds no room": error(400, 'Failed to load model "x". Insufficient system resources.'),
}


@pytest.mark.parametrize("reply", PASSING.values(), ids=PASSING)
async def test_a_server_that_can_not_just_now_is_asked_again_and_its_key_not_blamed(
    script: Script, completer: OpenAICompleter, reply: Any
) -> None:
    script.replies = [reply, stream(*ANSWER)]

    text, _ = await answer(completer)

    assert text == "Hello John."


async def test_of_a_page_its_title_stands_in_the_log(
    script: Script, completer: OpenAICompleter, caplog: pytest.LogCaptureFixture
) -> None:
    script.replies = [page(GUARD, 403)]

    with pytest.raises(errors.ModelDown):
        await answer(completer)

    assert "status 403: a page came in the place of the API's answer: Attention Required!" in caplog.text


BARE = {
    "names of its own": (
        {"choices": None, "error_type": "BadRequestError", "error_message": "context length exceeded"},
        errors.ContextTooLong,
    ),
    "a code and a message": ({"code": 401, "msg": "token invalid"}, errors.KeyRefused),
    "no success": ({"success": False, "code": 429, "msg": "slow down"}, errors.RateLimited),
    "Baidu": ({"error_code": 429, "error_msg": "Open api daily request limit reached"}, errors.RateLimited),
    "MiniMax": (
        {
            "id": "a",
            "choices": None,
            "base_resp": {"status_code": 1008, "status_msg": "insufficient balance"},
        },
        errors.QuotaUsedUp,
    ),
    "vLLM": (
        {"object": "error", "message": "No.", "type": "BadRequestError", "code": None},
        errors.RequestRefused,
    ),
}


@pytest.mark.parametrize(("said", "expected"), BARE.values(), ids=BARE)
async def test_an_error_without_a_status_is_known_by_whatever_names_it_has(
    script: Script, completer: OpenAICompleter, said: object, expected: type[errors.ModelError]
) -> None:
    for reply in (stream(event(said), DONE), body(said)):
        script.replies = [reply]
        with pytest.raises(expected):
            await answer(completer)


async def test_llama_cpps_error_in_a_field_of_its_own_is_heard(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [stream(b'error: {"code":400,"message":"the prompt is too long"}\n\n')]

    with pytest.raises(errors.ContextTooLong):
        await answer(completer)


async def test_what_is_no_answer_at_all_is_told_by_its_kind(
    script: Script, completer: OpenAICompleter, caplog: pytest.LogCaptureFixture
) -> None:
    script.replies = [page("<h1>A page about models</h1>")]

    with pytest.raises(errors.ModelDown):
        await answer(completer)

    assert "what came was no answer, but text/html" in caplog.text


def named(kind: str, said: dict[str, object]) -> bytes:
    return f"event: {kind}\n".encode() + event({"type": kind, **said})


ANOTHER = {
    "Anthropic": body(
        {"type": "message", "content": [{"type": "text", "text": "Hello"}], "stop_reason": "end_turn"}
    ),
    "Anthropic, in a stream": stream(
        named("message_start", {"message": {"type": "message", "role": "assistant", "content": []}}),
        named("content_block_delta", {"index": 0, "delta": {"type": "text_delta", "text": "Hello"}}),
        named("message_stop", {}),
    ),
    "Responses": body({"object": "response", "output": [{"type": "message"}]}),
    "Responses, in a stream": stream(
        named("response.created", {"response": {"object": "response"}}),
        named("response.output_text.delta", {"delta": "Hello"}),
    ),
    "Ollama": body({"model": "x", "message": {"role": "assistant", "content": "Hello"}, "done": True}),
    "Ollama, in a stream": stream(b'{"response": "Hel", "done": false}\n{"response": "lo", "done": true}\n'),
    "Gemini": body([{"candidates": [{"content": {"parts": [{"text": "Hello"}]}}]}]),
    "Cohere": body({"message": {"role": "assistant", "content": [{"type": "text", "text": "Hello"}]}}),
    "Cohere, in a stream": stream(event({"type": "content-delta", "delta": {}})),
    "Text Generation Inference": body([{"generated_text": "Hello"}]),
    "the same, in a stream": stream(event({"token": {"text": "Hello"}, "details": None})),
    "llama.cpp": stream(event({"content": "Hello", "stop": False})),
    "KoboldCpp": body({"results": [{"text": "Hello"}]}),
}


async def refused_at_once(script: Script, completer: OpenAICompleter, reply: Any) -> None:
    """Ask once, and be refused for good."""
    script.replies = [reply]

    with pytest.raises(errors.RequestRefused):
        await answer(completer)

    assert len(script.bodies) == 1


@pytest.mark.parametrize("reply", ANOTHER.values(), ids=ANOTHER)
async def test_an_answer_of_another_api_is_told_to_whoever_set_its_address(
    script: Script, completer: OpenAICompleter, caplog: pytest.LogCaptureFixture, reply: Any
) -> None:
    await refused_at_once(script, completer, reply)

    assert "what came is no Chat Completions, but of" in caplog.text
    assert "OPENAI_BASE_URL ends in /v1 at most servers" in caplog.text


NOWHERE = {
    "LM Studio": body(
        {"error": "Unexpected endpoint or method. (POST /chat/completions). Returning 200 anyway"}
    ),
    "Groq": error(
        404, "Unknown request URL: POST /openai/v1/v1/chat/completions. Please check the URL for typos"
    ),
    "OpenAI": error(404, "Invalid URL (POST /chat/completions)"),
    "a method": body({"detail": "Method Not Allowed"}, 405),
}


@pytest.mark.parametrize("reply", NOWHERE.values(), ids=NOWHERE)
async def test_an_address_that_leads_nowhere_is_told_to_whoever_set_it(
    script: Script, completer: OpenAICompleter, caplog: pytest.LogCaptureFixture, reply: Any
) -> None:
    await refused_at_once(script, completer, reply)

    assert "there may be nothing at this address; OPENAI_BASE_URL ends in /v1" in caplog.text


NOW = FakeClock().now()
SAID = [
    ({}, "Please try again in 9m38.016s. Need more?", 578.016),
    ({}, "Please try again in 20ms.", 0.02),
    ({}, "Please retry after 26 seconds.", 26.0),
    ({}, "Please wait 40000 seconds before retrying.", 40_000.0),
    ({}, "No deployments available, Try again in 5 seconds.", 5.0),
    ({}, "Your limit resets in 3 hours", 10_800.0),
    ({}, "try again in 2 minutes", 120.0),
    ({}, "try again in 7", 7.0),
    ({}, "try again in 3 months", None),
    ({}, "try again later", None),
    ({}, "Please try again in 1 minute and 5 seconds", 65.0),
    ({}, "Try again in 24hrs", 86_400.0),
    ({}, "try again in 1.5 minutes", 90.0),
    ({}, "try again in 3,600 seconds", 3_600.0),
    ({}, "try again in 2 days", 172_800.0),
    ({}, "Try again in an hour", 3_600.0),
    ({}, "Please wait about 2 minutes", 120.0),
    ({}, "Retry after: 30", 30.0),
    ({}, "Next request allowed in 12s", 12.0),
    ({}, "Your limit resets at 2026-11-23T12:05:00Z", 300.0),
    ({}, "Your limit resets at 2026-11-23 12:05 UTC", 300.0),
    ({}, "Limit resets on 2026-12-01", None),
    ({}, "请2 分钟后重试", 120.0),
    ({}, "30초 후에 다시 시도해 주세요", 30.0),
    ({}, "Please retry with 5 fewer messages", None),
    ({}, "wait 2-3 minutes", None),
    ({"error": {"retry_after_ms": 500}}, "", 0.5),
    ({"error": {"retry_after_ms": "soon"}}, "", None),
    ({"detail": {"details": [{"retryDelay": {"seconds": 5}}]}}, "", 5.0),
    ({"error": {"resets_at": int(NOW.timestamp()) + 9}}, "", 9.0),
    ({"error": {"innererror": {"resets_in_seconds": 9}}}, "", 9.0),
    ({"error": {"reset_at": "2026-11-23T12:00:09+00:00"}}, "", 9.0),
    ([{"error": {"details": [{"@type": "RetryInfo", "retryDelay": "38s"}]}}], "", 38.0),
    ({"error": {"retry_after": 12}}, "", 12.0),
    ({"metadata": {"headers": {"X-RateLimit-Reset": str(int(NOW.timestamp() + 60) * 1000)}}}, "", 60.0),
    ({"retry_after": None}, "", None),
    ({"retry_after": [1]}, "", None),
    ({"retry_after": "soon"}, "", None),
]


@pytest.mark.parametrize(("said", "words", "wait"), SAID)
def test_a_wait_is_read_from_an_error_itself(said: object, words: str, wait: float | None) -> None:
    assert told_within(said, words, NOW) == (wait if wait is None else pytest.approx(wait))


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "7s"}, 7.0),
        ({"retry-after": "1m30s"}, 90.0),
        ({"retry-after": str(int(NOW.timestamp()) + 30)}, 30.0),
        ({"retry-after": str(int(NOW.timestamp()) - 30)}, 0.0),
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) + 30)}, 30.0),
        ({"x-ratelimit-reset": "30"}, None),  # of which nobody knows what it means
        ({"x-ratelimit-reset-after": "30"}, 30.0),
        ({"x-retry-after": "30"}, 30.0),
        ({"retry-after": "5, 10"}, 5.0),
        ({"retry-after": "2026-11-23T12:00:09Z"}, 9.0),
        ({"retry-after": "Mon Nov 23 12:00:09 2026"}, 9.0),
        ({"ratelimit-reset": "30", "ratelimit-remaining": "0"}, 30.0),
        ({"x-ratelimit-reset-requests": "6m0s", "x-ratelimit-remaining-requests": "5"}, None),
        (
            {
                **{"x-ratelimit-reset-requests": "2m", "x-ratelimit-remaining-requests": "0"},
                **{"x-ratelimit-reset-tokens": "30s", "x-ratelimit-remaining-tokens": "0"},
            },
            120.0,
        ),
        ({"retry-after-ms": "soon", "retry-after": "3"}, 3.0),
    ],
)
def test_waits_in_headers_are_read_with_units_and_as_points_in_time(
    headers: dict[str, str], wait: float | None
) -> None:
    assert retry_after(headers, NOW) == wait


async def test_the_wait_in_a_servers_words_is_kept(
    script: Script, completer: OpenAICompleter, clock: FakeClock
) -> None:
    script.replies = [error(429, "Rate limit reached. Please try again in 7.5s."), stream(*ANSWER)]

    await answer(completer)

    assert clock.slept == [7.5]


async def test_a_long_wait_in_a_servers_words_is_told_as_long_as_it_is(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [error(429, "Limit 100000, Used 97050 (TPD). Please try again in 9m38.016s.")]

    with pytest.raises(errors.RateLimitedUntil) as failure:
        await answer(completer)

    assert f"<t:{int((NOW + timedelta(seconds=578)).timestamp())}:R>" in str(failure.value)
    assert len(script.bodies) == 1
