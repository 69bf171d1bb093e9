"""What was asked in the messages from which threads were opened, by whose first words those are called."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.chat.memory import Questions
from bot.chat.threads.ports import Asked, Threads
from bot.rules.model import ChannelKey


async def asked_in_threads(
    questions: Questions, threads: Threads, key: ChannelKey, message_ids: Iterable[int]
) -> Sequence[Asked]:
    """Return what was asked in those of a channel's messages from which we opened threads."""
    found = []
    for message_id in message_ids:
        thread = replace(key, channel_id=message_id, parent_id=key.channel_id)
        said = await questions.said(message_id) if threads.is_ours(thread) else None
        if said is not None:
            found.append(Asked(thread, said.turn.text, said.turn.label))
    return found
