"""The memory's ports: what the use cases need of a store, in our words; one store provides them all.

Ids are Discord's snowflakes, except `turn_id`, `question_id` and `answer_id`, which are the store's own.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.chat.answers import Answers
from bot.chat.clearing import Disposal, Resets, Storage
from bot.chat.people import People
from bot.chat.shards.served import Recalls
from bot.rules.model import ChannelKey, NewTurn, Part, Totals, Turn, Window
from bot.rules.outcome import LastMessage
from bot.rules.places.settings import Settings
from bot.rules.places.shards import ALL, ShardId
from bot.rules.records import Deed, LogEntry


class Messages(Protocol):
    """What people said, as it comes, changes and goes."""

    async def add(self, turn: NewTurn) -> int | None:
        """Store a user's message and return its turn id, or None where it was stored before."""

    async def revise(
        self, message_id: int, text: str, parts: Sequence[Part], counted: tuple[int, str]
    ) -> None:
        """Change a stored message, `counted` tokens of an encoding, and the copies that other turns quote."""

    async def hand_over(self, message_id: int, copy_id: int, label: str) -> None:
        """Let another message stand for a stored one, under the label that it goes by."""

    async def forget(self, message_ids: Sequence[int]) -> None:
        """Delete what these messages left: a user's turn, but not its answer; a whole answer; quotes."""


class Windows(Protocol):
    """What of a channel is sent to the model.

    A turn whose encoding is empty has a count that is no longer right, since something was taken out of it.
    """

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

    async def recount(self, counts: Mapping[int, int], encoding: str) -> None:
        """Store turns' counts in another encoding, by their ids."""


class Turns(Messages, Windows, Protocol):
    """The memory of channels."""


@dataclass(frozen=True, slots=True)
class Question:
    """A stored message that waits for its answer."""

    id: int
    key: ChannelKey
    message_id: int
    asker_id: int
    asked_model: str = ""  # that was picked for it


@dataclass(frozen=True, slots=True)
class Said:
    """What a message left in memory, and where; its pictures are without their bytes."""

    key: ChannelKey
    turn: Turn


class Questions(Protocol):
    """Stored messages that wait for an answer."""

    async def waiting(self, since: datetime, shard: ShardId = ALL) -> Sequence[Question]:
        """Return a shard's questions stored since then whose answer was never begun, oldest first."""

    async def find(self, message_id: int) -> Question | None:
        """Return the question that a message left in memory."""

    async def said(self, message_id: int) -> Said | None:
        """Return what a message left in memory, with all that belongs to it."""

    async def newest(self, channel_id: int) -> int | None:
        """Return the turn id of a channel's newest question that was or will be answered."""

    async def answers_to(self, message_ids: Sequence[int]) -> Sequence[tuple[ChannelKey, LastMessage]]:
        """Return where the newest answer of a channel ends, if it is to one of these messages."""

    async def mark_heard(self, question_ids: Sequence[int]) -> None:
        """Mark waiting questions as heard: a later one's answer is for them too."""

    async def known(self, key: ChannelKey, ids: Sequence[int]) -> tuple[frozenset[int], datetime | None]:
        """Return which of these messages are stored, and when their place was last reset."""


class SettingsStore(Protocol):
    """What is set for channels and guilds."""

    async def settings(self, key: ChannelKey) -> Settings:
        """Return what holds in a place: its own, else its parent's, else its guild's settings."""

    async def met(self, key: ChannelKey, person_id: int) -> tuple[Settings, bool]:
        """Return what holds in a place, and whether somebody who speaks there asked to be ignored."""

    async def own_settings(self, key: ChannelKey, *, guild_wide: bool) -> Settings:
        """Return what is set for just this place, or for its guild."""

    async def models_in(self, guild_id: int) -> Sequence[str]:
        """Return the models that are set for channels and threads of a guild."""

    async def change(self, key: ChannelKey, actor: int, *, guild_wide: bool, **changes: object) -> None:
        """Change settings of a place or of its guild (None clears one), and record who did it."""

    def may_be_auto(self, channel_id: int, guild_id: int) -> bool:
        """Say, without asking the database, whether all that is said in a channel may be answered."""

    async def note_gone(self, key: ChannelKey, model: str) -> bool:
        """Note that a place is told that its model is gone; say whether it was not told so before."""


class Channels(Protocol):
    """Which channels and guilds are known, and forgetting them."""

    async def joined(self, channel_id: int) -> bool:
        """Say whether the bot was mentioned or has answered in a thread."""

    async def known(self, shard: ShardId = ALL) -> Sequence[ChannelKey]:
        """Return every channel and thread of a shard that something is stored of; DMs are the first's."""

    async def direct(self) -> Sequence[ChannelKey]:
        """Return every DM that something is stored of."""

    async def guilds(self, shard: ShardId = ALL) -> Sequence[int]:
        """Return every guild of a shard that something is stored of, be it only a setting or a record."""

    async def drop_channel(self, channel_id: int) -> None:
        """Take a channel and the threads in it out of sight at once, and delete all that is known of them.

        One that comes back meanwhile starts empty.
        """

    async def drop_guild(self, guild_id: int) -> None:
        """Take a guild and its channels away likewise."""


class Records(Protocol):
    """Who did what to places."""

    async def note(self, key: ChannelKey, actor: int, deed: Deed) -> None:
        """Record what was done to a place's guild and is stored elsewhere."""


class Places(SettingsStore, Channels, Records, Recalls, Protocol):
    """What is set and known for channels and guilds."""


class Journal(Protocol):
    """Reading the memory back, for people."""

    async def page(self, channel_id: int, before: int | None, size: int) -> Sequence[Turn]:
        """Return turns newest first, before a position: `size`, or one more for a pair; no pictures."""

    async def title(self, channel_id: int) -> Part | None:
        """Return a thread's title as it was told last in what of its history is still sent."""

    def everything(self, channel_id: int) -> AsyncIterator[Turn]:
        """Yield all turns of a channel, oldest first, with their pictures."""

    async def log(self, key: ChannelKey, most: int) -> Sequence[LogEntry]:
        """Return the newest records of a place and its guild, newest first."""

    async def totals(self, channel_id: int) -> Totals:
        """Count what a channel holds."""


class Facts(Protocol):
    """Small facts that outlive a restart, by name."""

    async def read(self, name: str) -> str | None:
        """Return a fact."""

    async def write(self, name: str, value: str, guild_id: int | None = None) -> None:
        """Store a fact, with a guild's id one that goes with the guild."""


class SharedFacts(Facts, Protocol):
    """Facts that several may store at once, in one process or in many."""

    async def change(self, name: str, value: str, guild_id: int | None = None) -> bool:
        """Store a fact; say whether that is news. Of several who do so at once it is to one."""

    async def first(self, name: str, value: str) -> str:
        """Store a fact unless there is one of its name, and return the one that there is."""


class FactsByName(Facts, Protocol):
    """Facts of which those of a kind can be read at once."""

    async def named(self, beginning: str, shard: ShardId = ALL) -> Mapping[str, str]:
        """Return the facts whose names begin with that, of the guilds of a shard and of none."""


class AllFacts(FactsByName, SharedFacts, Protocol):
    """Facts, as one store keeps them."""


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
    def facts(self) -> AllFacts:
        """Small facts that outlive a restart."""
