"""An answer's Chat Completions object, put together again from what was stored."""

from typing import Any

import pytest
from openai.types.chat import ChatCompletion

from bot.llm.completer import OpenAICompleter
from bot.llm.completion import chat_completion_json
from bot.llm.connection import connect
from tests.llm.conftest import KEY, Script
from tests.llm.replies import ANSWER, BILL, DONE, END, OPENING, body, chunk, stream, whole, word
from tests.llm.test_completer import answer


async def printed(script: Script) -> str:
    """What the client itself prints of an unstreamed answer."""
    async with connect(KEY, script.url) as client:
        completion = await client.chat.completions.create(model="gpt-4.1-mini", messages=[])
    assert isinstance(completion, ChatCompletion)
    return completion.model_dump_json(indent=2)


async def test_a_streamed_answer_prints_as_the_client_prints_it(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [stream(*ANSWER), body(whole("Hello John."))]

    text, completion = await answer(completer)

    assert chat_completion_json(completion, text) == await printed(script)


UNUSUAL = {
    "as OpenAI sends it": whole(
        choices=[
            {
                "index": 0,
                "message": {"role": "assistant", "content": "쉽지만", "refusal": None, "annotations": []},
                "logprobs": {
                    "content": [
                        {"token": "쉽", "logprob": -0.5, "bytes": [236, 137, 189], "top_logprobs": []}
                    ],
                    "refusal": None,
                },
                "finish_reason": "stop",
            }
        ]
    ),
    "with fields of its own": whole(
        provider="Acme",
        x_trace=None,
        choices=[
            {
                "index": 0,
                "message": {"role": "assistant", "content": "Hi", "reasoning_content": None, "mood": "calm"},
                "finish_reason": "eos",
                "native_finish_reason": "STOP",
            }
        ],
    ),
    "with little": {"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}
    | {
        "id": "x",
        "model": "m",
        "created": 1,
        "object": "chat.completion",
    },
}


@pytest.mark.parametrize("content", UNUSUAL.values(), ids=UNUSUAL)
@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")  # the client itself warns of "eos"
async def test_an_unstreamed_answer_prints_as_it_came(
    script: Script, completer: OpenAICompleter, content: dict[str, Any]
) -> None:
    message = content["choices"][0]["message"]
    script.replies = [body(content)]

    text, completion = await answer(completer)

    complete = {"index": 0, **content["choices"][0], "message": {"role": "assistant", **message}}
    script.replies = [body({**content, "choices": [complete]})]
    assert chat_completion_json(completion, text) == await printed(script)


async def test_parts_of_further_fields_are_joined(script: Script, completer: OpenAICompleter) -> None:
    def scored(token: str) -> dict[str, Any]:
        return {"content": [{"token": token, "logprob": -1.0, "bytes": None, "top_logprobs": []}]}

    def spoken(token: str) -> bytes:
        choice = {"index": 0, "delta": {"role": "assistant", "content": token}, "logprobs": scored(token)}
        return chunk(choices=[choice])

    thoughts = (chunk({"reasoning_content": "Hm, "}), chunk({"reasoning_content": "hello."}))
    script.replies = [stream(OPENING, *thoughts, spoken("Hello"), spoken(" John."), END, BILL, DONE)]

    text, completion = await answer(completer)

    expected = whole()
    expected["choices"][0]["logprobs"] = {"content": scored("Hello")["content"] + scored(" John.")["content"]}
    script.replies = [body(expected)]
    assert chat_completion_json(completion, text) == await printed(script)


async def test_what_is_stored_beside_the_text_is_small(script: Script, completer: OpenAICompleter) -> None:
    script.replies = [stream(OPENING, *(word("word ") for _ in range(500)), END, BILL, DONE)]

    _, completion = await answer(completer)

    assert len(completion.extra) < 350


THOUGHTS = {
    "as a field": {"reasoning_content": "A secret"},
    "as a field of another name": {"reasoning": "A secret", "thinking": "A secret"},
    "in a list": {"reasoning_details": [{"type": "reasoning.text", "text": "A secret"}]},
    "in a list of parts": {
        "parts": [{"type": "thinking", "text": "A secret"}, {"type": "mood", "text": "calm"}]
    },
    "deep down": {
        "provider_specific_fields": {"thinking_blocks": [{"thinking": "A secret"}], "mood": "calm"}
    },
}


@pytest.mark.parametrize("message", THOUGHTS.values(), ids=THOUGHTS)
async def test_what_a_model_thought_is_not_kept(
    script: Script, completer: OpenAICompleter, message: dict[str, Any]
) -> None:
    bill = chunk(usage={**whole()["usage"], "completion_tokens_details": {"reasoning_tokens": 5}}, choices=[])
    script.replies = [stream(OPENING, chunk(message), word("Hello"), END, bill, DONE)]

    text, completion = await answer(completer)

    assert text == "Hello"
    assert "secret" not in completion.extra
    assert '"reasoning_tokens":5' in completion.extra
    assert ("calm" in completion.extra) is ("calm" in str(message))
