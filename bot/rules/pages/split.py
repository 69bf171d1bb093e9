"""An answer as Discord messages, laid out while it is still being written.

A finished message never changes again; only the last one is laid out anew when text comes. How text is
converted stands in `bot.rules.pages.markdown`, where it is cut in `bot.rules.pages.seams`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.rules.graphemes import is_blank, units
from bot.rules.pages.draft import Carry, Draft
from bot.rules.pages.markdown import Converter
from bot.rules.pages.seams import SeamFinder

MESSAGE_LIMIT = 2000  # Discord's, here held in UTF-16 units as well as in characters
RESERVE = 160  # for what is appended to a message: the mark while writing, a short note at the end
PAGE_LIMIT = MESSAGE_LIMIT - RESERVE
MAX_PAGES = 5
_WINDOW = 2  # as many times a page's size are looked at for one page, at first
_LONGEST_HELD_LINE = 200
_MARKUP = "|-:=*_#>+~` \t\r"


@dataclass(frozen=True, slots=True)
class Page:
    """One message: the model's text that it shows, and how.

    `opening` and `closing` were added at the seams; `body` is `source` as Discord can show it, without the
    white space at its ends.
    """

    source: str
    opening: str
    body: str
    closing: str

    @property
    def content(self) -> str:
        """The message's content."""
        return self.opening + self.body + self.closing


class Pages:
    """The layout of one answer that grows: pure, deterministic, and final for all pages but the last."""

    def __init__(self, *, limit: int = PAGE_LIMIT, most: int = MAX_PAGES) -> None:
        """Lay out at most `most` pages of at most `limit` UTF-16 units, which is 1000 or more."""
        self._limit, self._most = limit, most
        self._text = ""
        self._finished: list[Page] = []
        self._last: Page | None = None
        self._start = 0  # of the last page's source
        self._read = 0  # where its draft starts: behind what shows nothing
        self._carry = Carry()
        self._converter = Converter()

    @property
    def pages(self) -> Sequence[Page]:
        """The pages so far; at the end their sources and `rest` make up the text."""
        if self._last:
            return (*self._finished, self._last)
        if not self._finished or self.rest:
            return tuple(self._finished)
        final = self._finished[-1]
        return (*self._finished[:-1], replace(final, source=final.source + self._text[self._start :]))

    @property
    def rest(self) -> str:
        """The end of the text that the pages have no room for."""
        rest = self._text[self._start :] if len(self._finished) == self._most else ""
        return "" if is_blank(rest) else rest

    def update(self, text: str, *, done: bool) -> Sequence[str]:
        """Lay out the whole text so far, which goes on from the one before; return each message's content."""
        self._text = text
        while len(self._finished) < self._most:
            draft = self._draft(done=done)
            if self._overflows(draft):
                self._finish(draft)
            else:
                self._show(draft)
                break
        return [page.content for page in (*self._finished, *filter(None, [self._last]))]

    def _show(self, draft: Draft) -> None:
        """Make the draft the last page; one that was shown stays if there is nothing to see any more."""
        if not draft.is_blank(draft.end):
            self._last = self._page(draft, draft.end, len(self._text))
        elif self._last:
            self._last = replace(self._last, source=self._text[self._start :])

    def _draft(self, *, done: bool) -> Draft:
        """Draft the next page from as much of the text as it needs."""
        self._skip_blank_lines()
        size = _WINDOW * self._limit
        while True:
            end = self._read + size
            complete = done and end >= len(self._text)
            stretch = self._text[self._read : end]
            draft = self._drafted(stretch if complete else _without_held_line(stretch), complete=complete)
            if end >= len(self._text) or self._overflows(draft):
                return draft
            size *= 2

    def _skip_blank_lines(self) -> None:
        tail = self._text[self._read :]
        blank = 0 if str(self._carry) else tail.rfind("\n", 0, len(tail) - len(tail.lstrip())) + 1
        if blank:
            self._read += blank
            self._converter = Converter()

    def _drafted(self, stretch: str, *, complete: bool) -> Draft:
        """Draft a stretch, and repeat nothing in front of it that the text doesn't go on to close."""
        while True:
            conversion = self._converter.convert(f"{self._carry}{stretch}")
            draft = Draft(conversion, self._carry, complete=complete)
            if draft.alive == self._carry.delimiters:
                return draft
            self._carry = replace(self._carry, delimiters=draft.alive)
            self._converter = Converter()

    def _overflows(self, draft: Draft) -> bool:
        return units(draft.content(draft.end)) > self._limit

    def _finish(self, draft: Draft) -> None:
        """Cut the draft: what stands before the cut is final, unless there is nothing to see in it."""
        seam = SeamFinder(draft, self._limit).find()
        self._read += draft.source_at(seam.resume)
        self._carry = draft.carry(seam.end, seam.resume)
        self._converter = Converter()
        if not draft.is_blank(seam.end):
            self._finished.append(self._page(draft, seam.end, self._read))
            self._start, self._last = self._read, None

    def _page(self, draft: Draft, end: int, source_end: int) -> Page:
        return Page(
            source=self._text[self._start : source_end],
            opening=draft.text[: draft.opening],
            body=draft.text[draft.body : end],
            closing=draft.closing(end),
        )


def _without_held_line(text: str) -> str:
    """Leave out a last line of nothing but markup: only what follows tells what it is."""
    start = text.rfind("\n") + 1
    line = text[start:]
    return text[:start] if len(line) <= _LONGEST_HELD_LINE and not line.strip(_MARKUP) else text
