"""The language that is spoken: of an event that of its place, of a command that of whoever used it."""

from contextvars import ContextVar
from pathlib import Path

SOURCE = "en"
FOLDER = Path(__file__).parent

_spoken: ContextVar[str] = ContextVar("spoken", default=SOURCE)


def language() -> str:
    """Return the language that is spoken."""
    return _spoken.get()


def speak(spoken: str) -> None:
    """Speak a language from here on, in whatever is begun from here."""
    _spoken.set(spoken)
