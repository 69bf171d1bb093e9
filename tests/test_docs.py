"""What the documents say of settings and commands is what the code does."""

import re
from pathlib import Path

import pytest
from discord import AppCommandType, app_commands

from bot.chat.rights import NEEDS, OF_OWNERS, OF_THE_ASKER, SERVER_WIDE, Action
from bot.client.registration import actions_of
from bot.settings.__main__ import Described, described
from bot.settings.__main__ import page as settings_page
from bot.settings.settings import NAMES, parse
from bot.texts.settings import GROUPS
from bot.ui.commands.buttons import BUTTONS, ThreadButton
from bot.ui.commands.dialogs import StoredButton
from tests import sentences
from tests.support.room import open_room

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
REQUIRED = {"DISCORD_TOKEN": f"{'A' * 24}.BBBBBB.{'C' * 38}", "OPENAI_API_KEY": "sk-0123456789abcdef"}
WITH_COMMANDS = (
    *(ROOT / name for name in ("Makefile", "README.md", "CONTRIBUTING.md", ".ci/run")),
    *(ROOT / "docs").rglob("*.md"),
)
ONE_SCREEN = 40  # lines
DESCRIBED = [one for group in GROUPS.values() for one in described(group)]
SET_IN_EXAMPLE = r"(?m)^(?:# )?([A-Z_]+)=(.*)$"


def table(heading: str) -> list[list[str]]:
    """Return the cells of the README's table under a heading, without its head."""
    section = re.split(r"(?m)^## ", README.partition(f"\n## {heading}\n")[2])[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def test_the_reference_names_every_setting_once() -> None:
    assert sorted(one.name for one in DESCRIBED) == sorted(NAMES)


@pytest.mark.parametrize("one", DESCRIBED, ids=lambda one: one.name)
def test_the_default_that_the_reference_shows_changes_nothing(one: Described) -> None:
    assert one.required is (one.name in REQUIRED)
    assert parse(REQUIRED | ({one.name: one.default} if one.default else {})) == parse(REQUIRED)


def test_the_page_of_the_settings_is_what_their_code_prints() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

    assert page == settings_page(), "python -m bot.settings > docs/settings.md"


def test_the_page_of_trouble_has_every_sentence() -> None:
    page = (ROOT / "docs" / "trouble.md").read_text(encoding="utf-8")

    assert page == sentences.page(), "python -m tests.sentences > docs/trouble.md"


def test_the_example_file_is_one_screen_of_what_matters() -> None:
    named = [name for name, _ in re.findall(SET_IN_EXAMPLE, EXAMPLE)]

    assert len(EXAMPLE.splitlines()) <= ONE_SCREEN
    assert set(named) <= set(NAMES)
    assert re.findall(r"(?m)^([A-Z_]+)=", EXAMPLE) == list(REQUIRED)


def test_the_example_file_shows_the_defaults_that_the_reference_shows() -> None:
    shown = dict(re.findall(SET_IN_EXAMPLE, EXAMPLE))

    assert shown == {one.name: one.default for one in DESCRIBED if one.name in shown}


def test_the_example_file_says_something_of_every_setting() -> None:
    lines = EXAMPLE.splitlines()
    first = [at for at, line in enumerate(lines) if re.match(SET_IN_EXAMPLE, line)]

    assert all(lines[at - 1].startswith("# ") for at in first)


def who(action: Action) -> str:
    """Return who may do something, as the table of rights says."""
    if action in OF_OWNERS:
        return "owners"
    named = ", ".join(str(one.label) for one in NEEDS[action]) or "everyone"
    if action in SERVER_WIDE:
        return f"{named}; {who(SERVER_WIDE[action])} for `scope: server`"
    theirs = "whoever opened the thread" if action is Action.START_AFRESH else "whoever asked"
    return f"{theirs}; {named}" if action in OF_THE_ASKER else named


OF_THE_BOT = {Action.ANSWER, Action.READ_BACK}


def rights_table() -> str:
    """Return the table of who may do what, as docs/access.md has it."""
    words = {action: action.name.replace("_", " ").lower() for action in Action}
    lines = [f"| {words[action]} | {who(action)} |" for action in Action if action not in OF_THE_BOT]
    return "\n".join(["| to | needs |", "|---|---|", *lines])


def test_the_page_of_access_has_the_table_of_rights() -> None:
    page = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")

    assert page.endswith(f"by tests/test_docs.py -->\n{rights_table()}\n"), rights_table()


def needed_for(button: type[StoredButton]) -> Action:
    """Return what somebody does who presses a button of an answer's."""
    return Action.OPEN_THREAD if button is ThreadButton else Action.CONTROL_ANSWER


async def test_the_readme_names_every_command_with_those_who_may_use_it(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        tree = room.app.bot.tree
        slash = [one for one in tree.walk_commands() if isinstance(one, app_commands.Command)]
        menus = tree.get_commands(type=AppCommandType.message)
    wanted = {
        **{f"`/{one.qualified_name}`": who(*actions_of(one)) for one in slash},
        **{f"**{one.name}**, in a message's menu": who(*actions_of(one)) for one in menus},
        **{f"**{one.label}**, under an answer": who(needed_for(one)) for one in BUTTONS},
    }

    assert {row[0]: row[1] for row in table("Commands")} == wanted


@pytest.mark.parametrize("path", WITH_COMMANDS, ids=lambda path: path.name)
def test_what_installs_takes_the_lock_alone_and_checks_that_it_was_complete(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    installing = [at for at, line in enumerate(lines) if re.search(r"\b(pip|uv)\b.*\b(install|sync)\b", line)]

    for at in installing:
        [python] = re.findall(
            r"(\S+) -m pip install .*--no-deps --require-hashes -r requirements/\w+\.txt$", lines[at]
        )
        assert f"{python} -m pip check" in lines[at + 1]


def test_the_documents_name_no_lock_without_saying_how_it_is_installed() -> None:
    named = re.findall(r"(?m)^.*requirements/(?:run|dev)\.txt.*$", README)

    assert named
    assert all("--no-deps --require-hashes" in line for line in named)


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")], ids=str
)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = {page.parent / link for link in re.findall(r"\]\((?!https?:)([^)#]+)", text)}
    named = {ROOT / name for name in re.findall(r"`((?:bot|cogs|playground|tests|docs)/[\w./-]+)`", text)}

    assert [
        path for path in links | named if not path.exists() and not path.with_suffix(".py").exists()
    ] == []


def test_every_decision_is_in_their_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")

    assert [page.name for page in folder.glob("0*.md") if f"({page.name})" not in index] == []
