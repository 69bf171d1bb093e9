"""OpenDocument, as LibreOffice writes it: the text of documents, presentations and spreadsheets, in lines."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from bot.extracting.limits import Allowance
from bot.extracting.office.packages import Package, attribute, tag
from bot.rules.prompting.documents import Document, in_lines

CONTENT = "content.xml"
HIDDEN = frozenset({"tracked-changes", "annotation", "forms"})


def read(package: Package) -> Document:
    """Return what a document says."""
    allowance, lines = Allowance(), []
    for line in _lines(package.whole(CONTENT)):
        lines.append(line)
        if not allowance.spend(line):
            break
    return in_lines("\n".join(lines))


def _lines(parent: Element) -> Iterator[str]:
    for element in parent:
        name = tag(element)
        if name == "h":
            yield f"{'#' * min(int(attribute(element, 'outline-level') or 1), 6)} {_text(element)}"
        elif name == "p":
            yield _text(element)
        elif name == "table-row":
            cells = (" ".join(_lines(cell)) for cell in element if tag(cell) == "table-cell")
            yield " | ".join(cells).rstrip(" |")
        elif name not in HIDDEN:
            yield from _lines(element)


def _text(element: Element) -> str:
    marks = {"s": " " * min(int(attribute(element, "c") or 1), 80), "tab": "\t", "line-break": "\n"}
    inner = (_text(child) + (child.tail or "") for child in element if tag(child) not in HIDDEN)
    return marks.get(tag(element), "") + (element.text or "") + "".join(inner)
