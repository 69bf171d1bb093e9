"""What Discord can't show of Markdown, put so that it can be read.

Tables, deep and underlined headings, rules, images, task lists, HTML line breaks and unusual fences. Nothing
inside code is touched, and what has none of these stays as it is. For display only: memory keeps the model's
own text. Here stands when to look and what is settled already; `bot.rules.pages.blocks` says what it becomes.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.rules.pages.blocks import Walk
from bot.rules.pages.edits import Edit, Shown
from bot.rules.pages.fences import Fence, find_fences
from bot.rules.pages.tables import Table

_HINTS = ("####", "![", "<br", "<BR", "<Br", "[ ]", "[x]", "[X]")
_DRAWN = "|-:=*_ \t\r>"  # a line of nothing else may be a rule, an underline or a table's delimiter row


@dataclass(frozen=True, slots=True)
class Conversion:
    """A source and how it is shown; fences are those of the source."""

    source: str
    shown: Shown
    fences: Sequence[Fence]
    tables: Sequence[Table]


@dataclass(slots=True)
class Converter:
    """Converts one growing text, and looks again only at the block that may still change."""

    _edits: list[Edit] = field(default_factory=list)
    _tables: list[Table] = field(default_factory=list)
    _settled: int = 0  # everything before is converted for good

    def convert(self, source: str) -> Conversion:
        """Convert a source that starts with the one before it."""
        fences = find_fences(source)
        masked = _masked(source, fences, self._settled)
        edits, tables = self._edits, self._tables
        if _may_need_conversion(masked):
            walk = Walk(source, masked, self._settled)
            self._settled = settled = walk.settled()
            self._edits = edits + [edit for edit in walk.edits if edit.start < settled]
            self._tables = tables + [table for table in walk.tables if table.end < settled]
            edits, tables = edits + walk.edits, tables + walk.tables
        edits = sorted([*edits, *_fence_edits(source, fences)]) if fences else edits
        return Conversion(source, Shown(source, edits), fences, tables)


def _masked(source: str, fences: Sequence[Fence], start: int) -> str:
    """Return the source from `start` on with fenced code blanked and line ends as the parser counts them.

    A fence behind words leaves a letter, so that what stands before it doesn't look like the whole line.
    """
    parts: list[str] = []
    for fence in fences:
        if fence.end > start:
            begin = max(fence.start, start)
            blank = re.sub(r"[^\n]", " ", source[begin : fence.end])
            parts += source[start:begin], f"x{blank[1:]}" if fence.behind_words else blank
            start = fence.end
    return "".join([*parts, source[start:]]).replace("\r\n", " \n").replace("\r", "\n")


def _may_need_conversion(text: str) -> bool:
    """Tell cheaply whether the parser could find something to convert."""
    return any(hint in text for hint in _HINTS) or any(
        line and not line.strip(_DRAWN) and not line.isspace() for line in text.split("\n")
    )


def _fence_edits(source: str, fences: Sequence[Fence]) -> Iterator[Edit]:
    """Make fences of tildes, or of more than three backticks, ordinary ones where their code allows it."""
    for fence in fences:
        if fence.marker == "```" or "```" in source[fence.body : fence.close] or "`" in fence.info:
            continue
        yield Edit(fence.start, fence.start + len(fence.marker), "```")
        closing = source[fence.close : fence.end]
        bare = closing.lstrip(" \t>")
        if bare:
            yield Edit(fence.end - len(bare), fence.end, "```")
