"""What was said: users' messages as they come, change and go, and the window that a request is made of."""

from collections.abc import Sequence
from sqlite3 import Row

from bot.errors import MemoryRefused
from bot.rules.model import NewTurn, Part, State, Totals, Window
from bot.store.database import Database, Run, Unit
from bot.store.parts import replace_parts, store_parts, with_parts
from bot.store.places import ensure_channel
from bot.store.rows import Value, id_list, micros
from bot.store.summaries import clear_summaries_of

PICTURES = 10  # a window brings the bytes of this many, so that a channel full of them costs bounded memory
_PAGE = 64
_TOO_LONG = 64  # turns that a window passes over in its count
_END = 2**63 - 1


class SqliteTurns:
    """The memory of channels, as `bot.chat.memory.Turns` describes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, turn: NewTurn) -> int | None:
        """Store a user's message, unless it was stored before."""

        async def work(run: Run) -> int | None:
            await ensure_channel(run, turn.key, turn.speaker.id, joined=turn.state is not State.HEARD)
            rows = await run(
                "INSERT INTO turns (channel_id, state, message_id, author_id, label, folded_label,"
                " tokens, encoding, created_at, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (message_id) WHERE message_id IS NOT NULL DO NOTHING RETURNING id",
                turn.key.channel_id,
                turn.state.value,
                turn.message_id,
                turn.speaker.id,
                turn.label,
                turn.label.casefold() or None,
                turn.tokens,
                turn.encoding,
                micros(turn.created_at),
                turn.text,
            )
            if not rows:
                return None
            turn_id = int(rows[0]["id"])
            await store_parts(run, turn_id, turn.parts)
            return turn_id

        return await self._database.write(work)

    async def window(self, channel_id: int, until: int | None, tokens: int) -> Window:
        """Read backwards from `until` to the cut, as far as the tokens ask.

        Past the 64th turn that is too long by itself it reads no further, so that its cost has a bound.
        """
        async with self._database.reading() as run:
            channels = await run("SELECT cut, summary FROM channels WHERE id = ?", channel_id)
            if not channels:
                return Window()
            cut = channels[0]["cut"]
            rows = await _newest(run, channel_id, cut, _END if until is None else until, tokens)
            turns = await with_parts(run, rows[::-1], PICTURES)
        return Window(tuple(turns), cut, channels[0]["summary"])

    async def cut(self, channel_id: int, position: int, summary: str) -> None:
        """Store a cut, unless all that it cuts off was reset or deleted in the meantime."""
        await self._database.write_one(
            "UPDATE channels SET cut = ?2, summary = ?3 WHERE id = ?1"
            " AND EXISTS (SELECT 1 FROM history WHERE channel_id = ?1 AND position <= ?2)",
            channel_id,
            position,
            summary,
        )

    async def revise(
        self, message_id: int, text: str, parts: Sequence[Part], tokens: int, encoding: str
    ) -> None:
        """Change a message, and the quotes of it; one that was reset keeps its parts for an undo."""

        async def work(run: Run) -> None:
            rows = await run(
                "SELECT id FROM turns WHERE message_id = ?1"
                " UNION SELECT turn_id FROM parts WHERE message_id = ?1 AND kind = 'quote'",
                message_id,
            )
            if not rows:
                return
            await clear_summaries_of(run, (row["id"] for row in rows))
            await _revise_quotes(run, message_id, text)
            changed = await run(
                "UPDATE turns SET text = ?, tokens = ?, encoding = ? WHERE message_id = ?"
                " RETURNING id, reset_id",
                text,
                tokens,
                encoding,
                message_id,
            )
            for row in changed:
                if row["reset_id"] is None:
                    await replace_parts(run, row["id"], parts)

        erasing = await self._finds(_REVISED_AWAY, message_id, text, len(parts))
        if any(part.data for part in parts):  # too large to be kept
            await (self._database.erase if erasing else self._database.write)(work)
        else:
            await self._database.keep(("text", message_id), Unit(work, erasing=erasing))

    async def forget(self, message_ids: Sequence[int]) -> Sequence[int]:
        """Delete users' messages, answers and quotes that these messages are or hold."""
        ids = id_list(message_ids)
        if not await self._finds(_TOUCHED, ids):
            return ()

        async def work(run: Run) -> Sequence[int]:
            touched = [row["id"] for row in await run(_TOUCHED, ids)]
            answers = await run(_TOUCHED_ANSWERS, ids)
            await clear_summaries_of(run, touched)
            await delete_quotes(run, [row["id"] for row in await run(_QUOTES, ids)])
            await run(
                "DELETE FROM turns WHERE id IN (SELECT answer_id FROM answer_messages"
                " WHERE message_id IN (SELECT value FROM json_each(?)))",
                ids,
            )
            await run("DELETE FROM turns WHERE message_id IN (SELECT value FROM json_each(?))", ids)
            return tuple(row["id"] for row in answers)

        forgotten: Sequence[int] | None = await self._database.keep(("gone", ids), Unit(work, erasing=True))
        return forgotten or ()

    async def _finds(self, sql: str, *values: Value) -> bool:
        """Say whether a query finds anything; where that can't be known now, it may."""
        try:
            return bool(await self._database.read(sql, *values))
        except MemoryRefused:
            return True

    async def totals(self, channel_id: int) -> Totals:
        """Count a channel's turns and tokens, all and those behind the cut."""
        [row] = await self._database.read(
            "SELECT count(*) AS turns, coalesce(sum(h.tokens), 0) AS tokens,"
            " count(*) FILTER (WHERE h.position > c.cut) AS sendable_turns,"
            " coalesce(sum(h.tokens) FILTER (WHERE h.position > c.cut), 0) AS sendable_tokens"
            " FROM channels AS c JOIN history AS h ON h.channel_id = c.id WHERE c.id = ?",
            channel_id,
        )
        return Totals(row["turns"], row["tokens"], row["sendable_turns"], row["sendable_tokens"])


async def delete_quotes(run: Run, part_ids: Sequence[int]) -> None:
    """Delete parts, and mark the counts of their turns as stale."""
    ids = id_list(part_ids)
    await run(
        "UPDATE turns SET encoding = '' WHERE id IN"
        " (SELECT turn_id FROM parts WHERE id IN (SELECT value FROM json_each(?)))",
        ids,
    )
    await run("DELETE FROM parts WHERE id IN (SELECT value FROM json_each(?))", ids)


_REVISED_AWAY = (
    "SELECT id FROM turns WHERE message_id = ?1"
    " AND (text <> ?2 OR (SELECT count(*) FROM parts AS p WHERE p.turn_id = turns.id) > ?3)"
    " UNION ALL SELECT id FROM parts WHERE message_id = ?1 AND kind = 'quote' AND text <> ?2"
)

_QUOTES = "SELECT id FROM parts WHERE message_id IN (SELECT value FROM json_each(?))"

_TOUCHED = (
    "SELECT id FROM turns WHERE message_id IN (SELECT value FROM json_each(?1))"
    " UNION SELECT answer_id FROM answer_messages WHERE message_id IN (SELECT value FROM json_each(?1))"
    " UNION SELECT turn_id FROM parts WHERE message_id IN (SELECT value FROM json_each(?1))"
)

_TOUCHED_ANSWERS = (
    "SELECT answer_id AS id FROM answer_messages WHERE message_id IN (SELECT value FROM json_each(?1))"
    " UNION SELECT a.id FROM turns AS q JOIN turns AS a ON a.question_id = q.id"
    " WHERE q.message_id IN (SELECT value FROM json_each(?1)) ORDER BY 1"
)


async def _newest(run: Run, channel_id: int, cut: int, until: int, tokens: int) -> list[Row]:
    chosen: list[Row] = []
    total = too_long = 0
    last = (until, until)  # a question's own position is its id, and its answer's id is greater
    while True:
        page = await run(
            "SELECT id, position, question_id, state, message_id, author_id, label, text, tokens, encoding,"
            " created_at FROM history WHERE channel_id = ? AND position > ? AND (position, id) <= (?, ?)"
            " ORDER BY position DESC, id DESC LIMIT ?",
            channel_id,
            cut,
            *last,
            _PAGE,
        )
        for row in page:
            if total >= tokens or too_long > _TOO_LONG:
                return chosen
            chosen.append(row)
            if row["tokens"] > tokens:
                too_long += 1
            else:
                total += row["tokens"]
        if len(page) < _PAGE:
            return chosen
        last = (page[-1]["position"], page[-1]["id"] - 1)


async def _revise_quotes(run: Run, message_id: int, text: str) -> None:
    await run(
        "UPDATE turns SET encoding = '' WHERE id IN"
        " (SELECT turn_id FROM parts WHERE message_id = ? AND kind = 'quote')",
        message_id,
    )
    await run("UPDATE parts SET text = ? WHERE message_id = ? AND kind = 'quote'", text, message_id)
