"""A self-hoster's first ten minutes, from the clone to the first answer: each step is what they see."""

import asyncio
import gc
import io
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from discord.http import Route

from bot import running
from bot.__main__ import main
from bot.client.invitation import link
from bot.errors import SettingsError
from bot.keeping import check, copies, usage
from bot.keeping.setup import servers, steps, terminal
from bot.serving import beside, introduction
from bot.settings import settings
from bot.settings.settings import KNOWN
from bot.texts import checking, serving, startup
from bot.texts.hosting import setup
from playground import Playground
from playground.model.api import NAME
from playground.world import places
from tests.support.room import NO_LIMITS

ANSWER = "Hello. I run on your own machine."


@dataclass(frozen=True)
class Desk:
    """A self-hoster at a terminal, in the folder of the clone; Discord and Ollama are the playground."""

    playground: Playground
    log: pytest.LogCaptureFixture
    terminal: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch

    def types(self, *lines: str) -> None:
        self.patch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    async def logged(self, words: str) -> str:
        def line() -> str:
            return next((one for one in self.log.messages if words in one), "")

        found: str = await self.playground.world.until(line, 60.0)
        return found


@pytest.fixture
async def desk(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> AsyncIterator[Desk]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(gc, "freeze", lambda: None)
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    for name in KNOWN:
        monkeypatch.delenv(name, raising=False)
    caplog.set_level("INFO", logger="bot")
    async with Playground(limits=NO_LIMITS, speed=10_000) as playground:
        monkeypatch.setenv("DISCORD_API_URL", playground.api_url)
        monkeypatch.setattr(servers, "USUAL", (("Ollama", playground.model_url),))
        places.remove_bot(playground.world, playground.world.guild)
        yield Desk(playground, caplog, capsys, monkeypatch)


async def test_a_self_hosters_first_ten_minutes(desk: Desk) -> None:
    the_clone(desk)
    await a_setup_in_a_few_questions(desk)
    await a_check_before_the_start(desk)
    async with a_start(desk):
        await the_first_server(desk)
        await the_first_answer(desk)
        await what_is_asked_beside_it(desk)
    the_end(desk)


def the_clone(desk: Desk) -> None:
    """The help names the first command to use; without a token a start says in a sentence what is missing."""
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = desk.terminal.readouterr().out
    assert "usage: python -m bot" in shown or "usage: parley" in shown
    assert "For the first time: setup." in shown

    with pytest.raises(
        SettingsError,
        match=r"\ADISCORD_TOKEN is missing; .*`python -m bot setup`.*\nOPENAI_API_KEY is missing; ",
    ):
        settings.load()


async def a_setup_in_a_few_questions(desk: Desk) -> None:
    """A wrong token and a switch that is off are told at once, with the way to mend them."""
    world = desk.playground.world
    desk.playground.message_content_allowed = False
    asked = terminal.tell

    def switches_on(text: str) -> None:
        desk.playground.message_content_allowed |= text.lstrip().startswith("Under Privileged")
        asked(text)

    desk.patch.setattr("bot.keeping.setup.application.tell", switches_on)
    desk.types("not-the-token", desk.playground.token, "", "2", "", "You are a librarian.", "n")
    assert await steps.run() is False

    shown = desk.terminal.readouterr().out
    order = (
        startup.LOGIN_REFUSED,
        checking.KNOWN_AS.format(name="Parley", id=world.bot.id),
        startup.INTENT_MISSING,
        f"https://discord.com/developers/applications/{world.application_id}/bot",
        checking.MAY_READ,
        f"Ollama on this machine, {desk.playground.model_url}: 1 model",
        f"{NAME}  {setup.FREE}",
        "its first word came after",
        setup.WRITTEN.format(path=".env"),
        link(world.application_id),
        setup.LATER,
    )
    at = [shown.find(words) for words in order]
    assert -1 not in at
    assert at == sorted(at)


async def a_check_before_the_start(desk: Desk) -> None:
    """All is well but for the server that is still to be joined; no sentence of the chat's is among it."""
    said: list[str] = []
    assert await check.run(check.Options(), said.append) == 0
    warned = [line for line in said if line.startswith("warning")]

    assert [line.split(":")[0].split()[1] for line in warned] == ["servers"]
    assert "try again" not in "\n".join(said).lower()


@asynccontextmanager
async def a_start(desk: Desk) -> AsyncIterator[None]:
    """The log says what holds, who is connected, and how to add the bot to a server."""
    values, told = settings.raw_values(), asyncio.Event()
    holds = introduction.lines(settings.parse(values), values)
    assert f"model {NAME} at {desk.playground.model_url}" in holds[0]
    assert serving.KEEPS in holds

    serve = asyncio.create_task(running.serve(settings.load(), told))
    await desk.logged("shard 0 is connected as Parley#0000, in 0 servers")
    await desk.logged(link(desk.playground.world.application_id))
    await desk.logged(f"model {NAME} is there")
    await desk.logged("ready, servers: 0; loaded in ")
    try:
        yield
    finally:
        told.set()
        await serve


async def the_first_server(desk: Desk) -> None:
    world = desk.playground.world
    places.add_bot(world, world.guild)

    await desk.logged(f"joined server {world.guild.id}; in 1 now")


async def the_first_answer(desk: Desk) -> None:
    world = desk.playground.world
    desk.playground.model.answer(ANSWER)
    asked = world.person("olivia").say("general", "Hello?")

    def answered() -> bool:
        return any(
            one.id > asked.id and one.author_id == world.bot.id and ANSWER in one.content
            for one in world.channel("general").messages.values()
        )

    await world.until(answered, 60.0)
    await desk.logged(" is complete: ")
    sent = desk.playground.model.last.body["messages"]
    assert "You are a librarian." in sent[0]["content"]


async def what_is_asked_beside_it(desk: Desk) -> None:
    """Beside the bot one learns how it is, what it cost, and has a copy of what it keeps."""
    database = settings.load_database()
    health: list[str] = []
    await desk.playground.world.until(lambda: beside.tell(database, None, health.append) == 0, 60.0)
    said: list[str] = []
    form = usage.Options(None, None, usage.Form.TABLE)
    assert await usage.run(database, settings.load_timezone(), form, said.append) == 0
    copies.backup(database, Path("copy.db"), said.append)

    assert health[-1].startswith("ready: connected to Discord, servers: 1")
    assert any(line.lstrip().startswith("1 ") or " 1 " in line for line in said)
    assert "copy.db" in said[-1]


def the_end(desk: Desk) -> None:
    """It is stopped in order, and nothing went wrong on the way."""
    assert desk.log.messages[-1] == "stopped"
    assert [one.getMessage() for one in desk.log.records if one.levelname == "ERROR"] == []
