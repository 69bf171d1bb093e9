"""What a model is asked, for whom, and what it says while it answers; the port that asks it. Nothing else."""

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.rules.model import ChannelKey, Completion
from bot.rules.spending.entries import Sending


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom a model is asked: a person's id, and where the question stands."""

    id: int
    key: ChannelKey

    @property
    def community(self) -> int:
        """Return the server that the question stands in, or the direct conversation."""
        return self.key.guild_id or self.key.channel_id


@dataclass(frozen=True, slots=True)
class Request:
    """One call of the model: Chat Completions messages, as plain dicts; `tokens` is our own count of them.

    The count is 0 where it would tell nothing of the window, as of pictures. A call that is not `patient`
    fails rather than waits for long, since another model can be asked. Without an asker it is a trial.
    """

    model: str
    messages: Sequence[dict[str, Any]]
    max_reply_tokens: int
    cache_key: str
    tokens: int = 0
    patient: bool = True
    asker: Asker | None = None


@dataclass(frozen=True, slots=True)
class Delta:
    """A chunk of the answer's text."""

    text: str


@dataclass(frozen=True, slots=True)
class Thought:
    """The model has begun to think; what, is nobody's business."""


@dataclass(frozen=True, slots=True)
class Retraction:
    """All text so far was no part of the answer: it turned out to be thought."""


@dataclass(frozen=True, slots=True)
class Delay:
    """The provider asked to be called again later; the completer waits that many seconds before it does."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Loading:
    """The server says that it is still loading the model; the completer waits for it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a request stands in line: how many are `before` it.

    `most_own` is set where it waits for its asker's own requests, of which so many are under way.
    """

    before: int
    most_own: int = 0


@dataclass(frozen=True, slots=True)
class InLine:
    """The request waits for its turn; `standing` tells where it stands, and None once its turn has come."""

    standing: Callable[[], Standing | None]


StreamEvent = Sending | Delta | Thought | Retraction | Delay | Loading | InLine | Completion


class Completer(Protocol):
    """A model that answers."""

    def stream(self, request: Request) -> AsyncGenerator[StreamEvent, None]:
        """Yield the answer's chunks and at last its Completion; raise a ModelError if it fails.

        Each request that this takes is yielded before it is sent; to close the iterator then keeps it back.
        Close it (`contextlib.aclosing`) to close the model's connection.
        """
