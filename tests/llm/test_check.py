"""The look at the key and the model before the first answer."""

import pytest

from bot import errors
from bot.llm.completer import OpenAICompleter
from tests.llm.conftest import Reply, Script
from tests.llm.replies import body, error, page, stream


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
