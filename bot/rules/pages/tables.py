"""Tables, which Discord doesn't know: columns in a code block or, where too wide, a record for each row.

A record shows a row as lines of "**Column:** value", with its markup left to Discord.
Columns line up by display width, so that Korean and emoji do too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, pairwise, takewhile, zip_longest
from operator import add

import wcwidth

from bot.rules.pages.edits import Edit
from bot.rules.pages.inlines import inline_edits, may_need_edits
from bot.rules.pages.parser import plain_text
from bot.rules.pages.quotes import quote_mark

MAX_WIDTH = 64  # columns of a code block that a desktop shows without wrapping
_MAX_ROW = 200  # characters of a row's lines in a code block: a row is never cut in two there
_MAX_CELL = 200  # a cell that is longer can't stand in a column, nor name one
_MENTIONS = ("<@", "<#", "<:", "<a:", "<t:")  # which a code block would show as numbers
_MARKUP = frozenset("\\`*_~[<!&")

_Cells = list[tuple[int, int]]  # where each cell's content starts and ends


@dataclass(frozen=True, slots=True)
class Table:
    """Where a table stands in the source, by the ranges of its lines, and how its columns are aligned."""

    header: tuple[int, int]
    delimiter: tuple[int, int]
    rows: tuple[tuple[int, int], ...]
    aligns: tuple[str, ...]
    in_item: bool  # the header stands behind a list's bullet

    @property
    def end(self) -> int:
        """Return where its last line ends."""
        return (self.rows[-1] if self.rows else self.delimiter)[1]


def table_at(source: str, lines: Sequence[tuple[int, int]], aligns: Sequence[str], *, in_item: bool) -> Table:
    """Return the table on these lines, which ends before the first row without a bar."""
    rows = takewhile(lambda line: "|" in source[slice(*line)], lines[2:])
    return Table(lines[0], lines[1], tuple(rows), tuple(aligns), in_item)


def table_edits(source: str, table: Table) -> list[Edit]:
    """Return what makes the table readable; nothing where even records would not."""
    lead = _Lead.of(source, table)
    names = _cells(source, table.header[0] + lead.header_width, table.header[1])
    rows = [_cells(source, *row) for row in table.rows]
    if _longest([names]) > _MAX_CELL:
        return []
    labels = [_plain(source[start:end]) for start, end in names]
    has_mentions = any(mention in source[table.header[0] : table.end] for mention in _MENTIONS)
    if not has_mentions and _longest(rows) <= _MAX_CELL:
        values = [[_plain(source[start:end]) for start, end in row] for row in rows]
        aligned = _aligned([labels, *values], table.aligns)
        if aligned is not None:
            return _block_edits(table, lead, aligned)
    if not rows:
        return []
    inner = (
        inline_edits(source[start:end], partial(add, start), lead.quote)
        for start, end in chain.from_iterable(rows)
        if may_need_edits(source[start:end])
    )
    return [*_record_edits(table, lead, labels, rows), *chain.from_iterable(inner)]


def continuation(source: str, table: Table, at: int) -> str:
    """Return what a message that goes on in this table at `at` has to start with, in the source's terms."""
    repeated = source[table.header[0] : table.delimiter[1]] + "\n"
    start = source.rfind("\n", 0, at) + 1
    row = source[start:at].lstrip(" \t>")
    if not row:
        return repeated
    passed = len(_bars(row, 0, len(row))) - row.startswith("|")
    return f"{repeated}{source[start : at - len(row)]}|{' |' * passed} "


@dataclass(frozen=True, slots=True)
class _Lead:
    """What stands before a table's lines: quote marks, and a bullet before the first."""

    first: str
    quote: str
    header_width: int

    @classmethod
    def of(cls, source: str, table: Table) -> "_Lead":
        header, delimiter = source[slice(*table.header)], source[slice(*table.delimiter)]
        indent = delimiter[: len(delimiter) - len(delimiter.lstrip(" \t>"))]
        quote = quote_mark(delimiter)
        if not table.in_item:
            return cls(quote, quote, len(header) - len(header.lstrip(" \t>")))
        bullet = header[: len(indent)].split("|")[0]
        return cls(bullet, quote, len(bullet))


def _bars(source: str, start: int, end: int) -> list[int]:
    """Return the offsets of the bars that part cells."""
    bars: list[int] = []
    at = source.find("|", start, end)
    while at >= 0:
        if at == start or source[at - 1] != "\\":
            bars.append(at)
        at = source.find("|", at + 1, end)
    return bars


def _cells(source: str, start: int, end: int) -> _Cells:
    """Return where the contents of a row's cells stand."""
    start = end - len(source[start:end].lstrip(" \t>"))
    end = start + len(source[start:end].rstrip())
    edges = [start - 1, *_bars(source, start, end), end]
    cells = [(left + 1, right) for left, right in pairwise(edges)]
    if cells[0][0] == cells[0][1]:
        cells = cells[1:]
    if cells and cells[-1][0] == cells[-1][1]:
        cells = cells[:-1]
    return [_trimmed(source, *cell) for cell in cells]


def _trimmed(source: str, start: int, end: int) -> tuple[int, int]:
    start = end - len(source[start:end].lstrip())
    return start, start + len(source[start:end].rstrip())


def _longest(rows: list[_Cells]) -> int:
    return max((end - start for row in rows for start, end in row), default=0)


def _plain(content: str) -> str:
    return plain_text(content.replace("\\|", "|")) if not _MARKUP.isdisjoint(content) else content


def _aligned(grid: list[list[str]], aligns: Sequence[str]) -> list[str] | None:
    """Return each row's lines, the header's with its rule; None where they don't fit or don't line up."""
    cells = [[cell.split("\n") for cell in row] for row in grid]
    columns = list(zip_longest(*cells, fillvalue=[""]))
    widths = [max(wcwidth.wcswidth(line) for cell in column for line in cell) for column in columns]
    unaligned = any(wcwidth.wcswidth(line) < 0 for row in cells for cell in row for line in cell)
    if unaligned or sum(widths) + 3 * (len(widths) - 1) > MAX_WIDTH:
        return None
    lines = [
        "\n".join(
            " | ".join(map(_padded, texts, widths, [*aligns, *[""] * len(widths)])).rstrip()
            for texts in zip_longest(*row, fillvalue="")
        )
        for row in zip(*columns, strict=True)
    ]
    lines[0] += "\n" + "-+-".join("-" * width for width in widths)
    return None if any(len(line) > _MAX_ROW or "```" in line for line in lines) else lines


def _padded(text: str, width: int, align: str) -> str:
    space = width - wcwidth.wcswidth(text)
    left = {"right": space, "center": space // 2}.get(align, 0)
    return " " * left + text + " " * (space - left)


def _block_edits(table: Table, lead: _Lead, aligned: list[str]) -> list[Edit]:
    """Show the rows between two fences."""
    header, *rows = (line.replace("\n", f"\n{lead.quote}") for line in aligned)
    opening = f"{lead.first}```\n{lead.quote}{header}"
    return [
        Edit(table.header[0], table.delimiter[1], opening),
        *(Edit(*place, lead.quote + row) for place, row in zip(table.rows, rows, strict=True)),
        Edit(table.end, table.end, f"\n{lead.quote}```"),
    ]


def _record_edits(table: Table, lead: _Lead, names: list[str], rows: list[_Cells]) -> list[Edit]:
    """Show each row as lines of "**Column:** value", the values untouched, with a blank line between rows."""
    labels = [f"**{name.rstrip(':')}:** ".replace("\n", " ") if name else "" for name in names]
    edits = [Edit(table.header[0], table.rows[0][0], lead.first if table.in_item else "")]
    for place, cells in zip(table.rows, rows, strict=True):
        edits += _record(place, cells, [*labels, *[""] * len(cells)], lead.quote)
        if place != table.rows[-1]:
            edits.append(Edit(place[1], place[1], f"\n{lead.quote}".rstrip(" ")))
    return edits


def _record(place: tuple[int, int], cells: _Cells, labels: list[str], quote: str) -> Iterator[Edit]:
    """Put labels before a row's values, each on its own line; empty ones are left out."""
    at = place[0]
    for (start, end), label in zip(cells, labels, strict=False):
        if start == end:
            continue
        if at != place[0]:
            yield Edit(at, start, "\n")
            at = start
        yield Edit(at, start, quote + label)
        at = end
    yield Edit(at, place[1], "")
