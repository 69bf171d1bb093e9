"""How an answer ended, as it is stored: as data. `bot.rules.endings` makes the sentence that says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.rules.notes import Note


class Reason(StrEnum):
    """Why an answer ended."""

    DONE = "done"  # the model said all that it had to say
    LENGTH = "length"  # the reply's token limit
    FILTERED = "filtered"  # the provider's content filter
    STOPPED = "stopped"  # somebody pressed Stop
    GONE = "gone"  # the question, the answer or the channel was deleted, or the right to write was lost
    RESET = "reset"  # the history was cleared
    REPLACED = "replaced"  # the question was edited, and its new words are still to be answered
    OUT_OF_TIME = "out of time"  # Discord takes no more of an answer to a command
    INTERRUPTED = "interrupted"  # the bot went down
    FAILED = "failed"  # an error that we foresaw
    BROKE = "broke"  # a bug of ours


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of an answer, or of a try to redo one.

    `stopped_by` and `name` are the id and the name of who pressed Stop; `error` is the name of a class in
    `bot.errors`, and `details` what its sentence is made with; `remarks` are about the question's files.
    """

    reason: Reason
    stopped_by: int | None = None
    name: str = ""
    error: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """One of the versions of an answer, counted from 1."""

    number: int
    of: int


@dataclass(frozen=True, slots=True)
class LastMessage:
    """The last message of an answer, which has its buttons; `about` is the question's, 0 if that has gone."""

    id: int
    about: int
