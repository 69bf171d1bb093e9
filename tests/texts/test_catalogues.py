"""Sentences and their catalogues: whole, complete, with every placeholder."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.rules.places.settings import KINDS
from bot.texts import config, listed, members
from bot.texts.features import greetings
from bot.texts.languages import catalogue, spoken
from bot.texts.languages.catalogue import N_, Counted, Message, _, in_words, n_, translated
from bot.texts.languages.figures import decimal, money, number, several, share
from bot.texts.languages.spoken import FOLDER, SOURCE, languages, speaking, spoken_in
from bot.texts.places import persona
from bot.texts.places.words import words_of
from bot.ui.commands.dialogs import StoredButton
from tests import catalogues

ROOT = Path(__file__).parents[2]
SENTENCES = {one.id for one in catalogues.template() if one.id and isinstance(one.id, str)}
OTHERS = [one for one in languages() if one != SOURCE]
# What is printed where the bot runs, or is no sentence.
ENGLISH_ONLY = {"checking", "serving", "settings", "startup", "hosting"}
MODULES = [
    module
    for module in sorted(catalogues.TEXTS.rglob("*.py"))
    if FOLDER not in module.parents and not ENGLISH_ONLY & {module.stem, *module.parts}
]
LONGEST_LISTED, LONGEST_MENU = 100, 32  # as Discord lets them be
LONGEST_BUTTON, LONGEST_OF_A_FORM = 80, 45  # likewise
MENUS = {listed.MENU_ASK, listed.MENU_COUNT, listed.MENU_DETAILS}
WORD = re.compile(r"[^\W\d_]{2,}")
MARKS = re.compile(r"`[^`]*`|<[@#t][^>]*>|(?<![\w.])/[a-z]+|(?m:^-# )|\*\*|[A-Z]+_[A-Z_]+")
CODE = re.compile(r"\{[^}]*\}|<[^>]*>|@everyone")


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


def said(message: Any) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string,)


def marks(words: str) -> list[str]:
    """Return what Discord draws of a sentence, and what people type of it."""
    return sorted(MARKS.findall(words))


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_is_as_its_command_writes_it(language: str) -> None:
    assert language not in set(catalogues.stale()), "python -m tests.catalogues"


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated(language: str) -> None:
    open_ = [message.id for message in catalogues.read(language) if message.id and not all(said(message))]

    assert open_ == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_keeps_its_placeholders_and_what_discord_reads(language: str) -> None:
    for message in catalogues.read(language):
        english = message.id[-1] if isinstance(message.id, tuple | list) else message.id
        for words in filter(None, said(message)):
            assert placeholders(words) == placeholders(english), words
            assert marks(words) == marks(english), words


@pytest.mark.parametrize("language", OTHERS)
def test_what_discord_lists_fits_in_every_language(language: str) -> None:
    for words in catalogues.listed():
        most = LONGEST_MENU if words in MENUS else LONGEST_LISTED
        assert len(translated(words, language)) <= most, words


def buttons(parent: type[StoredButton] = StoredButton) -> Iterator[Message]:
    """Yield what stands on the buttons that outlive the process."""
    for one in parent.__subclasses__():
        yield from filter(None, [getattr(one, "label", None)])
        yield from buttons(one)


@pytest.mark.parametrize("language", languages())
def test_buttons_and_forms_fit_in_every_language(language: str) -> None:
    for module in pkgutil.walk_packages([str(ROOT / "cogs")], "cogs."):
        importlib.import_module(module.name)
    on_buttons = {*buttons(), *greetings.TO_TRY, config.LIMIT_OF_SERVER, config.LIMIT_OF_PERSON}
    of_forms = [persona.FORM, persona.FIELD, members.ASK_FORM, members.ASK_FIELD]
    of_forms += [*config.ROWS.values(), config.FIELD_LIMIT]
    of_forms += [one for name in KINDS for one in (words_of(name).name, words_of(name).asked) if one]

    with speaking(language):
        assert len(on_buttons) > 20
        assert [str(one) for one in on_buttons if len(str(one)) > LONGEST_BUTTON] == []
        assert [str(one) for one in of_forms if len(str(one)) > LONGEST_OF_A_FORM] == []


@pytest.mark.parametrize(("language", "written"), [("en", "1234.50"), ("ko", "1234.50"), ("de", "1234,50")])
def test_a_number_has_the_point_of_its_language(language: str, written: str) -> None:
    with speaking(language):
        assert decimal(1234.5) == written


def constants(module: Path) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value


def strings(value: ast.expr) -> Iterator[str]:
    """Yield what stands in a constant, and is marked by nothing."""
    match value:
        case ast.Constant(str(words)):
            yield words
        case ast.Dict(_, values) | ast.Tuple(values) | ast.List(values):
            for one in values:
                yield from strings(one)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_every_sentence_is_marked(module: Path) -> None:
    bare = [
        name
        for name, value in constants(module)
        for words in strings(value)
        if WORD.search(CODE.sub("", words))
    ]

    assert bare == []


def test_no_sentence_is_put_into_words_at_import() -> None:
    def early(tree: ast.Module) -> Iterator[ast.Call]:
        todo: list[ast.AST] = list(tree.body)
        while todo:
            node = todo.pop()
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                todo += [*node.args.defaults, *filter(None, node.args.kw_defaults)]
                continue
            if isinstance(node, ast.Call):
                yield node
            todo += ast.iter_child_nodes(node)

    names = "|".join({module.stem for module in MODULES} | {"texts"})
    made = re.compile(rf"(?:str\()?(?:{names})\.[A-Z_]+[.)]")
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for folder in ("bot", "cogs")
        for path in (ROOT / folder).rglob("*.py")
        for call in early(ast.parse(path.read_text(encoding="utf-8")))
        if made.match(ast.unparse(call))
    ]

    assert found == []


def test_a_message_is_in_the_language_that_is_spoken_when_it_is_put_into_words() -> None:
    stop, counted = Message("Stop"), Counted("{count} message", "{count} messages")
    with speaking("ko"):
        assert str(stop) == f"{stop}" == in_words(stop) == translated("Stop", "ko") != "Stop"
        assert "{count}" not in counted.format(2_000)
    assert (str(stop), counted.format(1), counted.format(2_000)) == ("Stop", "1 message", "2,000 messages")
    assert (_("Stop"), n_("a", "b"), N_("c")) == (Message("Stop"), Counted("a", "b"), "c")
    with speaking("ko"):
        assert str(_("Nobody translated this.")) == "Nobody translated this."


def test_figures_are_written_as_a_language_does() -> None:
    def written() -> tuple[str, ...]:
        return number(2_000), share(1, 3), money(500_000, 2), several(["a", "b", "c"]), several(["a"])

    assert written() == ("2,000", "33%", "$0.50", "a, b, and c", "a")
    with speaking("ko"):
        assert written() == ("2,000", "33%", "$0.50", "a, b 및 c", "a")


@pytest.mark.parametrize(
    ("locale", "language"), [("ko", "ko"), ("en-US", "en"), ("en-GB", "en"), ("tlh", None), (None, None)]
)
def test_a_locale_of_discords_has_a_language(locale: str | None, language: str | None) -> None:
    assert spoken_in(locale) == language


POLISH = """msgid ""
msgstr ""
"Language: pl\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

msgid "Stop"
msgstr "Zatrzymaj"

msgid "{count} message"
msgid_plural "{count} messages"
msgstr[0] "{count} wiadomość"
msgstr[1] "{count} wiadomości"
msgstr[2] "{count} wiadomości (wiele)"
"""


def test_a_language_is_added_with_one_file_and_has_its_own_plurals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pl.po").write_text(POLISH, encoding="utf-8")
    for module in (spoken, catalogue):
        monkeypatch.setattr(module, "FOLDER", tmp_path)
    languages.cache_clear()
    try:
        with speaking(spoken_in("pl") or SOURCE):
            told = [n_("{count} message", "{count} messages").format(count) for count in (1, 3, 5)]
            stop = str(_("Stop"))
    finally:
        languages.cache_clear()

    assert stop == "Zatrzymaj"
    assert told == ["1 wiadomość", "3 wiadomości", "5 wiadomości (wiele)"]


@given(st.data())
def test_whatever_stands_in_for_a_placeholder_is_read_in_every_language(data: st.DataObject) -> None:
    words, language = data.draw(st.sampled_from(sorted(SENTENCES))), data.draw(st.sampled_from(languages()))
    details = {name: data.draw(st.text(max_size=5)) for name in placeholders(words)}
    with speaking(language):
        made = Message(words).format(**details)

    assert all(value in made for value in details.values())
