"""The catalogues, written anew from the sentences: `python -m tests.catalogues [LANGUAGE to add]`.

What is translated stays, what no module says any more goes, and what is new stands there to be translated:
sorted, without places and dates, so that two changes rarely meet.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot.texts.languages.spoken import FOLDER, SOURCE, languages

TEXTS = FOLDER.parent
KEYWORDS = {"_": None, "N_": None, "n_": (1, 2)}
HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""


def template() -> Catalog:
    """Return all that is to be translated."""
    catalog = Catalog()
    for _, _, words, _, _ in extract_from_dir(TEXTS, [("**.py", "python")], keywords=KEYWORDS):
        catalog.add(words)
    return catalog


def listed() -> Iterator[str]:
    """Yield what Discord lists."""
    for _, _, words, _, _ in extract_from_dir(TEXTS, [("**.py", "python")], keywords={"N_": None}):
        yield str(words)


def read(language: str) -> Catalog:
    """Return a language's catalogue."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language.replace("-", "_"))


def written(language: str) -> str:
    """Return a language's file as it should be; of one that isn't there, a beginning."""
    path = FOLDER / f"{language}.po"
    catalog = read(language) if path.exists() else Catalog(locale=language.replace("-", "_"))
    catalog.update(template(), no_fuzzy_matching=True)
    for message in catalog:
        message.flags.clear()
    said = BytesIO()
    write_po(
        said, catalog, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True
    )
    head = HEADER.format(language=language, plural_forms=catalog.plural_forms)
    return head + said.getvalue().decode().strip() + "\n"


def stale() -> Iterator[str]:
    """Yield the languages whose files are not what they should be."""
    for language in languages():
        if language != SOURCE and (FOLDER / f"{language}.po").read_text(encoding="utf-8") != written(
            language
        ):
            yield language


def main() -> None:
    """Write them."""
    for language in {*languages(), *sys.argv[1:]} - {SOURCE}:
        Path(FOLDER / f"{language}.po").write_text(written(language), encoding="utf-8")


if __name__ == "__main__":
    main()
