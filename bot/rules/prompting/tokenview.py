"""The picture of a text's tokens: an `ansi` code block in which neighbours differ in colour.

It says nothing about how many tokens there are; it only shows the first ones and how many more follow.
"""

from collections.abc import Sequence

from bot.rules.graphemes import units
from bot.texts import members

DEFAULT_LIMIT = 1600  # leaves room for the figures in the same message

_OPEN = "```ansi\n"
_CLOSE = "\n```"
_COLOURS = ("\x1b[36m", "\x1b[35m")
_RESET = "\x1b[0m"

# Blanks get a face, and a backtick its lookalike, so that no text can close the code block.
_FACES = {
    "\n": "⏎",
    "\t": "⇥",
    "\x7f": "␡",
    "`": "\N{MODIFIER LETTER GRAVE ACCENT}",
}


def token_picture(pieces: Sequence[bytes], limit: int = DEFAULT_LIMIT) -> str:
    r"""Draw tokens, given as bytes, in at most `limit` UTF-16 units (at least 60); "" where there are none.

    Bytes that are no whole character appear as `\xec`, characters without a face by their code point. What
    doesn't fit is named: "… 123 more tokens".
    """
    if not pieces:
        return ""
    room = limit - units(_OPEN) - units(_CLOSE) - units(_rest(len(pieces)))
    drawn: list[str] = []
    for index, piece in enumerate(pieces):
        cell = _COLOURS[index % 2] + _face(piece)
        room -= units(cell)
        if room < 0:
            return _OPEN + "".join(drawn) + _rest(len(pieces) - index) + _CLOSE
        drawn.append(cell)
    return _OPEN + "".join(drawn) + _RESET + _CLOSE


def _rest(count: int) -> str:
    return f"{_RESET} … {members.MORE_TOKENS.format(count)}"


def _face(piece: bytes) -> str:
    text = piece.decode("utf-8", errors="backslashreplace")
    if not text.strip(" "):
        return "·" * len(text)
    shown = "".join(map(_visible, text))
    return shown + "\n" if "\n" in text else shown


def _visible(character: str) -> str:
    if face := _FACES.get(character):
        return face
    if character.isprintable():
        return character
    if character < " ":
        return chr(0x2400 + ord(character))  # Unicode's own pictures of the control characters
    return character.encode("ascii", errors="backslashreplace").decode()
