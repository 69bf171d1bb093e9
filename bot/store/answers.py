"""Answers: begun, checkpointed, ended, and found again, also by a later process."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.chat.answers import FinalAnswer, Finished
from bot.rules.model import Answer
from bot.rules.outcome import LastMessage, Outcome, Version
from bot.rules.places.shards import ALL, ShardId
from bot.store.connection.database import Database
from bot.store.connection.unit import Run, Unit, micros
from bot.store.history.known import UNFINISHED_IN, UNFINISHED_OF_SHARD
from bot.store.history.rows import answer_of, completion_values, end_of, end_values, id_list
from bot.store.history.sight import Sight, cut_of, sight, sights
from bot.store.history.versions import choose, set_aside, version_of
from bot.store.spending.entries import store_entry

_PAGE = 50


class SqlAnswers:
    """Answers and their messages, as `bot.chat.memory.Answers` describes them."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def begin(self, question_id: int, model: str) -> Answer | None:
        """Start the question's one answer, for the first time or again; return it as it stands."""

        async def work(run: Run) -> Answer | None:
            rows = await run(
                "SELECT channel_id FROM known_turns WHERE id = ? AND question_id IS NULL", question_id
            )
            if not rows or (await sight(run, rows[0]["channel_id"])).hides(question_id):
                return None
            await run("UPDATE turns SET state = 'answered' WHERE id = ?", question_id)
            await run("UPDATE channels SET joined = TRUE WHERE id = ? AND NOT joined", rows[0]["channel_id"])
            if not (again := await run("SELECT id FROM turns WHERE question_id = ?", question_id)):
                return await _new_answer(run, question_id, model, micros(self._now()))
            answer_id = again[0]["id"]
            await run(
                "UPDATE answers SET draft = '', tries = tries + iif(shown, 1, 0), shown = FALSE,"
                " model = iif((SELECT text FROM turns WHERE id = answers.id) = '', ?, model) WHERE id = ?",
                model,
                answer_id,
            )
            [before] = await answers_by_id(run, [answer_id])
            await run("UPDATE turns SET state = 'writing' WHERE id = ?", answer_id)
            return before

        return await self._database.write(work)

    async def checkpoint(self, answer_id: int, draft: str | None, message_ids: Sequence[int]) -> None:
        """Store a draft; one statement does where the answer has no new messages, which is nearly always."""
        ids = id_list(message_ids)

        async def work(run: Run) -> None:
            unchanged = await run(_CHECKPOINT_OF_THE_SAME, answer_id, draft, ids)
            if not unchanged and await run(_CHECKPOINT, answer_id, draft):
                await _store_messages(run, answer_id, ids)

        await self._database.keep(("draft", answer_id), Unit(work))

    async def finish(self, answer_id: int, final: FinalAnswer) -> Finished | None:
        """Store an answer's last word, how it ended, and what the model said of it."""

        async def work(run: Run) -> Finished | None:
            for entry in final.spent:
                await store_entry(run, entry)
            if not (standing := await run(_STANDING, answer_id)):
                return None
            former, number = standing[0]["text"], standing[0]["version"]
            if final.text and former not in ("", final.text):
                await set_aside(run, answer_id, final, number)
            await run(
                "UPDATE turns SET state = ?, text = ?, tokens = ?, encoding = ? WHERE id = ?",
                final.state.value,
                final.text,
                final.tokens,
                final.encoding,
                answer_id,
            )
            await run(
                "UPDATE answers SET draft = '', shown = FALSE, model = coalesce(?, model), completion_id = ?,"
                " completion_model = ?, completion_created = ?, finish_reason = ?, refusal = ?, extra = ?,"
                " prompt_tokens = ?, completion_tokens = ?, cached_tokens = ?, own_count = ?,"
                " first_chunk_ms = ? WHERE id = ?",
                final.model,
                *completion_values(final.completion),
                final.own_count,
                final.first_chunk_ms,
                answer_id,
            )
            await _store_ends(run, answer_id, (final.outcome, final.tried))
            version = await version_of(run, answer_id) if former or number else None
            return Finished(version, await _last_of_before(answer_id, run))

        finished: Finished | None = await self._database.keep(("end", answer_id), Unit(work, durable=True))
        return finished

    async def get(self, answer_id: int) -> Answer | None:
        """Return an answer that is in the memory."""
        return await self._found(
            "SELECT id, channel_id, position FROM turns WHERE id = ? AND question_id IS NOT NULL", answer_id
        )

    async def by_message(self, message_id: int) -> Answer | None:
        """Return the answer that a message shows or asks for."""
        return await self._found(
            "SELECT t.id, t.channel_id, t.position FROM answer_messages AS m JOIN turns AS t"
            " ON t.id = m.answer_id WHERE m.message_id = ?1"
            " UNION ALL SELECT t.id, t.channel_id, t.position FROM turns AS q JOIN turns AS t"
            " ON t.question_id = q.id WHERE q.message_id = ?1",
            message_id,
        )

    async def last_billed(self, channel_id: int) -> Answer | None:
        """Return the newest answer that came with a bill, unless it lies far back."""

        async def look(run: Run) -> Answer | None:
            for part in reversed((await sight(run, channel_id)).visible):
                rows = await run(_BILLED, channel_id, part.after, part.up_to)
                if rows:
                    return (await answers_by_id(run, [rows[0]["id"]]))[0]
            return None

        return await self._database.look(look)

    async def before(self, answer_id: int) -> LastMessage | None:
        """Return the last message of the answer before another in its channel."""
        return await self._database.look(partial(_last_of_before, answer_id))

    async def unfinished(self, shard: ShardId = ALL) -> Sequence[Answer]:
        """Return a shard's answers in mid-writing, with an end not known to be shown, or to be redone."""
        return await self._unfinished(UNFINISHED_OF_SHARD, shard.count, shard.number)

    async def unfinished_in(self, channel_id: int) -> Sequence[Answer]:
        """Return likewise those of a channel."""
        return await self._unfinished(UNFINISHED_IN, channel_id)

    async def _unfinished(self, sql: str, *values: int) -> Sequence[Answer]:
        rows = await self._database.read(sql, *values)
        found: list[Answer] = []
        for start in range(0, len(rows), _PAGE):
            ids = [row["id"] for row in rows[start : start + _PAGE]]
            found += await self._database.look(partial(answers_by_id, answer_ids=ids))
        return found

    async def version(self, answer_id: int) -> Version | None:
        """Return which of its versions an answer shows."""
        return await self._database.look(partial(version_of, answer_id=answer_id))

    async def choose(self, answer_id: int, number: int) -> Answer | None:
        """Have an answer say what one of its versions says."""

        async def work(run: Run) -> Answer | None:
            chosen = await choose(run, answer_id, number)
            return (await answers_by_id(run, [answer_id]))[0] if chosen else None

        return await self._database.write(work)

    async def _found(self, sql: str, sought: int) -> Answer | None:
        async def look(run: Run) -> list[Answer]:
            rows = await run(sql, sought)
            seen = await sights(run, (row["channel_id"] for row in rows))
            shown = [row["id"] for row in rows if not seen[row["channel_id"]].hides(row["position"])]
            return await answers_by_id(run, shown)

        answers = await self._database.look(look)
        return answers[0] if answers else None


_STANDING = "SELECT t.text, a.version FROM turns AS t JOIN answers AS a ON a.id = t.id WHERE t.id = ?"

_LAST_OF_BEFORE = (
    "SELECT message_id, (SELECT q.message_id FROM turns AS o JOIN turns AS q ON q.id = o.question_id"
    " WHERE o.id = answer_id) AS about FROM answer_messages WHERE answer_id = ("
    "SELECT o.id FROM turns AS t JOIN turns AS o ON o.channel_id = t.channel_id AND o.position < t.position"
    " WHERE t.id = ? AND o.question_id IS NOT NULL ORDER BY o.position DESC LIMIT 1)"
    " ORDER BY place DESC LIMIT 1"
)

_BILLED = (
    "SELECT t.id FROM (SELECT id, position FROM turns WHERE channel_id = ? AND position > ? AND position <= ?"
    " AND question_id IS NOT NULL ORDER BY position DESC LIMIT 500) AS t JOIN answers AS a ON a.id = t.id"
    " WHERE a.prompt_tokens IS NOT NULL ORDER BY t.position DESC LIMIT 1"
)


async def answers_by_id(run: Run, answer_ids: Sequence[int]) -> list[Answer]:
    """Return answers by their ids, oldest first."""
    if not answer_ids:
        return []
    ids = id_list(answer_ids)
    rows = await run(
        "SELECT c.id, channel_id, guild_id, parent_id, question_id, position, question_message_id, asker_id,"
        " state, text, created_at, c.draft, message_ids, c.model, c.completion_id, c.completion_model,"
        " c.completion_created, c.finish_reason, c.refusal, c.prompt_tokens, c.completion_tokens,"
        " c.cached_tokens, c.own_count, c.first_chunk_ms, c.extra, a.tries,"
        " (SELECT asked_model FROM turns AS q WHERE q.id = c.question_id) AS asked_model"
        " FROM answer_cards AS c JOIN answers AS a ON a.id = c.id"
        " WHERE c.id IN (SELECT value FROM json_each(?)) ORDER BY c.id",
        ids,
    )
    ends = await run(
        "SELECT answer_id, place, reason, stopped_by, stopped_name, error, details, remarks FROM ends"
        " WHERE answer_id IN (SELECT value FROM json_each(?))",
        ids,
    )
    ended = {(row["answer_id"], row["place"]): end_of(row) for row in ends}
    seen = await sights(run, (row["channel_id"] for row in rows))
    newest = {one.channel_id: await _newest_sent(run, one) for one in seen.values()}
    return [
        replace(
            answer_of(row, is_newest=row["position"] >= newest[row["channel_id"]]),
            outcome=ended.get((row["id"], 0)),
            tried=ended.get((row["id"], 1)),
        )
        for row in rows
    ]


async def _newest_sent(run: Run, seen: Sight) -> int:
    """Return the position from which on an answer is the newest one, and still sent."""
    cut, _ = await cut_of(run, seen)
    return max(await newest_answer(run, seen), cut + 1)


async def newest_answer(run: Run, seen: Sight) -> int:
    """Return the position of the newest answer that can be seen in a channel, or 0."""
    for part in reversed(seen.visible):
        [row] = await run(
            "SELECT coalesce(max(position), 0) AS newest FROM turns"
            " WHERE channel_id = ? AND position > ? AND position <= ? AND question_id IS NOT NULL",
            part.channel_id,
            part.after,
            part.up_to,
        )
        if row["newest"]:
            return int(row["newest"])
    return 0


_CHECKPOINT = (
    "UPDATE answers SET draft = coalesce(?2, ''), shown = shown OR ?2 IS NULL WHERE id = ?1 RETURNING id"
)
_CHECKPOINT_OF_THE_SAME = (
    "UPDATE answers SET draft = coalesce(?2, ''), shown = shown OR ?2 IS NULL WHERE id = ?1"
    " AND ?3 = (SELECT message_ids FROM answer_cards WHERE answer_cards.id = ?1) RETURNING id"
)


async def _new_answer(run: Run, question_id: int, model: str, at: int) -> Answer:
    [row] = await run(
        "INSERT INTO turns (channel_id, question_id, state, created_at)"
        " SELECT channel_id, id, 'writing', ? FROM turns WHERE id = ? RETURNING id",
        at,
        question_id,
    )
    await run("INSERT INTO answers (id, model, tries, shown) VALUES (?, ?, 1, FALSE)", row["id"], model)
    return (await answers_by_id(run, [row["id"]]))[0]


async def _last_of_before(answer_id: int, run: Run) -> LastMessage | None:
    rows = await run(_LAST_OF_BEFORE, answer_id)
    return LastMessage(rows[0]["message_id"], rows[0]["about"] or 0) if rows else None


async def _store_ends(run: Run, answer_id: int, ends: Sequence[Outcome | None]) -> None:
    await run("DELETE FROM ends WHERE answer_id = ?", answer_id)
    for place, outcome in enumerate(ends):
        if outcome is not None:
            await run(
                "INSERT INTO ends (answer_id, place, reason, stopped_by, stopped_name, error, details,"
                " remarks) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                answer_id,
                place,
                *end_values(outcome),
            )


async def _store_messages(run: Run, answer_id: int, ids: str) -> None:
    await run(
        "DELETE FROM answer_messages"
        " WHERE answer_id = ? AND message_id NOT IN (SELECT value FROM json_each(?))",
        answer_id,
        ids,
    )
    await run(
        "INSERT INTO answer_messages (message_id, answer_id, place) SELECT value, ?, key FROM json_each(?)"
        " WHERE true ON CONFLICT (message_id) DO UPDATE SET place = excluded.place",
        answer_id,
        ids,
    )
