"""The draft of one message: a stretch of an answer as it will be shown, and what a cut in it has to add.

Where to cut stands in `bot.rules.pages.seams`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.rules.graphemes import first_visible, is_blank
from bot.rules.pages.fences import Fence, find_fences
from bot.rules.pages.markdown import Conversion
from bot.rules.pages.marks import find_markup
from bot.rules.pages.quotes import quote_mark
from bot.rules.pages.tables import continuation

_LONGEST_LEAD = 400


@dataclass(frozen=True, slots=True)
class Carry:
    """What a message repeats from the one before, in the source's terms: what was open when that was cut."""

    before: str = ""
    delimiters: tuple[str, ...] = ()
    behind: str = ""

    def __str__(self) -> str:
        return self.before + "".join(self.delimiters) + self.behind


class Draft:
    """A converted source that starts with `carry`; `complete` says that it is the answer's end, and final."""

    def __init__(self, conversion: Conversion, carry: Carry, *, complete: bool) -> None:
        """Read the markup of the shown text."""
        self._conversion, self._carry, self._complete = conversion, carry, complete
        self.text = conversion.shown.text
        changed = self.text is not conversion.source
        self.fences = find_fences(self.text) if changed else conversion.fences
        self.markup = find_markup(self.text, self.fences, complete=complete)
        carried = len(str(carry))
        self.opening = conversion.shown.shown_at(carried) if carried else 0
        self.body = self.opening + (0 if carried else len(self.text) - len(self.text.lstrip()))
        self._visible = first_visible(self.text, self.body)

    @property
    def alive(self) -> tuple[str, ...]:
        """The repeated delimiters that the text goes on to close, or may still close."""
        opened = {mark.delimiter for mark in self.markup.marks if mark.start < self.opening}
        return tuple(delimiter for delimiter in self._carry.delimiters if delimiter in opened)

    @cached_property
    def end(self) -> int:
        """Where what can be shown ends: before delimiters and fences that have nothing behind them yet."""
        end = len(self.text)
        if not self._complete:
            last = self.fences[-1] if self.fences else None
            if last and not last.closed and is_blank(self.text, last.body):
                end = last.start
            elif self.markup.dangling is not None:
                end = self.markup.dangling
        return max(self.body, len(self.text[:end].rstrip()))

    def content(self, end: int) -> str:
        """Return the message that ends here."""
        return self.text[: self.opening] + self.text[self.body : end] + self.closing(end)

    def is_blank(self, end: int) -> bool:
        """Tell whether a message that ends here would show nothing of the text."""
        return end <= self._visible

    def delimiters(self, offset: int) -> tuple[str, ...]:
        """Return what is open here, outermost first."""
        return tuple(mark.delimiter for mark in self.markup.marks if mark.spans(offset))

    def closing(self, end: int) -> str:
        """Return what closes all that is open here."""
        closing = ""
        fence = _fence_at(self.fences, end)
        if fence:
            line_end = "" if self.text.endswith("\n", 0, end) else "\n"
            closing = f"{line_end}{fence.quote}{fence.marker}"
        for delimiter in reversed(self.delimiters(end)):
            gap = " " if "`" in delimiter and self.text.endswith("`", 0, end) else ""
            closing += gap + delimiter
        return closing

    def source_at(self, offset: int) -> int:
        """Return the source offset of a shown one, counted from behind the carry."""
        return self._conversion.shown.source_at(offset) - len(str(self._carry))

    def carry(self, end: int, resume: int) -> Carry:
        """Return what a message that goes on at `resume`, after a cut at `end`, has to repeat."""
        source, offset = self._conversion.source, self._conversion.shown.source_at(resume)
        delimiters = self.delimiters(end)
        line = source.rfind("\n", 0, offset) + 1
        fence = _fence_at(self._conversion.fences, offset)
        if fence:
            inside = fence.quote if offset > line else ""
            return Carry(fence.quote, delimiters, fence.reopening() + inside)
        for table in self._conversion.tables:
            if table.delimiter[1] < offset < table.end:
                lead = continuation(source, table, offset)
                return Carry(lead if len(lead) <= _LONGEST_LEAD else "", delimiters)
        gap = " " if delimiters and "`" in delimiters[-1] and source.startswith("`", offset) else ""
        return Carry(quote_mark(source[line:offset]), delimiters, gap)

    def uncut(self) -> set[int]:
        """Return the offsets within what is one: mentions, links, escapes, delimiters, fence lines."""
        ranges = list(self.markup.atoms)
        for fence in self.fences:
            code_end = len(self.text[: fence.close].rstrip()) if fence.closed else fence.close
            ranges += (fence.start, fence.body + 1), (code_end - 1, fence.end)
        return self.replaced().union(*(range(start + 1, end) for start, end in ranges))

    def replaced(self) -> set[int]:
        """Return the offsets within replacements, which have no place in the source."""
        return {offset for start, end in self._conversion.shown.whole() for offset in range(start + 1, end)}


def _fence_at(fences: Sequence[Fence], offset: int) -> Fence | None:
    """Return the fence whose code is cut here."""
    return next(
        (fence for fence in fences if fence.start < offset and (offset < fence.end or not fence.closed)), None
    )
