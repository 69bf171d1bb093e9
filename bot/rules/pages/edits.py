"""Replacements in a source text, and the shown text that they make, with the way back to the source.

What is replaced, and why, stands elsewhere.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Show `shown` instead of the source from `start` to `end`."""

    start: int
    end: int
    shown: str


class Shown:
    """A source with its edits made; offsets translate both ways."""

    def __init__(self, source: str, edits: Sequence[Edit]) -> None:
        """Make the edits, which are sorted and don't overlap."""
        self._edits = edits
        parts: list[str] = []
        self._starts: list[int] = []  # of each edit's text in the shown text
        at = grown = 0
        for edit in edits:
            parts += source[at : edit.start], edit.shown
            self._starts.append(edit.start + grown)
            grown += len(edit.shown) - (edit.end - edit.start)
            at = edit.end
        self.text = "".join([*parts, source[at:]]) if edits else source

    def source_at(self, offset: int) -> int:
        """Return the earliest source offset of a shown one; within a replacement, the replacement's end."""
        index = bisect_left(self._starts, offset) - 1
        if index < 0:
            return offset
        edit = self._edits[index]
        return edit.end + max(0, offset - self._starts[index] - len(edit.shown))

    def shown_at(self, offset: int) -> int:
        """Return the shown offset of a source offset, behind what is inserted there."""
        index = bisect_right(self._edits, offset, key=lambda edit: edit.start) - 1
        if index < 0:
            return offset
        edit, start = self._edits[index], self._starts[index]
        return start if offset < edit.end else start + len(edit.shown) + offset - edit.end

    def whole(self) -> Iterator[tuple[int, int]]:
        """Yield the shown ranges that are replacements, and so can't be cut; white space can."""
        for edit, start in zip(self._edits, self._starts, strict=True):
            if not edit.shown.isspace():
                yield start, start + len(edit.shown)
