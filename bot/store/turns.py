"""What was said: users' messages as they come, change and go, and the window that a request is made of."""

import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from bot.errors import MemoryRefused
from bot.rules.model import NewTurn, Part, State, Turn, Window
from bot.rules.prompting.lookalikes import looks_like
from bot.store.connection.database import Database
from bot.store.connection.unit import Row, Run, Unit, Value, micros
from bot.store.history.media import Pictures, delete_loose, drop_unused, store_ahead
from bot.store.history.parts import (
    bring_pictures,
    delete_quotes,
    replace_parts,
    revise_quotes,
    revise_quotes_ahead,
    store_parts,
    with_picture_ids,
)
from bot.store.history.rows import TURN_COLUMNS, id_list
from bot.store.history.sight import (
    END,
    Stretch,
    clear_summaries_of,
    cut_of,
    ensure_channel,
    sent_of,
    sight,
    store_cut,
)
from bot.store.history.stretches import BATCH, drain

PICTURES = 10  # a window brings the bytes of this many, so that a channel full of them costs bounded memory
_PAGE, _LARGE_PAGE = 64, 1_000  # of a window, the first and the others
_TOO_LONG = 64  # turns that a window passes over in its count


class SqlTurns:
    """The memory of channels, as `bot.chat.memory.Turns` describes it."""

    def __init__(self, database: Database, most_media: int) -> None:
        self._database = database
        self._most_media = most_media

    async def add(self, turn: NewTurn) -> int | None:
        """Store a user's message, unless it was stored before."""
        pictures = await self._store_ahead(turn.parts)

        async def work(run: Run) -> int | None:
            await ensure_channel(run, turn.key, turn.speaker.id, joined=turn.state is not State.HEARD)
            rows = await run(
                "INSERT INTO turns (channel_id, state, message_id, author_id, label, folded_label,"
                " tokens, encoding, created_at, text, asked_model) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (message_id) WHERE message_id IS NOT NULL DO NOTHING RETURNING id",
                turn.key.channel_id,
                turn.state.value,
                turn.message_id,
                turn.speaker.id,
                turn.label,
                looks_like(turn.label) or None,
                turn.tokens,
                turn.encoding,
                micros(turn.created_at),
                turn.text,
                turn.asked_model or None,
            )
            if not rows:
                await drop_unused(run, pictures)
                return None
            turn_id = int(rows[0]["id"])
            await store_parts(run, turn_id, turn.parts, pictures)
            return turn_id

        turn_id = await self._database.write(work)
        if pictures.digests:
            await self._delete_loose()  # of those that made room
        return turn_id

    async def window(self, channel_id: int, until: int | None, tokens: int) -> Window:
        """Read backwards from `until` to the cut, as far as the tokens ask, page by page.

        Past the 64th turn that is too long by itself it reads no further, so that its cost has a bound.
        """

        async def look(run: Run) -> tuple[Sequence[Stretch], int, str]:
            seen = await sight(run, channel_id)
            return await sent_of(run, seen), *await cut_of(run, seen)

        parts, cut, summary = await self._database.look(look)
        reader = _Window(self._database, tokens)
        for part in reversed(parts):
            sent = part.within(cut, END if until is None else until)
            if sent is not None and await reader.read(sent, until if sent.up_to == until else END):
                break
        carried = max((part.up_to for part in parts if part.channel_id != channel_id), default=0)
        return Window(tuple(reversed(reader.newest_first)), cut, summary, carried)

    async def cut(self, channel_id: int, position: int, summary: str) -> None:
        """Store a cut, unless all that it cuts off was reset or deleted in the meantime."""

        async def work(run: Run) -> None:
            seen = await sight(run, channel_id)
            for part in await sent_of(run, seen):
                cut_off = part.within(0, position)
                if cut_off and await run(_ANY, part.channel_id, cut_off.after, cut_off.up_to):
                    await store_cut(run, seen, position, summary)
                    return

        await self._database.write(work)

    async def recount(self, counts: Mapping[int, int], encoding: str) -> None:
        """Store turns' counts anew, in one transaction."""
        await self._database.write_one(
            "UPDATE turns SET tokens = json_extract(counts.value, '$[1]'), encoding = ?2"
            " FROM json_each(?1) AS counts WHERE turns.id = json_extract(counts.value, '$[0]')",
            json.dumps(list(counts.items())),
            encoding,
        )

    async def revise(
        self, message_id: int, text: str, parts: Sequence[Part], counted: tuple[int, str]
    ) -> None:
        """Change a message, and the quotes of it; one that was reset keeps its parts for an undo."""
        pictures = await self._store_ahead(parts)
        quotes_revised = await revise_quotes_ahead(self._database, message_id, text)

        async def work(run: Run) -> bool:
            if quotes_revised is None:
                await revise_quotes(run, message_id, text)
            changed = await run(
                "UPDATE turns SET text = ?, tokens = ?, encoding = ? WHERE message_id = ?"
                " RETURNING id, channel_id",
                text,
                *counted,
                message_id,
            )
            picture_went = False
            for row in changed:
                await clear_summaries_of(run, [row["id"]])
                if not (await sight(run, row["channel_id"])).hides(row["id"]):
                    picture_went = await replace_parts(run, row["id"], parts, pictures)
            await drop_unused(run, pictures)
            return picture_went

        erasing = quotes_revised is not False
        if not erasing:
            erasing = await self._finds(_REVISED_AWAY, message_id, text, len(parts))
        if any(part.data for part in parts):  # too large to be kept
            picture_went = await (self._database.erase if erasing else self._database.write)(work)
        else:
            picture_went = await self._database.keep(("text", message_id), Unit(work, erasing=erasing))
        if picture_went or pictures.digests:
            await self._delete_loose()

    async def hand_over(self, message_id: int, copy_id: int, label: str) -> None:
        """Put one message's id in place of another's, in its turn and in the quotes of it."""

        async def work(run: Run) -> None:
            values = (copy_id, label, message_id)
            await run(
                "UPDATE turns SET message_id = ?1, label = ?2 WHERE message_id = ?3"
                " AND NOT EXISTS (SELECT 1 FROM turns AS other WHERE other.message_id = ?1)",
                *values,
            )
            await run("UPDATE parts SET message_id = ? WHERE message_id = ?", copy_id, message_id)

        await self._database.write(work)

    async def forget(self, message_ids: Sequence[int]) -> None:
        """Delete users' messages, answers and quotes that these messages are or hold, so many at a time."""
        for start in range(0, len(message_ids), BATCH):
            ids = id_list(message_ids[start : start + BATCH])
            if await self._finds(f"{_TOUCHED} LIMIT 1", ids):
                with suppress(MemoryRefused):  # what is left of them goes with the rest
                    await drain(self._database, delete_quotes, _QUOTES, ids)
                await self._database.keep(("gone", ids), Unit(partial(_forget, ids), erasing=True))
                await self._delete_loose()

    async def _store_ahead(self, parts: Sequence[Part]) -> Pictures:
        found = [part.data for part in parts if part.data is not None]
        return await store_ahead(self._database, found, self._most_media) if found else Pictures({}, 0)

    async def _delete_loose(self) -> None:
        """Delete the pieces of pictures that went; where the file refuses, they go when it is tidied."""
        with suppress(MemoryRefused):
            if await delete_loose(self._database):
                await self._database.log.clear()

    async def _finds(self, sql: str, *values: Value) -> bool:
        """Say whether a query finds anything; where that can't be known now, it may."""
        try:
            return bool(await self._database.read(sql, *values))
        except MemoryRefused:
            return True


async def _forget(ids: str, run: Run) -> None:
    touched = [row["id"] for row in await run(_TOUCHED, ids)]
    await clear_summaries_of(run, touched)
    await delete_quotes(run, [row["id"] for row in await run(_QUOTES, ids, sys.maxsize)])
    await run(
        "DELETE FROM turns WHERE id IN (SELECT answer_id FROM answer_messages"
        " WHERE message_id IN (SELECT value FROM json_each(?)))",
        ids,
    )
    await run("DELETE FROM turns WHERE message_id IN (SELECT value FROM json_each(?))", ids)


_REVISED_AWAY = (
    "SELECT id FROM turns WHERE message_id = ?1"
    " AND (text <> ?2 OR (SELECT count(*) FROM parts AS p WHERE p.turn_id = turns.id) > ?3)"
)

_QUOTES = "SELECT id FROM parts WHERE message_id IN (SELECT value FROM json_each(?)) LIMIT ?"

_TOUCHED = (
    "SELECT id FROM turns WHERE message_id IN (SELECT value FROM json_each(?1))"
    " UNION ALL SELECT answer_id FROM answer_messages WHERE message_id IN (SELECT value FROM json_each(?1))"
    " UNION ALL SELECT turn_id FROM parts WHERE message_id IN (SELECT value FROM json_each(?1))"
)

_ANY = "SELECT 1 FROM history WHERE channel_id = ? AND position > ? AND position <= ? LIMIT 1"

_TURNS = (
    f"SELECT {TURN_COLUMNS} FROM history"  # noqa: S608 - ours
    " WHERE channel_id = ? AND position > ? AND (position, id) <= (?, ?)"
    " ORDER BY position DESC, id DESC LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What a window takes of a page, and what it has taken by then."""

    rows: Sequence[Row]
    total: int
    too_long: int


class _Window:
    """Turns read backwards until they hold so many tokens."""

    def __init__(self, database: Database, tokens: int) -> None:
        self.newest_first: list[Turn] = []
        self._database = database
        self._tokens = tokens
        self._total = self._too_long = 0
        self._pictures = PICTURES

    async def read(self, stretch: Stretch, last_id: int) -> bool:
        """Read a stretch; say whether that is enough. Others are let in after each page.

        `last_id` ends its last position: a question's own id leaves its answer out, whose id is greater.
        """
        last = (stretch.up_to, last_id)
        while True:
            size = _LARGE_PAGE if self.newest_first else _PAGE
            rows, chosen, found = await self._database.look(partial(self._page, stretch, last, size))
            self._total, self._too_long = chosen.total, chosen.too_long
            turns = await bring_pictures(self._database, found, self._pictures)
            self._pictures -= sum(part.data is not None for turn in turns for part in turn.parts)
            self.newest_first += reversed(turns)
            if len(chosen.rows) < len(rows):
                return True
            if len(rows) < size:
                return False
            last = (rows[-1]["position"], rows[-1]["id"] - 1)

    async def _page(
        self, stretch: Stretch, last: tuple[int, int], size: int, run: Run
    ) -> tuple[list[Row], _Chosen, list[tuple[Turn, Sequence[int | None]]]]:
        rows = await run(_TURNS, stretch.channel_id, stretch.after, *last, size)
        chosen = self._choose(rows)
        return rows, chosen, await with_picture_ids(run, chosen.rows[::-1])

    def _choose(self, rows: Sequence[Row]) -> _Chosen:
        total, too_long = self._total, self._too_long
        for number, row in enumerate(rows):
            if total >= self._tokens or too_long > _TOO_LONG:
                return _Chosen(rows[:number], total, too_long)
            if row["tokens"] > self._tokens:
                too_long += 1
            else:
                total += row["tokens"]
        return _Chosen(rows, total, too_long)
