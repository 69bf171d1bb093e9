"""A model's answer, streamed by the real client from a server on loopback."""

import asyncio
import json
from codecs import BOM_UTF8
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace

import pytest

from bot.chat.completions import Delay, Delta, Loading, Request, Retraction, Thought
from bot.errors import ReplyUsedUp
from bot.llm.completer import OpenAICompleter
from bot.llm.completion import chat_completion_json
from bot.llm.counter import TiktokenCounter
from bot.rules.model import Completion
from bot.rules.spending.usage import Usage
from tests.llm.conftest import KEY, LIMIT, Reply, Script, told
from tests.llm.replies import (
    ANSWER,
    BILL,
    DONE,
    END,
    OPENING,
    USAGE,
    body,
    chunk,
    event,
    keep_alives,
    stream,
    whole,
    word,
)

ASKED = Request(
    model="gpt-4.1-mini",
    messages=[{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello"}],
    max_reply_tokens=2000,
    cache_key="parley-1",
)


async def answer(completer: OpenAICompleter, request: Request = ASKED) -> tuple[str, Completion]:
    """Read an answer to its end."""
    text = ""
    completion = None
    async with asyncio.timeout(LIMIT), aclosing(told(completer, request)) as events:
        async for piece in events:
            match piece:
                case Delta():
                    text += piece.text
                case Completion():
                    completion = piece
                case Retraction():
                    text = ""
                case Delay() | Thought() | Loading():
                    pass
    assert completion is not None
    return text, completion


async def test_an_answer_comes_in_chunks_and_ends_with_its_completion(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [stream(*ANSWER)]

    async with aclosing(told(completer, ASKED)) as events:
        seen = [piece async for piece in events]

    assert seen[:-1] == [Delta("Hello"), Delta(" John.")]
    assert isinstance(seen[-1], Completion)
    assert seen[-1].id == "chatcmpl-1"
    assert seen[-1].model == "gpt-4.1-mini-2025-04-14"
    assert seen[-1].created == 1_790_000_000
    assert seen[-1].finish_reason == "stop"
    assert seen[-1].usage == Usage(prompt_tokens=20, completion_tokens=9, cached_tokens=4)


async def test_the_request_asks_for_a_stream_with_usage(script: Script, completer: OpenAICompleter) -> None:
    script.replies = [stream(*ANSWER)]

    await answer(completer)

    assert script.paths == ["/v1/chat/completions"]
    assert script.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert script.bodies == [
        {
            "model": "gpt-4.1-mini",
            "messages": ASKED.messages,
            "max_completion_tokens": 2000,
            "max_tokens": 2000,
            "prompt_cache_key": "parley-1",
            "stream": True,
            "stream_options": {"include_usage": True},
        }
    ]


async def test_characters_cut_by_the_network_arrive_whole(script: Script, completer: OpenAICompleter) -> None:
    data = b"".join((word("쉽지만 👩‍👩‍👧"), END, DONE))
    script.replies = [stream(*(data[i : i + 3] for i in range(0, len(data), 3)))]

    text, _ = await answer(completer)

    assert text == "쉽지만 👩‍👩‍👧"


SENT = {
    "a byte order mark": stream(BOM_UTF8, word("Hello"), END, DONE),
    "no blank line at the end": stream(word("Hel"), (word("lo") + END).rstrip()),
    "an end mark without a blank line": stream(word("Hello"), DONE.rstrip()),
    "events that are said to be JSON": stream(word("Hello"), END, DONE, kind="application/json"),
    "a whole answer that is said to be text": stream(json.dumps(whole("Hello")).encode(), kind="text/plain"),
    "a whole answer on many lines": stream(
        b"\r\n", json.dumps(whole("Hello"), indent=1).encode(), kind="Application/JSON; charset=utf-8"
    ),
    "all of it once more": stream(word("Hel"), word("lo"), event(whole("Hello")), DONE),
    "all of it once more beside an empty piece": stream(
        word("Hello"),
        event({"choices": [{"delta": {}, "message": {"content": "Hello"}, "finish_reason": "stop"}]}),
    ),
}


@pytest.mark.parametrize("reply", SENT.values(), ids=SENT)
async def test_an_answer_is_read_in_whatever_form_it_is_sent(
    script: Script, completer: OpenAICompleter, reply: Reply
) -> None:
    script.replies = [reply]

    text, _ = await answer(completer)

    assert text == "Hello"
    assert len(script.bodies) == 1


async def test_blanks_before_the_first_word_come_with_it(script: Script, completer: OpenAICompleter) -> None:
    script.replies = [stream(word("\n"), word("\u200b"), word("Hi"), word(" "), END, DONE)]

    async with aclosing(told(completer, ASKED)) as events:
        seen = [piece async for piece in events]

    assert seen[:-1] == [Delta("\n\u200bHi"), Delta(" ")]


async def test_a_character_sent_in_two_halves_is_made_whole(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [
        stream(word("\ud83d"), word("\ude00 and \ud83d"), word(" half"), word("\ud83d"), END, DONE)
    ]

    async with aclosing(told(completer, ASKED)) as events:
        seen = [piece async for piece in events]

    assert seen[:-1] == [Delta("😀 and "), Delta("\ufffd half")]


async def test_empty_fields_of_a_later_chunk_take_nothing_back(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [
        stream(word("Hi"), END, event({"id": "", "model": "", "choices": [], "usage": USAGE}), DONE)
    ]

    _, completion = await answer(completer)

    assert completion.id == "chatcmpl-1"
    assert completion.model == "gpt-4.1-mini-2025-04-14"


async def test_strange_chunks_are_passed_over(script: Script, completer: OpenAICompleter) -> None:
    strange = [
        event(None),
        event(7),
        event({}),
        event({"choices": None}),
        event({"choices": [None]}),
        event({"choices": [{"index": 0, "delta": None}]}),
        event({"choices": [{"index": 0, "delta": {"content": None}}]}),
        event({"choices": [{"index": 0, "delta": {"content": [7]}}], "usage": None}),
        event({"choices": [], "prompt_filter_results": [{"prompt_index": 0}]}),
    ]
    script.replies = [stream(*strange, word("Hi"), END, *strange, DONE)]

    text, completion = await answer(completer)

    assert text == "Hi"
    assert completion.finish_reason == "stop"


async def test_usage_beside_the_last_words_counts_too(script: Script, completer: OpenAICompleter) -> None:
    script.replies = [stream(word("Hi"), chunk(finish="stop", usage=USAGE), DONE)]

    _, completion = await answer(completer)

    assert completion.usage == Usage(20, 9, 4)


async def test_an_answer_without_usage_is_an_answer(script: Script, completer: OpenAICompleter) -> None:
    script.replies = [
        stream(event({"choices": [{"delta": {"content": "Hi"}, "finish_reason": "stop"}]}), DONE)
    ]

    text, completion = await answer(completer)

    assert text == "Hi"
    assert completion == Completion(id="", model="", created=0, finish_reason="stop")


@pytest.mark.parametrize("reason", ["length", "content_filter"])
async def test_text_that_was_ended_early_says_why(
    script: Script, completer: OpenAICompleter, reason: str
) -> None:
    script.replies = [stream(word("Once upon"), chunk(finish=reason), BILL, DONE)]

    text, completion = await answer(completer)

    assert text == "Once upon"
    assert completion.finish_reason == reason


async def test_a_refusal_beside_text_is_kept(script: Script, completer: OpenAICompleter) -> None:
    script.replies = [
        stream(word("Well."), chunk({"refusal": "I "}), chunk({"refusal": "can't."}), END, BILL, DONE)
    ]

    text, completion = await answer(completer)

    assert text == "Well."
    assert completion.refusal == "I can't."


async def test_thoughts_are_no_text(script: Script, completer: OpenAICompleter) -> None:
    thoughts = (chunk({"reasoning_content": "Hm, "}), chunk({"reasoning": "a greeting."}))
    script.replies = [stream(OPENING, *thoughts, word("Hi"), END, DONE)]

    text, _ = await answer(completer)

    assert text == "Hi"


async def test_a_json_body_in_place_of_a_stream_is_the_answer(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [body(whole("Hello John."))]

    text, completion = await answer(completer)

    assert text == "Hello John."
    assert completion.usage == Usage(20, 9, 4)


async def test_one_connection_serves_one_answer_after_another(
    script: Script, completer: OpenAICompleter
) -> None:
    peers = set()

    async def reply(request):  # type: ignore[no-untyped-def]
        peers.add(request.transport.get_extra_info("peername"))
        return await stream(*ANSWER)(request)

    script.replies = [reply]

    for _ in range(3):
        await answer(completer)

    assert len(peers) == 1


async def test_leaving_in_mid_answer_closes_the_connection(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [stream(word("Hi"), hold=True)]

    async with aclosing(told(completer, ASKED)) as events:
        async for _ in events:
            break

    await asyncio.wait_for(script.left.wait(), LIMIT)


async def test_closing_the_iterator_closes_the_connection(script: Script, completer: OpenAICompleter) -> None:
    script.replies = [stream(word("Hi"), hold=True)]
    events = told(completer, ASKED)
    await anext(events)

    await events.aclose()

    await asyncio.wait_for(script.left.wait(), LIMIT)


@pytest.mark.parametrize("parts", [(), (word("Hi"),)], ids=["before the first word", "in mid-answer"])
async def test_cancelling_closes_the_connection_at_once(
    script: Script, completer: OpenAICompleter, parts: tuple[bytes, ...]
) -> None:
    asked = asyncio.Event()

    async def reply(request):  # type: ignore[no-untyped-def]
        asked.set()
        return await stream(*parts, hold=True)(request)

    script.replies = [reply]
    reading = asyncio.create_task(answer(completer))
    await asyncio.wait_for(asked.wait(), LIMIT)

    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading

    await asyncio.wait_for(script.left.wait(), LIMIT)


async def test_a_server_that_dawdles_after_the_last_word_is_not_waited_for(
    script: Script, connected: Callable[..., OpenAICompleter]
) -> None:
    script.replies = [keep_alives(word("Hi"), END)]

    text, completion = await answer(connected(tail=0.05))

    assert text == "Hi"
    assert completion.finish_reason == "stop"
    assert completion.usage is None


async def test_a_cut_after_the_last_word_loses_nothing(script: Script, completer: OpenAICompleter) -> None:
    script.replies = [stream(word("Hi"), END, cut=True)]

    text, completion = await answer(completer)

    assert text == "Hi"
    assert completion.usage is None


FLOODS = {
    "small chunks": word("word " * 20) * 5_000,
    "one chunk": word("word " * 500_000),
    "one character a chunk": word("a") * 30_000,
    "blanks for ever": word(" \u200b") * 15_000,
    "a word, then blanks": word("Well") + word("\n") * 30_000,
}


@pytest.mark.parametrize("flood", FLOODS)
async def test_a_server_that_never_stops_is_stopped_at_the_limit(
    script: Script, completer: OpenAICompleter, counter: TiktokenCounter, flood: str
) -> None:
    script.replies = [stream(FLOODS[flood], hold=True)]

    try:
        text, completion = await answer(completer)
    except ReplyUsedUp:
        text, completion = "", None

    assert completion is None or completion.finish_reason == "length"
    assert counter.count(text, ASKED.model) <= ASKED.max_reply_tokens
    assert bool(text) == (flood != "blanks for ever")
    await asyncio.wait_for(script.left.wait(), LIMIT)


async def test_others_get_their_turn_while_chunks_lie_ready(
    script: Script, connected: Callable[..., OpenAICompleter]
) -> None:
    script.replies = [stream(word("a") * 30_000, END, DONE)]
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    await answer(connected(), replace(ASKED, max_reply_tokens=100_000))
    task.cancel()

    assert turns > 20


async def test_fields_that_grow_with_each_chunk_are_kept_within_bounds(
    script: Script, completer: OpenAICompleter
) -> None:
    thought = chunk({"reasoning_content": "Let me think. " * 100})
    script.replies = [stream(OPENING, *[thought] * 200, word("Hello"), END, DONE)]

    text, completion = await answer(completer)

    assert text == "Hello"
    assert len(completion.extra) < 20_000


STRANGE = {
    "1e20": "100000000000000000000",
    "below zero": "-5",
    "a fraction": "20.7",
    "text": '"20"',
    "null": "null",
    "no number": "NaN",
    "without end": "Infinity",
    "a truth": "true",
    "a list": "[20]",
    "an object": "{}",
}


@pytest.mark.parametrize("name", STRANGE)
async def test_strange_figures_in_a_bill_are_bounded(
    script: Script, completer: OpenAICompleter, name: str
) -> None:
    said = STRANGE[name]
    bill = (
        f'{{"choices": [], "created": {said}, "usage": {{"prompt_tokens": {said},'
        f' "completion_tokens": {said}, "prompt_tokens_details": {{"cached_tokens": {said}}}}}}}'
    )
    script.replies = [stream(*ANSWER[:-2], b"data: " + bill.encode() + b"\n\n", DONE)]

    text, completion = await answer(completer)

    assert text == "Hello John."
    assert completion.usage == (Usage(20, 20, 20) if name == "a fraction" else None)  # no bill of nothing
    assert 0 <= completion.created <= 253_402_300_799
    assert chat_completion_json(completion, text)


@pytest.mark.parametrize("bill", ["9" * 5_000, "[" * 100_000])
async def test_a_bill_that_can_not_be_read_does_not_spoil_the_answer(
    script: Script, completer: OpenAICompleter, bill: str
) -> None:
    spoilt = f'data: {{"choices": [], "usage": {bill}}}\n\n'.encode()
    script.replies = [stream(*ANSWER[:-2], spoilt, DONE), stream(OPENING, spoilt), stream(*ANSWER)]

    text, completion = await answer(completer)
    again, _ = await answer(completer)

    assert (text, completion.usage) == ("Hello John.", None)
    assert again == "Hello John."
