"""What only was thought, as servers send it, and what of it is heard by the real client."""

from contextlib import aclosing
from dataclasses import replace

import pytest

from bot.chat.completions import Delta, Request, Retraction, StreamEvent, Thought
from bot.errors import ConnectionCut, ReplyUsedUp
from bot.llm.completer import OpenAICompleter
from bot.llm.dialects.listing import listing
from tests.llm.conftest import Reply, Script, told
from tests.llm.replies import BILL, DONE, END, OPENING, body, chunk, stream, whole, word
from tests.llm.test_completer import ASKED, answer

MISTRAL = [
    {"type": "thinking", "thinking": [{"type": "text", "text": "A secret"}]},
    {"type": "reference", "reference_ids": [1]},
    {"type": "text", "text": "Hello"},
]
ASKED_OF_TAGS = replace(
    ASKED,
    messages=[*ASKED.messages, {"role": "user", "content": [{"type": "text", "text": "What is <think>?"}]}],
)


def words(*texts: str) -> Reply:
    return stream(OPENING, *map(word, texts), END, BILL, DONE)


async def heard(completer: OpenAICompleter, asked: Request = ASKED) -> list[StreamEvent]:
    async with aclosing(told(completer, asked)) as events:
        return [event async for event in events][:-1]


OPENS = "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n<think>\\n' }}{% endif %}"  # QwQ's
THINKING = {
    "in tags": words("<thi", "nk>A sec", "ret</", "think>\n", "Hello"),
    "in brackets": words("[THINK]A secret[/THINK]Hello"),
    "in a channel": words(
        "<|channel|>",
        "analysis<|message|>A secret",
        "<|end|><|start|>assistant<|channel|>fi",
        "nal<|message|>Hello",
    ),
    "folded": words(
        '<details type="reaso',
        'ning" done="true">\n<summary>Thought for 5 s',
        "econds</summary>\n> A secret\n</det",
        "ails>\nHello",
    ),
    "in a field": stream(chunk({"reasoning_content": "A secret"}), word("Hello"), END, DONE),
    "in a field of another name": stream(chunk({"reasoning": "A secret"}), word("Hello"), END, DONE),
    "in details": stream(
        chunk({"reasoning_details": [{"type": "reasoning.text", "text": "A secret"}]}),
        word("Hello"),
        END,
        DONE,
    ),
    "in a list of parts": stream(chunk({"content": MISTRAL}), END, DONE),
    "in parts marked as such": stream(
        chunk({"content": [{"type": "text", "text": "A secret", "thought": True}]}),
        chunk({"content": {"type": "text", "text": "Hello"}}),
        END,
        DONE,
    ),
    "in an answer that came whole": body(whole("<think>A secret</think>Hello")),
    "in parts of an answer that came whole": body(
        whole(choices=[{"message": {"content": MISTRAL}, "finish_reason": "stop"}])
    ),
}


@pytest.mark.parametrize("reply", THINKING.values(), ids=THINKING)
async def test_what_was_only_thought_is_told_as_such_and_kept_nowhere(
    script: Script, completer: OpenAICompleter, reply: Reply
) -> None:
    script.replies = [reply]

    assert await heard(completer) == [Thought(), Delta("Hello")]

    _, completion = await answer(completer)
    assert "secret" not in completion.extra


async def test_thoughts_without_an_opening_tag_are_taken_back_once_and_held_back_from_then_on(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [words("A sec", "ret\n", "</think>", "\n\nHello")]

    first, second = await heard(completer), await heard(completer)

    assert first == [Delta("A sec"), Delta("ret\n"), Retraction(), Thought(), Delta("Hello")]
    assert second == [Thought(), Delta("Hello")]


R1 = replace(ASKED, model="deepseek-r1:8b")
SECRET_FIRST = words("A sec", "ret\n", "</think>", "\n\nHello")


async def test_of_a_model_that_is_known_to_begin_in_thoughts_nothing_is_shown_to_be_taken_back(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [SECRET_FIRST]
    assert await heard(completer, R1) == [Thought(), Delta("Hello")]
    assert script.bodies[-1]["max_completion_tokens"] > R1.max_reply_tokens

    completer.dialects.hear(ASKED.model, listing({"chat_template": OPENS}))
    assert await heard(completer) == [Thought(), Delta("Hello")]


async def test_thoughts_that_were_cut_before_their_tag_came_are_told_as_such(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [stream(word("A secret"), chunk(finish="length"), DONE)]

    with pytest.raises(ReplyUsedUp):
        await heard(completer, R1)


async def test_words_flow_where_a_server_tells_thoughts_apart_though_its_model_is_known_to_begin_in_them(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [stream(chunk({"reasoning": "A secret"}), word("Hello"), word(" John"), END, DONE)]

    assert await heard(completer, R1) == [Thought(), Delta("Hello"), Delta(" John")]


async def test_words_that_were_held_since_they_might_be_thoughts_are_so_but_once(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [words("Hello", " John")]

    assert [await heard(completer, R1) for _ in range(2)] == [
        [Thought(), Delta("Hello John")],
        [Delta("Hello"), Delta(" John")],
    ]


async def test_an_answer_without_thoughts_is_heard_at_once_again(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [words("A secret</think>Hello"), words("Hi", " John"), words("Hi", " John")]
    await heard(completer)

    assert await heard(completer) == [Thought(), Delta("Hi John")]
    assert await heard(completer) == [Delta("Hi"), Delta(" John")]


async def test_what_was_taken_back_does_not_count_as_shown(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [stream(word("A secret</think>"), cut=True), words("Hello")]

    assert (await answer(completer))[0] == "Hello"


async def test_a_failure_after_thoughts_is_tried_again(script: Script, completer: OpenAICompleter) -> None:
    script.replies = [stream(word("<think>A secret"), cut=True), words("Hello")]

    assert (await answer(completer))[0] == "Hello"


async def test_thoughts_do_not_count_towards_the_limit_of_the_reply(
    script: Script, completer: OpenAICompleter
) -> None:
    asked = replace(ASKED, max_reply_tokens=5)
    long = "one secret after another " * 50
    script.replies = [
        words("<think>", *long.split(), "</think>Hello"),
        words("<think>x</think>one two", " three four", " five", " six"),
    ]

    assert (await answer(completer, asked))[0] == "Hello"
    text, completion = await answer(completer, asked)
    assert text == "one two three four five"
    assert completion.finish_reason == "length"


async def test_a_tag_that_the_model_writes_of_is_heard(script: Script, completer: OpenAICompleter) -> None:
    said = "A <think> opens thoughts and </think> closes them.\n\n```\n<think>\n</think>\n```"
    script.replies = [words(*said)]

    assert (await answer(completer, ASKED_OF_TAGS))[0] == said


async def test_an_end_mark_without_a_reason_is_an_end(script: Script, completer: OpenAICompleter) -> None:
    script.replies = [stream(word("Hello"), DONE), body(whole(choices=[{"message": {"content": "Hello"}}]))]

    for _ in range(2):
        text, completion = await answer(completer)

        assert text == "Hello"
        assert completion.finish_reason is None


async def test_a_server_that_dawdles_after_the_end_mark_is_not_waited_for(
    script: Script, completer: OpenAICompleter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.llm.events.DRAIN_SECONDS", 0.02)
    script.replies = [stream(word("Hello"), DONE, hold=True)]

    assert (await answer(completer))[0] == "Hello"


async def test_text_before_an_error_in_the_same_chunk_is_kept(
    script: Script, completer: OpenAICompleter
) -> None:
    choice = {"delta": {"content": "Once"}, "finish_reason": "error", "error": {"message": "Overloaded"}}
    script.replies = [stream(chunk(choices=[choice]), DONE)]

    async with aclosing(told(completer, ASKED)) as events:
        assert await anext(events) == Delta("Once")
        with pytest.raises(ConnectionCut):
            await anext(events)


async def test_what_may_have_become_a_tag_is_kept_when_the_answer_breaks_off(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [stream(word("a <"), cut=True)]

    async with aclosing(told(completer, ASKED)) as events:
        assert [await anext(events), await anext(events)] == [Delta("a "), Delta("<")]
        with pytest.raises(ConnectionCut):
            await anext(events)


async def test_the_model_that_the_server_names_is_told_as_it_came(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [body(whole(model="acme/A-Fallback:free"))]

    assert (await answer(completer))[1].model == "acme/A-Fallback:free"


async def test_the_marks_of_a_template_are_heard_only_where_they_are_spoken_of(
    script: Script, completer: OpenAICompleter
) -> None:
    said = words("Hello.", "<|im_", "end|>", "\n")
    script.replies = [said, said]
    question = {"role": "user", "content": "What ends a turn: </s> or <|im_end|>?"}
    asked = replace(ASKED, messages=[question])

    (plain, _), (told, _) = [await answer(completer), await answer(completer, asked)]

    assert (plain, told) == ("Hello.", "Hello.<|im_end|>\n")


async def test_what_follows_on_thoughts_that_were_taken_back_loses_its_marks_too(
    script: Script, completer: OpenAICompleter
) -> None:
    script.replies = [words("A secret <", "</think>", "Hello<|im_end|>")]

    assert (await heard(completer))[-1] == Delta("Hello")


async def test_thoughts_that_were_cut_before_their_end_are_no_reason_to_show_the_next(
    script: Script, completer: OpenAICompleter
) -> None:
    limit = chunk(finish="length")
    script.replies = [
        words("A secret</think>Hello"),
        stream(word("A secret"), limit, DONE),
        words("A secret</think>Hello"),
    ]
    await heard(completer)
    with pytest.raises(ReplyUsedUp):
        await heard(completer)

    assert await heard(completer) == [Thought(), Delta("Hello")]


async def test_an_answer_that_is_as_long_as_it_may_be_is_followed_for_a_while_and_no_longer(
    script: Script, completer: OpenAICompleter
) -> None:
    asked = replace(ASKED, max_reply_tokens=5)
    script.replies = [words(*["one "] * 500), stream(*map(word, ["one "] * 10), cut=True)]

    for _ in range(2):
        text, completion = await answer(completer, asked)
        assert text == "one one one one one"
        assert completion.finish_reason == "length"


@pytest.mark.parametrize(
    "template",
    [
        None,
        "{{ '<think>' }}{% if add_generation_prompt %}{{ '<|im_start|>assistant' }}{% endif %}",
        "{% if add_generation_prompt %}{{ '<think>' if thinking else '</think>' }}{% endif %}",
        "{% if add_generation_prompt %}{{ '<think>\\n\\n</think>\\n\\n' }}{% endif %}",
    ],
)
def test_a_template_that_may_close_thoughts_itself_tells_nothing(template: str | None) -> None:
    assert not listing({"chat_template": template}).thinks_first
