"""What was asked in the messages from which threads were opened, by whose first words those are called."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from bot.chat.memory import Journal, Questions
from bot.chat.threads.ports import Asked, Threads
from bot.rules.model import ChannelKey


class AskedMemory(Protocol):
    """What finding a question needs of the memory."""

    @property
    def questions(self) -> Questions:
        """Messages that wait for an answer."""

    @property
    def journal(self) -> Journal:
        """The memory read back."""


async def asked_in_threads(
    memory: AskedMemory, threads: Threads, key: ChannelKey, message_ids: Iterable[int]
) -> Sequence[Asked]:
    """Return what was asked in those of a channel's messages from which we opened threads."""
    found = []
    for message_id in message_ids:
        thread = replace(key, channel_id=message_id, parent_id=key.channel_id)
        question = await memory.questions.find(message_id) if threads.is_ours(thread) else None
        if question is not None:
            page = await memory.journal.page(question.key.channel_id, question.id + 1, 1)
            found += [Asked(thread, turn.text, turn.label) for turn in page if turn.id == question.id]
    return found
