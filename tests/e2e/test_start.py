"""The start: what is wrong is one sentence that says what to do, and the exit code is not 0."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import texts
from bot.playground import Limits, Playground
from tests.support.process import Ended, run


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with Playground(limits=Limits.off()) as playground:
        yield playground


def right(playground: Playground) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": playground.token,
        "DISCORD_API_URL": playground.api_url,
        "OPENAI_BASE_URL": playground.model_url,
    }


def is_a_sentence(ended: Ended, *words: str) -> bool:
    return (
        ended.code != 0
        and ended.output == ""
        and "Traceback" not in ended.errors
        and all(word in ended.errors for word in words)
        and len([line for line in ended.errors.splitlines() if " INFO " not in line]) == 1
    )


async def test_without_settings_every_missing_one_is_named_at_once(tmp_path: Path) -> None:
    ended = await run(tmp_path, environ={})

    assert ended.code != 0
    assert "Traceback" not in ended.errors
    assert [line.split()[0] for line in ended.errors.splitlines()] == ["DISCORD_TOKEN", "OPENAI_API_KEY"]


async def test_bad_values_are_reported_together(tmp_path: Path) -> None:
    environ = {
        "DISCORD_TOKEN": "nonsense",
        "MAX_PROMPT_TOKENS": "many",
        "LOG_LEVEL": "loud",
        "SUMMARIZE": "maybe",
    }
    ended = await run(tmp_path, environ=environ)

    names = [line.split()[0] for line in ended.errors.splitlines()]
    assert names == ["DISCORD_TOKEN", "OPENAI_API_KEY", "MAX_PROMPT_TOKENS", "SUMMARIZE", "LOG_LEVEL"]
    assert "nonsense" not in ended.errors


async def test_a_refused_token_is_a_sentence(tmp_path: Path, playground: Playground) -> None:
    ended = await run(tmp_path, environ=right(playground) | {"DISCORD_TOKEN": "wrong-token-of-somebody"})

    assert is_a_sentence(ended, texts.LOGIN_REFUSED)
    assert "wrong-token-of-somebody" not in ended.errors


async def test_a_missing_intent_is_a_sentence(tmp_path: Path, playground: Playground) -> None:
    playground.message_content_allowed = False

    ended = await run(tmp_path, environ=right(playground))

    assert is_a_sentence(ended, texts.INTENT_MISSING)


async def test_an_unwritable_database_is_a_sentence(tmp_path: Path, playground: Playground) -> None:
    (tmp_path / "file").write_text("in the way")

    ended = await run(tmp_path, environ=right(playground) | {"DATABASE_URL": "sqlite:///file/parley.db"})

    assert is_a_sentence(ended, "file/parley.db")


async def test_a_discord_out_of_reach_is_a_sentence(tmp_path: Path, playground: Playground) -> None:
    ended = await run(tmp_path, environ=right(playground) | {"DISCORD_API_URL": "http://127.0.0.1:1/api/v10"})

    assert is_a_sentence(ended, "DISCORD_API_URL")


async def test_check_says_what_is_right_and_what_is_not(tmp_path: Path, playground: Playground) -> None:
    playground.model.known_models = {"something-else"}

    ended = await run(tmp_path, "check", environ=right(playground))

    assert ended.code == 1
    assert [line.split()[:2] for line in ended.output.splitlines()] == [
        ["ok", "settings"],
        ["ok", "database"],
        ["ok", "Discord"],
        ["not", "ok"],
    ]


async def test_invite_prints_the_link(tmp_path: Path) -> None:
    token = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE." + "x" * 38

    ended = await run(tmp_path, "invite", environ={"DISCORD_TOKEN": token, "OPENAI_API_KEY": "sk-1"})

    assert ended.code == 0
    assert "client_id=123456789012345678&" in ended.output
    assert "permissions=277025508416" in ended.output


async def test_the_playground_holds_a_talk_without_a_terminal(tmp_path: Path) -> None:
    ended = await run(
        tmp_path, "playground", "--say", "Hello! I'm John.", "--say", "Do you know my name?", environ={}
    )

    first, second = ended.output.split("Alex: ")[1:]
    assert ended.code == 0
    assert "stand-in" in first
    assert "John" in second.partition("Parley: ")[2]


async def test_a_playground_whose_model_is_out_of_reach_says_so(tmp_path: Path) -> None:
    environ = {"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}
    ended = await run(tmp_path, "playground", "--say", "Hello", environ=environ)

    assert texts.MODEL_DOWN in ended.output
    assert ended.code == 1
