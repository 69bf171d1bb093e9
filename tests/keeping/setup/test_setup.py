"""The setup: what it asks, what it finds wrong, what it writes, and that nothing is written before."""

import asyncio
import io
import stat
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.client.invitation import link
from bot.errors import SettingsError, StartError
from bot.keeping.setup import servers, steps, terminal
from bot.settings import settings
from bot.settings.settings import KNOWN
from bot.texts import checking, startup
from bot.texts.hosting import setup
from playground import Limits, Playground
from playground.model.api import NAME
from tests.support.process import free_port
from tests.support.terminal import left_in

WRONG = "a-token-of-nobody"


@dataclass(frozen=True, slots=True)
class Told:
    """What a setup wrote to the terminal and to `.env`, and whether the bot is to be started."""

    starts: bool
    text: str
    written: dict[str, str]


SetUp = Callable[..., Awaitable[Told]]


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with Playground(limits=Limits.off(), speed=10_000) as playground:
        yield playground


@pytest.fixture
def set_up(
    playground: Playground,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> SetUp:
    """Answer a setup line by line; Discord is the playground, and so is the one server on a usual port."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(servers, "USUAL", (("Ollama", playground.model_url),))

    async def run(*answers: str, **environ: str) -> Told:
        for name in KNOWN:
            monkeypatch.delenv(name, raising=False)
        for name, value in ({"DISCORD_API_URL": playground.api_url} | environ).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{answer}\n" for answer in answers)))
        starts = await steps.run()
        assert sys.stdin.read() == "", "something was not asked for"
        return Told(starts, capsys.readouterr().out, settings.raw_values(environ={}))

    return run


LOCAL, FIRST, USUAL_PERSONA, LATER, YES = "2", "", "", "n", "y"


async def test_a_first_start_asks_for_what_is_needed_and_writes_that_alone(
    set_up: SetUp, playground: Playground, tmp_path: Path
) -> None:
    told = await set_up(playground.token, LOCAL, FIRST, 'It\'s a "pirate" #1.', LATER)

    assert told.written == {
        "DISCORD_TOKEN": playground.token,
        "OPENAI_BASE_URL": playground.model_url,
        "OPENAI_MODEL": NAME,
        "SYSTEM_PROMPT": 'It\'s a "pirate" #1.',
    }
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert left_in(tmp_path) == [".env"]
    assert setup.INVITE.format(link=link(playground.world.application_id)) in told.text
    assert f"1  {NAME}  {setup.FREE}" in told.text
    assert "its first word came after" in told.text
    assert (told.starts, setup.LATER in told.text) == (False, True)


async def test_the_bot_is_started_on_wish(set_up: SetUp, playground: Playground) -> None:
    told = await set_up(playground.token, LOCAL, FIRST, USUAL_PERSONA, YES)

    assert (told.starts, setup.STARTING in told.text) == (True, True)
    assert "SYSTEM_PROMPT" not in told.written


async def test_a_token_is_asked_for_until_discord_knows_it(set_up: SetUp, playground: Playground) -> None:
    told = await set_up("", WRONG, playground.token, LOCAL, FIRST, USUAL_PERSONA, LATER)

    assert startup.LOGIN_REFUSED in told.text
    assert checking.KNOWN_AS.format(name="Parley", id=playground.world.bot.id) in told.text
    assert checking.PUBLIC in told.text
    assert told.written["DISCORD_TOKEN"] == playground.token


async def test_without_a_network_the_same_token_can_be_tried_again(
    set_up: SetUp, playground: Playground
) -> None:
    playground.faults.drop("GET", "/users/@me", times=2)
    told = await set_up(playground.token, "", LOCAL, FIRST, USUAL_PERSONA, LATER)

    assert "Discord can't be reached" in told.text
    assert told.written["DISCORD_TOKEN"] == playground.token


async def test_an_intent_that_is_off_is_shown_the_way_to_and_looked_at_again(
    set_up: SetUp, playground: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    playground.message_content_allowed = False
    asked = terminal.ask

    def switch_on(prompt: str, default: str = "") -> str:
        playground.message_content_allowed = True
        return asked(prompt, default)

    monkeypatch.setattr("bot.keeping.setup.application.ask", switch_on)
    told = await set_up(playground.token, "", LOCAL, FIRST, USUAL_PERSONA, LATER)

    page = f"https://discord.com/developers/applications/{playground.world.application_id}/bot"
    assert setup.INTENT.format(page=page) in told.text
    assert checking.MAY_READ in told.text
    assert "MESSAGE_CONTENT" not in told.written


async def test_one_can_go_without_the_intent(set_up: SetUp, playground: Playground) -> None:
    playground.message_content_allowed = False
    told = await set_up(playground.token, "off", LOCAL, FIRST, USUAL_PERSONA, LATER)

    assert told.written["MESSAGE_CONTENT"] == "off"


async def test_a_port_with_something_else_and_one_with_no_model_are_told(
    set_up: SetUp, playground: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        )
        await writer.drain()
        writer.close()

    def says(body: bytes) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
        return lambda reader, writer: serve(reader, writer, body)

    page = await asyncio.start_server(says(b"<html>"), "127.0.0.1", 0)
    empty = await asyncio.start_server(says(b'{"object": "list", "data": null}'), "127.0.0.1", 0)
    async with page, empty:
        urls = [f"http://127.0.0.1:{one.sockets[0].getsockname()[1]}/v1" for one in (page, empty)]
        closed = f"http://127.0.0.1:{free_port()}/v1"
        usual = (("llama.cpp", urls[0]), ("Ollama", urls[1]), ("LM Studio", closed))
        monkeypatch.setattr(servers, "USUAL", usual)
        told = await set_up(playground.token, "2", playground.model_url, FIRST, USUAL_PERSONA, LATER)

    assert setup.NO_MODEL_SERVER.format(url=urls[0], reason=setup.NO_LIST) in told.text
    assert setup.NO_MODELS.format(name="Ollama", url=urls[1]) in told.text
    assert closed not in told.text
    assert told.written["OPENAI_BASE_URL"] == playground.model_url


async def test_without_a_server_nearby_that_is_said(
    set_up: SetUp, playground: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "USUAL", (("Ollama", f"http://127.0.0.1:{free_port()}/v1"),))
    told = await set_up(
        playground.token,
        *("3", "x", "2", "not an address"),
        *(f"http://127.0.0.1:{free_port()}/v1", "2", playground.model_url),
        *(FIRST, USUAL_PERSONA, LATER),
    )

    assert setup.NONE_FOUND.format(names="Ollama") in told.text
    assert told.text.count(setup.NO_NUMBER.format(most=2)) == 2
    assert "It must be an address such as" in told.text
    assert "No answer: nothing listens there" in told.text


async def test_a_server_that_wants_a_key_is_given_one(set_up: SetUp, playground: Playground) -> None:
    playground.model.key = "the-right-key"
    again = ["2", playground.model_url]
    told = await set_up(
        playground.token, *again, "a wrong key", "a-wrong-key", "", *again, "the-right-key", FIRST, "", LATER
    )

    assert told.text.count(setup.KEY_NEEDED) == 2
    assert setup.KEY_REFUSED.format(url=playground.model_url) in told.text
    assert told.written["OPENAI_API_KEY"] == "the-right-key"


async def test_openai_takes_a_key_that_is_tried_at_once(
    set_up: SetUp, playground: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    playground.model.key = "sk-the-right-key"
    for module in ("bot.keeping.setup.answering", "bot.llm.connection"):
        monkeypatch.setattr(f"{module}.OPENAI_URL", playground.model_url)
    back = ["1", ""]
    told = await set_up(
        playground.token, *back, "1", "sk-a-wrong-key", "sk-the-right-key", FIRST, USUAL_PERSONA, LATER
    )

    assert setup.KEY_REFUSED.format(url=playground.model_url) in told.text
    assert told.written["OPENAI_API_KEY"] == "sk-the-right-key"
    assert "OPENAI_BASE_URL" not in told.written


async def test_models_are_found_by_a_part_of_their_names(set_up: SetUp, playground: Playground) -> None:
    playground.model.known_models = {f"llama-{number:02}" for number in range(20)} | {"qwen-1", "qwen-2"}
    told = await set_up(playground.token, LOCAL, "gemma", "QWEN", "2", USUAL_PERSONA, LATER)

    assert setup.MORE.format(count=7) in told.text
    assert setup.NO_SUCH_MODEL.format(url=playground.model_url, name="gemma") in told.text
    assert told.written["OPENAI_MODEL"] == "qwen-2"


async def test_a_model_that_gives_no_answer_can_be_chosen_again(
    set_up: SetUp, playground: Playground
) -> None:
    playground.model.fail(400, "This model is out of order.")
    told = await set_up(playground.token, LOCAL, FIRST, YES, "1", FIRST, USUAL_PERSONA, LATER)

    assert told.text.count(setup.TRYING.format(model=NAME)) == 2
    assert "out of order" in told.text


async def test_a_server_without_a_list_is_believed(set_up: SetUp, playground: Playground) -> None:
    playground.model.lists_models = False
    told = await set_up(playground.token, "2", playground.model_url, "my-model", USUAL_PERSONA, LATER)

    assert told.written["OPENAI_MODEL"] == "my-model"


BEFORE = """\
# mine
export DISCORD_TOKEN=old  # of last year
UNKNOWN=kept
OPENAI_MODEL="gone"
OPENAI_MODEL=old-model
MAX_PROMPT_TOKENS=4000"""


async def test_a_file_that_is_there_is_changed_with_leave_and_keeps_the_rest(
    set_up: SetUp, playground: Playground, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(BEFORE)
    left = await set_up(playground.token, LOCAL, FIRST, USUAL_PERSONA, "n")
    after_leaving = (tmp_path / ".env").read_text()
    await set_up(playground.token, LOCAL, FIRST, USUAL_PERSONA, YES, LATER)

    assert (left.starts, after_leaving, setup.LEFT in left.text) == (False, BEFORE, True)
    assert (tmp_path / ".env").read_text() == (
        f'# mine\nexport DISCORD_TOKEN={playground.token}\nUNKNOWN=kept\nOPENAI_MODEL="gone"\n'
        f"OPENAI_MODEL={NAME}\nMAX_PROMPT_TOKENS=4000\nOPENAI_BASE_URL={playground.model_url}\n"
    )
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


async def test_what_is_set_is_offered_and_nothing_written_anew(
    set_up: SetUp, playground: Playground, tmp_path: Path
) -> None:
    await set_up(playground.token, LOCAL, FIRST, "A pirate.", LATER)
    before = (tmp_path / ".env").stat()
    told = await set_up("", "", "", "", LATER)

    assert setup.AS_SET.format(url=playground.model_url) in told.text
    assert setup.NOTHING_TO_CHANGE.format(path=".env") in told.text
    assert (tmp_path / ".env").stat().st_ino == before.st_ino


async def test_what_the_environment_says_otherwise_is_told(set_up: SetUp, playground: Playground) -> None:
    told = await set_up(
        playground.token, LOCAL, FIRST, USUAL_PERSONA, LATER, OPENAI_MODEL="another", DISCORD_TOKEN="old"
    )

    for name in ("DISCORD_TOKEN", "OPENAI_MODEL"):
        assert setup.OUTDONE.format(name=name, path=".env") in told.text


@pytest.mark.parametrize("answered", [0, 1, 2, 3])
async def test_an_input_that_ends_early_leaves_nothing(
    set_up: SetUp, playground: Playground, tmp_path: Path, answered: int
) -> None:
    with pytest.raises(StartError, match=setup.ENDED_EARLY):
        await set_up(*[playground.token, LOCAL, FIRST][:answered])

    assert left_in(tmp_path) == []


async def test_an_input_that_ends_at_the_last_question_is_a_no(
    set_up: SetUp, playground: Playground, tmp_path: Path
) -> None:
    told = await set_up(playground.token, LOCAL, FIRST, USUAL_PERSONA)

    assert (told.starts, (tmp_path / ".env").exists()) == (False, True)


async def test_what_is_not_asked_for_and_wrong_is_told_before_anything_is_asked(
    set_up: SetUp, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("OPENAI_MODEL=two words\nMAX_PROMPT_TOKENS=many\n")

    with pytest.raises(SettingsError, match=r"\AMAX_PROMPT_TOKENS must be [^\n]*\Z"):
        await set_up()


async def test_a_folder_that_takes_no_file_is_told_before_anything_is_asked(
    set_up: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)

    with pytest.raises(StartError, match="can't be written"):
        await set_up()
