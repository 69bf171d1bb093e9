"""Discord's inline markup in a shown text: what is emphasised from where to where, and what can't be cut.

Emphasis ends with its block, as in Markdown; a spoiler may go on over several, as in Discord. Fenced code is
skipped.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.rules.pages.fences import Fence

_SPECIAL = re.compile(r"[\\`*_~|<\[:\n]")
_MENTION = re.compile(
    r"<(?:@[!&]?\d+|#\d+|/[^<>:\n]{1,100}:\d+|t:-?\d+(?::\w)?|a?:\w+:\d+|id:\w+|https?://[^<>\s]+)>"
)
_LINK = re.compile(
    r"\[(?:\\.|[^\[\]\\\n]|\[[^\[\]\n]*\])*+\]"  # words, with brackets one deep
    r"\([^\s()]*(?:\([^\s()]*\)[^\s()]*)*+(?:[ ]+\"[^\"\n]*\")?\)"  # address, title
)
_ADDRESS = re.compile(r"https?://[^\s<>]+")
_UNFINISHED = re.compile(r"<[@#/:ta][^\s<>]{0,100}\Z|\[[^\]\n]{0,300}+(?:\](?:\([^)\s]{0,1500})?)?\Z")
_AFTER_ADDRESS = "*_~|`.,:;!?)]}\"'"
_LONGEST_TICKS = 8
_SPOILER = "||"
_END = -1  # of a mark that is still open


@dataclass(frozen=True, slots=True)
class Mark:
    """One emphasised, hidden or code span, from its opening to its closing delimiter."""

    delimiter: str
    start: int
    end: int
    close: int = _END

    def spans(self, offset: int) -> bool:
        """Tell whether a cut here would part the delimiters."""
        return self.end <= offset and (self.close == _END or offset <= self.close)


@dataclass(slots=True)
class Markup:
    """What was found: marks in order of their start, ranges that are one thing, and a useless end."""

    marks: list[Mark] = field(default_factory=list)
    atoms: list[tuple[int, int]] = field(default_factory=list)
    dangling: int | None = None  # where a delimiter stands that has nothing behind it yet


def find_markup(text: str, fences: Sequence[Fence], *, complete: bool) -> Markup:
    """Find inline markup; unless the text is complete, what is open in its last block counts as marked."""
    scan = _Scan(text, complete=complete)
    at = 0
    for fence in fences:
        scan.read(at, fence.start)
        scan.end_block()
        at = fence.end
    scan.read(at, len(text))
    return scan.finish()


class _Scan:
    def __init__(self, text: str, *, complete: bool) -> None:
        self._text, self._complete = text, complete
        self._visible = len(text.rstrip())
        self._open: list[Mark] = []
        self._found = Markup()
        self._readers = {
            "\\": self._escape,
            "`": self._code,
            "\n": self._newline,
            "<": self._mention,
            "[": self._link,
            ":": self._address,
        }

    def read(self, at: int, end: int) -> None:
        """Read a stretch without fences."""
        while hit := _SPECIAL.search(self._text, at, end):
            start = hit.start()
            at = self._readers.get(hit.group(), self._delimiter)(start, end)

    def end_block(self) -> None:
        """Forget what was opened and not closed, but for spoilers."""
        self._open = [mark for mark in self._open if mark.delimiter == _SPOILER]

    def finish(self) -> Markup:
        """Return what was found."""
        if not self._complete:
            self._found.marks += (mark for mark in self._open if self._is_likely(mark))
        self._found.marks.sort(key=lambda mark: mark.start)
        return self._found

    def _is_likely(self, mark: Mark) -> bool:
        """Tell whether an open mark will be closed: two bars with a space behind are rather an operator."""
        return mark.delimiter != _SPOILER or not self._text[mark.end : mark.end + 1].isspace()

    def _escape(self, at: int, end: int) -> int:
        self._found.atoms.append((at, at + 2))
        return at + 2

    def _newline(self, at: int, end: int) -> int:
        if self._open and self._ends_block(at):
            self.end_block()
        return at + 1

    def _ends_block(self, newline: int) -> bool:
        """Tell whether the next line is blank or starts a list item or a heading."""
        line, ended, _ = self._text[newline + 1 : newline + 81].partition("\n")
        words = line.strip(" \t\r>").split(" ", 1)
        if not words[0]:
            return bool(ended) or self._complete
        bullet = words[0].strip("#") == "" or words[0] in {"-", "*", "+"}
        return len(words) > 1 and (bullet or (words[0][-1] in ".)" and words[0][:-1].isdecimal()))

    def _atom(self, pattern: re.Pattern[str], at: int) -> int:
        found = pattern.match(self._text, at) or (not self._complete and _UNFINISHED.match(self._text, at))
        if not found:
            return at + 1
        self._found.atoms.append(found.span())
        return found.end()

    def _mention(self, at: int, end: int) -> int:
        return self._atom(_MENTION, at)

    def _link(self, at: int, end: int) -> int:
        return self._atom(_LINK, at)

    def _address(self, at: int, end: int) -> int:
        """Keep a bare address together, and read the delimiters behind it."""
        found = self._text.startswith("://", at) and (
            _ADDRESS.match(self._text, max(0, at - 5)) or _ADDRESS.match(self._text, max(0, at - 4))
        )
        if not found:
            return at + 1
        self._found.atoms.append(found.span())
        return max(at + 3, found.start() + len(found.group().rstrip(_AFTER_ADDRESS)))

    def _code(self, at: int, end: int) -> int:
        """Find the run of as many backticks that closes a code span within the block."""
        ticks = _run(self._text, at)
        behind = at + len(ticks)
        self._found.atoms.append((at, behind))
        if len(ticks) > _LONGEST_TICKS:
            return behind
        blank = self._text.find("\n\n", behind, end)
        limit = end if blank < 0 else blank
        closing = re.compile(rf"(?<!`){ticks}(?!`)").search(self._text, behind, limit)
        if closing:
            self._found.atoms.append(closing.span())
            self._found.marks.append(Mark(ticks, at, behind, closing.start()))
            return closing.end()
        if self._complete or limit < len(self._text):
            return behind
        if behind >= self._visible:
            self._found.dangling = at
        self._found.marks.append(Mark(ticks, at, behind))
        return limit

    def _delimiter(self, at: int, end: int) -> int:
        run = _run(self._text, at)
        behind = at + len(run)
        self._found.atoms.append((at, behind))
        if len(run) > 3 or (run[0] in "~|" and len(run) != 2):
            return behind
        opens, closes = self._flanks(run, at, behind)
        while run and closes and (mark := self._closed_by(run)):
            self._open.remove(mark)
            self._found.marks.append(replace(mark, close=at))
            at += len(mark.delimiter)
            run = run[len(mark.delimiter) :]
        if run and opens:
            self._push(run, at)
        elif run and behind >= self._visible and not self._complete:
            self._found.dangling = at
        return behind

    def _flanks(self, run: str, at: int, behind: int) -> tuple[bool, bool]:
        """Tell whether a run can open and whether it can close, by its neighbours."""
        before = self._text[at - 1 : at] or " "
        after = self._text[behind : behind + 1] or " "
        if run == _SPOILER:
            return behind < self._visible, True
        opens, closes = not after.isspace(), not before.isspace()
        if run[0] == "_":
            return opens and not before.isalnum(), closes and not after.isalnum()
        return opens, closes

    def _closed_by(self, run: str) -> Mark | None:
        """Return the innermost open mark of exactly this delimiter, or of a part of a run of three."""
        fitting = (mark for mark in reversed(self._open) if mark.delimiter[0] == run[0])
        return next((mark for mark in fitting if len(run) in {3, len(mark.delimiter)}), None)

    def _push(self, run: str, at: int) -> None:
        """Open a mark, or two for a run of three, unless such a one is open."""
        for delimiter in (run[:2], run[2:]) if len(run) == 3 else (run,):
            if all(mark.delimiter != delimiter for mark in self._open):
                self._open.append(Mark(delimiter, at, at + len(delimiter)))
            at += len(delimiter)


def _run(text: str, at: int) -> str:
    """Return the run of equal characters that starts here."""
    behind = at + 1
    while text.startswith(text[at], behind):
        behind += 1
    return text[at:behind]
