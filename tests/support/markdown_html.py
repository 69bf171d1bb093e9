"""What a specification's HTML shows, in the terms of `tests.support.discord_markdown`."""

from html.parser import HTMLParser
from urllib.parse import unquote

from tests.support.discord_markdown import Seen

_LOOKS = {
    "strong": "bold", "em": "italic", "del": "strike", "code": "code", "pre": "code", "blockquote": "quote",
    "li": "list", "table": "table", **{f"h{level}": "heading" for level in range(1, 7)},
}  # fmt: skip
_VOID = {"hr": "─" * 10, "br": ""}


def shown(html: str) -> list[Seen]:
    """Return what is seen, with what stands on Discord for pictures, boxes, rules and relative links."""
    page = _Page()
    page.feed(html)
    return page.seen


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Seen] = []
        self._open: list[str] = []
        self._links: list[tuple[str, int]] = []

    def _see(self, text: str, href: str = "") -> None:
        looks = frozenset(_LOOKS[tag] for tag in self._open if tag in _LOOKS)
        self.seen.append(Seen(text, looks, href or (self._links[-1][0] if self._links else "")))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "img":
            inside, source = bool(self._links), values.get("src") or ""
            self._see(values.get("alt") or "image", source)
            if not inside:
                self._lead(source, values.get("alt") or "image")
        elif tag == "input":
            self._see("☑ " if "checked" in values else "☐ ")
        elif tag in _VOID:
            self._see(_VOID[tag])
        else:
            self._open.append(tag)
            if tag == "a":
                self._links.append((values.get("href") or "", len(self.seen)))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(tag)]
        if tag == "a" and self._links:
            href, start = self._links.pop()
            self._lead(href, "".join(one.text for one in self.seen[start:]))

    def handle_data(self, data: str) -> None:
        self._see(data)

    def _lead(self, href: str, words: str) -> None:
        """Show where a link leads that can't be one on Discord."""
        target = unquote(href.removeprefix("mailto:"))
        if target and not href.startswith("http") and words != target:
            self._see(f" ({target})")
