"""What is stored of turns, with their token count: of people's as they come, of an answer's at its end.

Counting is done once, when the words come or change.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from bot.chat.answers import FinalAnswer
from bot.chat.memory import Messages
from bot.chat.ports import Catalog, TokenCounter
from bot.rules.endings import ending
from bot.rules.model import Answer, Completion, Incoming, NewTurn, Part, State
from bot.rules.model_facts import ModelFacts
from bot.rules.outcome import Outcome, Reason
from bot.rules.prompting.prompt import user_text


class Recorder:
    """Stores turns counted for the default model; a place with another encoding recounts what it uses."""

    def __init__(self, messages: Messages, counter: TokenCounter, catalog: Catalog, model: str) -> None:
        self._messages = messages
        self._counter = counter
        self._catalog = catalog
        self._model = model

    @cached_property
    def _encoding(self) -> str:
        return self._catalog.facts(self._model).encoding  # no server teaches another

    async def add(self, incoming: Incoming, label: str, parts: Sequence[Part], state: State) -> int | None:
        """Store a new message; return its id, or None where the message was stored before."""
        tokens, encoding = await self._counted(label, incoming.text, parts)
        return await self._messages.add(
            NewTurn(
                message_id=incoming.message_id,
                key=incoming.key,
                speaker=incoming.speaker,
                label=label,
                text=incoming.text,
                created_at=incoming.created_at,
                state=state,
                tokens=tokens,
                encoding=encoding,
                parts=tuple(parts),
                asked_model=incoming.asked_model,
            )
        )

    async def revise(self, message_id: int, label: str, text: str, parts: Sequence[Part]) -> None:
        """Store what became of a question."""
        counted = await self._counted(label, text, parts)
        await self._messages.revise(message_id, text, parts, counted)

    async def count(self, text: str) -> int:
        """Count the tokens of any text as turns are counted."""
        return await self._counter.count_large(text, self._model)

    async def _counted(self, label: str, text: str, parts: Sequence[Part]) -> tuple[int, str]:
        return await self.count(user_text(label, text, parts)), self._encoding


class FinalAnswers:
    """Puts together what is known of an end, and counts the tokens that the words will cost in a request."""

    def __init__(self, counter: TokenCounter, catalog: Catalog) -> None:
        self._counter = counter
        self._catalog = catalog

    async def of(self, text: str, facts: ModelFacts, outcome: Outcome) -> FinalAnswer:
        """Return the end of new words, or of a try without any."""
        state, _ = ending(outcome, None, written=bool(text))
        tokens = await self._counter.count_large(text, facts.model)
        return FinalAnswer(state, text, tokens, facts.encoding, outcome, model=facts.model)

    async def hidden(self, left: Answer, outcome: Outcome) -> FinalAnswer:
        """Return the end of an answer that a former process left, whose words are taken back."""
        return await self.of("", self._catalog.facts(left.model), outcome)

    async def as_before(self, before: Answer, tried: Outcome) -> FinalAnswer:
        """Return the end of a try without words: the old answer stays, and all that is known of it."""
        outcome = before.outcome or Outcome(Reason.DONE)
        if outcome.reason is Reason.REPLACED:  # which it was, and nothing came of it
            if tried.reason is Reason.STOPPED:
                return await self._kept(before, tried, None)
            outcome = Outcome(Reason.STOPPED)
        return await self._kept(before, outcome, tried)

    async def _kept(self, before: Answer, outcome: Outcome, tried: Outcome | None) -> FinalAnswer:
        final = await self.of(before.text, self._catalog.facts(before.model), outcome)
        return replace(
            final,
            tried=tried,
            completion=before.completion,
            own_count=before.own_count,
            first_chunk_ms=before.first_chunk_ms,
        )

    async def of_left(self, left: Answer) -> FinalAnswer:
        """Return the end of an answer that a former process was writing, or was to write anew."""
        interrupted = Outcome(Reason.INTERRUPTED)
        if left.text and left.draft in ("", left.text):
            return await self.as_before(left, interrupted)
        return await self.of(left.draft, self._catalog.facts(left.model), interrupted)


def figures(completion: Completion | None) -> str:
    """Return what an answer was billed, for the log."""
    usage = completion.usage if completion else None
    if usage is None:
        return "no usage"
    return (
        f"{usage.prompt_tokens} prompt ({usage.cached_tokens} cached) "
        f"and {usage.completion_tokens} completion tokens"
    )
