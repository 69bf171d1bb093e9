"""What is known of an answer while it is written."""

from collections.abc import Collection
from dataclasses import dataclass, field

from bot.chat.bounds.ledger import Account
from bot.chat.conversation.asking.request import AssembledRequest, Chosen
from bot.chat.conversation.asking.waiting import Waiting
from bot.chat.conversation.queue import Job
from bot.chat.ports import AnswerSink
from bot.rules.completions.labels import OwnLabel
from bot.rules.model import Answer, Completion, Part
from bot.rules.notes import Note
from bot.rules.outcome import Outcome


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
    base: str = ""
    text: str = ""
    assembled: AssembledRequest | None = None
    completion: Completion | None = None
    first_chunk_ms: int | None = None
    failed: Outcome | None = None
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
