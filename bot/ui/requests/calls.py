"""Calls: what is asked of Discord, in which lane and how urgently, until it is answered."""

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

from bot.ui.requests.budget import Slot

ID = re.compile(r"/(\d{15,})")


class Kind(StrEnum):
    """The kinds of requests that have a bucket of their own in each channel."""

    CREATE = "create"
    EDIT = "edit"
    EDIT_OLD = "edit old"  # messages older than an hour
    DELETE = "delete"
    REACTION = "reaction"
    TYPING = "typing"
    WEBHOOK = "webhook"  # of an interaction, in whose place stands its id; no limit of all counts them


ROUTES = {
    "POST /channels/*/messages": Kind.CREATE,
    "PATCH /channels/*/messages/*": Kind.EDIT,
    "DELETE /channels/*/messages/*": Kind.DELETE,
    "POST /channels/*/typing": Kind.TYPING,
}


class Priority(IntEnum):
    """Who goes first."""

    TEXT = 0  # first words and final texts: somebody waits for them
    READING = 1  # what an answer, or somebody who used a command, waits for
    SMALL = 2
    EDIT = 3
    TYPING = 4
    BACKGROUND = 5  # nobody waits for it, so that it may wait for as long as it takes


@dataclass(frozen=True, slots=True)
class Lane:
    """One of Discord's buckets: a channel and a kind of request."""

    channel_id: int
    kind: str

    @property
    def is_counted(self) -> bool:
        """Say whether Discord counts its requests among those of the whole process."""
        return self.kind != Kind.WEBHOOK

    @classmethod
    def of(cls, method: str, path: str) -> "Lane":
        """Return the lane of a request that was not asked for with one; `path` is below the API's base."""
        ids = ID.findall(path)
        route = f"{method} {ID.sub('/*', path)}"
        return cls(int(ids[0]) if ids else 0, ROUTES.get(route, route))


Work = Callable[[], Coroutine[Any, Any, object]]


def _answer() -> asyncio.Future[bytes]:
    """Return a future of which asyncio does not complain where nobody waited for its failure."""
    answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    answer.add_done_callback(_look_at)
    return answer


def _look_at(answer: asyncio.Future[bytes]) -> None:
    if not answer.cancelled():
        answer.exception()


@dataclass(eq=False, slots=True)
class Call:
    """A request that waits, is under way, or was answered.

    Without `work` it is one that somebody else makes, and its answer no more than the leave to do so.
    """

    lane: Lane
    priority: Priority
    since: float
    asked_at: float
    work: Work | None
    answer: asyncio.Future[bytes] = field(default_factory=_answer)
    parked: bool = False
    slot: Slot | None = None
    task: asyncio.Task[None] | None = None
    context: Context = field(default_factory=copy_context)  # of whoever asks, not of whoever makes room

    @property
    def waits(self) -> bool:
        """Say whether it has not started and may still."""
        return self.slot is None and not self.answer.done()

    def settle(self, body: bytes) -> None:
        """Note that Discord has accepted it, unless that is settled."""
        if not self.answer.done():
            self.answer.set_result(body)

    async def accepted(self) -> bytes:
        """Wait until Discord has accepted it and return the answer's body; raise what went wrong.

        Whoever waits may be cancelled; the request is not.
        """
        return await asyncio.shield(self.answer)


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that has left; `call` is None where Discord doesn't count it."""

    slot: Slot
    call: Call | None = None


current_call: ContextVar[Call | None] = ContextVar("current_call", default=None)
ambient_priority: ContextVar[Priority] = ContextVar("ambient_priority", default=Priority.READING)


@contextmanager
def in_background() -> Iterator[None]:
    """Let the requests that are made here wait for all others: nobody waits for them."""
    token = ambient_priority.set(Priority.BACKGROUND)
    try:
        yield
    finally:
        ambient_priority.reset(token)
