"""Images and HTML line breaks within a line of text: what they become on Discord."""

from collections.abc import Callable, Iterator

from markdown_it.token import Token

from bot.rules.pages.edits import Edit
from bot.rules.pages.parser import is_line_break, parse_inline

_MOST_BRACKETS = 100


def may_need_edits(content: str) -> bool:
    """Tell cheaply whether there may be an image or a line break; the parser is slow on bracket puzzles."""
    image = "![" in content and "](" in content
    return (image or "<br" in content.lower()) and content.count("[") <= _MOST_BRACKETS


def inline_edits(content: str, place: Callable[[int], int | None], quote: str) -> Iterator[Edit]:
    """Make images links, images within links plain words, and HTML line breaks real ones.

    `place` tells where an offset of the content stands in the source, if it can be told; `quote` is the mark
    that a new line there needs.
    """
    links = 0
    for token in parse_inline(content):
        links += token.nesting if token.type in {"link_open", "link_close"} else 0
        if token.type != "image" and not is_line_break(token):
            continue
        begin, behind = token.meta["span"]
        start, end = place(begin), place(behind)
        if start is None or end is None:
            continue
        if token.type == "image":
            yield from _image(token, start, end, in_link=links > 0)
        else:
            ends_anyway = content[behind : behind + 1] in {"", "\n"}
            yield Edit(start, end, "" if ends_anyway else f"\n{quote}")


def _image(token: Token, start: int, end: int, *, in_link: bool) -> Iterator[Edit]:
    """Make an image a link with its description, or within a link just the description."""
    words = "" if token.content else "image"
    if in_link:
        yield Edit(start, start + 2, words)
        yield Edit(start + 2 + len(token.content), end, "")
    else:
        yield Edit(start, start + 2, f"[{words}")
