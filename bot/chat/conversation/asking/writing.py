"""What is known of an answer while it is written, and what its end is then."""

import logging
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from bot.chat.answers import Before
from bot.chat.bounds.ledger import Account
from bot.chat.bounds.moderation import Screening
from bot.chat.conversation.asking.request import AssembledRequest
from bot.chat.conversation.asking.waiting import Waiting
from bot.chat.conversation.queue import Job, JobKind, StopReason
from bot.chat.home.chosen import Chosen
from bot.chat.meter import Answered
from bot.chat.ports import AnswerSink
from bot.errors import NamedError, UserFacingError
from bot.rules.completions.finishes import Finish, finish_of
from bot.rules.completions.labels import OwnLabel
from bot.rules.model import Answer, Completion, Part
from bot.rules.notes import Note, NoteCode
from bot.rules.outcome import Outcome, Reason

log = logging.getLogger(__name__)

REASONS = {
    StopReason.STOPPED: Reason.STOPPED,
    StopReason.GONE: Reason.GONE,
    StopReason.RESET: Reason.RESET,
    StopReason.REPLACED: Reason.REPLACED,
    StopReason.OUT_OF_TIME: Reason.OUT_OF_TIME,
    StopReason.SHUTDOWN: Reason.INTERRUPTED,
}


_FINISHES = {Finish.LENGTH: Reason.LENGTH, Finish.FILTERED: Reason.FILTERED}


@dataclass(slots=True)
class Writing:
    """An answer while it is written: its whole text so far, and what is known of the completion."""

    job: Job
    before: Answer
    chosen: Chosen
    account: Account
    started: float
    own: Chosen = field(init=False)  # the place's, as it was asked last
    _label: OwnLabel = field(init=False)
    sink: AnswerSink = field(init=False)
    waiting: Waiting = field(init=False)
    screening: Screening = field(init=False)
    base: str = ""
    text: str = ""
    assembled: AssembledRequest | None = None
    completion: Completion | None = None
    first_chunk_ms: int | None = None
    failed: Outcome | None = None
    hidden: Outcome | None = None  # its words were taken back
    remarks: tuple[Note, ...] = ()
    background: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        self.own, self._label = self.chosen, OwnLabel(())

    def ask(self, chosen: Chosen) -> None:
        """Note who is asked."""
        self.chosen = chosen
        if not chosen.stands_in:
            self.own = chosen

    def listen(self, assembled: AssembledRequest, our_names: Collection[str]) -> None:
        """Note what is asked; where people have labels, models copy them, and give us one."""
        self.assembled, self.remarks = assembled, assembled.told
        labelled = any(turn.label for turn in assembled.turns)
        self._label = OwnLabel(our_names if labelled else ())

    def hear(self, text: str, now: float) -> None:
        """Take in the next words of the model."""
        if self.first_chunk_ms is None:
            self.first_chunk_ms = int((now - self.started) * 1000)
            self.waiting.end()
        self.text += self._label.take(text)

    def settle(self) -> None:
        """Take in what was held back, since no more comes."""
        self.text += self._label.end()

    def take_back(self) -> None:
        """Forget all words: a beginning was thought as well, as it had no end either."""
        self.text = self.base = ""

    def measured(self, outcome: Outcome, now: float) -> Answered:
        """Return what is counted and timed of the answer at its end."""
        first_word = None if self.first_chunk_ms is None else self.first_chunk_ms / 1000
        return Answered(outcome.error or outcome.reason, now - self.started, first_word)

    @property
    def has_news(self) -> bool:
        """Say whether the model has said anything."""
        return len(self.text) > len(self.base)

    @property
    def stood_in(self) -> bool:
        """Say whether it is a fall-back that has spoken."""
        return self.has_news and self.chosen.stands_in

    @property
    def own_count(self) -> int | None:
        """Return the prompt's tokens by our own count, once it is known."""
        return self.assembled.tokens if self.assembled else None

    @property
    def told_counts(self) -> tuple[int, int] | None:
        """Return the prompt's tokens by our own count and by the bill, where these tell of the tokenizer."""
        usage = self.completion.usage if self.completion else None
        assembled = self.assembled
        if usage is None or assembled is None or assembled.image_tokens or self.base:
            return None  # what pictures cost says nothing of it
        return assembled.tokens, usage.prompt_tokens

    def hide(self, outcome: Outcome) -> None:
        """Take back all that was said, which ended so."""
        self.text, self.hidden = self.base, outcome


def end_of(job: Job, writing: Writing) -> Outcome:
    """Return how an answer ended."""
    if writing.hidden is not None:
        outcome = writing.hidden
    elif job.stop_reason is not None:
        outcome = Outcome(REASONS[job.stop_reason], job.by_id, job.by)
    elif writing.failed is not None:
        outcome = writing.failed
    else:
        outcome = _told_by(writing.completion)
    spoke = [Note(NoteCode.ANSWERED_BY, writing.chosen.facts.model)] if writing.stood_in else ()
    return replace(outcome, remarks=(*writing.remarks, *spoke))


def _told_by(completion: Completion | None) -> Outcome:
    finish = finish_of(completion.finish_reason if completion else None)
    return Outcome(_FINISHES.get(finish, Reason.DONE))


def of_former_words(job: Job) -> Before:
    """Return what becomes of what an answer said before."""
    return {JobKind.AGAIN: Before.GONE, JobKind.CONTINUE: Before.CONTINUED}.get(job.kind, Before.KEPT)


def failed(job: Job, error: Exception) -> Outcome:
    """Return the end of an answer that went wrong, be it as foreseen or not."""
    if not isinstance(error, UserFacingError):
        return broke(job, error)
    details = error.details if isinstance(error, NamedError) else {}
    return Outcome(Reason.FAILED, error=type(error).__name__, details=details)


def broke(job: Job, error: Exception) -> Outcome:
    """Log a bug of ours, and return an end whose sentence leads to the traceback."""
    reference = secrets.token_hex(3)
    log.error("reference %s: question %s", reference, job.question_id, exc_info=error)
    return Outcome(Reason.BROKE, details={"reference": reference})
