"""Token counts for people: of a text, and of what a channel holds and the next request would carry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.chat.answers import AnswerLookup
from bot.chat.conversation.asking.background import Background
from bot.chat.conversation.asking.request import Preview, Requests
from bot.chat.conversation.asking.window import CurrentWindow
from bot.chat.home.chosen import Chosen
from bot.chat.memory import Journal, SettingsStore, Windows
from bot.chat.ports import Catalog, TokenCounter
from bot.chat.rights import Member
from bot.rules.model import Answer, ChannelKey, Totals
from bot.rules.places.settings import Settings


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
    recent: int = 0  # tokens of background that would go along

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


@dataclass(frozen=True, slots=True, eq=False)
class Counting:
    """Counts, and never changes what it counts."""

    counter: TokenCounter
    catalog: Catalog
    requests: Requests
    memory: CountedMemory
    background: Background
    window: CurrentWindow

    async def text(self, key: ChannelKey, text: str, model: str | None = None) -> TextCount:
        """Count a text for a model, or for the one that answers in this place."""
        if model is None:
            model = (await self._chosen(key)).facts.name
        await self.counter.ready(model)
        facts = self.catalog.facts(model)
        pieces = self.counter.pieces(text, model)
        return TextCount(model, facts.encoding, facts.encoding_known, len(text), pieces)

    async def exact(self, key: ChannelKey, *, guild_wide: bool = False) -> bool:
        """Say whether tokens are counted as the model of a place, or all those of its server, count them."""
        places = self.memory.places
        if guild_wide and key.guild_id is not None:
            picked = [Settings(model=model) for model in await places.models_in(key.guild_id)]
            settings = [await places.own_settings(key, guild_wide=True), *picked]
        else:
            settings = [await places.settings(key)]
        return all([(await self.requests.chosen(key, one)).facts.encoding_known for one in settings])

    async def channel(self, key: ChannelKey, *, now: int = 0, member: Member | None = None) -> ChannelCount:
        """Count a channel, with the background that a question of somebody's would have at this snowflake."""
        chosen = await self.requests.renewed(await self._chosen(key))
        room = self.requests.room(chosen)
        window = await self.memory.turns.window(key.channel_id, None, room)
        window = await self.window.with_files(chosen, window, asked=False)
        preview = self.requests.preview(chosen, window)
        counted_for_it = all(turn.encoding == chosen.facts.encoding for turn in preview.turns)
        last = await self.memory.answers.last_billed(key.channel_id)
        recent = await self.background.cost(key, now, member, preview) if member else 0
        return ChannelCount(
            totals=await self.memory.journal.totals(key.channel_id),
            preview=preview,
            exact=preview.exact and counted_for_it,
            last=last,
            recent=recent,
            last_exact=last is None or self.catalog.facts(last.model).encoding_known,
        )

    async def _chosen(self, key: ChannelKey) -> Chosen:
        return await self.requests.chosen(key, await self.memory.places.settings(key))
