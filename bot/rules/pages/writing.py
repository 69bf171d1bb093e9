"""Rows as Discord's Markdown: every page opens and closes what it shows, and so stands alone."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from bot.rules.pages.document import Container, Kind, Row, Run, Style, stripped
from bot.rules.pages.escapes import escaped, starting, without_marks
from bot.rules.pages.inline_rules import is_bare
from bot.rules.pages.syntax import SEAM, closes_before

_DELIMITERS = {Style.SPOILER: "||", Style.STRIKE: "~~", Style.BOLD: "**", Style.ITALIC: "*"}
_AUTOLINK = re.compile(r"https?://[^\s<]+[^<.,:;\"'\]\s]", re.IGNORECASE)
_TICKS = re.compile("`+")
_THREE_TICKS = re.compile("``(?=`)")
_TEXT, _OPEN, _CLOSE, _ADDRESS = range(4)
_GOES_ON = "…"


@lru_cache(maxsize=512)
def written(row: Row) -> str:
    """Return a row's words with their marks, without what encloses it."""
    if row.code:
        return _THREE_TICKS.sub(f"``{SEAM}", row.text)
    runs = stripped(row.runs)
    line = _joined(list(_pieces(runs, Style.PLAIN, "", "".join(run.text for run in runs))))
    if row.kind is Kind.HEADING:
        line = f"\\{line}" if line.startswith(("#", ">")) else line
        return "#" * row.level + f" {line}" + (SEAM if line.endswith("#") else "")
    return starting(line)


def page_of(rows: Sequence[Row]) -> str:
    """Return a message's content."""
    page = _Page([])
    for row in rows:
        page.add(row)
    page.close_code()
    return "\n".join(page.lines)


# Within a row.


def _pieces(runs: Sequence[Run], active: Style, href: str, row: str) -> Iterator[tuple[int, str]]:
    """Yield pieces of text and the marks around them, those that reach farthest outermost."""
    at = 0
    while at < len(runs):
        run = runs[at]
        styles = (style for style in _DELIMITERS if run.style & style and not active & style)
        reaches = {style: _reach(one.style & style for one in runs[at:]) for style in styles}
        linked = _reach(one.href == run.href for one in runs[at:]) if run.href and not href else 0
        style = max(reaches, key=reaches.__getitem__, default=Style.PLAIN)
        if style and reaches[style] >= linked:
            end = at + reaches[style]
            yield from _enclosed(runs[at:end], style, (active, href, row))
            at = end
        elif linked:
            yield _OPEN, "["
            yield from _pieces(runs[at : at + linked], active, run.href, row)
            yield _CLOSE, f"]({run.href})"
            at += linked
        else:
            yield _piece(run, row)
            at += 1


def _reach(holding: Iterable[object]) -> int:
    """Return how many hold, one after another."""
    return sum(1 for _ in takewhile(bool, holding))


def _enclosed(
    runs: Sequence[Run], style: Style, context: tuple[Style, str, str]
) -> Iterator[tuple[int, str]]:
    """Put marks around runs, with the white space at their ends left outside."""
    active, href, row = context
    inner = stripped(runs)
    words = "".join(run.text for run in runs)
    if not inner:
        yield _TEXT, words
        return
    if lead := words[: len(words) - len(words.lstrip())]:
        yield _TEXT, lead
    yield _OPEN, _DELIMITERS[style]
    yield from _pieces(inner, active | style, href, row)
    yield _CLOSE, _DELIMITERS[style]
    if tail := words[len(words.rstrip()) :]:
        yield _TEXT, tail


def _piece(run: Run, row: str) -> tuple[int, str]:
    if run.whole and "://" in run.text[:8]:
        return _ADDRESS, without_marks(run.text) if run.style else run.text
    if run.whole:
        return _TEXT, run.text
    return _TEXT, _code_span(run.text) if run.style & Style.CODE else escaped(run.text, row)


def _code_span(text: str) -> str:
    taken = {len(ticks) for ticks in _TICKS.findall(text)}
    if {1, 2} <= taken:
        text, taken = _TICKS.sub(lambda found: SEAM.join(found.group()), text), {1}
    ticks = "`" if 1 not in taken else "``"
    padded = "`" in (text[0], text[-1]) or (text[0] == text[-1] == " " and text.strip(" "))
    return f"{ticks} {text} {ticks}" if padded else f"{ticks}{text}{ticks}"


def _joined(pieces: Sequence[tuple[int, str]]) -> str:
    """Join pieces so that no mark melts into its neighbour."""
    line, last = "", _TEXT
    for index, (kind, text) in enumerate(pieces):
        if kind == _ADDRESS:
            behind = pieces[index + 1] if index + 1 < len(pieces) else (_CLOSE, "")
            text = _address(text, "" if behind[0] == _CLOSE else behind[1])
        elif line and _melts(line, last, kind, text):
            line += SEAM
        line += text
        last = kind
    return line


def _melts(line: str, last: int, kind: int, text: str) -> bool:
    """Tell whether a piece must not stand directly behind what is written."""
    if kind == _TEXT:
        return last == _CLOSE and not closes_before(line.rstrip("*~|"), text)
    same = line[-1] == text[0]
    return same and ((kind == _OPEN and last == _CLOSE) or (last == _TEXT and text in {"||", "~~"}))


def _address(address: str, behind: str) -> str:
    """Return an address bare where Discord sees its end, else in brackets."""
    found = _AUTOLINK.match(address + behind)
    seen = found.group() if found else ""
    if seen.endswith(")") and seen.count(")") > seen.count("("):
        seen = seen[:-1]
    return address if seen == address and is_bare(address, behind) else f"<{address}>"


# Around the rows.


@dataclass(slots=True)
class _Page:
    """The lines of a message, and what is open at their end."""

    lines: list[str]
    last: Row | None = None
    code: int | None = None

    def add(self, row: Row) -> None:
        """Write one row below the others."""
        if self.code is not None and (row.code is None or row.code.key != self.code):
            self.close_code()
        goes_on = ""
        if self.last:
            shared = _shared(self.last.path, row.path)
            if _has_gap(self.last, row, shared):
                self.lines.append(_lead(row.path[:shared]))
        else:
            shared, goes_on = self._begin(row)
        lead = _lead(row.path[:shared]) + "".join(one.bullet or one.lead for one in row.path[shared:])
        if row.code is None:
            self.lines.append((lead + goes_on + written(row)).rstrip())
        else:
            self._add_code(row, lead)
        self.last = row

    def _add_code(self, row: Row, lead: str) -> None:
        behind = _lead(row.path)
        if row.code and row.code.key != self.code:
            self.code = row.code.key
            self.lines.append(f"{lead}```{row.code.language}")
            if row.line != row.code.key:
                self.lines += [f"{behind}{line}" for line in row.code.head]
        self.lines.append(behind + written(row))

    def _begin(self, row: Row) -> tuple[int, str]:
        """Write the items that a page goes on in; return how much of the path stands, and the row's start."""
        inside = [index for index in range(row.started) if row.path[index].bullet]
        goes_on = bool(inside) and row.started == len(row.path) and row.code is None
        for index in inside[:-1] if goes_on else inside:
            self.lines.append(_lead(row.path[:index]) + row.path[index].bullet + _GOES_ON)
        return (inside[-1], f"{_GOES_ON} ") if goes_on else (row.started, "")

    def close_code(self) -> None:
        """Close the block of code that is open, if one is."""
        if self.code is not None and self.last:
            self.lines.append(f"{_lead(self.last.path)}```")
        self.code = None


def _lead(path: Sequence[Container]) -> str:
    return "".join(one.lead for one in path)


def _shared(before: Sequence[Container], after: Sequence[Container]) -> int:
    pairs = takewhile(lambda pair: pair[0].key == pair[1].key, zip(before, after, strict=False))
    return sum(1 for _ in pairs)


def _has_gap(before: Row, row: Row, shared: int) -> bool:
    """Tell whether there is a blank line between two rows."""
    opens = row.path[shared:]
    if before.code is not None and before.code == row.code:
        return False
    if opens and opens[0].bullet:
        follows_text = len(before.path) == shared and before.kind is Kind.TEXT
        nested = any(one.bullet for one in row.path[:shared])
        return (row.gap and not nested) or (follows_text and not _interrupts(opens[0].bullet, row))
    return row.gap or (len(before.path) > shared and row.kind is Kind.TEXT and not opens)


def _interrupts(bullet: str, row: Row) -> bool:
    """Tell whether a list's item can follow a line of text directly."""
    return bullet in {"- ", "1. "} and bool(row.runs)
