"""What the documents say is what the code does, in each language, and what they link to is there."""

import re
from pathlib import Path

import pytest

from bot.chat.rights import Action
from bot.settings.__main__ import Described, described
from bot.settings.__main__ import page as settings_page
from bot.settings.settings import NAMES, parse
from bot.texts.settings import GROUPS
from tests import commands, sentences
from tests.support.room import open_room

ROOT = Path(__file__).parent.parent
README, KOREAN = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.ko.md"))
PAGES = (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
REQUIRED = {"DISCORD_TOKEN": f"{'A' * 24}.BBBBBB.{'C' * 38}", "OPENAI_API_KEY": "sk-0123456789abcdef"}
WITH_COMMANDS = (
    *(ROOT / name for name in ("Makefile", ".ci/run")),
    *PAGES,
)
ONE_SCREEN = 40  # lines
MOST_LINES, FIRST_SCREEN = 200, 16
MOST_BYTES = 2_000_000
DESCRIBED = [one for group in GROUPS.values() for one in described(group)]
SET_IN_EXAMPLE = r"(?m)^(?:# )?([A-Z_]+)=(.*)$"


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


OF_THE_BOT = {Action.ANSWER, Action.READ_BACK}


def rights_table() -> str:
    """Return the table of who may do what, as docs/access.md has it."""
    words = {action: action.name.replace("_", " ").lower() for action in Action}
    lines = [f"| {words[action]} | {commands.who(action)} |" for action in Action if action not in OF_THE_BOT]
    return "\n".join(["| to | needs |", "|---|---|", *lines])


def test_the_page_of_access_has_the_table_of_rights() -> None:
    page = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")

    assert page.endswith(f"by tests/test_docs.py -->\n{rights_table()}\n"), rights_table()


async def test_the_page_of_the_commands_is_what_is_registered(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    async with open_room(tmp_path) as room:
        tree = room.app.bot.tree
        registered, names = commands.page(tree), commands.names(tree)

    assert page == registered, "python -m tests.commands > docs/commands.md"
    assert set(re.findall(r"`(/[a-z]+(?: [a-z]+)*)`", README + KOREAN)) <= names


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
    pages = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = re.findall(r"(?m)^.*requirements/(?:run|dev)\.txt.*$", pages)

    assert named
    assert all("--no-deps --require-hashes" in line for line in named)


def prose(page: Path) -> str:
    """Return a page without its blocks of code."""
    return re.sub(r"(?ms)^```.*?^```", "", page.read_text(encoding="utf-8"))


def links(page: Path) -> list[str]:
    """Return where a page links to within the project, pictures too."""
    text = prose(page)
    found = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|srcset)="([^"]+)"', text)
    return [link for link in found if not re.match(r"https?:|mailto:", link)]


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"(?m)^#+ (.+)$", prose(page))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for link in links(page):
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = {ROOT / name for name in re.findall(r"`((?:bot|cogs|playground|tests|docs)/[\w./-]+)`", text)}

    assert [path for path in named if not path.exists() and not path.with_suffix(".py").exists()] == []


def test_every_picture_is_shown_somewhere() -> None:
    shown = {(page.parent / link).resolve() for page in PAGES for link in links(page)}

    assert {path.resolve() for path in (ROOT / "docs" / "screenshots").iterdir()} <= shown


def outline(text: str) -> list[object]:
    """Return what a README has in every language: headings' depths, links, commands, tables."""
    return [
        re.findall(r"(?m)^(#+) ", text),
        re.findall(r"(?m)^\[\d\]: .+$", text),
        sorted(set(re.findall(r"\]\(([^)]+)\)|<(https?://[^>]+)>", text))),
        sorted(set(re.findall(r"`([^`\n]+)`", text))),
        re.findall(r'(?:src|srcset|width|height)="[^"]+"', text),
        re.findall(r"(?m)^    (?!alt=)[^#\n]+", text),
        [line.count("|") for line in text.splitlines() if line.startswith("|")],
        len(re.findall(r"(?m)^- \*\*", text)),
    ]


def test_both_readmes_have_the_same_headings_links_commands_and_tables() -> None:
    assert outline(KOREAN) == outline(README)
    assert all(name in text for name in ("(README.md)", "(README.ko.md)") for text in (README, KOREAN))


def test_a_readme_is_short_and_begins_with_the_moving_picture() -> None:
    for text in (README, KOREAN):
        lines = text.splitlines()
        assert len(lines) < MOST_LINES
        assert any("answer.webp" in line for line in lines[:FIRST_SCREEN])
    assert (ROOT / "docs" / "screenshots" / "answer.webp").stat().st_size <= MOST_BYTES


def test_the_readmes_quote_the_figures_of_the_measurements() -> None:
    table = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    rows = re.findall(r"\| mean lag where .*?\| +([\d.]+) s \| +[\d.]+ s \| +([\d.]+) \|", table)
    lags, ratios = ([float(one) for one in column] for column in zip(*rows, strict=True))

    for text in (README, KOREAN):
        for between in (lags, ratios):
            figures = (f"{min(between):.1f}", f"{max(between):.1f}")
            assert re.search(r"{}\D{{1,6}}{}".format(*map(re.escape, figures)), text), figures


def test_every_decision_is_in_their_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")

    assert [page.name for page in folder.glob("0*.md") if f"({page.name})" not in index] == []
