"""Which of the parser's blocks become what on Discord: one pass that collects the edits.

Tables are drawn in `bot.rules.pages.tables`, fences are dealt with in `bot.rules.pages.markdown`.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, takewhile
from typing import cast

from markdown_it.token import Token

from bot.rules.pages.edits import Edit
from bot.rules.pages.inlines import inline_edits, may_need_edits
from bot.rules.pages.parser import parse_blocks
from bot.rules.pages.quotes import quote_mark
from bot.rules.pages.tables import Table, table_at, table_edits

RULE = "─" * 10
_DEEPEST_HEADING = 3
_LONGEST_HEADING = 100
_BOXES = {"[ ] ": "☐", "[x] ": "☑", "[X] ": "☑"}


class Walk:
    """A pass over the source from `start` on: its edits, its tables, and up to where they are final."""

    def __init__(self, source: str, masked: str, start: int) -> None:
        """Parse `masked`, which is the source from `start` on, as long as it, with fenced code blanked."""
        self.edits: list[Edit] = []
        self.tables: list[Table] = []
        self._source, self._masked, self._start = source, masked, start
        self._lines: list[tuple[int, int]] = []
        for line in masked.split("\n"):
            self._lines.append((start, start + len(line)))
            start += len(line) + 1
        self._tokens = parse_blocks(masked)
        for index, token in enumerate(self._tokens):
            self._visit(index, token)
        self.edits.sort()

    def settled(self) -> int:
        """Return where the last block starts: those before it can't change.

        A block that may still turn out to go on with the one before it doesn't count: one whose first line is
        unfinished and follows no blank line.
        """
        starts = (token.map[0] for token in reversed(self._tokens) if token.level == 0 and token.map)
        last = len(self._lines) - 1
        return next(
            (self._lines[at][0] for at in starts if at < last or not self._line(at - 1).strip()), self._start
        )

    def _line(self, index: int) -> str:
        start, end = self._lines[index]
        return self._masked[start - self._start : end - self._start]

    def _visit(self, index: int, token: Token) -> None:
        if token.type == "heading_open":
            self._heading(token, self._tokens[index + 1])
        elif token.type == "hr":
            self._rule(token, _lines_of(token)[0])
        elif token.type == "table_open":
            self._table(index)
        elif token.type == "inline" and self._tokens[index - 1].type not in {"th_open", "td_open"}:
            if self._tokens[max(0, index - 2)].type == "list_item_open":
                self._task(token)
            if may_need_edits(token.content):
                quote = quote_mark(self._line(_lines_of(token)[0]))
                self.edits += inline_edits(token.content, self._places(token).at, quote)

    def _heading(self, token: Token, inline: Token) -> None:
        """Make headings that are underlined ordinary ones, and those below the third level bold."""
        start = self._places(inline).at(0)
        if start is None or not inline.content:
            return
        first, last = _lines_of(token)
        if token.markup in {"=", "-"}:
            if "\n" in inline.content or len(inline.content) > _LONGEST_HEADING:  # rather text above a rule
                self._rule(token, last - 1)
            else:
                level = "# " if token.markup == "=" else "## "
                self.edits += (
                    Edit(start, start, level),
                    Edit(self._lines[first][1], self._lines[last - 1][1], ""),
                )
        elif len(token.markup) > _DEEPEST_HEADING:
            self.edits += self._bold(self._lines[first], start, inline.content)

    def _bold(self, line: tuple[int, int], start: int, content: str) -> Iterator[Edit]:
        """Put a heading's text in bold, whatever of it is bold already."""
        inner = [at for at in range(len(content)) if content.startswith("**", at)] if "**" in content else []
        wrapped = content.startswith("**") and content.endswith("**") and content.count("**") == 2
        as_it_is = wrapped or content.endswith("\\") or (inner and ("`" in content or "***" in content))
        mark = "" if as_it_is else "**"
        yield Edit(self._source.index("#", line[0]), start, mark)
        if not as_it_is:
            yield from (Edit(start + at, start + at + 2, "") for at in inner)
        yield Edit(start + len(content), line[1], mark)

    def _rule(self, token: Token, index: int) -> None:
        """Draw a line where Markdown has one, behind the quote marks that stand before it."""
        start, end = self._lines[index]
        line = self._line(index)
        before = line.rstrip(f" \t{token.markup[0]}")
        gap = " " if before and line[len(before) :].startswith(" ") else ""
        self.edits.append(Edit(start + len(before), end, gap + RULE))

    def _table(self, index: int) -> None:
        lines = self._lines[slice(*_lines_of(self._tokens[index]))]
        header = takewhile(lambda token: token.type != "thead_close", self._tokens[index:])
        styles = [str(token.attrs.get("style", "")) for token in header if token.type == "th_open"]
        aligns = [style.removeprefix("text-align:") for style in styles]
        in_item = self._tokens[max(0, index - 1)].type == "list_item_open"
        table = table_at(self._source, lines, aligns, in_item=in_item)
        edits = table_edits(self._source, table)
        if edits:
            self.tables.append(table)
            self.edits += edits

    def _task(self, token: Token) -> None:
        box = _BOXES.get(token.content[:4])
        start = self._places(token).at(0) if box else None
        if box and start is not None:
            self.edits.append(Edit(start, start + 3, box))

    def _places(self, token: Token) -> "_Places":
        """Find the lines of an inline token's content in the source."""
        pieces = token.content.split("\n")
        first = _lines_of(token)[0]
        offsets = accumulate((len(piece) + 1 for piece in pieces), initial=0)
        found = [
            self._masked.rfind(piece, start - self._start, end - self._start)
            for piece, (start, end) in zip(pieces, self._lines[first:], strict=False)
        ]
        return _Places(list(offsets), [None if at < 0 else self._start + at for at in found])


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the lines of an inline content start: in the content and in the source, if found there."""

    offsets: list[int]
    sources: list[int | None]

    def at(self, offset: int) -> int | None:
        """Return the source offset of an offset in the content."""
        index = bisect_right(self.offsets, offset) - 1
        source = self.sources[index]
        return None if source is None else source + offset - self.offsets[index]


def _lines_of(token: Token) -> tuple[int, int]:
    """Return the first line of a block and the one behind it; every block that is visited has them."""
    first, last = cast("list[int]", token.map)
    return first, last
