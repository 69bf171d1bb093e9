"""Each character of the model departs from OpenAI's API where its kind of server does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from playground import Playground
from playground.model.characters.cast import CAST
from playground.model.characters.character import THOUGHTS

Json = dict[str, Any]
HELLO = [{"role": "user", "content": "Hello"}]
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
TWICE = [*HELLO, *HELLO]
STRICT = ("llama.cpp", "llama.cpp-gemma", "vllm")
BLIND = (*STRICT, "openrouter", "mistral", "litellm")


class Server:
    """The model's API, asked as no library would ask it."""

    def __init__(self, playground: Playground, session: aiohttp.ClientSession) -> None:
        self.model = playground.model
        self._playground = playground
        self._session = session

    async def ask(self, messages: list[Json] | None = None, **options: Any) -> tuple[int, str]:
        """Ask for a stream, and return the status and the whole body."""
        asked = {"model": "any", "messages": messages or HELLO, "stream": True} | options
        url = f"{self._playground.model_url}/chat/completions"
        async with self._session.post(url, json=asked) as response:
            return response.status, await response.text()

    async def chunks(self, messages: list[Json] | None = None, **options: Any) -> list[Json]:
        """Ask for a stream, and return its chunks."""
        status, body = await self.ask(messages, **options)
        assert status == 200
        lines = [line.removeprefix("data: ") for line in body.splitlines() if line.startswith("data: {")]
        return [json.loads(line) for line in lines]

    async def get(self, path: str) -> tuple[int, Json]:
        """Return the status and the JSON of a page."""
        async with self._session.get(self._playground.url + path) as response:
            return response.status, await response.json() if response.status == 200 else {}


@pytest.fixture
async def server(playground: Playground) -> AsyncIterator[Server]:
    async with aiohttp.ClientSession() as session:
        yield Server(playground, session)


def deltas(chunks: list[Json], name: str = "content") -> list[Any]:
    choices = [choice for chunk in chunks for choice in chunk["choices"]]
    return [choice["delta"][name] for choice in choices if (choice.get("delta") or {}).get(name)]


def reasons(chunks: list[Json]) -> list[str]:
    return [one["finish_reason"] for chunk in chunks for one in chunk["choices"] if one["finish_reason"]]


@pytest.mark.parametrize("name", CAST)
async def test_every_character_says_what_is_scripted_and_comes_to_an_end(server: Server, name: str) -> None:
    server.model.character = replace(CAST[name], loads=0.0)
    server.model.answer("Some words to be said.")
    _, body = await server.ask()

    assert "Some" in body
    assert " said." in body
    assert body.endswith("data: [DONE]\n\n")


@pytest.mark.parametrize("name", CAST)
async def test_every_character_fails_in_its_way_and_then_answers(server: Server, name: str) -> None:
    server.model.character = replace(CAST[name], loads=0.0)
    server.model.fail_in_its_way()
    failed = await server.ask()

    assert failed[0] >= 400 or '"error"' in failed[1]
    assert (await server.ask())[0] == 200


@pytest.mark.parametrize("name", CAST)
async def test_every_character_refuses_a_wrong_key_and_an_unknown_model_in_its_words(
    server: Server, name: str
) -> None:
    server.model.character = CAST[name]
    server.model.known_models = {"known"}
    status, unknown = await server.ask()
    server.model.key = "right"
    wrong = await server.ask()

    assert status in (400, 404)
    assert "any" in unknown or "DeploymentNotFound" in unknown
    assert wrong[0] in (400, 401)


@pytest.mark.parametrize("name", STRICT)
async def test_strict_templates_want_the_roles_to_alternate(server: Server, name: str) -> None:
    server.model.character = CAST[name]
    status, body = await server.ask(TWICE)

    assert status == (500 if name == "llama.cpp" else 400)
    assert "Conversation roles must alternate" in body
    assert (await server.ask([*HELLO, {"role": "assistant", "content": "Hi"}, *HELLO]))[0] == 200


@pytest.mark.parametrize("name", BLIND)
async def test_blind_characters_refuse_pictures(server: Server, name: str) -> None:
    server.model.character = CAST[name]
    status, body = await server.ask([{"role": "user", "content": [PICTURE]}])

    assert status in (400, 404, 500)
    assert "image" in body.lower()


async def test_a_template_without_a_system_role_refuses_one(server: Server) -> None:
    server.model.character = CAST["llama.cpp-gemma"]
    status, body = await server.ask([{"role": "system", "content": "Be kind."}, *HELLO])

    assert (status, "System role not supported" in body) == (400, True)


@pytest.mark.parametrize("name", ["llama.cpp", "vllm", "openrouter", "mistral", "litellm", "gemini", "azure"])
async def test_what_is_longer_than_the_window_is_refused_with_the_window_named(
    server: Server, name: str
) -> None:
    server.model.character = CAST[name]
    server.model.context_window = 100
    status, body = await server.ask([{"role": "user", "content": "word " * 200}])

    assert status == 400
    assert "100" in body


async def test_vllm_counts_the_reply_into_the_window(server: Server) -> None:
    server.model.character = CAST["vllm"]
    status, body = await server.ask(max_completion_tokens=4096)

    assert status == 400
    assert "4096 in the completion" in body


async def test_ollama_reads_the_newest_alone_and_bills_what_it_read(server: Server) -> None:
    server.model.character = replace(CAST["ollama"], loads=0.0)
    server.model.context_window = 300
    told = [{"role": "user", "content": "My name is Ada."}, {"role": "assistant", "content": "word " * 300}]
    chunks = await server.chunks(
        [*told, {"role": "user", "content": "What is my name?"}], stream_options={"include_usage": True}
    )

    assert "don't know your name" in "".join(deltas(chunks))
    assert 0 < chunks[-1]["usage"]["prompt_tokens"] <= 300


async def test_ollama_loads_once_and_anew_where_the_loading_was_given_up(server: Server) -> None:
    server.model.character = replace(CAST["ollama"], loads=0.2)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await server.ask()
    await server.model.last.closed()
    await server.ask()
    first = server.model.last
    loadings = server.model.loadings
    await server.ask()

    assert first.ended is not None
    assert first.ended - first.began >= 0.2
    assert (loadings, server.model.loadings) == (2, 2)


async def test_gpt_6_thinks_in_silence_and_may_use_up_the_whole_limit(server: Server) -> None:
    server.model.character = CAST["gpt-6"]
    options: Json = {"stream_options": {"include_usage": True}}
    used_up = await server.chunks(max_completion_tokens=150, **options)
    answered = await server.chunks(max_completion_tokens=150, reasoning_effort="none", **options)

    assert (deltas(used_up), reasons(used_up)) == ([], ["length"])
    assert used_up[-1]["usage"]["completion_tokens_details"]["reasoning_tokens"] == 200
    assert deltas(answered)
    assert reasons(answered) == ["stop"]


@pytest.mark.parametrize(
    "options", [{"temperature": 0.2}, {"max_tokens": 9}, {"reasoning_effort": "minimal"}, {"top_p": 0.5}]
)
async def test_gpt_6_refuses_what_it_fixes(server: Server, options: Json) -> None:
    server.model.character = CAST["gpt-6"]
    status, body = await server.ask(**options)

    assert status == 400
    assert json.loads(body)["error"]["param"] == next(iter(options))


@pytest.mark.parametrize(("name", "field"), [("vllm", "reasoning_content"), ("openrouter", "reasoning")])
async def test_thoughts_come_in_a_field_of_their_own(server: Server, name: str, field: str) -> None:
    server.model.character = CAST[name]
    chunks = await server.chunks()

    assert "".join(deltas(chunks, field)).startswith(THOUGHTS)
    assert THOUGHTS not in "".join(deltas(chunks))


async def test_mistral_sends_lists_of_parts_and_always_bills(server: Server) -> None:
    server.model.character = CAST["mistral"]
    chunks = await server.chunks()
    parts = [part for content in deltas(chunks) for part in content]

    assert {part["type"] for part in parts} == {"thinking", "text"}
    assert chunks[-1]["usage"]["prompt_tokens"] > 0
    assert (await server.ask(prompt_cache_key="k"))[0] == 422


@pytest.mark.parametrize(
    ("name", "begin", "end"),
    [
        ("harmony", "<|channel|>analysis<|message|>", "<|return|>"),
        ("think-tags", "<think>\n", "Tell me your name and ask for it later"),
    ],
)
async def test_marks_of_thinking_stand_in_the_text_cut_anywhere(
    server: Server, name: str, begin: str, end: str
) -> None:
    server.model.character = CAST[name]
    pieces = deltas(await server.chunks())
    text = "".join(pieces)

    assert text.startswith(begin)
    assert end in text
    assert all(begin not in piece for piece in pieces)


async def test_gemini_names_its_endings_in_capitals(server: Server) -> None:
    server.model.character = CAST["gemini"]

    assert reasons(await server.chunks()) == ["STOP"]
    assert reasons(await server.chunks(max_completion_tokens=30)) == ["MAX_TOKENS"]


async def test_azure_begins_with_empty_choices_and_ends_with_one_without_a_delta(server: Server) -> None:
    server.model.character = CAST["azure"]
    chunks = await server.chunks()

    assert chunks[0]["choices"] == []
    assert "delta" not in chunks[-2]["choices"][0]


async def test_openrouter_sends_comments_first_and_breaks_off_inside_the_stream(server: Server) -> None:
    server.model.character = CAST["openrouter"]
    server.model.fail_in_its_way()
    status, body = await server.ask()
    last = json.loads(body.split("data: ")[-2])

    assert status == 200
    assert body.startswith(": OPENROUTER PROCESSING")
    assert last["choices"][0]["finish_reason"] == "error"


async def test_litellm_tells_when_to_come_again_under_another_name(server: Server) -> None:
    server.model.character = CAST["litellm"]
    failure = server.model.fail_in_its_way().failure

    assert failure is not None
    assert (failure.status, failure.headers) == (429, {"llm_provider-retry-after": "1"})


async def test_llama_cpp_python_is_silent_on_a_long_prompt_and_never_bills(server: Server) -> None:
    server.model.character = CAST["llama-cpp-python"]
    long = await server.ask([{"role": "user", "content": "word " * 4000}])
    chunks = await server.chunks(stream_options={"include_usage": True})

    assert long == (200, "")
    assert not any(chunk.get("usage") for chunk in chunks)


async def test_llama_cpp_python_breaks_off_for_the_next_question(server: Server) -> None:
    server.model.character = CAST["llama-cpp-python"]
    gate = server.model.script("To be ").hold()
    first = asyncio.create_task(server.ask())
    await gate.reached()

    assert (await server.ask())[0] == 200
    with pytest.raises(aiohttp.ClientError):
        await first


@pytest.mark.parametrize(
    ("name", "field"), [("llama.cpp", "meta"), ("vllm", "max_model_len"), ("openrouter", "context_length")]
)
async def test_the_window_stands_in_the_list_of_models(server: Server, name: str, field: str) -> None:
    server.model.character = CAST[name]
    _, models = await server.get("/v1/models")

    assert str(CAST[name].window.tokens) in str(models["data"][0][field])


async def test_llama_cpp_alone_has_a_page_of_properties(server: Server) -> None:
    server.model.character = CAST["llama.cpp"]
    _, props = await server.get("/props")
    server.model.character = CAST["ollama"]

    assert props["default_generation_settings"]["n_ctx"] == 2048
    assert (await server.get("/props"))[0] == 404
