"""What each piece of an answer adds, where a server sends again what it has sent before. Pure.

Some send all of it once more with the reason for its end; some send all so far with each piece. Models repeat
themselves as well, and so a short piece that is found again is taken for their own words.
"""

MOST_SAID_TWICE = 30  # characters that a model may well say twice
LEAST_GROWN = 8  # characters with which no two pieces begin by chance
MOST_BY_CHANCE = 1  # pieces in a row that begin with all of the one before, and are longer


class Pieces:
    """Told the pieces of an answer, it returns what is new; `end` what it held back to be sure."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0  # of all of them
        self._held: list[str] = []  # what may repeat what came before it
        self._all = ""  # the last piece, as long as each may hold all so far
        self._may_grow = True
        self._grows = False

    def take(self, text: str, *, last: bool) -> str:
        """Return what a piece adds; `last` is one that comes with the reason for the end."""
        if not text:
            return ""
        if self._may_grow and (grown := self._grown(text)) is not None:
            return grown
        if last and len(text) == self._length > MOST_SAID_TWICE and text == "".join(self._pieces):
            return ""
        self._pieces.append(text)
        self._length += len(text)
        return text

    def end(self) -> str:
        """Return what was held back, as the words that it most likely is."""
        held, self._held = self._held, []
        return "".join(held)

    def _grown(self, text: str) -> str | None:
        """Return what a piece adds that holds all so far, or may; None where it is one like any other."""
        before, self._all = self._all, text
        if not before:
            self._may_grow = bool(text.strip())
            return None
        if self._grows:
            return self._beyond(before, text)
        if len(text) > len(before) and text.startswith(before):
            self._held.append(text)
            if len(before) < LEAST_GROWN and len(self._held) <= MOST_BY_CHANCE:
                return ""
            self._grows, self._held = True, []
            return text[self._length :]
        self._may_grow = False
        if not self._held:
            return None
        self._pieces += [*self._held, text]
        self._length = sum(map(len, self._pieces))
        return self.end() + text

    def _beyond(self, before: str, text: str) -> str:
        if text.startswith(before):
            return text[len(before) :]
        self._all = before if before.startswith(text) else before + text
        return self._all[len(before) :]
