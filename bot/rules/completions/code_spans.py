"""Where in a Markdown text that is still coming code stands: in a fence, or between backticks."""

import re

_PIECES = re.compile(r"`+|~+|\n|[^`~\n]+")
_BLANK = " \t\r"
_BEFORE_A_FENCE = _BLANK + ">*+-0123456789.)"  # quotes and lists may hold fences
LEAST_FENCE = 3


class CodeSpans:
    """Told a text piece by piece, in any pieces, it knows whether what comes next is code."""

    def __init__(self) -> None:
        self._fence = ""  # the run that opened it
        self._fence_line = False  # whether this is the line that opened it
        self._ticks = 0  # of the run that opened a code span
        self._run = ""  # backticks or tildes that may still go on
        self._indent = True  # nothing but what may stand before a fence on this line so far
        self._blank = True  # nothing but blanks on this line so far

    @property
    def at_line_start(self) -> bool:
        """Say whether nothing but blanks stands before on this line."""
        return self._blank

    def inside(self, following: str) -> bool:
        """Say whether what follows, which begins with another character, is code."""
        self._settle(following)
        return bool(self._fence or self._ticks)

    def take(self, text: str) -> None:
        """Take the next piece of the text."""
        for piece in _PIECES.findall(text):
            if self._run and self._run[0] != piece[0]:
                self._settle(piece)
            if piece[0] in "`~":
                self._run += piece
            elif piece == "\n":
                self._ticks, self._fence_line = 0, False
                self._indent = self._blank = True
            else:
                self._indent = self._indent and not piece.strip(_BEFORE_A_FENCE)
                self._blank = self._blank and not piece.strip(_BLANK)

    def _settle(self, following: str) -> None:
        """Take in a run of backticks or tildes, whose end is known now."""
        run, self._run = self._run, ""
        if not run:
            return
        opens = self._indent and len(run) >= LEAST_FENCE
        self._indent = self._blank = False
        if self._fence:
            same = run[0] == self._fence[0]
            ends = opens and same and len(run) >= len(self._fence) and following[:1] in ("\n", *_BLANK)
            if ends or (self._fence_line and same and run[0] == "`"):  # on one line it was a code span
                self._fence = ""
        elif opens:
            self._fence, self._fence_line = run, True
        elif run[0] == "`":
            self._ticks = 0 if self._ticks == len(run) else self._ticks or len(run)
