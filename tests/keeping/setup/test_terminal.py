"""The setup in a real terminal: offered where there is no token, what is secret hidden, ended by Ctrl+C."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.client.invitation import link
from bot.texts import serving, startup
from bot.texts.hosting import setup
from playground import Limits, Playground
from playground.world import places
from tests.support.terminal import left_in, screen

WRONG = "a-token-of-nobody"


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with Playground(limits=Limits.off(), speed=10_000) as playground:
        yield playground


def around(playground: Playground) -> dict[str, str]:
    return {"DISCORD_API_URL": playground.api_url, "OPENAI_BASE_URL": playground.model_url}


async def test_without_a_token_a_terminal_leads_to_the_bots_first_server(
    tmp_path: Path, playground: Playground
) -> None:
    world = playground.world
    places.remove_bot(world, world.guild)
    async with screen(tmp_path, environ=around(playground)) as terminal:
        await terminal.answer(setup.YES_OR_NO[True].format(question=setup.OFFER), "")
        await terminal.answer(setup.TOKEN_PROMPT, WRONG)
        await terminal.see(startup.LOGIN_REFUSED)
        await terminal.answer(setup.TOKEN_AGAIN, playground.token)
        await terminal.answer(setup.NUMBER.format(default=1), "")
        await terminal.answer("[stand-in]: ", "")
        await terminal.answer("> ", "You are a pirate.")
        await terminal.see(link(world.application_id))
        await terminal.answer(setup.START, "y")
        await terminal.see(serving.IN_NO_SERVER.format(link=link(world.application_id)))
        await terminal.see("health: ready")
        first = world.add_guild("First", world.person("olivia"))
        await terminal.see(f"joined server {first.id}; in 1 now")
        terminal.press("c")
        code = await terminal.end()

    assert code == 0
    assert WRONG not in terminal.shown
    assert playground.token not in terminal.shown
    assert "Traceback" not in terminal.shown
    assert f"DISCORD_TOKEN={playground.token}\n" in (tmp_path / ".env").read_text()


async def test_ctrl_c_ends_it_at_once_and_leaves_nothing(tmp_path: Path, playground: Playground) -> None:
    async with screen(tmp_path, "setup", environ=around(playground)) as terminal:
        await terminal.answer(setup.TOKEN_PROMPT, playground.token)
        await terminal.answer(setup.NUMBER.format(default=1), "2")
        await terminal.see(setup.OPENAI_KEY)
        terminal.press("c")
        code = await terminal.end()

    assert code == 0
    assert setup.LEFT in terminal.shown
    assert "Traceback" not in terminal.shown
    assert left_in(tmp_path) == []


async def test_ctrl_c_ends_it_while_a_server_is_asked(tmp_path: Path, playground: Playground) -> None:
    held = playground.faults.hang("GET", "/users/@me")
    async with screen(tmp_path, "setup", environ=around(playground)) as terminal:
        await terminal.answer(setup.TOKEN_PROMPT, playground.token)
        await playground.world.until(lambda: not held.times)
        terminal.press("c")
        code = await terminal.end()

    assert (code, setup.LEFT in terminal.shown, left_in(tmp_path)) == (0, True, [])


async def test_who_declines_is_told_what_is_missing(tmp_path: Path, playground: Playground) -> None:
    async with screen(tmp_path, environ=around(playground)) as terminal:
        await terminal.answer(setup.OFFER, "n")
        code = await terminal.end()

    assert (code, "DISCORD_TOKEN is missing" in terminal.shown) == (78, True)
