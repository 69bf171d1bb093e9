"""The start: what is wrong is one sentence that says what to do, and the exit code is not 0."""

import asyncio
import signal
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot import __version__, logs, running
from bot.__main__ import EXIT_FAILED, EXIT_LOST, EXIT_UNFIT, main
from bot.errors import GatewayLost
from bot.gateway.times import Times
from bot.settings import bounds
from bot.store.connection import database
from bot.texts import members, startup
from playground import Limits, Playground
from playground.discord.gateway_faults import Stage
from playground.model.api import NAME
from tests.support.process import LIMIT_SECONDS, Ended, ended, launch, run
from tests.support.room import open_room

NEVER_USED = {  # by a start that fails before
    "DISCORD_TOKEN": "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE." + "x" * 38,
    "OPENAI_API_KEY": "sk-1",
    "DATABASE_URL": "sqlite:///parley.db",
}


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with Playground(limits=Limits.off()) as playground:
        yield playground


def right(playground: Playground) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": playground.token,
        "DISCORD_API_URL": playground.api_url,
        "OPENAI_BASE_URL": playground.model_url,
        "OPENAI_MODEL": NAME,
        **bounds.OFF,
    }


def is_a_sentence(stopped: Ended, *words: str) -> bool:
    return (
        stopped.code in (EXIT_FAILED, EXIT_UNFIT)
        and stopped.output == ""
        and "Traceback" not in stopped.errors
        and all(word in stopped.errors for word in words)
        and len([line for line in stopped.errors.splitlines() if " INFO " not in line]) == 1
    )


async def line_with(process: asyncio.subprocess.Process, words: str) -> str:
    """Wait for a line of the log."""
    assert process.stderr is not None
    async with asyncio.timeout(LIMIT_SECONDS):
        while words not in (line := (await process.stderr.readline()).decode()):
            assert line, "it ended before"
    return line


async def test_without_settings_every_missing_one_is_named_at_once(tmp_path: Path) -> None:
    stopped = await run(tmp_path, environ={})

    assert stopped.code != 0
    assert "Traceback" not in stopped.errors
    assert [line.split()[0] for line in stopped.errors.splitlines()] == ["DISCORD_TOKEN", "OPENAI_API_KEY"]


async def test_bad_values_are_reported_together(tmp_path: Path) -> None:
    environ = {
        "DISCORD_TOKEN": "nonsense",
        "MAX_PROMPT_TOKENS": "many",
        "LOG_LEVEL": "loud",
        "SUMMARIZE": "maybe",
    }
    stopped = await run(tmp_path, environ=environ)

    names = [line.split()[0] for line in stopped.errors.splitlines()]
    assert names == ["DISCORD_TOKEN", "OPENAI_API_KEY", "MAX_PROMPT_TOKENS", "SUMMARIZE", "LOG_LEVEL"]
    assert "nonsense" not in stopped.errors


async def test_a_refused_token_is_a_sentence(tmp_path: Path, playground: Playground) -> None:
    stopped = await run(tmp_path, environ=right(playground) | {"DISCORD_TOKEN": "wrong-token-of-somebody"})

    assert is_a_sentence(stopped, startup.LOGIN_REFUSED)
    assert "wrong-token-of-somebody" not in stopped.errors


async def test_a_missing_intent_is_a_sentence(tmp_path: Path, playground: Playground) -> None:
    playground.message_content_allowed = False

    stopped = await run(tmp_path, environ=right(playground))

    assert is_a_sentence(stopped, startup.INTENT_MISSING)


async def test_an_unwritable_database_is_a_sentence(tmp_path: Path, playground: Playground) -> None:
    (tmp_path / "file").write_text("in the way")

    stopped = await run(tmp_path, environ=right(playground) | {"DATABASE_URL": "sqlite:///file/parley.db"})

    assert is_a_sentence(stopped, "file/parley.db")


async def test_a_start_tells_what_it_is_and_who_it_is(tmp_path: Path, playground: Playground) -> None:
    for guild in list(playground.world.guilds.values()):
        guild.members.pop(playground.world.bot.id)
    file = tmp_path / "parley.log"
    environ = right(playground) | {
        "SYSTEM_PROMPT": "Be a secret agent.",
        "LOG_FILE": str(file),
        "SUMMARIZE": "off",
    }
    process = await launch(tmp_path, environ=environ)
    told = [
        await line_with(process, words) for words in ("Parley ", "differs ", "connected as ", "no server")
    ]
    await line_with(process, "ready, servers: 0; loaded in ")
    process.send_signal(signal.SIGTERM)
    stopped = await ended(process)

    assert f"Parley {__version__} on Python " in told[0]
    assert f"model {NAME} at {playground.model_url}, database data/parley.db" in told[0]
    shown = (
        f"DISCORD_TOKEN set, OPENAI_BASE_URL={playground.model_url}, OPENAI_MODEL={NAME}, SYSTEM_PROMPT set"
    )
    assert f"differs from the defaults: {shown}, " in told[1]
    assert told[1].endswith(f"DISCORD_API_URL={playground.api_url}, LOG_FILE={file}\n")
    assert "SUMMARIZE" not in told[1]
    assert "shard 0 is connected as Parley#0000, in 0 servers" in told[2]
    assert f"https://discord.com/oauth2/authorize?client_id={playground.world.application_id}&" in told[3]
    assert all(line in file.read_text(encoding="utf-8") for line in (*told, *stopped.errors.splitlines()))
    assert "secret agent" not in file.read_text(encoding="utf-8")


async def test_a_discord_out_of_reach_is_tried_until_it_is_there(
    tmp_path: Path, playground: Playground
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    api_url = f"http://127.0.0.1:{port}/api/v10"
    process = await launch(tmp_path, environ=right(playground) | {"DISCORD_API_URL": api_url})
    lines = [await line_with(process, f"nothing listens there, {api_url}") for _ in range(2)]
    async with Playground(limits=Limits.off(), port=port) as discord:
        await line_with(process, "connected as ")
        process.send_signal(signal.SIGTERM)
        stopped = await ended(process)

        assert discord.gateway.opened == 1
    assert all(" WARNING " in line and "trying again at" in line for line in lines)
    assert stopped.code == 0


async def test_a_refused_key_is_a_sentence(tmp_path: Path, playground: Playground) -> None:
    playground.model.key = "the-right-key"

    stopped = await run(tmp_path, environ=right(playground) | {"OPENAI_API_KEY": "a-wrong-key"})

    assert is_a_sentence(stopped, startup.KEY_REFUSED_AT_START)
    assert "a-wrong-key" not in stopped.errors


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        ({"OPENAI_MODEL": "of-no-name"}, "set OPENAI_MODEL or FALLBACK_MODELS to one that is there"),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}, "can't be asked for it"),
    ],
)
async def test_a_model_that_can_not_be_looked_up_is_one_line_and_the_bot_runs(
    tmp_path: Path, playground: Playground, trouble: dict[str, str], told: str
) -> None:
    process = await launch(tmp_path, environ=right(playground) | trouble)
    line = await line_with(process, told)
    await playground.world.until(lambda: playground.gateway.connected)
    process.send_signal(signal.SIGTERM)
    stopped = await ended(process)

    assert " WARNING " in line
    assert (stopped.code, "Traceback" in stopped.errors) == (0, False)


PASSING: list[tuple[str, int, object, str]] = [
    ("/users/@me", 200, "<html>Welcome</html>", startup.NOT_DISCORD),
    ("/users/@me", 404, "<html>No such page</html>", "status 404"),
    ("/users/@me", 401, "<html>Who are you?</html>", "status 401"),
    ("/gateway/bot", 429, "<html>You are banned</html>", "status 429"),
    ("/users/@me", 502, None, "status 502"),
    ("/gateway/bot", 503, None, "status 503"),
    ("/gateway/bot", 200, {"url": "ws://elsewhere"}, startup.NOT_DISCORD),
    ("/gateway/bot", 200, {"session_start_limit": {}}, startup.NOT_DISCORD),
    ("/oauth2/applications/@me", 503, None, "status 503"),
    ("/oauth2/applications/@me", 200, "<html>Welcome</html>", startup.NOT_DISCORD),
]


@pytest.mark.parametrize(("path", "status", "body", "reason"), PASSING)
async def test_what_may_get_better_is_tried_again(
    tmp_path: Path,
    path: str,
    status: int,
    body: object,
    reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    times = Times(longest_at_start=0.05)
    async with open_room(tmp_path, times=times) as room:
        await room.stop()
        room.playground.faults.next("GET", path, status=status, body=body, times=2)
        await room.start()
        answer = await room.ask("Hello!")

    lines = [one.getMessage() for one in caplog.records if "Discord can't be reached" in one.getMessage()]
    assert answer
    assert len(lines) == 2
    assert all(reason in line for line in lines)


@pytest.mark.parametrize("path", ["/users/@me", "/gateway/bot"])
async def test_a_refusal_for_hours_is_said_at_once(tmp_path: Path, playground: Playground, path: str) -> None:
    playground.faults.rate_limit("GET", path, retry_after=7200)

    process = await launch(tmp_path, environ=right(playground))
    line = await line_with(process, "trying again at")
    process.send_signal(signal.SIGTERM)
    stopped = await ended(process)

    assert "429" in line.partition("Discord can't be reached")[2]
    again = datetime.fromisoformat(line.rpartition("trying again at ")[2].strip())
    assert timedelta(minutes=119) < again - datetime.now() < timedelta(minutes=121)  # noqa: DTZ005 - local time
    assert stopped.code == 0


async def test_a_token_that_is_reset_later_is_a_sentence(tmp_path: Path, playground: Playground) -> None:
    process = await launch(tmp_path, environ=right(playground))
    await line_with(process, "connected as ")
    await playground.reset_token()

    assert is_a_sentence(await ended(process), startup.LOGIN_REFUSED)


async def test_a_token_that_is_reset_in_mid_answer_is_a_sentence(
    tmp_path: Path, playground: Playground
) -> None:
    process = await launch(tmp_path, environ=right(playground))
    await line_with(process, "connected as ")
    await playground.reset_token(tell=False)
    playground.world.people["alex"].say("general", "Hello!")

    assert is_a_sentence(await ended(process), startup.LOGIN_REFUSED)


@pytest.mark.parametrize("code", [4004, 4013])
async def test_a_gateway_that_refuses_for_good_ends_the_process(
    tmp_path: Path, playground: Playground, code: int
) -> None:
    playground.gateway.faults.close(Stage.IDENTIFY, code)

    stopped = await run(tmp_path, environ=right(playground))

    assert is_a_sentence(stopped)
    assert stopped.code == EXIT_UNFIT


@pytest.fixture
def in_this_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command line run here, in a folder of its own, without a trace in what tests share."""
    monkeypatch.setattr(logs, "set_up", lambda *_: None)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.chdir(tmp_path)
    for name, value in NEVER_USED.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("in_this_process")
def test_a_lost_gateway_has_an_exit_code_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    async def serve(*_: object) -> None:
        raise GatewayLost(startup.GATEWAY_LOST.format(seconds=300))

    monkeypatch.setattr(running, "serve", serve)

    assert main(["run"]) == EXIT_LOST not in (EXIT_FAILED, EXIT_UNFIT)


@pytest.mark.usefixtures("in_this_process")
def test_a_database_in_use_is_worth_another_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.1)
    with closing(sqlite3.connect(tmp_path / "parley.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        code = main(["run"])

    assert code == EXIT_FAILED


@pytest.mark.parametrize("module", ["asyncio", "discord"])
async def test_a_signal_is_heard_before_anything_heavy_is_imported(
    tmp_path: Path, playground: Playground, module: str
) -> None:
    environ = right(playground) | {"PYTHONPROFILEIMPORTTIME": "1"}
    process = await launch(tmp_path, environ=environ)
    await line_with(process, f" {module}.")
    process.send_signal(signal.SIGTERM)
    stopped = await ended(process)

    assert (stopped.code, "Traceback" in stopped.errors) == (0, False)


async def test_the_playground_holds_a_talk_without_a_terminal(tmp_path: Path) -> None:
    stopped = await run(
        tmp_path, "playground", "--say", "Hello! I'm John.", "--say", "Do you know my name?", environ={}
    )

    first, second = stopped.output.split("Alex: ")[1:]
    assert stopped.code == 0
    assert "stand-in" in first
    assert "John" in second.partition("Parley: ")[2]


async def test_the_playground_serves_its_page_until_it_is_told_to_stop(tmp_path: Path) -> None:
    process = await launch(tmp_path, "playground", "--port", "0", environ={"PYTHONUNBUFFERED": "1"})
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), 60)
    url = line.decode().split()[-1]
    async with aiohttp.ClientSession() as session, session.get(url) as page:
        status, text = page.status, await page.text()

    process.send_signal(signal.SIGINT)
    stopped = await ended(process)

    assert url.startswith("http://127.0.0.1:")
    assert status == 200
    assert "playground" in text
    assert (stopped.code, stopped.errors) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(("--as", "parley", "--say", "Hello"), "--as"), (("--say", "a" * 4001), "4000")],
)
async def test_what_the_playground_can_not_say_is_a_sentence(
    tmp_path: Path, arguments: tuple[str, ...], word: str
) -> None:
    stopped = await run(tmp_path, "playground", *arguments, environ={"PYTHONIOENCODING": "ascii"})

    assert stopped.code == 1
    assert word in stopped.errors
    assert "Traceback" not in stopped.errors


async def test_a_port_that_is_taken_is_a_sentence(tmp_path: Path, playground: Playground) -> None:
    port = playground.url.rpartition(":")[2]
    stopped = await run(tmp_path, "playground", "--port", port, environ={})

    assert is_a_sentence(stopped, playground.url, "--port")


async def test_a_port_that_is_none_is_a_sentence(tmp_path: Path) -> None:
    stopped = await run(tmp_path, "playground", "--port", "99999", environ={})

    assert stopped.code != 0
    assert "argument --port: must be a whole number from 0 to 65535" in stopped.errors
    assert "Traceback" not in stopped.errors


async def test_a_playground_whose_model_is_out_of_reach_says_so(tmp_path: Path) -> None:
    environ = {"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}
    stopped = await run(tmp_path, "playground", "--say", "Hello", environ=environ)

    assert str(members.MODEL_DOWN) in stopped.output
    assert stopped.code == 1
