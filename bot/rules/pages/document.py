"""The document between a model's Markdown and Discord's: rows of styled runs, and what encloses them.

A row is what Discord shows as a line. Nothing here knows how Markdown is read or written.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum, Flag, auto
from itertools import takewhile

_MARKUP = frozenset("*_~|`\\[]()<>!")  # what the end of a text that is still written may turn into markup


class Style(Flag):
    """How a run looks."""

    PLAIN = 0
    SPOILER = auto()
    STRIKE = auto()
    BOLD = auto()
    ITALIC = auto()
    CODE = auto()


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style.

    `href` is where it leads. `whole` text is an address or a mention: it is written as it is and never cut.
    """

    text: str
    style: Style = Style.PLAIN
    href: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Container:
    """A block quote, or a list's item with its `bullet`; `key` tells it from others."""

    key: int
    bullet: str = ""

    @property
    def lead(self) -> str:
        """What stands before the lines inside it."""
        return " " * len(self.bullet) if self.bullet else "> "


class Kind(Enum):
    """What a row is."""

    TEXT = auto()
    HEADING = auto()
    CODE = auto()


@dataclass(frozen=True, slots=True)
class Code:
    """A block of code; `key` tells it from others, `head` is repeated where it goes on on another page."""

    key: int
    language: str = ""
    head: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """How much of a line has been shown: so many characters that are no markup, so many marks behind them.

    What is `spaced` was cut at a space. In code every character counts as one that is no markup.
    """

    solid: int = 0
    marks: int = 0
    spaced: bool = False

    def end(self, text: str, start: int = 0) -> int:
        """Return the offset where a text goes on."""
        solid, marks = self.solid, self.marks
        while start < len(text) and solid > 0:
            solid -= _is_solid(text[start])
            start += 1
        while start < len(text) and marks > 0 and not _is_solid(text[start]):
            marks -= text[start] in _MARKUP
            start += 1
        while self.spaced and start < len(text) and not text[start].isspace():
            start += 1
        return start


NOTHING = Shown()


@dataclass(frozen=True, slots=True)
class Row:
    """One line as Discord shows it.

    `line` is the offset of its line in the source, `at` what stands before it in that line, as `measure`
    counts, `marks` how many marks of it stand directly before. It starts the containers of its `path` from
    `started` on.
    """

    runs: tuple[Run, ...]
    line: int
    path: tuple[Container, ...] = ()
    started: int = 0
    kind: Kind = Kind.TEXT
    level: int = 0
    code: Code | None = None
    gap: bool = False
    at: int = 0
    marks: int = 0

    @property
    def text(self) -> str:
        """The words without any style."""
        return "".join(run.text for run in self.runs)

    @property
    def measure(self) -> int:
        """How much of its line it takes, more than nothing, however the line's end turns out."""
        return 1 + self._solid(self.text)

    def split(self, offset: int) -> tuple["Row", "Row"]:
        """Return the row before an offset in its text, and the one that goes on there."""
        before, after = split_runs(self.runs, offset)
        text = self.text[:offset]
        solid = self._solid(text)
        marks = 0 if self.code else _marks_behind(text) + (0 if solid else self.marks)
        rest = replace(self, runs=after, started=len(self.path), gap=False, at=self.at + solid, marks=marks)
        return replace(self, runs=before), rest

    def behind(self, shown: Shown) -> "Row":
        """Return what goes on when so much of it has been shown."""
        return self.split(shown.solid if self.code else shown.end(self.text))[1]

    def _solid(self, text: str) -> int:
        return len(text) if self.code else sum(map(_is_solid, text))


def _is_solid(character: str) -> bool:
    return not (character.isspace() or character in _MARKUP)


def _marks_behind(text: str) -> int:
    """Return how many marks there are behind the last character that is none."""
    end = takewhile(lambda character: not _is_solid(character), reversed(text))
    return sum(character in _MARKUP for character in end)


def split_runs(runs: Iterable[Run], offset: int) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """Part runs at an offset in their text."""
    before: list[Run] = []
    after: list[Run] = []
    for run in runs:
        if offset >= len(run.text):
            before.append(run)
        elif offset <= 0:
            after.append(run)
        else:
            before.append(replace(run, text=run.text[:offset]))
            after.append(replace(run, text=run.text[offset:]))
        offset -= len(run.text)
    return tuple(before), tuple(after)


def stripped(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return runs without white space at their ends, equal neighbours joined."""
    joined = list(_joined(runs))
    while joined and not joined[0].text.lstrip():
        del joined[0]
    while joined and not joined[-1].text.rstrip():
        del joined[-1]
    if joined:
        joined[0] = replace(joined[0], text=joined[0].text.lstrip())
        joined[-1] = replace(joined[-1], text=joined[-1].text.rstrip())
    return tuple(joined)


def _joined(runs: Iterable[Run]) -> Iterator[Run]:
    last: Run | None = None
    for run in runs:
        if last and not (last.whole or run.whole) and (last.style, last.href) == (run.style, run.href):
            last = replace(last, text=last.text + run.text)
        else:
            if last:
                yield last
            last = run
    if last:
        yield last
