"""What is remembered of a channel, shown to its people: in pages, as files, and who changed what."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.chat.commands.counting import ChannelCount, Counting
from bot.chat.commands.files import MOST_BYTES, File, in_files, json_line
from bot.chat.conversation.reconciliation import Reconciliation
from bot.chat.memory import Journal
from bot.chat.rights import Action, Member, require
from bot.errors import UserFacingError
from bot.rules.model import ChannelKey, Turn
from bot.rules.prompting import prompt
from bot.rules.records import LogEntry
from bot.texts import members

PAGE_TURNS = 6
LOG_ENTRIES = 20
CHECKED = 250  # turns of an export; with their answers, quotes and other talk a few requests' worth


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Turns newest first; `older` is the position before which the next page begins, None at the end."""

    key: ChannelKey
    turns: Sequence[Turn]
    count: ChannelCount
    newest: bool
    older: int | None


@dataclass(frozen=True, slots=True)
class Export:
    """A memory in files; without `checked_all`, older turns may say what was edited or deleted meanwhile."""

    files: AsyncIterator[File]
    checked_all: bool


class History:
    """Reads a channel's memory back, without what was deleted on Discord while nobody listened."""

    def __init__(self, journal: Journal, counting: Counting, reconciliation: Reconciliation) -> None:
        self._journal = journal
        self._counting = counting
        self._reconciliation = reconciliation

    async def page(self, key: ChannelKey, member: Member, before: int | None = None) -> HistoryPage:
        """Return a page of what is remembered, the newest or the one before a position."""
        require(Action.READ_HISTORY, member, key)
        turns = await self._journal.page(key.channel_id, before, PAGE_TURNS)
        while await self._reconciliation.check(key, turns):
            turns = await self._journal.page(key.channel_id, before, PAGE_TURNS)
        last = turns[-1].position if turns else 0
        has_older = bool(turns) and bool(await self._journal.page(key.channel_id, last, 1))
        count = await self._counting.channel(key)
        return HistoryPage(key, turns, count, before is None, last if has_older else None)

    async def export(self, key: ChannelKey, member: Member, most_bytes: int = MOST_BYTES) -> Export:
        """Return the whole of it as JSON Lines in Chat Completions form, then as Markdown.

        The newest is held against Discord's copy first, as much as a few requests can; the rest comes as it
        is, so that a long history takes seconds.
        """
        require(Action.EXPORT_HISTORY, member, key)
        turns = await self._journal.page(key.channel_id, None, CHECKED)
        older = await self._journal.page(key.channel_id, turns[-1].position, 1) if turns else ()
        await self._reconciliation.check(key, turns)
        if not await self._journal.page(key.channel_id, None, 1):
            raise UserFacingError(members.NOTHING_REMEMBERED)
        return Export(self._files(key, most_bytes), checked_all=not self._reconciliation.doubts(key, older))

    async def _files(self, key: ChannelKey, most: int) -> AsyncIterator[File]:
        for write, suffix in ((partial(_json_lines, most=most), "jsonl"), (_markdown, "md")):
            pieces = (write(turn) async for turn in self._journal.everything(key.channel_id))
            async for file in in_files(pieces, "history", suffix, most):
                yield file

    async def log(self, key: ChannelKey, member: Member) -> Sequence[LogEntry]:
        """Return who changed what here and in all of the server, newest first."""
        require(Action.READ_LOG, member, key)
        return await self._journal.log(key, LOG_ENTRIES)


def _json_lines(turn: Turn, most: int) -> str:
    """Write a turn as the model gets it; pictures that one line can't take follow in lines of their own."""
    [message] = prompt.build("", "", [replace(turn, asked_tokens=turn.tokens)], sees=True)
    whole = json_line(message)
    if len(whole) <= most // 2 or isinstance(message["content"], str):
        return whole
    alone = [json_line({**message, "content": [piece]}) for piece in message["content"]]
    return "".join(line for line in alone if len(line) <= most)


def _markdown(turn: Turn) -> str:
    who = turn.label or turn.role.value
    said = prompt.user_text("", turn.text, turn.parts, whole=True)
    return f"## {who}, {turn.created_at:%Y-%m-%d %H:%M} UTC\n\n{said}\n\n"
