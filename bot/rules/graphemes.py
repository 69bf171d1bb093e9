"""How long a text is for Discord, where its characters end, and whether there is anything to see in it.

No Markdown here.
"""

import re
import unicodedata
from itertools import accumulate

import wcwidth

_INVISIBLE = {"Cc", "Cf", "Cs"}  # controls, formats (zero-width ones among them), lone surrogates
# Letters and marks that show nothing: fillers, joiners, variation selectors, the blank of Braille.
# https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def units(text: str) -> int:
    """Count UTF-16 units: never fewer than code points, so the stricter way to count a message."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def reach(text: str, most: int) -> int:
    """Return the longest prefix's length that has at most `most` UTF-16 units."""
    end = min(len(text), most)
    while (over := units(text[:end]) - most) > 0:
        end -= (over + 1) // 2
    return end


def grapheme_ends(text: str, start: int = 0) -> list[int]:
    """Return the offsets behind every user-perceived character from `start` on."""
    lengths = (len(grapheme) for grapheme in wcwidth.iter_graphemes(text[start:]))
    return list(accumulate(lengths, initial=start))[1:]


def first_visible(text: str, start: int = 0) -> int:
    """Return where a reader first sees something: not white space, a control or a zero-width character."""
    for at in range(start, len(text)):
        if not _is_invisible(text[at]):
            return at
    return len(text)


def is_blank(text: str, start: int = 0) -> bool:
    """Tell whether a reader sees nothing in a text: what counts as empty, here and everywhere."""
    return first_visible(text, start) == len(text)


def _is_invisible(character: str) -> bool:
    return (
        character.isspace()
        or unicodedata.category(character) in _INVISIBLE
        or UNSEEN.match(character) is not None
    )
