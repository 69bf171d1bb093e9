"""The memory read back for people: pages, exports, totals, records."""

from collections.abc import AsyncIterator, Sequence

from bot.chat.memory import LogEntry
from bot.rules.model import Answer, ChannelKey, PartKind, Turn
from bot.store.answers import answers_by_id
from bot.store.database import Database
from bot.store.parts import with_parts
from bot.store.rows import moment

_PAGE = 200
_END = 2**63 - 1


class SqliteJournal:
    """The memory for its readers, as `bot.chat.memory.Journal` describes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, channel_id: int, before: int | None, size: int) -> Sequence[Turn]:
        """Return turns newest first; a question that its answer would be parted from comes along."""
        async with self._database.reading() as run:
            rows = await run(
                "SELECT id, position, question_id, state, message_id, author_id, label, text, tokens,"
                " encoding, created_at FROM history WHERE channel_id = ? AND position < ?"
                " ORDER BY position DESC, id DESC LIMIT ?",
                channel_id,
                _END if before is None else before,
                size + 1,
            )
            if len(rows) > size and rows[size]["position"] != rows[size - 1]["position"]:
                rows.pop()
            return await with_parts(run, rows, pictures=0)

    async def everything(self, channel_id: int) -> AsyncIterator[Turn]:
        """Yield all turns, oldest first; what is said meanwhile comes along."""
        last = (0, 0)
        while True:
            async with self._database.reading() as run:
                rows = await run(
                    "SELECT id, position, question_id, state, message_id, author_id, label, text, tokens,"
                    " encoding, created_at FROM history WHERE channel_id = ? AND (position, id) > (?, ?)"
                    " ORDER BY position, id LIMIT ?",
                    channel_id,
                    *last,
                    _PAGE,
                )
                turns = await with_parts(run, rows, pictures=0)
            for row, turn in zip(rows, turns, strict=True):
                if any(part.kind is PartKind.IMAGE for part in turn.parts):
                    async with self._database.reading() as run:
                        [turn] = await with_parts(run, [row])
                yield turn
            if len(rows) < _PAGE:
                return
            last = (rows[-1]["position"], rows[-1]["id"])

    async def places(self) -> Sequence[ChannelKey]:
        """Return every channel that something is stored of."""
        rows = await self._database.read("SELECT id, guild_id, parent_id FROM channels ORDER BY id")
        return tuple(ChannelKey(row["id"], row["guild_id"], row["parent_id"]) for row in rows)

    async def guilds(self) -> Sequence[int]:
        """Return every guild that something is stored of."""
        rows = await self._database.read(
            "SELECT guild_id FROM channels WHERE guild_id IS NOT NULL UNION SELECT id FROM guilds"
            " UNION SELECT guild_id FROM records WHERE guild_id IS NOT NULL"
            " UNION SELECT guild_id FROM resets WHERE guild_id IS NOT NULL ORDER BY 1"
        )
        return tuple(row["guild_id"] for row in rows)

    async def log(self, key: ChannelKey, most: int) -> Sequence[LogEntry]:
        """Return what was done here and to the whole guild, newest first."""
        rows = await self._database.read(
            "SELECT at, actor_id, channel_id, action, detail FROM records"
            " WHERE channel_id = ? OR (guild_id = ? AND channel_id IS NULL) ORDER BY id DESC LIMIT ?",
            key.channel_id,
            key.guild_id,
            most,
        )
        return [
            LogEntry(moment(row["at"]), row["actor_id"], row["channel_id"], row["action"], row["detail"])
            for row in rows
        ]

    async def last_answer(self, channel_id: int) -> Answer | None:
        """Return the newest answer that came with a bill."""
        async with self._database.reading() as run:
            rows = await run(
                "SELECT t.id FROM turns AS t JOIN answers AS a ON a.id = t.id"
                " WHERE t.channel_id = ? AND t.question_id IS NOT NULL AND t.reset_id IS NULL"
                " AND a.prompt_tokens IS NOT NULL ORDER BY t.position DESC LIMIT 1",
                channel_id,
            )
            answers = await answers_by_id(run, [row["id"] for row in rows])
        return answers[0] if answers else None
