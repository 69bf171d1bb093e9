"""Word: the text of a document by its pages, as far as the file says where they end."""

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from bot.extracting.limits import Allowance
from bot.extracting.office.packages import Package, attribute, tag
from bot.rules.prompting.documents import Document, Section, Unit, in_lines

PAGE_END = "\f"
HIDDEN = frozenset({"Fallback", "del", "moveFrom", "instrText", "delText"})
NOTES = ("word/footnotes.xml", "word/endnotes.xml")


def read(package: Package) -> Document:
    """Return a document's pages; without marks of pages, its lines."""
    allowance, blocks = Allowance(), []
    for block in _blocks(package.whole("word/document.xml")):
        blocks.append(block)
        if not allowance.spend(block):
            break
    notes = [text for name in NOTES for text in map(_paragraph, package.elements(name, "p")) if text]
    pages = "\n".join([*blocks, *notes]).split(PAGE_END)
    if len(pages) == 1:
        return in_lines(pages[0])
    sections = (Section(number, number, page.strip()) for number, page in enumerate(pages, 1))
    return Document(Unit.PAGE, len(pages), tuple(sections))


def _blocks(parent: Element) -> Iterator[str]:
    for element in parent:
        name = tag(element)
        if name == "p":
            yield _paragraph(element)
        elif name == "tr":
            cells = (child for child in element.iter() if tag(child) == "tc")
            yield " | ".join(" ".join(filter(None, _blocks(cell))) for cell in cells)
        elif name not in HIDDEN and name != "sectPr":
            yield from _blocks(element)


def _paragraph(paragraph: Element) -> str:
    text = "".join(_runs(paragraph))
    style = next((attribute(one, "val") for one in paragraph.iter() if tag(one) == "pStyle"), "")
    level = style.removeprefix("Heading")
    if text.strip() and style.startswith("Heading") and level.isdecimal():
        return f"{'#' * min(int(level), 6)} {text}"
    is_listed = style.startswith("List") or any(tag(one) == "numPr" for one in paragraph.iter())
    return f"- {text}" if text and is_listed else text


def _runs(parent: Iterable[Element]) -> Iterator[str]:
    for element in parent:
        name = tag(element)
        if name == "t":
            yield element.text or ""
        elif name == "tab":
            yield "\t"
        elif name == "lastRenderedPageBreak" or (name == "br" and attribute(element, "type") == "page"):
            yield PAGE_END
        elif name in ("br", "cr"):
            yield "\n"
        elif name == "pPr" or name in HIDDEN:
            continue
        else:
            yield from _runs(element)
