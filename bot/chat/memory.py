"""The memory's ports: what the use cases need of a store, in our words; one store provides them all.

Ids are Discord's snowflakes, except `turn_id`, `question_id` and `answer_id`, which are the store's own row
ids. Each port is cut by who uses it.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.rules.model import (
    Answer,
    ChannelKey,
    Completion,
    NewTurn,
    Part,
    Settings,
    State,
    Totals,
    Turn,
    Window,
)
from bot.rules.outcome import End
from bot.rules.records import Deed


class Turns(Protocol):
    """The memory of channels.

    A turn whose encoding is empty has a count that is no longer right, since something was taken out of it.
    """

    async def add(self, turn: NewTurn) -> int | None:
        """Store a user's message and return its turn id, or None where it was stored before."""

    async def window(self, channel_id: int, until: int | None, tokens: int) -> Window:
        """Return the newest turns behind the cut: as many as hold at least `tokens` tokens, or all.

        `until` is the question that ends the window, without its answer; None is the end of the history.
        Turns of more than `tokens` by themselves are among them, but don't count. The cost does not depend on
        how much the channel holds. Only the newest few pictures bring their bytes.
        """

    async def cut(self, channel_id: int, position: int, summary: str) -> None:
        """Store that turns up to this position are no longer sent, and what stands for them.

        Nothing happens where all of them were reset or deleted meanwhile.
        """

    async def revise(
        self, message_id: int, text: str, parts: Sequence[Part], tokens: int, encoding: str
    ) -> None:
        """Change a stored user's message, and the copies of it that other turns quote."""

    async def forget(self, message_ids: Sequence[int]) -> Sequence[int]:
        """Delete what these messages left in memory: a user's turn, a whole answer, quotes.

        An answer outlives its question. Return the ids of answers whose question or message was among them.
        """

    async def totals(self, channel_id: int) -> Totals:
        """Count what a channel holds."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is stored of an answer when it ends; empty text leaves no turn in what is sent to the model."""

    state: State
    text: str
    tokens: int
    encoding: str
    end: End
    tried: End | None = None
    completion: Completion | None = None
    own_count: int | None = None
    first_chunk_ms: int | None = None


class Answers(Protocol):
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

    async def finish(self, answer_id: int, outcome: Outcome) -> None:
        """Store an answer's end, which is unfinished until a checkpoint says that it has been shown.

        Does nothing where the answer is not in memory any more.
        """

    async def get(self, answer_id: int) -> Answer | None:
        """Return an answer by its id, unless it was deleted or reset."""

    async def by_message(self, message_id: int) -> Answer | None:
        """Return the answer that a Discord message is a part of, or the answer to that question."""

    async def unfinished(self) -> Sequence[Answer]:
        """Return answers that a former process left in mid-writing, or with an end not known to be shown.

        So are those that were to be redone for an edited question. Oldest first, and also where a reset has
        hidden them: their messages still stand on Discord.
        """


@dataclass(frozen=True, slots=True)
class Question:
    """A stored message that waits for its answer."""

    id: int
    key: ChannelKey
    message_id: int
    asker_id: int
    created_at: datetime


class Questions(Protocol):
    """Stored messages that wait for an answer, and what else is asked about turns."""

    async def waiting(self, since: datetime) -> Sequence[Question]:
        """Return questions stored since then whose answer was never begun, oldest first."""

    async def find(self, message_id: int) -> Question | None:
        """Return the question that a message left in memory."""

    async def newest(self, channel_id: int) -> int | None:
        """Return the turn id of a channel's newest question that was or will be answered."""

    async def hear(self, question_ids: Sequence[int]) -> None:
        """Mark waiting questions as heard: a later one's answer is for them too."""

    async def label_taken(self, channel_id: int, label: str, author_id: int) -> bool:
        """Say whether somebody else spoke here under this label, or under one that looks like it."""

    async def recount(self, turn_id: int, tokens: int, encoding: str) -> None:
        """Store a turn's count in another encoding."""


class Places(Protocol):
    """What is set and known for channels and guilds."""

    async def settings(self, key: ChannelKey) -> Settings:
        """Return what holds in a place: its own, else its parent's, else its guild's settings."""

    async def change(self, key: ChannelKey, actor: int, *, guild_wide: bool, **changes: object) -> None:
        """Change settings of a place or of its guild (None clears one), and record who did it."""

    async def own_settings(self, key: ChannelKey, *, guild_wide: bool) -> Settings:
        """Return what is set for just this place, or for its guild."""

    async def joined(self, channel_id: int) -> bool:
        """Say whether the bot was mentioned or has answered in a thread."""

    async def drop_channel(self, channel_id: int) -> None:
        """Take a channel and the threads in it out of sight at once, and delete all that is known of them.

        One that comes back meanwhile starts empty.
        """

    async def drop_guild(self, guild_id: int) -> None:
        """Take a guild and its channels away likewise."""


Told = Callable[[int], None]


UNDO_FOR = timedelta(minutes=10)  # how long a reset can be undone


@dataclass(frozen=True, slots=True)
class Reset:
    """A reset that can be undone until it is purged."""

    id: int
    key: ChannelKey
    turns: int
    tokens: int
    at: datetime
    guild_wide: bool = False


class Resets(Protocol):
    """Clearing history, with a way back."""

    async def preview(
        self, key: ChannelKey, *, guild_wide: bool, keep: int, told: Told | None = None
    ) -> tuple[int, int]:
        """Return how many turns and tokens a reset would clear; `told` hears how many are counted so far."""

    async def reset(
        self, key: ChannelKey, actor: int, *, guild_wide: bool, keep: int, told: Told | None = None
    ) -> Reset:
        """Hide history, but for the newest `keep` turns of each channel, and record it.

        Here a question and its answer are one turn. Cuts and summaries go, too. What is said after the call
        began stays. Hiding takes as long for a server as for a channel; only counting takes its time.
        """

    async def undo(self, reset_id: int, actor: int) -> Reset | None:
        """Bring a reset's turns, cuts and summaries back and record it; None where they are gone for good."""

    async def get(self, reset_id: int) -> Reset | None:
        """Return a reset that can still be undone."""


class Disposal(Protocol):
    """Deleting for good what has had its time."""

    async def purge(self, before: datetime) -> int:
        """Delete for good what was reset before this time; return how many turns.

        What a kill left of a deletion goes, too.
        """

    async def expire(self, now: datetime, default_days: int | None) -> int:
        """Delete turns older than their channel's retention; return how many."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of a place's record: who did what, when."""

    at: datetime
    actor_id: int
    channel_id: int | None
    deed: Deed


class Journal(Protocol):
    """Reading the memory back, for people."""

    async def page(self, channel_id: int, before: int | None, size: int) -> Sequence[Turn]:
        """Return turns newest first, before a position: `size`, and one more to keep a pair together.

        Pictures come without their bytes.
        """

    def everything(self, channel_id: int) -> AsyncIterator[Turn]:
        """Yield all turns of a channel, oldest first, with their pictures."""

    async def log(self, key: ChannelKey, most: int) -> Sequence[LogEntry]:
        """Return the newest records of a place and its guild, newest first."""

    async def places(self) -> Sequence[ChannelKey]:
        """Return every channel, thread and DM that something is stored of."""

    async def guilds(self) -> Sequence[int]:
        """Return every guild that something is stored of, be it only a setting or a record."""

    async def last_answer(self, channel_id: int) -> Answer | None:
        """Return the newest answer that was billed in a channel."""


class People(Protocol):
    """What is stored of a person."""

    async def label(self, user_id: int, channel_id: int) -> str | None:
        """Return the label under which a person spoke last in a channel."""

    async def ignored(self, user_id: int) -> bool:
        """Say whether a person asked not to be listened to unless they address the bot."""

    async def ignore(self, user_id: int, on: bool) -> None:
        """Set that wish."""

    def export(self, user_id: int) -> AsyncIterator[dict[str, Any]]:
        """Yield all that is stored of a person, as plain dicts fit for JSON."""

    async def preview_delete(self, user_id: int, asked_in: int | None = None) -> tuple[int, int]:
        """Return how many messages a deletion would take, and in how many places it would take anything.

        A deed that was done to a whole guild counts the guild as a place.
        """

    async def delete(self, user_id: int, asked_in: int | None = None) -> int:
        """Delete all of a person's words everywhere, unlink answers to them; return how many messages.

        Their direct conversation goes whole, and so does the one with the id `asked_in`. Their deeds stay
        without their name; the wish not to be listened to stays.
        """


class Storage(Protocol):
    """The room that the memory takes."""

    async def tidy(self) -> None:
        """Leave no trace of deletions, keep pictures within their limit, warn of a disk nearly full."""


class Facts(Protocol):
    """Small facts that outlive a restart, by name."""

    async def read(self, name: str) -> str | None:
        """Return a fact."""

    async def write(self, name: str, value: str) -> None:
        """Store a fact."""


class Memory(Protocol):
    """All of the memory's ports, as one store provides them."""

    @property
    def turns(self) -> Turns:
        """The memory of channels."""

    @property
    def answers(self) -> Answers:
        """Answers."""

    @property
    def questions(self) -> Questions:
        """Messages that wait for an answer."""

    @property
    def places(self) -> Places:
        """What is set for channels and guilds."""

    @property
    def journal(self) -> Journal:
        """The memory read back."""

    @property
    def people(self) -> People:
        """What is stored of a person."""

    @property
    def resets(self) -> Resets:
        """Clearing history."""

    @property
    def disposal(self) -> Disposal:
        """Deleting for good."""

    @property
    def storage(self) -> Storage:
        """The room that the memory takes."""

    @property
    def facts(self) -> Facts:
        """Small facts that outlive a restart."""
