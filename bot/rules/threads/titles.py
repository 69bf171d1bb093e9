"""What a thread is called: by its question's first words, then as a model puts it in a few of its own.

Discord shows a title letter by letter, so nothing of Markdown or of mentions is left in one.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.rules.graphemes import grapheme_ends, is_blank, units
from bot.rules.literal import TURNS_AROUND

MOST_UNITS = 100  # of a thread's name
MOST_OF_A_QUESTION = 60  # what a sidebar shows
MOST_WORDS = 6  # of a model's title
MORE = "…"
_PARSER = MarkdownIt("commonmark").enable("strikethrough")
_CODE = ("fence", "code_block")
# Marks for people, channels, roles, emoji, times, commands; spoilers and small text, which are Discord's own.
_MARKS = re.compile(
    r"<(?:@[!&]?|#|a?:\w+:|/[^:<>\n]{1,100}:|t:|id:)[\w:-]+>|\|\||^-# ?|(?<!\w)@+(?=\S)", re.MULTILINE
)
# What readers are to uncover themselves; in code these strokes mean something else.
_SPOILERS = re.compile(r"(```.*?```|`[^`\n]*`)|\|\|.+?\|\|", re.DOTALL)
_HEADING = re.compile(r"^(?:\S+ )?(?:title|제목) ?: ?", re.IGNORECASE)
_AROUND = "\"'“”„‘’«»「」『』()[]{}*_`~"


@dataclass(frozen=True, slots=True)
class Title:
    """What a thread is called now, with a forum post's tags."""

    text: str
    tags: tuple[str, ...] = ()


def title_of(question: str) -> str:
    """Return a title made of a question's first words without spoilers; nothing where none are seen."""
    title = _plain(covered(question))
    return _shortened(title, MOST_OF_A_QUESTION) if title.strip(f"{MORE} ") else ""


def covered(text: str) -> str:
    """Return a text without what readers are to uncover themselves."""
    return _SPOILERS.sub(lambda found: found[1] or MORE, text)


def titled(said: str) -> str:
    """Return the title that a model has put; nothing where what it said is none."""
    title = _HEADING.sub("", _plain(said)).strip(_AROUND + " ").rstrip(".。 ")
    fits = len(title.split()) <= MOST_WORDS and units(title) <= MOST_UNITS
    return title if fits and not is_blank(title) else ""


def asked_for(title: str) -> str:
    """Return a title as somebody has put it, as far as there is room for it."""
    return _shortened(_cleaned(title), MOST_UNITS)


def mark_of(title: str) -> int:
    """Return what tells a title from others without its words."""
    return int.from_bytes(blake2b(title.encode("utf-8", "replace"), digest_size=7).digest())


def _plain(text: str) -> str:
    """Return what a text says, without its Markdown; blocks of code only where there is nothing else."""
    tokens = _PARSER.parse(text)
    said = _cleaned(" ".join(_words(tokens)))
    return (
        said if not is_blank(said) else _cleaned(" ".join(one.content for one in tokens if one.type in _CODE))
    )


def _words(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield "".join(map(_of_inline, token.children or ()))
        elif token.type == "html_block":
            yield token.content


def _of_inline(token: Token) -> str:
    return " " if token.type in ("softbreak", "hardbreak") else token.content


def _cleaned(text: str) -> str:
    """Return a text on one line, without marks, controls, and what turns the writing around."""
    text = _MARKS.sub("", TURNS_AROUND.sub("", text))
    shown = (one for one in text if one.isspace() or unicodedata.category(one) not in ("Cc", "Cs"))
    return " ".join("".join(shown).split())


def _shortened(text: str, most: int) -> str:
    """Return as many whole words as there is room for, of one that is too long as many characters."""
    if is_blank(text):
        return ""
    if units(text) <= most:
        return text
    room, begun = most - units(MORE), text[: most + 1]
    spaces = [at for at, one in enumerate(begun) if one == " "]
    fitting = [end for ends in (grapheme_ends(begun), spaces) for end in ends if units(begun[:end]) <= room]
    words = [end for end in fitting if end in spaces]
    kept = begun[: max(words or fitting, default=0)]
    return kept.rstrip(" ,;:") + MORE if kept else ""
