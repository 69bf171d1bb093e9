"""What is remembered of a channel, shown to its people: in pages, as files, and who changed what."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from bot import texts
from bot.chat.counting import ChannelCount, Counting
from bot.chat.files import MOST_BYTES, File, in_files, json_line
from bot.chat.freshness import Freshness
from bot.chat.memory import Journal, LogEntry
from bot.chat.rights import Actor, require_manager, require_reader
from bot.errors import UserFacingError
from bot.rules import prompt
from bot.rules.model import ChannelKey, Turn

PAGE_TURNS = 6
LOG_ENTRIES = 20
CHECKED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Turns newest first; `older` is the position before which the next page begins, None at the end."""

    key: ChannelKey
    turns: Sequence[Turn]
    count: ChannelCount
    newest: bool
    older: int | None


class History:
    """Reads a channel's memory back, without what was deleted on Discord while nobody listened."""

    def __init__(self, journal: Journal, counting: Counting, freshness: Freshness) -> None:
        self._journal = journal
        self._counting = counting
        self._freshness = freshness

    async def page(self, key: ChannelKey, actor: Actor, before: int | None = None) -> HistoryPage:
        """Return a page of what is remembered, the newest or the one before a position."""
        require_reader(actor, key)
        turns = await self._journal.page(key.channel_id, before, PAGE_TURNS)
        while await self._freshness.check(key, turns):
            turns = await self._journal.page(key.channel_id, before, PAGE_TURNS)
        last = turns[-1].position if turns else 0
        has_older = bool(turns) and bool(await self._journal.page(key.channel_id, last, 1))
        count = await self._counting.channel(key)
        return HistoryPage(key, turns, count, before is None, last if has_older else None)

    async def export(self, key: ChannelKey, actor: Actor) -> AsyncIterator[File]:
        """Yield the whole of it as JSON Lines in Chat Completions form, then as Markdown."""
        require_manager(actor, key)
        await self._check_everything(key)
        if not await self._journal.page(key.channel_id, None, 1):
            raise UserFacingError(texts.NOTHING_REMEMBERED)
        for write, suffix in ((_json_line, "jsonl"), (_markdown, "md")):
            pieces = (write(turn) async for turn in self._journal.everything(key.channel_id))
            async for file in in_files(pieces, "history", suffix):
                yield file

    async def _check_everything(self, key: ChannelKey) -> None:
        before = None
        while turns := await self._journal.page(key.channel_id, before, CHECKED_AT_ONCE):
            await self._freshness.check(key, turns)
            before = turns[-1].position

    async def log(self, key: ChannelKey, actor: Actor) -> Sequence[LogEntry]:
        """Return who changed what here and in all of the server, newest first."""
        require_manager(actor, key)
        return await self._journal.log(key, LOG_ENTRIES)


def _json_line(turn: Turn) -> str:
    """Write a turn as the model gets it; pictures too large for a file stand as the line that names them."""
    pictures = sum(len(part.data or b"") for part in turn.parts)
    [message] = prompt.build("", "", [turn], sees=pictures <= MOST_BYTES // 2)
    return json_line(message)


def _markdown(turn: Turn) -> str:
    who = turn.label or turn.role.value
    said = prompt.user_text("", turn.text, turn.parts)
    return f"## {who}, {turn.created_at:%Y-%m-%d %H:%M} UTC\n\n{said}\n\n"
