"""The table that `make bench` prints."""

from collections.abc import Sequence
from dataclasses import dataclass

HEADINGS = ("what", "measured", "bound", "ratio", "at most")


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement: `bound` is what is possible at all, `limit` what was promised.

    The limit is of the ratio where there is a bound, else of what was measured; `at_least` turns it round.
    """

    name: str
    measured: float
    unit: str = ""
    bound: float | None = None
    limit: float | None = None
    at_least: bool = False

    @property
    def ratio(self) -> float | None:
        """Return how many times the bound was measured."""
        return self.measured / self.bound if self.bound else None

    @property
    def is_kept(self) -> bool:
        """Say whether the promise is kept; what nobody promised is."""
        if self.limit is None:
            return True
        value = self.measured if self.ratio is None else self.ratio
        return value >= self.limit if self.at_least else value <= self.limit

    def cells(self) -> tuple[str, ...]:
        """Return what the table shows of it."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        bound = "" if self.bound is None else _shown(self.bound, self.unit)
        limit = "" if self.limit is None else _shown(self.limit, "" if self.ratio is not None else self.unit)
        verdict = "" if self.is_kept else "  MISSED"
        return (self.name, _shown(self.measured, self.unit), bound, ratio, limit + verdict)


def _shown(value: float, unit: str) -> str:
    digits = 0 if value == int(value) and unit not in ("s", "ms") else 3 if abs(value) < 10 else 1
    return f"{value:.{digits}f} {unit}".rstrip()


def drawn(rows: Sequence[Row]) -> str:
    """Return the table in Markdown, in columns of even width."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    rule = tuple("-" * width for width in widths)
    return "\n".join(_line(cells, widths) for cells in (lines[0], rule, *lines[1:]))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    name, *figures = (
        cell.ljust(width) if column == 0 else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "| " + " | ".join([name, *figures]) + " |"
