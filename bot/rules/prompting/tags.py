"""The tags that fence what goes along with a person's words, and how nobody's words pass for one.

What looks like such a tag in a text, be it in other letters or with something invisible in it, gets a
backslash behind its bracket; all other text stays as it is. Beside them stand the words that the model
alone is told of files and polls: in English, whatever the language of those who talk to it.
"""

import re
from functools import cache

from bot.rules.prompting.lookalikes import lookalikes_of

QUOTED, FORWARDED, STARTER = "quoted_message", "forwarded_message", "thread_starter"
FILE, PREVIEW = "file", "link_preview"

PLACES_IN_FILE = {
    "line": "[lines {first}–{last}]",
    "page": "[page {first}]",
    "slide": "[slide {first}]",
    "row": "[sheet {place}, from row {first}]",
}
SPEAKER_NOTES = "[speaker's notes: {text}]"
FILE_REMEMBERED = "the rest of this file was given with its question alone"
FILE_CUT = "cut after {kept} characters"
POLL_OPEN = "[the poll is still open]"
SAYS_NOTHING = "says nothing but your name"

_OPENERS = "<‹〈〈⟨˂ᐸ❮＜﹤"
# What shows nothing, or stands above another character.
_UNSEEN = (
    "\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e01ef"
)


def _spelled(name: str) -> str:
    """Return a pattern for a name in any letters that look like its own."""
    looks = (
        rf"[\W_{_UNSEEN}]*+" if letter == "_" else rf"[{re.escape(lookalikes_of(letter))}][{_UNSEEN}]*+"
        for letter in name
    )
    return "".join(looks)


@cache
def _tag() -> re.Pattern[str]:
    """Return what passes for one of our tags; to put all lookalikes together takes some 20 ms."""
    names = "|".join(map(_spelled, (QUOTED, FORWARDED, STARTER, FILE, PREVIEW)))
    return re.compile(rf"[{_OPENERS}](?=(?:[^\w{_OPENERS}]|[_{_UNSEEN}]){{0,8}}(?:{names})(?![^\W_]))")


def untagged(text: str) -> str:
    """Return a text in which nothing passes for one of our tags."""
    if not any(opener in text for opener in _OPENERS):
        return text
    return _tag().sub(r"\g<0>\\", text)
