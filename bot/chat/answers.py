"""The memory's ports for answers: written, found again, and leafed through.

Ids are Discord's snowflakes, except `question_id` and `answer_id`, which are the store's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from bot.rules.model import Answer, Completion, State
from bot.rules.outcome import LastMessage, Outcome, Version
from bot.rules.places.shards import ALL, ShardId
from bot.rules.spending.entries import Entry


class Before(Enum):
    """What becomes of words that new ones take the place of."""

    KEPT = auto()  # they are a version of the answer from now on
    CONTINUED = auto()  # the new ones begin with them
    GONE = auto()  # they were no answer to what is asked now, and no version of them is


@dataclass(frozen=True, slots=True)
class FinalAnswer:
    """What is stored of an answer when it ends; empty text leaves no turn in what is sent to the model.

    `model` is the one that spoke, None where it is the one that the answer was begun with; `before` says what
    becomes of words that stood there.
    """

    state: State
    text: str
    tokens: int
    encoding: str
    outcome: Outcome
    tried: Outcome | None = None
    completion: Completion | None = None
    own_count: int | None = None
    first_chunk_ms: int | None = None
    model: str | None = None
    spent: tuple[Entry, ...] = ()  # the requests that the answer took
    before: Before = Before.KEPT


@dataclass(frozen=True, slots=True)
class Finished:
    """What is known of an answer once its end is stored: which of its versions it shows, if it has several.

    `older` is the last message of the answer before it.
    """

    version: Version | None = None
    older: LastMessage | None = None


class AnswerLog(Protocol):
    """Answers, from the first checkpoint to the last word."""

    async def begin(self, question_id: int, model: str) -> Answer | None:
        """Start an answer, or start it again: one question has one answer.

        Its state is WRITING and its draft empty now; the Answer returned has the state and text from before.
        None where the question is not in memory any more.
        """

    async def checkpoint(self, answer_id: int, draft: str | None, message_ids: Sequence[int]) -> None:
        """Store how far an answer has come, and all the messages that show it now, in order.

        No draft says that its end has been shown. Take a message out before deleting it on Discord, or
        `forget` will take the answer for deleted.
        """

    async def finish(self, answer_id: int, final: FinalAnswer) -> Finished | None:
        """Store an answer's end, which is unfinished until a checkpoint says that it has been shown.

        None where the answer is not in memory any more, or its end is yet to be stored.
        """

    async def before(self, answer_id: int) -> LastMessage | None:
        """Return the last message of the answer before another in its channel."""

    async def unfinished(self, shard: ShardId = ALL) -> Sequence[Answer]:
        """Return answers that a former process left in mid-writing, or with an end not known to be shown.

        So are those that were to be redone for an edited question. Oldest first, and also where a reset has
        hidden them: their messages still stand on Discord.
        """

    async def unfinished_in(self, channel_id: int) -> Sequence[Answer]:
        """Return likewise those of a channel."""


class AnswerLookup(Protocol):
    """Answers, found again."""

    async def get(self, answer_id: int) -> Answer | None:
        """Return an answer by its id, unless it was deleted or reset."""

    async def by_message(self, message_id: int) -> Answer | None:
        """Return the answer that a Discord message is a part of, or the answer to that question."""

    async def last_billed(self, channel_id: int) -> Answer | None:
        """Return the newest answer that was billed in a channel."""


class Versions(Protocol):
    """What an answer said before it was redone, and says now."""

    async def version(self, answer_id: int) -> Version | None:
        """Return which of its versions an answer shows; None where it has but one."""

    async def choose(self, answer_id: int, number: int) -> Answer | None:
        """Have an answer say what one of its versions says; return it, or None where there is no such one.

        While an answer is being redone there is none.
        """


class Answers(AnswerLog, AnswerLookup, Versions, Protocol):
    """Answers, as one store keeps them."""
