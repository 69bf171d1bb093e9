"""The ledger's entries: one for each request to a model, whatever became of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.rules.model import ChannelKey
from bot.rules.spending.usage import Usage

CHARACTERS_PER_TOKEN = 4  # of thoughts, which nobody counts
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Purpose(StrEnum):
    """What a request was for; its value stands in the database, so that it must not change."""

    ANSWER = "answer"
    FALL_BACK = "fall_back"  # an answer, of a model that stands in for another
    RETRY = "retry"  # asked again, be it with less or in other words
    SUMMARY = "summary"
    TRANSCRIPTION = "transcription"
    MODERATION = "moderation"
    TITLE = "title"  # of a thread


class Result(StrEnum):
    """What became of a request; its value stands in the database, so that it must not change."""

    SENT = "sent"  # under way, or the process ended meanwhile: the tokens are the most that it can take
    DONE = "done"
    STOPPED = "stopped"  # by somebody, in mid-answer
    REFUSED = "refused"  # by the server, or given up before it was sent: nothing was taken for it
    FAILED = "failed"


@dataclass(slots=True)
class Sending:
    """A request that is about to leave for a model; what comes back is noted here as it comes.

    `server` is a base URL, `reply_tokens` the limit that goes along. `characters` are those of words and
    thoughts that came. One that has not `left`, or was refused, took nothing.
    """

    model: str
    server: str
    reply_tokens: int
    usage: Usage | None = None
    characters: int = 0
    left: bool = False


@dataclass(frozen=True, slots=True)
class Spender:
    """On whose account a request goes, None where nobody's, and in which place it was asked for."""

    person_id: int | None
    key: ChannelKey


@dataclass(frozen=True, slots=True)
class Entry:
    """One request: its id is the time when it was sent, in microseconds since 1970, made unique.

    `micros` is the price at that time in millionths of a dollar, None where it isn't known. An `estimated`
    entry has our own counts, since the server billed nothing.
    """

    id: int
    spender: Spender
    purpose: Purpose
    model: str
    server: str
    result: Result
    usage: Usage
    micros: int | None
    estimated: bool


def entry_id(at: datetime, last: int) -> int:
    """Return the id of an entry that is made now, after another."""
    return max((at - _EPOCH) // _MICROSECOND, last + 1)


def entry_time(entry_id: int) -> datetime:
    """Return when an entry's request was sent."""
    return _EPOCH + entry_id * _MICROSECOND


def taken(sending: Sending, prompt_tokens: int, said_tokens: int, said_characters: int) -> tuple[Usage, bool]:
    """Return what an ended request took, and whether that is an estimate.

    A server that bills nothing, or zeros, is billed by our count of the prompt and of what it said.
    """
    if sending.usage is not None and sending.usage.tokens:
        return sending.usage, False
    if not sending.left:
        return Usage(0, 0), False
    thought = max(0, sending.characters - said_characters) // CHARACTERS_PER_TOKEN
    return Usage(prompt_tokens, said_tokens + thought, 0, thought), True
