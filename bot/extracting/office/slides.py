"""PowerPoint: the text of each slide in the order of the show, with the speaker's notes."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from bot.extracting.limits import Allowance
from bot.extracting.office.packages import Package, tag
from bot.rules.prompting import tags
from bot.rules.prompting.documents import Document, Section, Unit

SHOW = "ppt/presentation.xml"


def read(package: Package) -> Document:
    """Return a presentation's slides."""
    names = package.relations(SHOW)
    listed = [one for one in package.whole(SHOW).iter() if tag(one) == "sldId"]
    allowance, sections = Allowance(), []
    for number, slide in enumerate(listed, 1):
        text = _slide(package, names.get(_relation(slide), ""))
        sections.append(Section(number, number, text))
        if not allowance.spend(text):
            break
    return Document(Unit.SLIDE, len(listed), tuple(sections))


def _relation(slide: Element) -> str:
    """Return the id of a slide's relation; its own id has the same name without a namespace."""
    return next((value for key, value in slide.items() if key.endswith("}id")), "")


def _slide(package: Package, name: str) -> str:
    lines = list(_lines(package.whole(name)))
    for other in package.relations(name).values():
        if "notesSlide" in other:
            spoken = [line for line in _lines(package.whole(other)) if not line.isdecimal()]
            lines += [tags.SPEAKER_NOTES.format(text="\n".join(spoken))] if spoken else []
    return "\n".join(lines)


def _lines(parent: Element) -> Iterator[str]:
    for element in parent:
        name = tag(element)
        if name == "tr":
            yield " | ".join(" ".join(_lines(cell)) for cell in element if tag(cell) == "tc")
        elif name == "p":
            if text := "".join(_runs(element)).strip():
                yield text
        elif name != "Fallback":
            yield from _lines(element)


def _runs(paragraph: Element) -> Iterator[str]:
    for element in paragraph.iter():
        if tag(element) == "t":
            yield element.text or ""
        elif tag(element) == "br":
            yield "\n"
