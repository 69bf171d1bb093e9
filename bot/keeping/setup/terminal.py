"""The terminal of the setup: what is told there, what is asked, and what was answered."""

import getpass
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from bot.texts.hosting import setup

YES, NO = ("y", "yes"), ("n", "no")


def tell(text: str) -> None:
    """Write a line at once, whatever stands between."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def ask(prompt: str, default: str = "") -> str:
    """Return what is typed, or the default for nothing.

    Raises:
        EOFError: nothing will be typed any more.
    """
    return _typed(input, prompt) or default


def ask_secret(prompt: str, default: str = "") -> str:
    """Return what is typed unseen, as `ask` does."""
    return _typed(getpass.getpass if sys.stdin.isatty() else input, prompt) or default


def agrees(question: str, *, default: bool = True) -> bool:
    """Say whether the answer to a question is yes."""
    while True:
        said = ask(setup.YES_OR_NO[default].format(question=question)).lower()
        if not said or said in YES + NO:
            return said in YES if said else default
        tell(setup.SAY_YES_OR_NO)


def choose(entries: Sequence[str]) -> int:
    """Return the index of one of some entries, the first for nothing."""
    for number, entry in enumerate(entries, 1):
        tell(f"  {number:>2}  {entry}")
    while True:
        said = ask(setup.NUMBER.format(default=1), "1")
        if said.isdecimal() and 1 <= int(said[:6]) <= len(entries):
            return int(said) - 1
        tell(setup.NO_NUMBER.format(most=len(entries)))


def _typed(read: Callable[[str], str], prompt: str) -> str:
    with _interruptible():
        return read(prompt).strip()


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl+C end a prompt: the event loop stands still meanwhile, and would never hear of it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
