"""HTML: its text as a reader sees it, in lines, with the addresses of links."""

import re
from collections.abc import Sequence
from html.parser import HTMLParser

UNSEEN = frozenset({"script", "style", "template", "noscript", "svg", "head"})
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "title",
        "tr",
        "ul",
    ]
)
HEADINGS = {f"h{level}": f"{'#' * level} " for level in range(1, 7)}
MARKS = {"li": "- ", **HEADINGS}
CELLS = frozenset({"td", "th"})
Attributes = Sequence[tuple[str, str | None]]


def read(text: str) -> str:
    """Return what a page says."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    text = re.sub(r" *\n(?: *\n)+", "\n\n", re.sub(r" +\n", "\n", "".join(reader.pieces)))
    return text.strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen: list[str] = []
        self._is_pre = 0
        self._link = ""

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Take note of where something begins."""
        values = {name: value or "" for name, value in attrs}
        if tag == "title" and self._unseen == ["head"]:
            self.pieces.append("# ")
            self._unseen.append(tag)
        elif tag in UNSEEN:
            self._unseen.append(tag)
        elif tag in BLOCKS:
            self._is_pre += tag == "pre"
            self.pieces.append(f"\n{MARKS.get(tag, '')}")
        elif tag == "br":
            self.pieces.append("\n")
        elif tag in CELLS:
            self.pieces.append(" | " if self.pieces and not self.pieces[-1].endswith("\n") else "")
        elif tag == "img" and values.get("alt"):
            self.pieces.append(f"[{values['alt']}]")
        elif tag == "a":
            self._link = values.get("href", "")

    def handle_endtag(self, tag: str) -> None:
        """Take note of where something ends."""
        if tag in self._unseen:
            while self._unseen.pop() != tag:
                pass
            if tag == "title":
                self.pieces.append("\n")
        elif tag in BLOCKS:
            self._is_pre -= tag == "pre" and self._is_pre > 0
            self.pieces.append("\n")
        elif tag == "a":
            if self._link.startswith(("http://", "https://")):
                self.pieces.append(f" ({self._link})")
            self._link = ""

    def _flat(self, data: str) -> str:
        begins = not self.pieces or self.pieces[-1].endswith(("\n", " "))
        flat = re.sub(r"\s+", " ", data)
        return flat.lstrip() if begins else flat

    def handle_data(self, data: str) -> None:
        """Take text that is seen."""
        if not self._unseen or self._unseen[-1] == "title":
            self.pieces.append(data if self._is_pre else self._flat(data))
