"""Streams that are not written as they should be, and are understood all the same."""

import asyncio
import json
from collections.abc import Callable
from contextlib import aclosing

import pytest
from aiohttp import web

from bot.chat.completions import Delta
from bot.errors import ConnectionCut
from bot.llm.completer import OpenAICompleter
from tests.llm.conftest import Reply, Script, told
from tests.llm.replies import BILL, DONE, END, USAGE, body, chunk, event, stream
from tests.llm.test_completer import ASKED, answer


def lines(*data: object) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in data)


def said(text: object, finish: str | None = None, name: str = "delta") -> dict[str, object]:
    return {"choices": [{"index": 0, name: text, "finish_reason": finish}]}


HEL, LO, STOP = said({"content": "Hel"}), said({"content": "lo"}), said({}, "stop")
ODD = {
    "several objects in one event": stream(
        b"data: " + b"\ndata: ".join(lines(HEL, LO, STOP).splitlines()) + b"\n\n", DONE
    ),
    "an end mark in the same event": stream(
        b"data: " + lines(said({"content": "Hello"})) + b"data: [DONE]\n\n"
    ),
    "an object over several lines": stream(
        *(
            b"data: " + line.encode() + b"\n"
            for line in json.dumps(said({"content": "Hello"}), indent=1).split("\n")
        ),
        b"\n",
        DONE,
    ),
    "an object broken within a word": stream(
        b'data: {"choices": [{"delta": {"content": "Hel\ndata: lo"}}]}\n\n', DONE
    ),
    "objects on lines of their own": stream(
        lines(HEL)[:9], lines(HEL)[9:] + lines(LO), b"\r\n", lines(STOP), kind="application/x-ndjson"
    ),
    "the same without the last line's end": stream(lines(HEL, LO, STOP)[:-1], kind="text/event-stream"),
    "a list of words": stream(chunk({"content": ["Hel", "lo"]}), END, DONE),
    "a list of words and parts": stream(
        chunk({"content": ["Hel", {"type": "text", "text": {"value": "lo"}}, 5, None]}), END, DONE
    ),
    "a delta that is a word": stream(event(said("Hel")), event(said("lo", "stop")), DONE),
    "pieces in messages": stream(
        event(said({"content": "Hel"}, name="message")),
        event(said({"content": "lo"}, "stop", "message")),
        DONE,
    ),
    "Completions, the older ones": stream(
        event(said("Hel", name="text")), event(said("lo", name="text")), event(said("", "stop", "text")), DONE
    ),
    "Completions that came whole": body(said("Hello", "stop", "text")),
    "signs of life": stream(
        b"data:\n\n",
        b"data: \n\n",
        b"data: ping\n\n",
        event(HEL),
        b"data: null\n\n: ping\n\n",
        event(LO),
        END,
        DONE,
    ),
    "signs of life behind an id": stream(b"id: 1\n" + event(HEL), b": ping\n\n", event(LO), END, DONE),
    "an end mark in small letters": stream(event(HEL), event(LO), b"data: [done]\n\n"),
    "an end mark between quotes": stream(event(HEL), event(LO), b'data: "[DONE]"\n\n'),
    "reasons that are none": stream(
        event(said({"content": "Hel"}, "null")), event(said({"content": "lo"}, "None")), DONE
    ),
}


ODD |= {
    "all so far in each piece": stream(
        chunk({"content": "H"}), *(chunk({"content": "Hello"[:end]}) for end in (2, 4, 5)), END, DONE
    ),
    "all so far in each message": stream(
        *(event(said({"content": "Hello"[:end]}, name="message")) for end in (1, 2, 5)),
        event(said({"content": "Hello"}, "stop", "message")),
    ),
    "a message beside an empty delta": stream(
        event({"choices": [{"delta": {}, "message": {"content": "Hello"}, "finish_reason": "stop"}]})
    ),
    "a list of objects": stream(
        b"[" + json.dumps(HEL).encode() + b",\n", json.dumps(LO).encode() + b"\n]", kind="application/json"
    ),
    "an answer in a list": body([said({"content": "Hello"}, "stop", "message")]),
    "a field that is named twice": stream(
        b"data: " + event(HEL), b"data: " + event(LO), b"data: data: [DONE]\n\n"
    ),
    "an end mark in no field": stream(event(HEL), event(LO), b"[DONE]\n\n"),
    "an event that is the end": stream(event(HEL), event(LO), b"event: done\ndata: {}\n\n"),
    "an empty event that is the end": stream(event(HEL), event(LO), b"event: end\ndata:\n\n"),
    "a reason within the delta": stream(
        event(said({"content": "Hel"})), event(said({"content": "lo", "finish_reason": "stop"}))
    ),
    "a reason by another name": stream(
        event(HEL), event({"choices": [{"delta": {"content": "lo"}, "finishReason": "STOP"}]})
    ),
    "a reason beside the choices": stream(event(HEL), event({**LO, "stop_reason": "end_turn"})),
}


@pytest.mark.parametrize("reply", ODD.values(), ids=ODD)
async def test_odd_forms_are_read_and_not_asked_for_again(
    script: Script, completer: OpenAICompleter, reply: Reply
) -> None:
    script.replies = [reply]

    text, completion = await answer(completer)

    assert text == "Hello"
    assert "Hel" not in completion.extra
    assert len(script.bodies) == 1


async def test_objects_on_lines_of_their_own_are_heard_one_by_one(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [stream(lines(HEL), hold=True)]

    async with aclosing(told(completer, ASKED)) as events:
        assert await anext(events) == Delta("Hel")


async def test_objects_on_lines_that_end_too_early_are_no_whole_answer(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [stream(lines(HEL, LO), kind="application/x-ndjson")]

    async with aclosing(told(completer, ASKED)) as events:
        assert [await anext(events), await anext(events)] == [Delta("Hel"), Delta("lo")]
        with pytest.raises(ConnectionCut):
            await anext(events)


@pytest.mark.parametrize("reason", ["null", "None", "FINISH_REASON_UNSPECIFIED"])
async def test_a_reason_that_is_none_ends_nothing(
    script: Script, connected: Callable[..., OpenAICompleter], reason: str
) -> None:
    script.replies = [stream(event(said({"content": "Hel"}, reason)), cut=True)]

    with pytest.raises(ConnectionCut):
        await answer(connected(tail=0.01))


async def test_words_behind_a_reason_are_waited_for_like_others(
    script: Script, connected: Callable[..., OpenAICompleter]
) -> None:
    words = [event(said({"content": word}, "stop")) for word in ("Hel", "l", "o")]

    async def slowly(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(words[0] + words[1])
        await asyncio.sleep(0.2)  # longer than the end of an answer is waited for
        await response.write(words[2])
        return response

    script.replies = [slowly]

    text, _ = await answer(connected(tail=0.05, gap=60.0))

    assert text == "Hello"


LONG = "All of this is said once, and no more often than that."


async def test_what_comes_once_more_with_the_reason_for_its_end_is_said_once(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [
        stream(chunk({"content": LONG[:20]}), chunk({"content": LONG[20:]}), chunk({"content": LONG}, "stop"))
    ]

    text, _ = await answer(completer)

    assert text == LONG


async def test_where_each_piece_holds_all_so_far_an_answer_that_breaks_off_is_shown_once(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [
        stream(chunk({"content": "H"}), chunk({"content": "He"}), chunk({"content": "Hel"}), cut=True)
    ]

    async with aclosing(told(completer, ASKED)) as events:
        assert [await anext(events), await anext(events)] == [Delta("H"), Delta("el")]
        with pytest.raises(ConnectionCut):
            await anext(events)


async def test_what_a_model_says_twice_is_said_twice(script: Script, completer: OpenAICompleter) -> None:
    script.replies = [stream(chunk({"content": "ha"}), chunk({"content": "ha"}, "stop"))]

    text, _ = await answer(completer)

    assert text == "haha"


BILLS = {
    "beside the reason": event({"choices": [{"delta": {}, "finish_reason": "stop", "usage": USAGE}]}),
    "in Groq's own field": event({"choices": [], "x_groq": {"usage": USAGE}}),
    "before one of nothing": BILL + event({"choices": [], "usage": dict.fromkeys(USAGE, 0)}),
    "under other names": event({"choices": [], "usage": {"input_tokens": 20, "output_tokens": 9}}),
}


@pytest.mark.parametrize("bill", BILLS.values(), ids=BILLS)
async def test_a_bill_is_found_where_servers_put_it(
    script: Script, completer: OpenAICompleter, bill: bytes
) -> None:
    script.replies = [stream(chunk({"content": "Hello"}), bill, END, DONE)]

    _, completion = await answer(completer)

    assert completion.usage is not None
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (20, 9)


async def test_a_bill_of_nothing_is_none(script: Script, completer: OpenAICompleter) -> None:
    script.replies = [
        stream(chunk({"content": "Hello"}, usage={"prompt_tokens": 0, "completion_tokens": 0}), END, DONE)
    ]

    _, completion = await answer(completer)

    assert completion.usage is None
