"""The look at the key and the model before the first answer."""

from typing import Any

import pytest
from openai import AsyncOpenAI

from bot import errors
from bot.llm.completer import LOOK_AGAIN_SECONDS, OpenAICompleter, Server
from bot.llm.counter import TiktokenCounter
from bot.llm.dialects.learned import Dialects
from tests.llm.conftest import FakeClock, Reply, Script
from tests.llm.replies import ANSWER, body, error, page, silence, stream


async def test_a_check_passes_where_the_model_is_there(script: Script, completer: OpenAICompleter) -> None:
    script.replies = [body({"id": "gpt-4.1-mini", "object": "model", "created": 1, "owned_by": "openai"})]

    await completer.check("gpt-4.1-mini")

    assert script.paths == ["/v1/models/gpt-4.1-mini"]


async def test_a_check_reads_the_list_where_models_have_no_page(
    script: Script, completer: OpenAICompleter
) -> None:
    listed = body({"object": "list", "data": [{"id": "llama3:latest", "object": "model"}]})
    script.replies = [page("404 page not found", 404), listed, page("404 page not found", 404), listed]

    await completer.check("llama3")
    with pytest.raises(errors.ModelNotFound):
        await completer.check("llama4")

    assert script.paths[1] == "/v1/models"


@pytest.mark.parametrize(
    "listed",
    [
        [{"id": "llama3", "object": "model"}],
        {"data": ["llama3"]},
        {"object": "list", "models": [{"name": "llama3"}]},
        {"data": [{"id": "models/llama3"}]},
    ],
    ids=["bare", "names alone", "under another name", "with a path"],
)
async def test_a_list_of_models_is_read_in_other_forms_too(
    script: Script, completer: OpenAICompleter, listed: object
) -> None:
    script.replies = [page("404 page not found", 404), body(listed)]

    await completer.check("llama3")


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (error(401, "Incorrect API key provided", code="invalid_api_key"), errors.KeyRefused),
        (error(500, "Oh no"), errors.ModelDown),
    ],
)
async def test_a_check_fails_as_an_answer_would(
    script: Script, completer: OpenAICompleter, reply: Reply, expected: type[errors.ModelError]
) -> None:
    script.replies = [reply]

    with pytest.raises(expected):
        await completer.check("gpt-4.1-mini")


@pytest.mark.parametrize(
    "reply",
    [
        error(403, "You may not list models"),
        error(401, "You have insufficient permissions for this operation. Missing scopes: api.model.read"),
    ],
)
async def test_a_sound_key_that_may_not_look_at_models_is_not_called_wrong(
    script: Script, completer: OpenAICompleter, reply: Reply
) -> None:
    script.replies = [reply]

    with pytest.raises(errors.RequestRefused):
        await completer.check("gpt-4.1-mini")


@pytest.mark.parametrize(
    "front", [page("<html>"), body([1]), body({"data": None}), body({"data": ["one", {}]})]
)
async def test_a_server_without_a_list_of_models_has_none(
    script: Script, completer: OpenAICompleter, front: Reply
) -> None:
    script.replies = [page("404 page not found", 404), front]

    with pytest.raises(errors.ModelNotFound):
        await completer.check("gpt-4.1-mini")


async def test_a_broken_look_at_the_models_is_a_failure(script: Script, completer: OpenAICompleter) -> None:
    script.replies = [stream(b"{", kind="application/json")]

    with pytest.raises(errors.ConnectionCut):
        await completer.check("gpt-4.1-mini")


@pytest.mark.parametrize(
    ("entry", "window"),
    [
        ({"context_length": 4_096}, 4_096),
        ({"max_model_len": 8_192}, 8_192),
        ({"meta": {"n_ctx_train": 8_192}}, 2_048),  # of which the server reads less
        ({"top_provider": {"context_length": 1_000}}, 1_000),
        ({"parameters": {"max_seq_len": 4_096}}, 4_096),
        ({"context_length": "many"}, None),
        ({}, None),
    ],
)
async def test_a_server_says_how_much_a_model_reads(
    script: Script, client: AsyncOpenAI, counter: TiktokenCounter, entry: dict[str, Any], window: int | None
) -> None:
    dialects = Dialects(script.url, FakeClock().now)
    completer = OpenAICompleter(Server(client, dialects), counter, FakeClock(), lambda: 0.0)
    script.replies = [
        body({"id": "a-model"} | entry),
        body({"default_generation_settings": {"n_ctx": 2_048}}),
    ]

    await completer.check("a-model")

    assert dialects.facts("a-model").context_window == window


OLLAMA = {
    "parameters": 'stop                           "<|eot_id|>"\nnum_ctx                        8192',
    "model_info": {"general.architecture": "llama", "llama.context_length": 131_072},
    "capabilities": ["completion", "tools"],
}


@pytest.mark.parametrize(
    ("owner", "path", "page", "window"),
    [
        ("library", "/api/show", OLLAMA, 8_192),
        ("library", "/api/show", OLLAMA | {"parameters": 'stop "<|eot_id|>"'}, 131_072),
        ("organization_owner", "/api/v0/models/gemma3", {"max_context_length": 4_096, "type": "llm"}, 4_096),
        ("organization_owner", "/api/v0/models/gemma3", {"loaded_context_length": 2_048}, 2_048),
    ],
)
async def test_servers_at_home_say_it_on_pages_of_their_own(
    script: Script, completer: OpenAICompleter, owner: str, path: str, page: dict[str, Any], window: int
) -> None:
    script.replies = [body({"id": "gemma3", "owned_by": owner}), body(page)]

    await completer.check("gemma3")

    assert script.paths[-1] == path
    assert completer.dialects.facts("gemma3").context_window == window
    assert completer.dialects.facts("gemma3").sees is (owner != "library")


async def test_a_model_is_looked_up_once_or_again_later_where_its_server_said_nothing(
    script: Script, completer: OpenAICompleter, clock: FakeClock
) -> None:
    script.replies = [error(503, "Loading model"), body({"id": "a-model", "context_length": 4_096})]
    await completer.look_up("a-model")
    await completer.look_up("a-model")
    asked = len(script.paths)
    await clock.sleep(LOOK_AGAIN_SECONDS)
    for _ in range(2):
        await completer.look_up("a-model")

    assert (asked, len(script.paths)) == (1, 2)
    assert completer.dialects.facts("a-model").context_window == 4_096


async def test_a_server_that_is_silent_about_its_models_is_not_waited_for(
    script: Script, completer: OpenAICompleter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.llm.completer.LOOK_SECONDS", 0.05)
    script.replies = [silence()]

    await completer.look_up("a-model")

    assert completer.dialects.facts("a-model").context_window is None


async def test_a_model_that_leaves_is_warned_of(
    script: Script, client: AsyncOpenAI, counter: TiktokenCounter, caplog: pytest.LogCaptureFixture
) -> None:
    dialects = Dialects(script.url, FakeClock().now)
    completer = OpenAICompleter(Server(client, dialects), counter, FakeClock(), lambda: 0.0)
    script.replies = [body({"id": "a-model", "shutdown_date": "2027-01-14"})]

    await completer.check("a-model")

    assert dialects.shutdown("a-model") == "2027-01-14"
    assert "a-model leaves its server on 2027-01-14" in caplog.text


@pytest.mark.parametrize(
    "seen", [{"architecture": {"input_modalities": ["text"]}}, {"modalities": {"vision": False}}]
)
async def test_a_server_says_that_a_model_is_blind(
    script: Script, client: AsyncOpenAI, counter: TiktokenCounter, seen: dict[str, Any]
) -> None:
    dialects = Dialects(script.url, FakeClock().now)
    completer = OpenAICompleter(Server(client, dialects), counter, FakeClock(), lambda: 0.0)
    script.replies = [body({"id": "gemma-3"} | seen)]

    await completer.check("gemma-3")

    assert not dialects.facts("gemma-3").sees


async def test_a_real_word_is_asked_for(script: Script, completer: OpenAICompleter) -> None:
    script.replies = [stream(*ANSWER)]
    trial = await completer.try_out("a-model")

    assert trial.completion is not None
    assert trial.completion.usage is not None
    assert script.bodies[0]["max_completion_tokens"] <= 64
