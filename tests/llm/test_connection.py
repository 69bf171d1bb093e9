"""How the client is set up for a server."""

import pytest

from bot.llm.completer import OpenAICompleter
from bot.llm.connection import OPENAI_URL, connect
from bot.llm.counter import TiktokenCounter
from tests.llm.conftest import KEY, FakeClock, Script, served
from tests.llm.replies import ANSWER, error, stream
from tests.llm.test_completer import answer


async def test_without_an_address_openai_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://elsewhere.invalid/v1")

    async with connect(KEY) as client:
        assert str(client.base_url) == OPENAI_URL + "/"


async def test_a_server_at_home_needs_no_key_and_no_proxy(
    script: Script, clock: FakeClock, counter: TiktokenCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    script.replies = [stream(*ANSWER)]

    async with connect("", script.url) as client:
        text, _ = await answer(OpenAICompleter(served(client), counter, clock, lambda: 0.0))

    assert text == "Hello John."
    assert KEY not in script.headers[0]["Authorization"]


async def test_the_client_itself_never_retries(script: Script) -> None:
    script.replies = [error(500, "Oops")]

    async with connect(KEY, script.url) as client:
        with pytest.raises(Exception, match="Oops"):
            await client.models.retrieve("gpt-4.1-mini")

    assert len(script.paths) == 1
