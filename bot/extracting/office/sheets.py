"""Excel: the rows of each sheet, their cells as shown apart from number formats, dates as dates."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element

from bot.extracting.limits import Allowance
from bot.extracting.office.packages import Package, tag
from bot.rules.prompting.documents import SECTION_CHARACTERS, Document, Section, Unit

BOOK = "xl/workbook.xml"
MOST_COLUMNS = 500
DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}  # formats that a file needn't define
QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
DATE_MARK = re.compile("[ymdhs]", re.IGNORECASE)
EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001 - a cell has no time zone


@dataclass(frozen=True, slots=True)
class _Book:
    """What cells refer to: texts, which styles are dates, and the day from which days are counted."""

    texts: Sequence[str]
    dates: frozenset[int]
    epoch: datetime


def read(package: Package) -> Document:
    """Return a workbook's rows, sheet by sheet; `total` is that of the rows that were read."""
    root, names = package.whole(BOOK), package.relations(BOOK)
    is_1904 = any(tag(one) == "workbookPr" and one.get("date1904") in ("1", "true") for one in root.iter())
    texts = ["".join(_texts(one)) for one in package.elements("xl/sharedStrings.xml", "si")]
    book = _Book(texts, _date_styles(package), EPOCHS[is_1904])
    allowance = Allowance()
    sections: list[Section] = []
    for sheet in (one for one in root.iter() if tag(one) == "sheet"):
        file = names.get(next((value for key, value in sheet.items() if key.endswith("}id")), ""), "")
        sections += _sections(sheet.get("name", ""), _rows(package, file, book), allowance)
    return Document(Unit.ROW, sum(one.last - one.first + 1 for one in sections), tuple(sections))


def _sections(name: str, rows: Iterator[tuple[int, str]], allowance: Allowance) -> Iterator[Section]:
    held: list[str] = []
    first = last = size = 0
    for number, row in rows:
        first = first or number
        held.append(row)
        last, size = number, size + len(row) + 1
        more = allowance.spend(row)
        if size >= SECTION_CHARACTERS or not more:
            yield Section(first, last, "\n".join(held), name)
            held, first, size = [], 0, 0
        if not more:
            return
    if held:
        yield Section(first, last, "\n".join(held), name)


def _rows(package: Package, file: str, book: _Book) -> Iterator[tuple[int, str]]:
    number = 0
    for row in package.elements(file, "row"):
        number = int(row.get("r") or number + 1)
        cells: dict[int, str] = {}
        for place, cell in enumerate(one for one in row if tag(one) == "c"):
            column = _column(cell.get("r", "")) or place
            if column < MOST_COLUMNS and (text := _cell(cell, book)):
                cells[column] = text
        if cells:
            yield number, "\t".join(cells.get(at, "") for at in range(max(cells) + 1))


def _column(reference: str) -> int:
    """Return the number of a column by a cell's name such as AB12, counted from 0."""
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = number * 26 + ord(letter) - ord("A") + 1
    return max(0, number - 1)


def _cell(cell: Element, book: _Book) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _flat("".join(_texts(cell)))
    value = next((one.text or "" for one in cell if tag(one) == "v"), "")
    if kind == "s":
        return _flat(book.texts[int(value)]) if value.isdecimal() and int(value) < len(book.texts) else ""
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    if kind == "n" and int(cell.get("s", "0")) in book.dates:
        return _date(value, book.epoch)
    return _flat(value)


def _date(value: str, epoch: datetime) -> str:
    try:
        days = float(value)
        moment = epoch + timedelta(days=days)
    except (ValueError, OverflowError):
        return value
    moment = (moment + timedelta(microseconds=500_000)).replace(microsecond=0)
    if days < 1:
        return f"{moment:%H:%M:%S}"
    return f"{moment:%Y-%m-%d}" if days.is_integer() else f"{moment:%Y-%m-%d %H:%M:%S}"


def _date_styles(package: Package) -> frozenset[int]:
    """Return the numbers of the styles that show a number as a date."""
    root = package.whole("xl/styles.xml")
    own: Mapping[int, str] = {
        int(one.get("numFmtId", "0")): one.get("formatCode", "")
        for one in root.iter()
        if tag(one) == "numFmt"
    }
    dated = DATES | {number for number, code in own.items() if DATE_MARK.search(QUOTED.sub("", code))}
    styles = next((one for one in root.iter() if tag(one) == "cellXfs"), ())
    return frozenset(at for at, style in enumerate(styles) if int(style.get("numFmtId", "0")) in dated)


def _texts(parent: Element) -> Iterator[str]:
    """Yield the texts of an element, without how they are pronounced."""
    for element in parent:
        if tag(element) == "t":
            yield element.text or ""
        elif tag(element) != "rPh":
            yield from _texts(element)


def _flat(text: str) -> str:
    return " ".join(text.split())
