"""What `check` found, as lines for a terminal or as JSON for a program."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum

Write = Callable[[str], None]


class Level(StrEnum):
    """How much a finding matters: what is WRONG keeps the bot from answering somewhere."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    WRONG = "not ok"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of something, in a sentence that says what to do where something is to be done."""

    level: Level
    about: str
    text: str


class Findings:
    """What was found so far, told at once as lines, or at the end as JSON."""

    def __init__(self, write: Write, *, as_json: bool = False) -> None:
        self._write = write
        self._as_json = as_json
        self._all: list[Finding] = []

    @property
    def well(self) -> bool:
        """Say whether nothing was found to be wrong."""
        return all(one.level is not Level.WRONG for one in self._all)

    def ok(self, about: str, text: str) -> None:
        """Tell that something is as it should be."""
        self._tell(Finding(Level.OK, about, text))

    def note(self, about: str, text: str) -> None:
        """Tell what is neither right nor wrong."""
        self._tell(Finding(Level.NOTE, about, text))

    def warn(self, about: str, text: str) -> None:
        """Tell what the bot works without, or for now."""
        self._tell(Finding(Level.WARNING, about, text))

    def wrong(self, about: str, text: str) -> None:
        """Tell what keeps the bot from its work."""
        self._tell(Finding(Level.WRONG, about, text))

    def end(self) -> int:
        """Write what is still to be written, and return the exit code."""
        if self._as_json:
            found = [asdict(one) for one in self._all]
            self._write(json.dumps({"well": self.well, "findings": found}, ensure_ascii=False, indent=2))
        return 0 if self.well else 1

    def _tell(self, finding: Finding) -> None:
        self._all.append(finding)
        if not self._as_json:
            first, *rest = finding.text.splitlines()
            self._write(f"{finding.level:<7} {finding.about}: {first}")
            for line in rest:
                self._write(f"{'':<7} {line}")
