"""Where an answer is cut into messages: at a paragraph, else a line, a sentence, a word, a character.

What is open at a cut and has to be closed stands in `bot.rules.pages.draft`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from itertools import chain, takewhile

from bot.rules.graphemes import grapheme_ends, reach, units
from bot.rules.pages.draft import Draft

_GAP = re.compile(r"\s+|(?<=[。！？])(?=\S)")
_SENTENCE_ENDS = (*".!?…。！？:;", '."', '!"', '?"', ".)", ".”", "!”", "?”")
_NEVER_FIRST = "|-:= \t\r>"  # a line of nothing else belongs to the line above: an underline, a delimiter row
_LONGEST_DRAWN = 200
_LEAST_SHARE = 3  # a better kind of cut is taken if a message is at least a third full with it


@dataclass(frozen=True, slots=True)
class Seam:
    """A cut: a message ends at `end`, the next goes on at `resume`, and only white space is between."""

    end: int
    resume: int


class _Kind(IntEnum):
    """The kinds of cut, best first."""

    PARAGRAPH = 0
    LINE = 1
    INNER_LINE = 2  # in code, or before an indented line
    SENTENCE = 3
    WORD = 4
    CHARACTER = 5


class SeamFinder:
    """Finds where a draft that is too long is cut."""

    def __init__(self, draft: Draft, limit: int) -> None:
        """Prepare for one draft; `limit` is in UTF-16 units."""
        self._draft, self._limit = draft, limit
        self._text = draft.text
        self._last = draft.body + reach(self._text[draft.body :], limit)
        self._uncut = draft.uncut()
        self._starts = {mark.end for mark in draft.markup.marks}
        self._closes = {mark.close for mark in draft.markup.marks}
        self._graphemes = grapheme_ends(self._text, draft.body)
        self._ends = {draft.body, *self._graphemes}

    def find(self) -> Seam:
        """Return the best cut that leaves both sides whole and the message within the limit."""
        floor = self._draft.body + self._limit // _LEAST_SHARE
        for low, high in ((floor, self._last), (self._draft.body, floor)):
            for kind in _Kind:
                for seam in reversed(self._seams(kind)):
                    if low < seam.end <= high and self._is_clean(seam) and self._fits(seam.end):
                        return seam
        return self._forced()

    def _seams(self, kind: _Kind) -> Sequence[Seam]:
        if kind is _Kind.CHARACTER:
            return self._at_characters
        return (self._at_lines if kind <= _Kind.INNER_LINE else self._at_words).get(kind, ())

    @cached_property
    def _gaps(self) -> list[tuple[int, int]]:
        """The white space within reach, but for the text's end."""
        gaps = (gap.span() for gap in _GAP.finditer(self._text, self._draft.body))
        return [gap for gap in takewhile(lambda gap: gap[0] <= self._last, gaps) if gap[1] < len(self._text)]

    @cached_property
    def _at_lines(self) -> dict[_Kind, list[Seam]]:
        return self._by_kind(self._line_seam(*gap) for gap in self._gaps if "\n" in self._text[slice(*gap)])

    @cached_property
    def _at_words(self) -> dict[_Kind, list[Seam]]:
        return self._by_kind(
            self._word_seam(*gap) for gap in self._gaps if "\n" not in self._text[slice(*gap)]
        )

    @cached_property
    def _at_characters(self) -> list[Seam]:
        return [
            Seam(end, end)
            for end in self._graphemes
            if end <= self._last and not any(map(str.isspace, self._text[end - 1 : end + 1]))
        ]

    @staticmethod
    def _by_kind(found: Iterable[tuple[_Kind, Seam] | None]) -> dict[_Kind, list[Seam]]:
        kinds: dict[_Kind, list[Seam]] = {}
        for kind, seam in filter(None, found):
            kinds.setdefault(kind, []).append(seam)
        return kinds

    def _in_code(self, offset: int) -> bool:
        return any(fence.body <= offset < fence.end for fence in self._draft.fences)

    def _word_seam(self, start: int, end: int) -> tuple[_Kind, Seam]:
        if self._in_code(start):
            return _Kind.WORD, Seam(end, end)
        ended = self._text[max(0, start - 2) : start].endswith(_SENTENCE_ENDS)
        return _Kind.SENTENCE if ended else _Kind.WORD, Seam(start, end)

    def _line_seam(self, start: int, end: int) -> tuple[_Kind, Seam] | None:
        line = self._text.rfind("\n", start, end) + 1
        if self._in_code(start):
            return _Kind.INNER_LINE, Seam(start, line)
        if self._belong_together(start, line):
            return None
        marked = bool(self._draft.delimiters(start))
        if marked and self._text.startswith(">", end):
            return None  # the delimiter would come before the quote's mark
        breaks = self._text.count("\n", start, end)
        kind = _Kind.PARAGRAPH if breaks > 1 else _Kind.INNER_LINE if line < end else _Kind.LINE
        return kind, Seam(start, end if marked else line)

    def _belong_together(self, end: int, line: int) -> bool:
        """Tell whether a heading would be parted from its text, or a line from what explains it."""
        above = self._text[self._text.rfind("\n", 0, end) + 1 : end]
        below = self._text[line : line + _LONGEST_DRAWN].partition("\n")[0]
        is_heading = above.startswith("#") or (above.startswith("**") and above.endswith("**"))
        return is_heading or not below.strip(_NEVER_FIRST)

    def _is_clean(self, seam: Seam) -> bool:
        return (
            self._uncut.isdisjoint((seam.end, seam.resume))
            and self._ends.issuperset((seam.end, seam.resume))
            and seam.end not in self._starts
            and seam.resume not in self._closes
            and not self._draft.is_blank(seam.end)
        )

    def _fits(self, end: int) -> bool:
        return units(self._draft.content(end)) <= self._limit

    def _forced(self) -> Seam:
        """Cut what is one but longer than a message, if need be within a character."""
        replaced = self._draft.replaced()
        graphemes = (end for end in reversed(self._graphemes) if end <= self._last)
        ends = chain(graphemes, range(self._last, self._draft.body, -1))
        return next(Seam(end, end) for end in ends if end not in replaced and self._fits(end))
