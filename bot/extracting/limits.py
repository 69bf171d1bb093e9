"""What reading one file may take. Nothing here reads."""

import time
from contextlib import suppress

SECONDS = 20.0  # then the process is ended
MEMORY = 512 * 2**20
MOST_CHARACTERS = 2_000_000  # of one file; a request carries far less
MOST_MEMBER_BYTES = 128 * 2**20  # of one unpacked file in an archive
MOST_OUTPUT = 32 * 2**20
PATIENCE = 12.0  # after which what was read so far is taken
# What readers of formats raise over files that break these formats' rules, beside errors of their own.
FAULTS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)


class TooMuch(Exception):
    """A file takes more than reading it may."""


class Allowance:
    """What is left of the time and the output that a file may take."""

    def __init__(self) -> None:
        self._until = time.monotonic() + PATIENCE
        self._characters = MOST_CHARACTERS

    def spend(self, text: str) -> bool:
        """Take note of what was read; say whether more may be."""
        self._characters -= len(text)
        return self._characters > 0 and time.monotonic() < self._until


def confine() -> None:
    """Bound what this process may take, where the system can; it writes no file."""
    with suppress(ImportError):
        import resource

        for kind, most in (
            (resource.RLIMIT_AS, MEMORY),
            (resource.RLIMIT_CPU, int(SECONDS)),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(kind, (most, most))
