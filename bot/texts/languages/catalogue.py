"""Sentences by their English, which stands in the modules of texts, and as the catalogues have them.

`_` marks a sentence, `n_` one that counts something, `N_` words that Discord gets in all languages at once.
A catalogue is read the first time that somebody speaks its language.
"""

import gettext
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from bot.texts.languages.figures import number
from bot.texts.languages.spoken import FOLDER, SOURCE, language


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence, by its English; what makes a string of it puts it into the language that is spoken."""

    source: str

    def format(self, **details: object) -> str:
        """Return it with details, among which there may be other messages."""
        return str(self).format(**details)

    def __str__(self) -> str:
        return translated(self.source, language())

    def __format__(self, spec: str, /) -> str:
        return format(str(self), spec)


@dataclass(frozen=True, slots=True)
class Counted:
    """A sentence that counts something: its English for one, and for any other number."""

    one: str
    others: str

    def format(self, count: int, **details: object) -> str:
        """Return it for a number, which stands in it as `count`."""
        words = _catalogue(language()).ngettext(self.one, self.others, count)
        return words.format(count=number(count), **details)


Placed = tuple[Message, Message]  # a sentence about one channel, and the same about a whole server
# What is put into words where it is shown: words as they are, a sentence, or what makes one.
Saying = str | Message | Callable[[], str]


def in_words(saying: Saying) -> str:
    """Put something into words, in the language that is spoken."""
    return saying() if callable(saying) else str(saying)


def _marked(words: str) -> str:
    return words


_, n_, N_ = Message, Counted, _marked


def translated(words: str, spoken: str) -> str:
    """Return words in a language, in English where its catalogue lacks them."""
    return _catalogue(spoken).gettext(words)


@cache
def _catalogue(spoken: str) -> gettext.NullTranslations:
    if spoken == SOURCE:
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with (FOLDER / f"{spoken}.po").open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
