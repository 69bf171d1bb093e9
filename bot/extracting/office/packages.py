"""Office Open XML: an archive of XML files that name each other. Nothing here knows a kind of document.

The standard library reads them: its parser fetches nothing from outside, and bounds what entities grow to.
"""

import io
import posixpath
from collections.abc import Iterator
from typing import Literal
from xml.etree.ElementTree import Element, iterparse
from zipfile import ZipFile

from bot.extracting.limits import MOST_MEMBER_BYTES, TooMuch


def tag(element: Element) -> str:
    """Return an element's name without its namespace; documents of the strict kind have others."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Element, name: str) -> str:
    """Return an attribute's value, whatever its namespace, or nothing."""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")


class Package:
    """An archive; a file in it that isn't there is empty."""

    def __init__(self, data: bytes) -> None:
        self._archive = ZipFile(io.BytesIO(data))
        self.names = frozenset(self._archive.namelist())

    def whole(self, name: str) -> Element:
        """Return a file's XML whole."""
        root = Element("none")
        for _, root in self._parsed(name, "end"):  # noqa: B007 - the last to end is the whole
            pass
        return root

    def elements(self, name: str, wanted: str) -> Iterator[Element]:
        """Yield the elements of a name, one at a time, each forgotten afterwards."""
        path: list[Element] = []
        for event, element in self._parsed(name, "start", "end"):
            if event == "start":
                path.append(element)
                continue
            path.pop()
            if tag(element) == wanted:
                yield element
                if path:
                    path[-1].remove(element)

    def relations(self, name: str) -> dict[str, str]:
        """Return what a file refers to, by id."""
        folder, base = posixpath.split(name)
        found = self.whole(f"{folder}/_rels/{base}.rels")
        return {
            one.get("Id", ""): posixpath.normpath(posixpath.join("/", folder, one.get("Target", "")))[1:]
            for one in found
        }

    def _parsed(self, name: str, *events: Literal["start", "end"]) -> Iterator[tuple[str, Element]]:
        if name not in self.names:
            return
        if self._archive.getinfo(name).file_size > MOST_MEMBER_BYTES:
            raise TooMuch
        with self._archive.open(name) as file:
            yield from iterparse(file, events)  # noqa: S314 - as the module says
