"""Clearing history with a way back: a reset is one row, whatever it takes, and so is its undo.

What it hides is worked out by `bot.store.history.sight`; `bot.store.disposal` deletes it in the end.
"""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from functools import partial

from bot.chat.clearing import Reset, ResetOrder, Told
from bot.rules.model import ChannelKey
from bot.rules.outcome import LastMessage
from bot.rules.records import Deed, Verb
from bot.store.connection.database import Database
from bot.store.connection.unit import Row, Run, micros, moment
from bot.store.history.records import Doing, record
from bot.store.history.rows import id_list, key_of
from bot.store.history.sight import (
    END,
    Sight,
    Stretch,
    cut_of,
    ensure_channel,
    sent_of,
    sight,
    sights,
    store_cut,
)
from bot.store.history.stretches import as_json, channel_pages, count

_End = tuple[Sight, int]  # a channel, and the position up to which a reset clears it

_LOOKED_AT = 5_000  # turns that one query may look at for what is kept


class SqlResets:
    """Resets, as `bot.chat.clearing.Resets` describes them."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def preview(self, order: ResetOrder, told: Told | None = None) -> tuple[int, int]:
        """Return how many turns and tokens a reset would clear."""
        turns = tokens = 0
        async for ends in self._ends(order, await self._newest_turn()):
            more = await self._count(ends, turns, told)
            turns, tokens = turns + more[0], tokens + more[1]
        return turns, tokens

    async def reset(self, order: ResetOrder, actor: int, told: Told | None = None) -> Reset:
        """Count what there is now, then hide it with one row.

        Where a server keeps some of each channel, the channels' ends are noted first, page by page.
        """
        at, up_to, turns, tokens = self._now(), await self._newest_turn(), 0, 0
        per_channel = order.guild_wide and order.keep > 0

        async def prepare(run: Run) -> int:
            await ensure_channel(run, order.key, actor)
            return await _prepared(run, order.key, at, order.guild_wide)

        reset_id = await self._database.write(prepare)
        async for ends in self._ends(order, up_to):
            more = await self._count(ends, turns, told)
            turns, tokens = turns + more[0], tokens + more[1]
            if per_channel:
                await self._note(reset_id, ends)
            elif order.keep:
                [(_, up_to)] = ends
        done = Reset(reset_id, order.key, turns, tokens, at, order.guild_wide, up_to=up_to)

        async def hide(run: Run) -> Reset:
            await run(
                "UPDATE clearings SET per_channel = ?, up_to = ?, turns = ?, tokens = ? WHERE id = ?",
                per_channel,
                up_to,
                turns,
                tokens,
                reset_id,
            )
            await self._record(run, done, actor, Verb.RESET)
            return done

        return await self._database.write(hide)

    async def start_afresh(self, key: ChannelKey, actor: int) -> Reset | None:
        """Cut all that is sent, under a clearing that hides nothing: its undo leaves the cut from before."""
        at, up_to = self._now(), await self._newest_turn()

        async def look(run: Run) -> tuple[Sight, list[Stretch]]:
            seen = await sight(run, key.channel_id)
            cut, _ = await cut_of(run, seen)
            parts = (part.within(cut, up_to) for part in await sent_of(run, seen))
            return seen, [part for part in parts if part is not None]

        before, parts = await self._database.look(look)
        turns, tokens = await count(self._database, parts)
        if not turns:
            return None

        async def work(run: Run) -> Reset | None:
            if (await sight(run, key.channel_id)).newest != before.newest:
                return None  # somebody else has just done so
            await ensure_channel(run, key, actor)
            reset_id = await _prepared(run, key, at, False)
            done = Reset(reset_id, key, turns, tokens, at, is_fresh=True, up_to=up_to)
            await run(_HIDES_NOTHING, turns, tokens, reset_id)
            await store_cut(run, Sight(key.channel_id, newest=reset_id), up_to, "")
            await self._record(run, done, actor, Verb.FRESH)
            return done

        return await self._database.write(work)

    async def undo(self, reset_id: int, actor: int) -> Reset | None:
        """Let a reset hide nothing any more; the cuts from before it hold again."""

        async def work(run: Run) -> Reset | None:
            rows = await run(_RESET, reset_id)
            if not rows:
                return None
            await run("UPDATE clearings SET undone = (SELECT max(id) FROM clearings) WHERE id = ?", reset_id)
            reset = _reset_of(rows[0])
            await self._record(run, reset, actor, Verb.UNDO)
            return reset

        return await self._database.write(work)

    async def last_shown(self, reset: Reset) -> AsyncIterator[tuple[ChannelKey, LastMessage]]:
        """Yield, page by page, each channel's newest answer that was cleared by its last message."""
        order = ResetOrder(reset.key, reset.guild_wide)
        up_to = END if reset.up_to is None else reset.up_to
        async for ids in self._reached(order):
            for row in await self._database.read(_LAST_SHOWN, id_list(ids), up_to):
                yield key_of(row), LastMessage(row["message_id"], row["about"] or 0)

    async def get(self, reset_id: int) -> Reset | None:
        """Return a reset that can still be undone."""
        rows = await self._database.read(_RESET, reset_id)
        return _reset_of(rows[0]) if rows else None

    async def newest(self, key: ChannelKey) -> Reset | None:
        """Return the newest reset of a place or of its server that can still be undone."""
        rows = await self._database.read(_NEWEST_RESET, key.channel_id, key.guild_id)
        return _reset_of(rows[0]) if rows else None

    async def _newest_turn(self) -> int:
        [row] = await self._database.read("SELECT coalesce(max(id), 0) AS id FROM turns")
        return int(row["id"])

    async def _ends(self, order: ResetOrder, newest: int) -> AsyncIterator[Sequence[_End]]:
        """Yield the channels that a reset clears, page by page, each with its end."""
        async for ids in self._reached(order):
            seen = await self._database.look(partial(sights, channel_ids=ids))
            if not order.keep:
                yield [(one, newest) for one in seen.values()]
                continue
            size = max(1, _LOOKED_AT // order.keep)
            for start in range(0, len(ids), size):
                yield await self._kept([seen[id_] for id_ in ids[start : start + size]], order.keep)

    async def _reached(self, order: ResetOrder) -> AsyncIterator[list[int]]:
        if not order.guild_wide or order.key.guild_id is None:
            yield [order.key.channel_id]
            return
        async for ids in channel_pages(self._database, "guild_id", order.key.guild_id):
            yield ids

    async def _kept(self, seen: Sequence[Sight], keep: int) -> Sequence[_End]:
        """Return channels with the position before the newest `keep`, or 0 where there are no more."""
        newest = [one.visible[-1] for one in seen]
        rows = await self._database.read(_NEWEST_OF, as_json(newest), keep)
        ends: list[_End] = []
        for one, row in zip(seen, rows, strict=True):
            found, oldest = json.loads(row["kept"])
            for older in reversed(one.visible[:-1]):
                if found == keep:
                    break
                [more] = await self._database.read(_NEWEST_OF, as_json([older]), keep - found)
                further, before = json.loads(more["kept"])
                found, oldest = found + further, before or oldest
            ends.append((one, oldest - 1 if found == keep else 0))
        return ends

    async def _count(self, ends: Sequence[_End], before: int, told: Told | None) -> tuple[int, int]:
        parts = (one.within(0, up_to) for seen, up_to in ends for one in seen.visible)
        further = None if told is None else lambda turns: told(before + turns)
        return await count(self._database, [part for part in parts if part], further)

    async def _note(self, reset_id: int, ends: Sequence[_End]) -> None:
        await self._database.write_one(
            "INSERT INTO cleared_channels (clearing_id, channel_id, up_to)"
            " SELECT ?, c.id, json_extract(e.value, '$[1]') FROM json_each(?) AS e"
            " CROSS JOIN channels AS c ON c.id = json_extract(e.value, '$[0]')",
            reset_id,
            json.dumps([(seen.channel_id, up_to) for seen, up_to in ends]),
        )

    async def _record(self, run: Run, reset: Reset, actor: int, verb: Verb) -> None:
        deed = Deed(verb, turns=reset.turns, tokens=reset.tokens)
        await record(run, reset.key, Doing(actor, self._now(), deed), guild_wide=reset.guild_wide)


_HIDES_NOTHING = "UPDATE clearings SET up_to = 0, turns = ?, tokens = ? WHERE id = ?"

# How many of a stretch's newest positions there are, and the oldest of them.
_NEWEST_OF = (
    "SELECT (SELECT json_array(count(*), min(position)) FROM (SELECT DISTINCT position FROM turns"
    " WHERE channel_id = json_extract(s.value, '$[0]') AND position > json_extract(s.value, '$[1]')"
    " AND position <= json_extract(s.value, '$[2]') AND (question_id IS NULL OR text <> '')"
    " ORDER BY position DESC LIMIT ?2)) AS kept FROM json_each(?1) AS s ORDER BY s.key"
)

_LAST_SHOWN = (
    "SELECT channel_id, guild_id, parent_id, message_id, (SELECT q.message_id FROM turns AS a"
    " JOIN turns AS q ON q.id = a.question_id WHERE a.id = answer_id) AS about"
    " FROM (SELECT channel_id, guild_id, parent_id, answer_id, (SELECT message_id FROM answer_messages AS m"
    " WHERE m.answer_id = newest.answer_id ORDER BY place DESC LIMIT 1) AS message_id"
    " FROM (SELECT c.id AS channel_id, c.guild_id, c.parent_id, (SELECT id FROM turns"
    " WHERE channel_id = c.id AND position <= ?2 AND question_id IS NOT NULL"
    " ORDER BY position DESC LIMIT 1) AS answer_id"
    " FROM channels AS c WHERE c.id IN (SELECT value FROM json_each(?1))) AS newest) AS shown"
    " WHERE message_id IS NOT NULL"
)

_UNDOABLE = (
    "SELECT id, channel_id, guild_id, parent_id, guild_wide, turns, tokens, at, up_to, per_channel"
    " FROM clearings WHERE up_to IS NOT NULL AND undone IS NULL AND NOT gone"
)
_RESET = f"{_UNDOABLE} AND id = ?"
_NEWEST_RESET = f"{_UNDOABLE} AND iif(guild_wide, guild_id = ?2, channel_id = ?1) ORDER BY id DESC LIMIT 1"


async def _prepared(run: Run, key: ChannelKey, at: datetime, guild_wide: bool) -> int:
    """Note a reset that holds once it has an end; one that never gets one is purged."""
    [row] = await run(
        "INSERT INTO clearings (channel_id, guild_id, parent_id, guild_wide, turns, tokens, at)"
        " VALUES (?, ?, ?, ?, 0, 0, ?) RETURNING id",
        key.channel_id,
        key.guild_id,
        key.parent_id,
        guild_wide,
        micros(at),
    )
    return int(row["id"])


def _reset_of(row: Row) -> Reset:
    return Reset(
        row["id"],
        key_of(row),
        row["turns"],
        row["tokens"],
        moment(row["at"]),
        bool(row["guild_wide"]),
        is_fresh=not (row["up_to"] or row["per_channel"]),
    )
