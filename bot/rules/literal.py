"""A name or a quoted text as it can stand in a sentence of the bot's: Discord shows it letter by letter.

Markdown, mentions, emoji, times and links in it mean nothing, and no mark of writing direction reaches what
follows.
"""

import re

# https://docs.discord.com/developers/reference#message-formatting
_MEANS_SOMETHING = re.compile(
    r"[\\*_~`|<\[]"
    r"|@(?=everyone|here)"
    r"|:(?=//)"
    r"|^(?P<start>[ \t]*(?:\d+(?=[.)])|(?=[#>+-])))",
    re.MULTILINE,
)
# Embeddings, overrides and isolates, which turn around whatever stands behind them.
TURNS_AROUND = re.compile("[\u202a-\u202e\u2066-\u2069]")


def literal(text: str) -> str:
    """Return a text so that it is shown as it stands."""
    return _MEANS_SOMETHING.sub(_escaped, TURNS_AROUND.sub("", text))


def literal_line(text: str) -> str:
    """Return a text so that it is shown as it stands, on one line."""
    return literal(" ".join(text.split()))


def _escaped(match: re.Match[str]) -> str:
    # At the start of a line the mark stands behind white space, and a list's behind its number.
    return f"\\{match[0]}" if match["start"] is None else f"{match[0]}\\"
