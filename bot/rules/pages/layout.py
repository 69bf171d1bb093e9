"""An answer as pages while it is still being written: a full page is final, only the last one changes.

Whether a page is full is looked at after fixed steps of the text, so that the pieces in which it comes don't
matter. What was read for good is not read again.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.rules.graphemes import is_blank
from bot.rules.pages.blocks import Blocks
from bot.rules.pages.cuts import Cut, cut, fits, shows
from bot.rules.pages.document import NOTHING, Row, Shown
from bot.rules.pages.languages import TextFile, name_of
from bot.rules.pages.naming import NOBODY, Known
from bot.rules.pages.syntax import Source, readable
from bot.rules.pages.writing import page_of
from bot.texts import members

MESSAGE_LIMIT = 2000  # Discord's, here held in UTF-16 units as well as in characters
RESERVE = 160  # for what is appended to a message: the mark while writing, a short note at the end
PAGE_LIMIT = MESSAGE_LIMIT - RESERVE
MAX_PAGES = 5
_MARGIN = 64  # a page of prose is full that many characters behind its room, at the first look
_STEP = 256  # characters from one look whether a page is full to the next
_MOST_CODE_PAGES = 2
_MOST_FILES = 8  # Discord takes ten with a message
_NOTE_ROOM = 100
_NEAR = 2000  # characters above a place in which its line above is looked for
_MARKER = re.compile(r"[\s>]*(?:(?:[-+*]|#{1,6}|\d{1,9}[.)])\s+)*")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page begins: a line of the source, and how much of what it shows stands on the page before.

    It is read from `block` on, behind a `lead` that was the start of `code`.
    """

    block: int = 0
    line: int = 0
    shown: Shown = NOTHING
    lead: str = ""
    code: int = -1

    def behind(self, before: "_Place") -> "_Place":
        """Return this place, or one a character behind the one before, so that every cut moves forward."""
        moved = self._reach > before._reach
        return self if moved else replace(before, shown=Shown(before.shown.solid + 1))

    @property
    def _reach(self) -> tuple[int, int, int]:
        return self.line, self.shown.solid, self.shown.marks

    def rows(self, rows: Sequence[Row]) -> list[Row]:
        """Return the rows from here on."""
        left: list[Row] = []
        for row in rows:
            past = replace(self.shown, solid=self.shown.solid - row.at)
            if row.line == self.line and (past.solid, past.marks) > (0, 0):
                if past.solid < row.measure:
                    left.append(row.behind(past))
            elif row.line >= self.line:
                left.append(row)
        return left

    def source(self, text: str) -> int:
        """Return its offset in the source, or one a little before it where it can't be told."""
        if self.code >= 0 or self.shown == NOTHING:
            return self.line + self.shown.solid
        marker = _MARKER.match(text, self.line)
        return self.shown.end(text, marker.end() if marker else self.line)


class _Reader:
    """Reads a growing text from a place on; blocks that can't change any more are read once."""

    def __init__(self, place: _Place, references: Mapping[str, Any], known: Known) -> None:
        self.place, self._references, self._known = place, references, known
        self._from = place.block
        self._kept: list[Row] = []
        self._starts: list[int] = []
        self._newest: Blocks | None = None

    def read(self, text: str, *, complete: bool) -> list[Row]:
        """Return the rows of a text that goes on from the one before."""
        lead = self.place.lead if self._from == self.place.block else ""
        above = readable(text[max(0, self._from - _NEAR) : self._from])[:-1].rpartition("\n")[2]
        below_blank = self._from > 0 and not above.strip(" \t>")
        offset = self._from - len(lead)
        source = Source(lead + text[self._from :], offset, below_blank, self._references, self._known)
        blocks = self._newest = Blocks(source, complete=complete)
        if blocks.defines and self._kept:
            self._from, self._kept, self._starts = self.place.block, [], []
            return self.read(text, complete=complete)
        rows = [*self._kept, *(self._own(blocks.rows, offset) if lead else blocks.rows)]
        settled = blocks.settled
        if settled > self._from:
            self._kept = [row for row in rows if row.line < settled]
            self._starts += [start for start in blocks.starts if start < settled]
            self._from = settled
        return self.place.rows(rows)

    def _own(self, rows: Sequence[Row], offset: int) -> list[Row]:
        """Let code that was read behind a lead be the code that it is part of."""
        return [
            replace(row, code=replace(row.code, key=self.place.code))
            if row.code and row.code.key == offset
            else row
            for row in rows
        ]

    @property
    def references(self) -> Mapping[str, Any]:
        """The links that were defined up to here."""
        return self._newest.references if self._newest else self._references

    def place_of(self, row: Row) -> _Place:
        """Return where a page begins that starts with this row."""
        shown = Shown(row.at, row.marks, spaced=not row.code and row.text[:1].isspace())
        code = row.code.key if row.code else -1
        lead = self._newest.lead(row.line) if self._newest else ""
        if lead:
            return _Place(row.line, row.line, shown, lead, code)
        starts = [*self._starts, *(self._newest.starts if self._newest else ())]
        block = max((start for start in starts if start <= row.line), default=0)
        if block < self.place.block:
            return _Place(self.place.block, row.line, shown, self.place.lead, self.place.code)
        return _Place(block, row.line, shown, "", code)


class Pages:
    """The layout of one answer that grows: pure, deterministic, and final for all pages but the last."""

    def __init__(self, *, limit: int = PAGE_LIMIT, most: int = MAX_PAGES, known: Known = NOBODY) -> None:
        """Lay out at most `most` pages of at most `limit` UTF-16 units, which is 1000 or more."""
        self._limit, self._most, self._known = limit, most, known
        self._text = ""
        self._finished: list[str] = []
        self._last = ""
        self._full: Sequence[Row] = []  # rows to be cut
        self._code_pages: dict[int, int] = {}
        self._names: dict[int, str] = {}  # of the files, by the code that goes into them
        self._read_code: dict[int, str] = {}  # what is in them for good
        self._code: dict[int, list[Row]] = {}  # what comes behind that
        self._reader = _Reader(_Place(), {}, known)
        self._begin(_Place())

    @property
    def rest(self) -> str:
        """The end of the text that the pages have no room for, as it was written."""
        rest = self._text[self._start :] if len(self._finished) == self._most else ""
        return "" if is_blank(rest) or (self._names and not self._rows(complete=True)) else rest

    @property
    def files(self) -> Sequence[TextFile]:
        """Code that goes on for more pages than two."""
        texts = {key: [row.text for row in rows] for key, rows in self._code.items()}
        return tuple(
            TextFile(name, self._read_code[key] + "".join(f"{text}\n" for text in texts[key]))
            for key, name in self._names.items()
        )

    def update(self, text: str, *, done: bool) -> Sequence[str]:
        """Lay out the whole text so far, which goes on from the one before; return each message's content."""
        while (pages := self.advance(text, done=done)) is None:
            pass
        return pages

    def advance(self, text: str, *, done: bool) -> Sequence[str] | None:
        """Take one step of an update; return each message's content once nothing is left to do."""
        self._text = text
        if len(self._finished) < self._most:
            if self._step(done=done):
                return None
        elif done and self._names:
            self._rows(complete=True)
        return [*self._finished, *filter(None, [self._last])]

    def _step(self, *, done: bool) -> bool:
        """Look once whether the page is full, or cut the one that is; say whether there is more to do."""
        if self._full:
            self._finish(self._full)
            self._full = []
            return True
        more = self._next < len(self._text)
        rows = self._rows(self._next, complete=False) if more else self._rows(complete=done)
        full = not fits(rows, self._room(rows))
        if full and (more or done):
            self._full = rows
            return True
        if not more:
            self._show(rows if not full else cut(rows, self._room(rows)).rows)
        elif rows or not self._pass_code():
            self._next += max(_STEP, (self._next - self._start) // 4)
        return more

    def _begin(self, place: _Place) -> None:
        self._reader = _Reader(place, self._reader.references, self._known)
        self._start = place.source(self._text)
        self._next = self._start + self._limit + _MARGIN

    def _rows(self, end: int | None = None, *, complete: bool) -> list[Row]:
        """Return the rows of the page that is being written, and note what goes into files instead."""
        rows = self._reader.read(self._text[:end], complete=complete)
        for key in self._names:
            code = [row for row in rows if row.code and row.code.key == key]
            self._code[key] = code or self._code[key]
            rows = [row for row in rows if not row.code or row.code.key != key]
        return rows[: _enough(rows, self._limit)]

    def _pass_code(self) -> bool:
        """Go on behind the code that goes into a file, but for its last line."""
        for key, (*lines, last) in ((key, rows) for key, rows in self._code.items() if len(rows) > 1):
            self._read_code[key] += "".join(f"{row.text}\n" for row in lines)
            self._code[key] = [last]
            self._begin(self._reader.place_of(last))
            return True
        return False

    def _room(self, rows: Sequence[Row]) -> int:
        goes_on = bool(rows) and rows[0].code is not None and rows[0].code.key in self._code_pages
        return self._limit - _NOTE_ROOM if goes_on else self._limit

    def _show(self, rows: Sequence[Row]) -> None:
        """Make rows the last page; one that was shown stays if there is nothing to see any more."""
        if shows(rows):
            self._last = page_of(rows)

    def _finish(self, rows: Sequence[Row]) -> None:
        """Cut the page that is full; what stands before the cut is final."""
        full = cut(rows, self._room(rows))
        if shows(full.rows):
            self._finished.append(page_of(full.rows) + self._note(full))
            self._last = ""
        self._begin(self._reader.place_of(full.rest).behind(self._reader.place))

    def _note(self, full: Cut) -> str:
        """Return what is said below a page behind which its code goes on in a file."""
        code = full.rest.code
        if not code or code.head or full.rows[-1].code != code:
            return ""
        self._code_pages[code.key] = self._code_pages.get(code.key, 0) + 1
        if self._code_pages[code.key] != _MOST_CODE_PAGES or len(self._names) == _MOST_FILES:
            return ""
        name = name_of(code.language, len(self._names) + 1)
        self._names[code.key], self._read_code[code.key], self._code[code.key] = name, "", []
        return "\n-# " + members.CODE_GOES_ON.format(name=name)


def _enough(rows: Sequence[Row], limit: int) -> int:
    """Return how many rows at most have to be looked at for a page."""
    most = 0
    for number, row in enumerate(rows, 1):
        most += len(row.text.strip()) + 1
        if most > limit:
            return number + 1
    return len(rows)
