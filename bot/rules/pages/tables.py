"""Tables, which Discord doesn't know: columns in a block of code or, where too wide, a record for each row.

Columns line up by display width, so that Korean and emoji do too. A record shows a row as lines of
"**Column:** value" with all that is in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import wcwidth

from bot.rules.pages.document import Run, Style, stripped
from bot.rules.pages.inlines import CodeLines, Line

MAX_WIDTH = 35  # columns of a block of code that a phone shows without wrapping

Cell = list[tuple[Run, ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a table, each as lines; the first row is its header."""

    rows: list[list[Cell]]
    aligns: list[str]


def cell_of(lines: Sequence[Line]) -> Cell:
    """Return a cell's lines; there is no block of code in one."""
    return [line for line in lines if not isinstance(line, CodeLines)] or [()]


def columns_of(table: Table) -> list[list[str]] | None:
    """Return each row's lines, the header's with its rule; None where they don't fit or don't line up."""
    if any(run.href or run.whole for row in table.rows for cell in row for line in cell for run in line):
        return None  # a block of code shows neither links nor mentions
    grid = [[["".join(run.text for run in line) for line in cell] for cell in row] for row in table.rows]
    widths = [
        max(wcwidth.wcswidth(text) for cell in column for text in cell) for column in zip(*grid, strict=True)
    ]
    unaligned = any(wcwidth.wcswidth(text) < 0 for row in grid for cell in row for text in cell)
    if unaligned or sum(widths) + 3 * (len(widths) - 1) > MAX_WIDTH:
        return None
    lines = [
        [
            " | ".join(map(_padded, texts, widths, table.aligns)).rstrip()
            for texts in zip_longest(*row, fillvalue="")
        ]
        for row in grid
    ]
    lines[0].append("-+-".join("-" * width for width in widths))
    return lines


def _padded(text: str, width: int, align: str) -> str:
    space = width - wcwidth.wcswidth(text)
    left = {"right": space, "center": space // 2}.get(align, 0)
    return " " * left + text + " " * (space - left)


def records_of(table: Table) -> list[list[tuple[Run, ...]]]:
    """Return each row's lines; a table of nothing but a header is one row without names."""
    header, *rows = table.rows
    if not rows:
        return [[line for cell in header for line in cell if line]]
    return [list(_record(header, row)) for row in rows]


def _record(header: list[Cell], row: list[Cell]) -> Iterator[tuple[Run, ...]]:
    for name, cell in zip(header, row, strict=True):
        first, *others = cell
        if first or others:
            yield (*_label(name), *first)
            yield from (line for line in others if line)


def _label(name: Cell) -> Iterator[Run]:
    runs = [run for line in name for run in (*line, Run(" "))]
    for run in stripped(runs):
        yield Run(run.text, run.style | Style.BOLD, run.href, run.whole)
    words = "".join(run.text for run in runs).strip()
    if words:
        yield Run("" if words.endswith(":") else ":", Style.BOLD)
        yield Run(" ")
