"""The reader of what is set: takes values by name, and remembers what was wrong with them."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from bot.errors import SettingsError

T = TypeVar("T")
UNREAD = "Line"  # begins what is told of a line that can't be read


class Reader:
    """Takes values by name and remembers what was wrong with them, beside the `problems` of reading them."""

    def __init__(self, values: Mapping[str, str], problems: Sequence[str] = ()) -> None:
        self._values = values
        self._unread = problems
        self._problems = list(problems)

    def text(self, name: str, default: str) -> str:
        """Return a text as it stands; empty is a value here."""
        text = self._values.get(name, default)
        if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
            self._problems.append(f"{name} must be text in UTF-8.")
        return text

    def take(self, name: str, default: T, read: Callable[[str], T], required: str | None = None) -> T:
        """Return a value; empty means that it is not set."""
        raw = self._values.get(name, "").strip()
        if not raw:
            if required and not self._may_be_unread(name):
                self._problems.append(f"{name} {required}.")
            return default
        try:
            return read(raw)
        except ValueError as error:
            told = f"{name} {error}"
            self._problems.append(told if told.endswith("?") else f"{told}.")
            return default

    def _may_be_unread(self, name: str) -> bool:
        """Say whether a value may be there in what could not be read, of which it is told already."""
        return any(name in one or one.startswith(UNREAD) for one in self._unread)

    def has(self, name: str) -> bool:
        """Say whether a value is set."""
        return bool(self._values.get(name, "").strip())

    def wrong(self, problem: str) -> None:
        """Remember what else is wrong, in a sentence."""
        self._problems.append(problem)

    def raise_problems(self) -> None:
        """Report everything that was wrong, if anything was."""
        if self._problems:
            raise SettingsError("\n".join(self._problems))
