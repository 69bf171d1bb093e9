"""The bot's own label, which models copy from those of the people: "Parley: Hello"."""

import re
from collections.abc import Iterable, Sequence

_MARKS = r"[*_\[]{0,3}"
_END_MARKS = r"[*_\]]{0,3}"


class OwnLabel:
    """Told an answer in any pieces, it leaves out one of these names where it begins as with a label."""

    def __init__(self, names: Iterable[str]) -> None:
        labels = [_atoms(name) for name in names if name]
        self._label = _any("".join(atoms) + r"\s" for atoms in labels)
        self._begun = _any(map(_beginning, labels))
        self._held = ""
        self._open = bool(labels)
        self._follows = False  # whether blanks are those behind the label

    def take(self, text: str) -> str:
        """Return what is said of the next piece."""
        if self._follows:
            text = text.lstrip()
            self._follows = not text
            return text
        if not self._open:
            return text
        text, self._held = self._held + text, ""
        if found := self._label.match(text):
            self._open, text = False, text[found.end() :].lstrip()
            self._follows = not text
        elif self._begun.fullmatch(text):
            self._held, text = text, ""
        else:
            self._open = False
        return text

    def end(self) -> str:
        """Return what was held back, which is all that there is."""
        held, self._held, self._open = self._held, "", False
        return held


def _atoms(name: str) -> Sequence[str]:
    """Return the parts of a pattern for a label, each of which may be the last one that has come."""
    letters = [re.escape(letter) for letter in name]
    return [r"\s*", _MARKS, *letters, _END_MARKS, r"\s?", "[:：]", _END_MARKS]


def _beginning(atoms: Sequence[str]) -> str:
    """Return a pattern for any beginning of a label."""
    pattern = ""
    for atom in reversed(atoms):
        pattern = f"(?:{atom}{pattern})?"
    return pattern


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
