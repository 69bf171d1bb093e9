"""Whether a server can write several answers at once: some break the running one when another begins."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

ENOUGH = 2  # answers that broke while a later one went on: one may be chance


@dataclass(slots=True, eq=False)
class Run:
    """One answer that is being written; `suspect`: an earlier one broke off while it was."""

    suspect: bool = False
    overtaken: bool = False


class Overlap:
    """Watches which answers break while others are written."""

    def __init__(self) -> None:
        self._running: list[Run] = []
        self._evidence = 0

    @contextmanager
    def run(self) -> Iterator[Run]:
        """Watch one answer from its request to its end."""
        for earlier in self._running:
            earlier.overtaken = True
        run = Run()
        self._running.append(run)
        try:
            yield run
        finally:
            self._running.remove(run)

    def broke(self, run: Run) -> None:
        """Note that an answer broke off; whatever began after it comes under suspicion."""
        for later in self._running[self._running.index(run) + 1 :]:
            later.suspect = True

    def alive(self, run: Run) -> bool:
        """Note a word of an answer: if an earlier one broke, it was not the server that broke down.

        Say whether this is enough to know that the server writes one answer at a time.
        """
        if run.suspect:
            run.suspect = False
            self._evidence += 1
            return self._evidence >= ENOUGH
        return False

    def ended_well(self, run: Run) -> None:
        """Note a whole answer: one that was overtaken shows that the server can do it."""
        if run.overtaken:
            self._evidence = 0
