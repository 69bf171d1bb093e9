"""Writes people's turns with their token count; counting is done once, when the words come or change."""

from collections.abc import Sequence

from bot.chat.memory import Messages
from bot.chat.ports import Catalog, TokenCounter
from bot.rules.model import Incoming, NewTurn, Part, State
from bot.rules.prompting.prompt import user_text


class Recorder:
    """Stores turns counted for the default model; a place with another encoding recounts what it uses."""

    def __init__(self, messages: Messages, counter: TokenCounter, catalog: Catalog, model: str) -> None:
        self._messages = messages
        self._counter = counter
        self._catalog = catalog
        self._model = model

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
        encoding = self._catalog.facts(self._model).encoding
        return await self.count(user_text(label, text, parts)), encoding
