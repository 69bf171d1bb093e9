"""What was read of a file: a document in sections, or a picture; and which of the sections are told.

Of what is longer than there is room for, the beginning goes along and the sections nearest to the question.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, groupby

from bot.rules.notes import Note, NoteCode
from bot.rules.prompting import tags

SECTION_CHARACTERS = 1_500  # of what has no pages
BEGINNING = 0.5  # of the room, for the beginning; the rest is for what is nearest to the question
LEAST_WORD = 3  # shorter words are in every text
WORD = re.compile(r"\w+")
UNSPACED = re.compile("[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\u0e00-\u0eff]")  # words run on, or bend


class Unit(StrEnum):
    """What a document is counted in."""

    LINE = "line"
    PAGE = "page"
    SLIDE = "slide"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Section:
    """A piece of a document, from one unit to another inclusive; `place` is a sheet's name."""

    first: int
    last: int
    text: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """The text of a file; `total` counts all its units, read or not; an `encoding` was guessed."""

    unit: Unit
    total: int
    sections: tuple[Section, ...]
    encoding: str = ""

    @property
    def size(self) -> int:
        """Return how many characters were read."""
        return sum(len(one.text) for one in self.sections)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as models take it; of a `moving` one the first frame."""

    data: bytes
    media_type: str
    width: int | None = None
    height: int | None = None
    moving: bool = False


Extracted = Document | Picture | Note  # a note says why there is nothing


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is told of a document; `is_cut` where not even the first section is whole."""

    text: str
    sections: tuple[Section, ...] = ()
    is_cut: bool = False


def in_lines(text: str, encoding: str = "") -> Document:
    """Return a text without pages as a document of lines."""
    sections: list[Section] = []
    lines = text.split("\n")
    first, held, size = 1, [], 0
    for number, line in enumerate(lines, 1):
        held.append(line)
        size += len(line) + 1
        if size >= SECTION_CHARACTERS or number == len(lines):
            sections.append(Section(first, number, "\n".join(held)))
            first, held, size = number + 1, [], 0
    return Document(Unit.LINE, len(lines), tuple(sections), encoding)


def excerpt(document: Document, question: str, most: int) -> Excerpt:
    """Return what is told of a document in at most about so many characters."""
    sections = document.sections
    if document.size <= most:
        return Excerpt(_written(document.unit, sections), sections)
    if not sections or len(sections[0].text) > most:
        return Excerpt(sections[0].text[:most] if sections else "", sections[:1], is_cut=True)
    chosen = tuple(sections[at] for at in sorted(_chosen(sections, question, most)))
    return Excerpt(_written(document.unit, chosen), chosen)


def left_out(document: Document, told: Excerpt, name: str) -> Note | None:
    """Return a note on which part of a document is told, or None where all of it is."""
    read = len(document.sections) and document.sections[-1].last
    is_whole = told.sections == document.sections and (document.unit is Unit.ROW or read == document.total)
    if is_whole or not told.sections or (told.is_cut and document.total == told.sections[0].last):
        return None
    ranges = (
        f"{place} {first}" if first == last else f"{place} {first}–{last}"
        for place, first, last in _ranges(told.sections)
    )
    return Note(_NOTES[document.unit], name, document.total, ", ".join(map(str.strip, ranges)))


_NOTES = {
    Unit.LINE: NoteCode.SOME_LINES,
    Unit.PAGE: NoteCode.SOME_PAGES,
    Unit.SLIDE: NoteCode.SOME_SLIDES,
    Unit.ROW: NoteCode.SOME_ROWS,
}


def _chosen(sections: Sequence[Section], question: str, most: int) -> set[int]:
    """Return the places of the sections that are told: some of the beginning, the nearest, more beginning."""
    nearest = [at for score, at in sorted(_scores(sections, question)) if score < 0]
    chosen: set[int] = set()
    left = most
    for at in (*_beginning(sections, int(most * BEGINNING)), *nearest):
        if at not in chosen and len(sections[at].text) <= left:
            chosen.add(at)
            left -= len(sections[at].text)
    others = [at for at in range(len(sections)) if at not in chosen]
    sizes = accumulate(len(sections[at].text) for at in others)
    return chosen | {at for at, size in zip(others, sizes, strict=True) if size <= left}


def _beginning(sections: Sequence[Section], most: int) -> Iterator[int]:
    """Yield the places of the first sections: one at least, and as many as have so many characters."""
    sizes = accumulate(len(one.text) for one in sections)
    return (at for at, size in enumerate(sizes) if at == 0 or size <= most)


def _scores(sections: Sequence[Section], question: str) -> list[tuple[float, int]]:
    """Return what sections share with a question, below 0: words that few sections have weigh more."""
    folded = [section.text.casefold() for section in sections]
    scores = [0.0] * len(sections)
    for word in _words(question):
        having = [at for at, text in enumerate(folded) if word in text]
        for at in having:
            scores[at] -= 1 / len(having)
    return [(score, at) for at, score in enumerate(scores)]


def _words(question: str) -> set[str]:
    """Return what is looked for: words, and pairs of characters where words stand without spaces."""
    found: set[str] = set()
    for word in WORD.findall(question.casefold()):
        if UNSPACED.search(word):
            found.update(word[at : at + 2] for at in range(len(word) - 1))
        elif len(word) >= LEAST_WORD or word.isdecimal():
            found.add(word)
    return found


def _written(unit: Unit, sections: Sequence[Section]) -> str:
    """Write sections, each page with its mark, and others where something before them was left out."""
    written: list[str] = []
    before = Section(0, 0, "")
    for section in sections:
        if mark := _mark(unit, section, before):
            written.append(mark)
        written.append(section.text)
        before = section
    return "\n".join(written)


def _mark(unit: Unit, section: Section, before: Section) -> str:
    follows = (section.place, section.first) == (before.place, before.last + 1)
    if follows and unit in (Unit.LINE, Unit.ROW):
        return ""
    return tags.PLACES_IN_FILE[unit].format(place=section.place, first=section.first, last=section.last)


def _ranges(sections: Sequence[Section]) -> Iterator[tuple[str, int, int]]:
    """Yield what sections cover, those that follow each other together."""
    for place, ones in groupby(sections, lambda one: one.place):
        held = list(ones)
        first, last = held[0].first, held[0].last
        for section in held[1:]:
            if section.first != last + 1:
                yield place, first, last
                first = section.first
            last = section.last
        yield place, first, last
