"""The model API as the real openai client meets it: scripts, failures, usage, caching, the stand-in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import openai
import pytest
from openai.types.chat import ChatCompletionChunk

from playground import Playground
from playground.model.request import ModelRequest
from playground.model.scripts import Script, cut_into_words

HELLO: Any = [{"role": "user", "content": "Hello"}]


async def stream(ai: openai.AsyncOpenAI, **options: Any) -> AsyncIterator[ChatCompletionChunk]:
    asked = {"model": "gpt-4.1-mini", "messages": HELLO, "stream_options": {"include_usage": True}} | options
    async with await ai.chat.completions.create(stream=True, **asked) as chunks:
        async for chunk in chunks:
            yield chunk


async def text_of(ai: openai.AsyncOpenAI, **options: Any) -> str:
    return "".join(
        [
            one.choices[0].delta.content or ""
            async for one in stream(ai, **options)
            if one.choices and one.choices[0].delta
        ]
    )


async def test_each_answer_has_one_id_a_finish_reason_and_a_usage(
    playground: Playground, ai: openai.AsyncOpenAI
) -> None:
    playground.model.answer("one two three")
    chunks = [chunk async for chunk in stream(ai)]

    assert len({chunk.id for chunk in chunks}) == 1
    assert [one.choices[0].finish_reason for one in chunks if one.choices][-1] == "stop"
    usage = chunks[-1].usage
    assert usage is not None
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


async def test_without_streaming_the_script_is_one_completion(
    playground: Playground, ai: openai.AsyncOpenAI
) -> None:
    playground.model.script("Hel", "lo").finish("length")
    completion = await ai.chat.completions.create(model="gpt-4.1-mini", messages=HELLO)

    assert completion.choices[0].message.content == "Hello"
    assert completion.choices[0].finish_reason == "length"


async def test_a_gate_holds_the_answer_until_it_is_released(
    playground: Playground, ai: openai.AsyncOpenAI
) -> None:
    script = playground.model.script("before ")
    gate = script.hold()
    script.text("after")
    reading = asyncio.create_task(text_of(ai))
    await gate.reached()
    sent = playground.model.last.text
    gate.release()

    assert sent == "before "
    assert await reading == "before after"


async def test_chunks_come_at_their_times(playground: Playground, ai: openai.AsyncOpenAI) -> None:
    playground.model.script().text("a", at=0.02).text("b", at=0.08)
    await text_of(ai)
    request = playground.model.last
    first, second = (chunk.at - request.began for chunk in request.chunks)

    assert first >= 0.02
    assert second >= 0.08


async def test_the_client_that_stops_reading_is_noticed(
    playground: Playground, ai: openai.AsyncOpenAI
) -> None:
    playground.model.script("to be stopped").stall()
    chunks = stream(ai)
    await anext(chunks)
    await chunks.aclose()  # type: ignore[attr-defined]  # an async generator

    await playground.model.last.closed()


async def test_an_answer_that_ended_was_not_closed_by_the_client(
    playground: Playground, ai: openai.AsyncOpenAI
) -> None:
    playground.model.script("whole")
    await text_of(ai)

    with pytest.raises(AssertionError, match="to its end"):
        await playground.model.last.closed()


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (401, "invalid_api_key", openai.AuthenticationError),
        (403, None, openai.PermissionDeniedError),
        (404, "model_not_found", openai.NotFoundError),
        (408, None, openai.APIStatusError),
        (429, "insufficient_quota", openai.RateLimitError),
        (500, None, openai.InternalServerError),
        (503, None, openai.InternalServerError),
    ],
)
async def test_an_error_has_its_status_and_code(
    playground: Playground,
    ai: openai.AsyncOpenAI,
    status: int,
    code: str | None,
    error: type[openai.APIStatusError],
) -> None:
    playground.model.fail(status, "no", code=code, headers={"Retry-After": "7"})

    with pytest.raises(error) as caught:
        await text_of(ai)
    assert (caught.value.status_code, caught.value.code) == (status, code)
    assert caught.value.response.headers["Retry-After"] == "7"


def _cut(script: Script) -> None:
    script.text("half").cut()


def _malformed(script: Script) -> None:
    script.text("half").malformed()


def _bad_utf8(script: Script) -> None:
    script.text("half").bad_utf8()


def _error(script: Script) -> None:
    script.text("half").error("overloaded")


@pytest.mark.parametrize(
    ("break_it", "error"),
    [
        (_cut, openai.APIConnectionError),
        (_malformed, json.JSONDecodeError),
        (_bad_utf8, UnicodeDecodeError),
        (_error, openai.APIError),
    ],
)
async def test_a_stream_breaks_as_it_does_at_real_servers(
    playground: Playground, ai: openai.AsyncOpenAI, break_it: Any, error: type[Exception]
) -> None:
    break_it(playground.model.script())

    with pytest.raises(error):
        await text_of(ai)


async def test_a_stream_can_end_without_a_finish_reason(
    playground: Playground, ai: openai.AsyncOpenAI
) -> None:
    playground.model.script("cut short").end()
    chunks = [chunk async for chunk in stream(ai)]

    assert all(one.choices[0].finish_reason is None for one in chunks)


async def test_a_body_that_is_no_stream_gives_no_chunks(
    playground: Playground, ai: openai.AsyncOpenAI
) -> None:
    playground.model.script().plain("<html>welcome</html>")

    assert [chunk async for chunk in stream(ai)] == []


async def test_comments_for_ever_keep_the_client_waiting(
    playground: Playground, ai: openai.AsyncOpenAI
) -> None:
    script = playground.model.script()
    gate = script.hold()
    script.comments(0.01)
    reading = asyncio.create_task(text_of(ai))
    await gate.reached()
    gate.release()
    done, _ = await asyncio.wait({reading}, timeout=0.05)
    reading.cancel()

    assert not done
    await playground.model.last.closed()


async def test_late_headers_are_a_timeout(playground: Playground, ai: openai.AsyncOpenAI) -> None:
    gate = playground.model.script("late").hold_headers()

    with pytest.raises(openai.APITimeoutError):
        await text_of(ai.with_options(timeout=0.05))
    gate.release()


async def test_a_slow_first_chunk_is_no_failure(playground: Playground, ai: openai.AsyncOpenAI) -> None:
    playground.model.script().slow_headers(0.02).pause(0.02).text("late")

    assert await text_of(ai) == "late"


async def test_other_deltas_go_as_they_are(playground: Playground, ai: openai.AsyncOpenAI) -> None:
    script = playground.model.script().delta({"reasoning_content": "hm"}).delta({"refusal": "no"}).delta(None)
    script.event({"choices": None}).event({"choices": []}).finish("content_filter")
    chunks = [chunk async for chunk in stream(ai)]

    assert chunks[1].choices[0].delta.model_extra == {"reasoning_content": "hm"}
    assert chunks[2].choices[0].delta.refusal == "no"
    assert chunks[-2].choices[0].finish_reason == "content_filter"


async def test_a_key_is_asked_for_once_it_is_set_and_never_kept(
    playground: Playground, ai: openai.AsyncOpenAI
) -> None:
    playground.model.key = "right"
    with pytest.raises(openai.AuthenticationError):
        await text_of(ai)
    await text_of(ai.with_options(api_key="right"))

    assert all(
        "authorization" not in map(str.lower, request.headers) for request in playground.model.requests
    )


@pytest.mark.parametrize(
    ("switch", "options", "param"),
    [
        ("refuses_stream", {}, "stream"),
        ("refuses_stream_options", {}, "stream_options"),
        ("refuses_max_completion_tokens", {"max_completion_tokens": 5}, "max_completion_tokens"),
    ],
)
async def test_a_server_can_refuse_what_it_does_not_know(
    playground: Playground, ai: openai.AsyncOpenAI, switch: str, options: dict[str, Any], param: str
) -> None:
    setattr(playground.model, switch, True)

    with pytest.raises(openai.BadRequestError) as caught:
        await text_of(ai, **options)
    assert caught.value.param == param


async def test_a_prompt_beyond_the_context_window_is_refused(
    playground: Playground, ai: openai.AsyncOpenAI
) -> None:
    playground.model.context_window = 3

    with pytest.raises(openai.BadRequestError) as caught:
        await text_of(ai)
    assert caught.value.code == "context_length_exceeded"


async def test_unknown_models_are_refused_and_known_ones_listed(
    playground: Playground, ai: openai.AsyncOpenAI
) -> None:
    playground.model.known_models = {"b", "a"}
    with pytest.raises(openai.NotFoundError):
        await text_of(ai)

    assert [model.id for model in (await ai.models.list()).data] == ["a", "b"]


async def test_a_repeated_prefix_is_cached_in_steps_from_1024_tokens(
    playground: Playground, ai: openai.AsyncOpenAI
) -> None:
    prefix = [{"role": "system", "content": "word " * 1000}]
    cached = []
    for key, question in (("k", "one"), ("k", "two"), ("other", "three")):
        messages = [*prefix, {"role": "user", "content": question}]
        chunks = [chunk async for chunk in stream(ai, messages=messages, prompt_cache_key=key)]
        usage = chunks[-1].usage
        assert usage is not None
        assert usage.prompt_tokens_details is not None
        cached.append(usage.prompt_tokens_details.cached_tokens)

    assert cached == [0, 1152, 0]


async def test_scripts_go_to_the_requests_that_they_are_for(
    playground: Playground, ai: openai.AsyncOpenAI
) -> None:
    def is_second(request: ModelRequest) -> bool:
        return bool(request.messages[-1]["content"] == "second")

    playground.model.script("for the second", when=is_second)
    playground.model.script("for the first")
    first = await text_of(ai)
    second = await text_of(ai, messages=[{"role": "user", "content": "second"}])

    assert (first, second) == ("for the first", "for the second")


async def test_the_stand_in_stops_at_the_most_tokens_allowed(
    playground: Playground, ai: openai.AsyncOpenAI
) -> None:
    messages = [{"role": "user", "content": "count to 200"}]
    chunks = [chunk async for chunk in stream(ai, messages=messages, max_completion_tokens=20)]
    usage = chunks[-1].usage

    assert [one.choices[0].finish_reason for one in chunks if one.choices][-1] == "length"
    assert usage is not None
    assert usage.completion_tokens <= 20


async def test_a_responder_answers_what_is_not_scripted(
    playground: Playground, ai: openai.AsyncOpenAI
) -> None:
    playground.model.responder = lambda request: Script().text(f"to {request.messages[-1]['content']}")

    assert await text_of(ai) == "to Hello"


def test_words_put_together_again_are_the_text() -> None:
    text = "  one two\n\n\tthree  "

    assert "".join(cut_into_words(text)) == text
