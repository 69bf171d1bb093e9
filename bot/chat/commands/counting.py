"""Token counts for people: of a text, and of what a channel holds and the next request would carry."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.conversation.asking.calibration import Calibrations
from bot.chat.conversation.asking.request import Preview, Requests
from bot.chat.memory import AnswerLookup, Journal
from bot.chat.ports import Catalog, TokenCounter
from bot.rules.model import Answer, ChannelKey, Totals


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
    """What a channel holds, what the next request would carry of it, and the newest bill."""

    totals: Totals
    preview: Preview
    exact: bool
    last: Answer | None

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


class Counting:
    """Counts, and never changes what it counts."""

    def __init__(
        self,
        counter: TokenCounter,
        catalog: Catalog,
        requests: Requests,
        calibrations: Calibrations,
        journal: Journal,
        answers: AnswerLookup,
    ) -> None:
        self._counter = counter
        self._catalog = catalog
        self._requests = requests
        self._calibrations = calibrations
        self._journal = journal
        self._answers = answers

    async def text(self, key: ChannelKey, text: str, model: str | None = None) -> TextCount:
        """Count a text for a model, or for the one that answers in this place."""
        if model is None:
            model, _ = await self._requests.chosen(key)
        await self._counter.ready(model)
        facts = self._catalog.facts(model)
        pieces = self._counter.pieces(text, model)
        return TextCount(model, facts.encoding, facts.encoding_known, len(text), pieces)

    async def exact(self, key: ChannelKey) -> bool:
        """Say whether the tokens of the model that answers in a place are counted as it counts them."""
        model, _ = await self._requests.chosen(key)
        return self._catalog.facts(model).encoding_known

    async def channel(self, key: ChannelKey) -> ChannelCount:
        """Count a channel."""
        model, _ = await self._requests.chosen(key)
        await self._calibrations.load(model)
        preview = await self._requests.preview(key)
        encoding = self._catalog.facts(model).encoding
        counted_for_it = all(turn.encoding == encoding for turn in preview.turns)
        return ChannelCount(
            totals=await self._journal.totals(key.channel_id),
            preview=preview,
            exact=preview.exact and counted_for_it,
            last=await self._answers.last_billed(key.channel_id),
        )
