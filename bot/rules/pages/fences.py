"""Where fenced code stands in a text, as Discord and Markdown writers understand it.

More forgiving than CommonMark, because Discord is: any indentation, and a fence that opens behind words on
its line. Fences are looked for before everything else, and nothing between them is ever Markdown.
"""

from dataclasses import dataclass, replace

from bot.rules.pages.quotes import quote_mark

_LONGEST_MARKER = 16
_LONGEST_INFO = 100
_REOPENED_INFO = 32


@dataclass(frozen=True, slots=True)
class Fence:
    """One fenced block; offsets are in the text that was searched."""

    start: int  # the opening marker
    body: int  # the first line of code
    close: int  # the closing line, or the text's end
    end: int  # behind the closing marker
    marker: str
    info: str
    quote: str  # "> " where the block stands in a quote
    closed: bool
    behind_words: bool

    def reopening(self) -> str:
        """Return what opens the block again in the next message, without the quote's mark."""
        info = self.info if len(self.info) <= _REOPENED_INFO else self.info.split()[0]
        return self.marker + (info if len(info) <= _REOPENED_INFO else "") + "\n"


def find_fences(text: str) -> list[Fence]:
    """Return the fenced blocks in order; the last one may still be open."""
    if "```" not in text and "~~~" not in text:
        return []
    fences: list[Fence] = []
    fence: Fence | None = None
    at = 0
    for line in text.split("\n"):
        if fence is not None and fence.quote and not line.lstrip().startswith(">"):
            end = at - 1
            fences.append(replace(fence, body=min(fence.body, end), close=end, end=end, closed=True))
            fence = None
        if fence is None:
            fence = _opening(line, at)
        elif closing := _closing(line, at, fence):
            fences.append(replace(fence, close=closing[0], end=closing[1], closed=True))
            fence = None
        at += len(line) + 1
    if fence is not None:
        fences.append(replace(fence, body=min(fence.body, len(text)), close=len(text), end=len(text)))
    return fences


def _opening(line: str, at: int) -> Fence | None:
    """Return the block that this line opens."""
    found = [index for index in (line.find("```"), line.find("~~~")) if index >= 0]
    if not found:
        return None
    start = min(found)
    before, behind = line[:start], line[start:]
    info = behind.lstrip(behind[0])
    marker = behind[: len(behind) - len(info)]
    info = info.strip()
    contained = _is_container(before)
    if len(marker) > _LONGEST_MARKER or len(info) > _LONGEST_INFO:
        return None
    if "`" in marker and ("`" in info or "`" in before):
        return None
    if not contained and ("~" in marker or " " in info):
        return None
    return Fence(
        start=at + start,
        body=at + len(line) + 1,
        close=0,
        end=0,
        marker=marker,
        info=info,
        quote=quote_mark(before) if contained else "",
        closed=False,
        behind_words=not contained,
    )


def _is_container(before: str) -> bool:
    """Tell whether only indentation, quote marks and a list's bullet or number stand before the marker."""
    mark = before.strip(" \t>")
    return not mark or mark in {"-", "*", "+"} or (mark[-1] in ".)" and mark[:-1].isdecimal())


def _closing(line: str, at: int, fence: Fence) -> tuple[int, int] | None:
    """Return where the closing line starts and where its marker ends, if this line closes the block."""
    bare = line.strip(" \t\r>" if fence.quote else None)
    if len(bare) >= len(fence.marker) and not bare.strip(fence.marker[0]):
        return at, at + len(line.rstrip())
    index = line.find(fence.marker) if fence.behind_words else -1
    return (at + index, at + index + len(fence.marker)) if index >= 0 else None
