"""The document between a model's Markdown and Discord's: rows of styled runs, and what encloses them.

A row is what Discord shows as a line. Nothing here knows how Markdown is read or written.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum, Flag, auto

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
class Row:
    """One line as Discord shows it.

    `line` is the offset of its line in the source, `at` what stands before it in that line, as `measure`
    counts. It starts the containers of its `path` from `started` on.
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

    @property
    def text(self) -> str:
        """The words without any style."""
        return "".join(run.text for run in self.runs)

    @property
    def measure(self) -> int:
        """How much of its line it takes, more than nothing, however the line's end turns out."""
        return 1 + (len(self.text) if self.code else _solid(self.text))

    def split(self, offset: int) -> tuple["Row", "Row"]:
        """Return the row before an offset in its text, and the one that goes on there."""
        before, after = split_runs(self.runs, offset)
        rest = replace(self, runs=after, started=len(self.path), gap=False)
        taken = 1 + len(self.text[:offset]) if self.code else _solid(self.text[:offset])
        return replace(self, runs=before), replace(rest, at=self.at + taken)

    def behind(self, taken: int, *, spaced: bool) -> "Row":
        """Return what goes on when so much of it has been shown, up to a space where it was cut at one."""
        if self.code:
            return self.split(taken - 1)[1]
        text = self.text
        offset = end_of(text, taken)
        while spaced and offset < len(text) and not text[offset].isspace():
            offset += 1
        return self.split(offset)[1]


def end_of(text: str, taken: int, start: int = 0) -> int:
    """Return the offset behind so many characters that are no markup."""
    while start < len(text) and taken > 0:
        taken -= _solid(text[start])
        start += 1
    return start


def _solid(text: str) -> int:
    return sum(not (character.isspace() or character in _MARKUP) for character in text)


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
