"""The talk in the terminal: what is said, commands as they are typed, and names that are not known."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest

from bot.demo import slash, talk
from bot.demo.talk import Options, run
from bot.errors import StartError
from bot.settings.settings import KNOWN
from bot.store.connection.lock import held
from bot.texts import startup
from playground import Playground
from tests.support.room import open_room

Say = Callable[..., Awaitable[str]]


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Say:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(talk, "Playground", partial(Playground, speed=10_000))
    for name in KNOWN:
        monkeypatch.delenv(name, raising=False)

    async def said_in_a_talk(
        *texts: str, speaker: str = "alex", channel: str = "general", **options: bool
    ) -> str:
        said: list[str] = []
        assert await run(Options(texts, channel, speaker, **options), said.append) == 0
        return "\n".join(said)

    return said_in_a_talk


async def test_commands_are_run_with_their_options(say: Say) -> None:
    told = await say(
        "/tokens channel",
        "/persona set",
        "/retention set days:3 scope:server",
        "/access deny who:@Sam",
        "/access show",
        channel="#general",
        admin=True,
    )

    assert "tokens" in told.partition("/persona set")[0]
    assert startup.OPENS_FORM.format(title="")[:-2] in told
    assert "3 days" in told
    assert "<@" in told.partition("/access show")[2]


async def test_a_question_by_command_is_shown_with_its_answer(say: Say) -> None:
    told = await say("/ask question:My name is John.", "/ask question:What is my name? private:true")

    assert told.count("> My name is John.\nParley: ") == 1
    assert told.count("> What is my name?\nParley: ") == 1


async def test_a_talk_that_is_kept_goes_on_the_next_time(say: Say) -> None:
    await say("My name is John.", keep=True)
    after = await say("What is my name?", keep=True)
    alone = await say("What is my name?")
    fresh = await say("What is my name?", keep=True, fresh=True)

    assert "Yes" in after or "John" in after
    assert "John" not in alone
    assert "John" not in fresh


async def test_two_talks_do_not_go_on_at_once(say: Say) -> None:
    with held(Path("data/playground/say/parley.db")), pytest.raises(StartError, match="bot is running"):
        await say("Hello?", keep=True)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"channel": "genral"}, "--channel: there is no genral; there are general, "),
        ({"speaker": "Alx"}, "--as: nobody is called Alx; there are alex, "),
        ({"speaker": "parley"}, "--as: nobody is called parley"),
    ],
)
async def test_a_slip_of_the_hand_makes_nothing_new(say: Say, options: dict[str, str], reason: str) -> None:
    with pytest.raises(StartError, match=reason):
        await say("Hello", **options)


async def test_a_command_that_there_is_not_is_a_sentence(say: Say) -> None:
    with pytest.raises(StartError, match=r"^/toknes can't be run: .*'tokens'"):
        await say("/toknes")
    with pytest.raises(StartError, match=r"^/config can't be run: only those who manage .* --admin"):
        await say("/config")


WRONG = {
    "/access": "access can't be called itself",
    "/access alow": "access has no alow, only .*'allow'",
    "/access deny who:nobody": "'nobody' is none of .*'sam'",
    "/access deny sam": "'sam' is no option; options are written name:value, of ",
    "/retention set days:many": "'many'",
}


async def test_what_a_command_does_not_take_is_told_with_what_it_takes(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        olivia, channel = room.world.person("olivia"), room.world.channel("general")
        for text, reason in WRONG.items():
            with pytest.raises((LookupError, ValueError), match=reason):
                slash.run(room.world, olivia, channel, text)


@pytest.mark.parametrize(
    ("text", "expected"), [("/tokens", True), ("/model show", True), ("/etc/hosts", False), ("a /b", False)]
)
def test_a_command_is_told_from_what_only_begins_like_one(text: str, expected: bool) -> None:
    assert slash.is_one(text) is expected
