"""A contributor's way by CONTRIBUTING.md, from a clone to a first change: each step is what they see."""

import importlib
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from types import ModuleType

import pytest

import bot.texts.features
import cogs.members
import tests.cogs
from playground.world.people import Person
from tests import commands
from tests.cogs.acting import shown, told
from tests.support.room import Room, open_room
from tests.support.wire_log import log

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
FOLDERS: tuple[ModuleType, ...] = (bot.texts.features, cogs.members, tests.cogs)
EXAMPLE = dict(re.findall(r"(?ms)^```python\n# (\S+)\n(.*?)^```$", GUIDE))
MOST_TARGETS = 24  # one screen
SINCE = "See since when you are on Discord"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the files of the example, each where its package is looked for too."""
    for package in FOLDERS:
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path / named(package))])
    for name, text in EXAMPLE.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text, encoding="utf-8")


def named(package: ModuleType) -> str:
    return package.__name__.replace(".", "/")


def module_of(name: str) -> str:
    return name.removesuffix(".py").replace("/", ".")


@pytest.fixture
async def room(files: None, tmp_path: Path) -> AsyncIterator[Room]:
    del files
    async with open_room(tmp_path) as room:
        yield room
    for name in EXAMPLE:
        sys.modules.pop(module_of(name), None)


def test_make_help_lists_what_the_guide_tells_to_run() -> None:
    """After the clone: what there is, in a screen, each with what it is for."""
    ran = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    listed = re.findall(r"(?m)^  make ([a-z-]+) {2,}\S", ran.stdout)

    told_to = set(re.findall(r"\bmake ([a-z-]+)", " ".join(re.findall(r"(?m)^    make .*$", GUIDE))))
    assert told_to | {"setup", "clean"} <= set(listed)
    assert {"help", "quick", "lint", "fix", "test", "demo", "watch"} <= set(listed)
    assert len(listed) <= MOST_TARGETS


def test_the_example_is_what_make_lint_asks_for() -> None:
    """The example, typed off: format and style have nothing to say to any of its files."""
    for name, text in EXAMPLE.items():
        for rule in (["format", "--check"], ["check", "--quiet"]):
            ran = subprocess.run(  # noqa: S603 - of our own
                [sys.executable, "-m", "ruff", *rule, "--no-cache", "--stdin-filename", name, "-"],
                cwd=ROOT,
                input=text,
                capture_output=True,
                text=True,
                check=False,
            )
            assert ran.returncode == 0, ran.stdout + ran.stderr


async def test_the_first_change_works_as_the_guide_says(room: Room) -> None:
    await tried_in_the_playground(room)
    await held_by_its_test(room)
    row_among_the_commands(room)
    read_from_the_wire_log(room)


async def tried_in_the_playground(room: Room) -> None:
    """Discord lists the command for everybody, `/help` names it, and it answers whoever asks alone."""
    alex, sam = room.world.people["alex"], room.world.people["sam"]
    offered = {one["name"]: one["description"] for one in alex.offered(room.world.channel("general"))}
    assert offered["since"] == SINCE

    said = await told(alex, "since")
    assert said.content.startswith("You came to Discord on <t:")
    assert said not in sam.sees("general")
    assert "/since" in await helped(room, alex)


async def held_by_its_test(room: Room) -> None:
    """The test of the example passes."""
    [test] = [name for name in EXAMPLE if name.startswith("tests/")]
    module = importlib.import_module(module_of(test))
    [law] = [law for name, law in vars(module).items() if name.startswith("test_")]
    await law(room.world.people["alex"])


async def helped(room: Room, person: Person) -> str:
    """Return all pages of /help."""
    said = await told(person, "help")
    pages = [shown(said)]
    while "parley:help" in str(said.components):
        person.press(said, "More")
        await room.until(lambda: shown(said) != pages[-1])
        pages.append(shown(said))
    return "\n".join(pages)


def row_among_the_commands(room: Room) -> None:
    """`python -m tests.commands` writes it into the page, with those who may."""
    assert f"| `/since` | everyone | {SINCE} | – |" in commands.page(room.app.bot.tree)


def read_from_the_wire_log(room: Room) -> None:
    """Had it failed: what Discord sent, and what the bot answered, line by line and without a token."""
    lines = log(room.playground.wire).splitlines()
    begun = next(at for at, line in enumerate(lines) if '"name": "since"' in line and "INTERACTION" in line)
    answered = [line for line in lines[begun:] if "  rest  " in line]

    assert any("You came to Discord on" in line for line in answered)
    assert any(re.search(r"/interactions/\d+/…/callback", line) for line in answered)
    assert room.playground.token not in "\n".join(lines)
