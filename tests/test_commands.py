"""The command line: what it offers, what it says of itself, and what each command needs to be told."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

import bot
from bot.__main__ import EXIT_FAILED
from bot.commands import COMMANDS
from bot.texts import startup
from playground import Limits, Playground
from playground.model.api import NAME
from tests.support.process import launch, run

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE." + "x" * 38


async def test_a_word_that_is_no_command_is_told_with_those_that_are(tmp_path: Path) -> None:
    stopped = await run(tmp_path, "chek", environ={})

    assert stopped.code == 2
    assert stopped.errors.startswith("usage: python -m bot [-h] [--version] COMMAND")
    assert "argument COMMAND: invalid choice: 'chek'" in stopped.errors
    assert all(f"'{one.name}'" in stopped.errors for one in COMMANDS)


async def test_the_version_is_told(tmp_path: Path) -> None:
    assert (await run(tmp_path, "--version", environ={})).output == f"Parley {bot.__version__}\n"


async def test_the_link_needs_the_token_alone(tmp_path: Path) -> None:
    stopped = await run(tmp_path, "invite", environ={"DISCORD_TOKEN": TOKEN, "MAX_PROMPT_TOKENS": "many"})
    without = await run(tmp_path, "invite", environ={})

    assert (stopped.code, "client_id=123456789012345678&" in stopped.output) == (0, True)
    assert "permissions=311385246784" in stopped.output
    assert without.code == EXIT_FAILED
    assert [line.split()[0] for line in without.errors.splitlines()] == ["DISCORD_TOKEN"]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["backup", "copy.db"], "There is no database data/parley.db"),
        (["restore", "copy.db"], "There is no file copy.db"),
        (["vacuum"], "There is no database data/parley.db"),
    ],
)
async def test_what_looks_after_the_database_needs_no_token(
    tmp_path: Path, command: list[str], told: str
) -> None:
    stopped = await run(tmp_path, *command, environ={})

    assert stopped.code == EXIT_FAILED
    assert stopped.errors.startswith(told)


async def test_beside_a_bot_its_database_is_copied_and_no_second_one_runs(tmp_path: Path) -> None:
    async with Playground(limits=Limits.off()) as playground:
        environ = {
            "DISCORD_TOKEN": playground.token,
            "DISCORD_API_URL": playground.api_url,
            "OPENAI_BASE_URL": playground.model_url,
            "OPENAI_MODEL": NAME,
        }
        running = await launch(tmp_path, environ=environ)
        await playground.world.until(lambda: playground.gateway.connected)
        second, copied, *refused = await asyncio.gather(
            run(tmp_path, environ=environ),
            run(tmp_path, "backup", "copy.db", environ={}),
            run(tmp_path, "restore", "copy.db", environ={}),
            run(tmp_path, "vacuum", environ={}),
            run(tmp_path, "check", "--forget-dialects", environ={}),
        )
        running.kill()
        await running.communicate()
        restored = await run(tmp_path, "restore", "copy.db", environ={})

    sentence = startup.STORE_HELD.format(path="data/parley.db")
    assert (second.code, sentence in second.errors, "Traceback" in second.errors) == (
        EXIT_FAILED,
        True,
        False,
    )
    assert [(one.code, one.errors.strip()) for one in refused] == [(EXIT_FAILED, sentence)] * 3
    assert (copied.code, restored.code) == (0, 0)
    assert sqlite3.connect(tmp_path / "copy.db").execute("PRAGMA integrity_check").fetchall() == [("ok",)]
