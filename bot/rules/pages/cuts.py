"""Where an answer is cut into pages: at a paragraph, else a line, a sentence, a word, a character."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate

from bot.rules.graphemes import first_visible, grapheme_ends, is_blank, units
from bot.rules.pages.document import Kind, Row
from bot.rules.pages.writing import page_of

_GAP = re.compile(r"\s+|(?<=[。！？])(?=\S)")
_SENTENCE_ENDS = (*".!?…。！？:;", '."', '!"', '?"', ".)", ".”", "!”", "?”")
_LOOKS = 8
_LEAST_SHARE = 3  # a better kind of cut is taken if a page is at least a third full with it


@dataclass(frozen=True, slots=True)
class Cut:
    """The rows of a full page, and the row that the next one begins with."""

    rows: Sequence[Row]
    rest: Row


class _Kind(IntEnum):
    """The kinds of cut between rows, best first."""

    PARAGRAPH = 0
    LINE = 1
    INNER = 2  # in code, or within an item
    NEVER = 3


def fits(rows: Sequence[Row], limit: int) -> bool:
    """Tell whether rows fit on one page."""
    return units(page_of(rows)) <= limit


def cut(rows: Sequence[Row], limit: int) -> Cut:
    """Cut rows that don't fit on a page of `limit` UTF-16 units."""
    most = _most(rows, limit)
    full = list(accumulate(units(page_of([row])) + 1 for row in rows[:most]))
    floor = limit // _LEAST_SHARE
    kinds = [_kind(rows[at - 1], rows[at]) for at in range(1, most + 1)]
    for kind in (_Kind.PARAGRAPH, _Kind.LINE, _Kind.INNER):
        for at in range(most, 0, -1):
            if kinds[at - 1] is kind and full[at - 1] >= floor and shows(rows[:at]):
                return Cut(rows[:at], rows[at])
    if shows(rows[:most]) or not most:
        for before, after in _splits(rows[most], rows[:most], limit):
            return Cut([*rows[:most], before], after)
    return Cut(rows[:most], rows[most])


def _most(rows: Sequence[Row], limit: int) -> int:
    """Return how many rows fit."""
    low, high = 0, len(rows) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(rows[:middle], limit) else (low, middle - 1)
    return low


def shows(rows: Sequence[Row]) -> bool:
    """Tell whether there is anything to see in rows."""
    return any(not is_blank(row.text) for row in rows)


def _kind(above: Row, below: Row) -> _Kind:
    """Tell what kind of cut it would be between two rows."""
    if above.kind is Kind.HEADING or (above.code and not below.code and above.code.head):
        return _Kind.NEVER if above.kind is Kind.HEADING else _Kind.PARAGRAPH
    if above.code and above.code == below.code:
        return _Kind.INNER
    if below.gap and not any(one.bullet for one in below.path[: below.started]):
        return _Kind.PARAGRAPH
    outermost = len(below.path) == 1 and not below.started
    return _Kind.LINE if outermost or not below.path else _Kind.INNER


def _splits(row: Row, above: Sequence[Row], limit: int) -> Iterator[tuple[Row, Row]]:
    """Yield the ways to split the row that doesn't fit as a whole, best first."""
    text = row.text
    low = _reach(row, above, limit)
    whole = _whole(row)
    ends = [at for at in grapheme_ends(text) if at <= low and at not in whole]
    gaps = [found.span() for found in _GAP.finditer(text) if found.end() < len(text)]
    gaps = [gap for gap in gaps if gap[bool(row.code)] <= low and gap[0] not in whole and gap[0]]
    least = low // _LEAST_SHARE
    sentences = [gap for gap in gaps if text[max(0, gap[0] - 2) : gap[0]].endswith(_SENTENCE_ENDS)]
    visible = first_visible(text)
    for found in (sentences if not row.code else [], gaps):
        for start, end in reversed(found):
            if start >= least and start > visible:
                yield row.split(end if row.code else start)
    for end in reversed(ends):
        if end > visible:
            yield row.split(end)
    if not above:
        yield row.split(max(visible + 1, low))


def _reach(row: Row, above: Sequence[Row], limit: int) -> int:
    """Return how many characters of a row fit below others, or a few less, with few looks at it."""
    low, high = 0, len(row.text)
    guess = min(high - 1, limit)
    for _ in range(_LOOKS):
        if not low < guess < high:
            break
        size = units(page_of([*above, row.split(guess)[0]]))
        low, high = (guess, high) if size <= limit else (low, guess)
        guess = min(max(guess + (limit - size) * guess // max(1, size), low + 1), high - 1)
    return low


def _whole(row: Row) -> set[int]:
    """Return the offsets within what is never cut."""
    within: set[int] = set()
    at = 0
    for run in row.runs:
        if run.whole:
            within.update(range(at + 1, at + len(run.text)))
        at += len(run.text)
    return within
