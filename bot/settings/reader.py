"""The reader of what is set: takes values by name, and remembers what was wrong with them."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from bot.errors import SettingsError

T = TypeVar("T")


class Reader:
    """Takes values by name and remembers what was wrong with them."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._problems: list[str] = []

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
            if required:
                self._problems.append(f"{name} {required}.")
            return default
        try:
            return read(raw)
        except ValueError as error:
            self._problems.append(f"{name} {error}.")
            return default

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
