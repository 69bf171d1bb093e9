"""The language that is spoken: of an event that of its place, of a command that of whoever used it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

SOURCE = "en"
FOLDER = Path(__file__).parent

_spoken: ContextVar[str] = ContextVar("spoken", default=SOURCE)


def language() -> str:
    """Return the language that is spoken."""
    return _spoken.get()


@contextmanager
def speaking(spoken: str) -> Iterator[None]:
    """Speak a language within this context, and in whatever is begun in it."""
    before = _spoken.set(spoken)
    try:
        yield
    finally:
        _spoken.reset(before)


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that there are, by Discord's names of them."""
    return (SOURCE, *sorted(file.stem for file in FOLDER.glob("*.po")))


def spoken_in(locale: str | None) -> str | None:
    """Return the language for one of Discord's locales, None where there is none for it."""
    if locale is None:
        return None
    known, broader = languages(), locale.partition("-")[0]
    if locale in known:
        return locale
    return broader if broader in known else None
