"""Token counts for people: of a text, and of what a channel holds and the next request would carry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.chat.conversation.asking.request import Chosen, Preview, Requests
from bot.chat.memory import AnswerLookup, Journal, SettingsStore, Windows
from bot.chat.ports import Catalog, TokenCounter
from bot.rules.model import Answer, ChannelKey, Settings, Totals


@dataclass(frozen=True, slots=True)
class TextCount:
    """A text's tokens; `exact` is false where the model's encoding is only assumed."""

    model: str
    encoding: str
    exact: bool
    characters: int
    pieces: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class ChannelCount:
    """What a channel holds, what the next request would carry of it, and the newest bill.

    `exact` says whether this is counted as the model counts it, `last_exact` the same of the newest bill's.
    """

    totals: Totals
    preview: Preview
    exact: bool
    last: Answer | None
    last_exact: bool

    @property
    def sent_tokens(self) -> int:
        """Return the tokens of the turns that go along."""
        return sum(turn.tokens for turn in self.preview.turns)

    @property
    def trimmed_turns(self) -> int:
        """Return how many turns no longer go along."""
        return self.totals.turns - len(self.preview.turns)

    @property
    def trimmed_tokens(self) -> int:
        """Return the tokens of the turns that no longer go along."""
        return self.totals.tokens - self.sent_tokens


class CountedMemory(Protocol):
    """What counting tokens needs of the memory."""

    @property
    def turns(self) -> Windows:
        """What is sent to the model."""

    @property
    def journal(self) -> Journal:
        """The memory read back."""

    @property
    def answers(self) -> AnswerLookup:
        """Answers, found again."""

    @property
    def places(self) -> SettingsStore:
        """What is set for channels and guilds."""


class Counting:
    """Counts, and never changes what it counts."""

    def __init__(
        self, counter: TokenCounter, catalog: Catalog, requests: Requests, memory: CountedMemory
    ) -> None:
        self._counter = counter
        self._catalog = catalog
        self._requests = requests
        self._memory = memory

    async def text(self, key: ChannelKey, text: str, model: str | None = None) -> TextCount:
        """Count a text for a model, or for the one that answers in this place."""
        if model is None:
            model = (await self._chosen(key)).facts.name
        await self._counter.ready(model)
        facts = self._catalog.facts(model)
        pieces = self._counter.pieces(text, model)
        return TextCount(model, facts.encoding, facts.encoding_known, len(text), pieces)

    async def exact(self, key: ChannelKey, *, guild_wide: bool = False) -> bool:
        """Say whether tokens are counted as the model of a place, or all those of its server, count them."""
        places = self._memory.places
        if guild_wide and key.guild_id is not None:
            picked = [Settings(model=model) for model in await places.models_in(key.guild_id)]
            settings = [await places.own_settings(key, guild_wide=True), *picked]
        else:
            settings = [await places.settings(key)]
        return all([(await self._requests.chosen(key, one)).facts.encoding_known for one in settings])

    async def channel(self, key: ChannelKey) -> ChannelCount:
        """Count a channel."""
        chosen = await self._chosen(key)
        room = self._requests.room(chosen)
        window = await self._memory.turns.window(key.channel_id, None, room)
        preview = self._requests.preview(chosen, window)
        counted_for_it = all(turn.encoding == chosen.facts.encoding for turn in preview.turns)
        last = await self._memory.answers.last_billed(key.channel_id)
        return ChannelCount(
            totals=await self._memory.journal.totals(key.channel_id),
            preview=preview,
            exact=preview.exact and counted_for_it,
            last=last,
            last_exact=last is None or self._catalog.facts(last.model).encoding_known,
        )

    async def _chosen(self, key: ChannelKey) -> Chosen:
        return await self._requests.chosen(key, await self._memory.places.settings(key))
