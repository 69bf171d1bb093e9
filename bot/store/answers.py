"""Answers: begun, checkpointed, ended, and found again, also by a later process."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.rules.model import Answer, Completion, State
from bot.store.database import Database, Run, Unit
from bot.store.rows import Value, answer_of, id_list, micros


class SqliteAnswers:
    """Answers and their messages, as `bot.chat.memory.Answers` describes them."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def begin(self, question_id: int, model: str) -> Answer | None:
        """Start the question's one answer, for the first time or again."""

        async def work(run: Run) -> Answer | None:
            rows = await run(
                "UPDATE turns SET state = 'answered' WHERE id = ? AND question_id IS NULL"
                " AND reset_id IS NULL RETURNING channel_id",
                question_id,
            )
            if not rows:
                return None
            await run("UPDATE channels SET joined = 1 WHERE id = ?", rows[0]["channel_id"])
            answer_id = await _answer_to(run, question_id, rows[0]["channel_id"], micros(self._now()))
            await run("UPDATE answers SET draft = '', model = ? WHERE id = ?", model, answer_id)
            [before] = await answers_by_id(run, [answer_id])
            await run("UPDATE turns SET state = 'writing' WHERE id = ?", answer_id)
            return before

        return await self._database.write(work)

    async def checkpoint(self, answer_id: int, draft: str, message_ids: Sequence[int]) -> None:
        """Store a draft; one statement does where the answer has no new messages, which is nearly always."""
        ids = id_list(message_ids)

        async def work(run: Run) -> None:
            unchanged = await run(
                "UPDATE answers SET draft = ?2 WHERE id = ?1 AND ?3 ="
                " (SELECT message_ids FROM answer_cards WHERE answer_cards.id = ?1) RETURNING id",
                answer_id,
                draft,
                ids,
            )
            if not unchanged and await run(
                "UPDATE answers SET draft = ? WHERE id = ? RETURNING id", draft, answer_id
            ):
                await _store_messages(run, answer_id, ids)

        await self._database.keep(("draft", answer_id), Unit(work))

    async def finish(
        self,
        answer_id: int,
        state: State,
        text: str,
        tokens: int,
        encoding: str,
        completion: Completion | None,
        own_count: int | None,
        first_chunk_ms: int | None,
    ) -> None:
        """Store an answer's last word and what the model said of it; the draft is what is to be shown."""

        async def work(run: Run) -> None:
            await run(
                "UPDATE turns SET state = ?, text = ?, tokens = ?, encoding = ? WHERE id = ?",
                state.value,
                text,
                tokens,
                encoding,
                answer_id,
            )
            await run(
                "UPDATE answers SET draft = ?, completion_id = ?, completion_model = ?,"
                " completion_created = ?, finish_reason = ?, refusal = ?, extra = ?, prompt_tokens = ?,"
                " completion_tokens = ?, cached_tokens = ?, own_count = ?, first_chunk_ms = ? WHERE id = ?",
                text,
                *_completion_values(completion),
                own_count,
                first_chunk_ms,
                answer_id,
            )

        await self._database.keep(("end", answer_id), Unit(work, durable=True))

    async def get(self, answer_id: int) -> Answer | None:
        """Return an answer that is in the memory."""
        return await self._found(
            "SELECT id FROM turns WHERE id = ? AND question_id IS NOT NULL AND reset_id IS NULL", answer_id
        )

    async def by_message(self, message_id: int) -> Answer | None:
        """Return the answer that a message shows or asks for."""
        return await self._found(
            "SELECT t.id FROM answer_messages AS m JOIN turns AS t ON t.id = m.answer_id"
            " WHERE m.message_id = ?1 AND t.reset_id IS NULL"
            " UNION ALL SELECT t.id FROM turns AS q JOIN turns AS t ON t.question_id = q.id"
            " WHERE q.message_id = ?1 AND t.reset_id IS NULL",
            message_id,
        )

    async def unfinished(self) -> Sequence[Answer]:
        """Return answers in mid-writing, or with a draft that may not have been shown, oldest first."""
        async with self._database.reading() as run:
            rows = await run(
                "SELECT id FROM turns WHERE state = 'writing'"
                " UNION SELECT id FROM answers WHERE draft <> '' ORDER BY id"
            )
            return await answers_by_id(run, [row["id"] for row in rows])

    async def _found(self, sql: str, sought: int) -> Answer | None:
        async with self._database.reading() as run:
            rows = await run(sql, sought)
            answers = await answers_by_id(run, [row["id"] for row in rows])
        return answers[0] if answers else None


async def answers_by_id(run: Run, answer_ids: Sequence[int]) -> list[Answer]:
    """Return answers by their ids, oldest first."""
    if not answer_ids:
        return []
    rows = await run(
        "SELECT id, channel_id, guild_id, parent_id, question_id, question_message_id, asker_id, state, text,"
        " created_at, draft, message_ids, is_newest, model, completion_id, completion_model,"
        " completion_created, finish_reason, refusal, prompt_tokens, completion_tokens, cached_tokens,"
        " own_count, first_chunk_ms, extra FROM answer_cards"
        " WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        id_list(answer_ids),
    )
    return [answer_of(row) for row in rows]


async def _answer_to(run: Run, question_id: int, channel_id: int, at: int) -> int:
    rows = await run("SELECT id FROM turns WHERE question_id = ?", question_id)
    if rows:
        return int(rows[0]["id"])
    [row] = await run(
        "INSERT INTO turns (channel_id, question_id, state, created_at) VALUES (?, ?, 'writing', ?)"
        " RETURNING id",
        channel_id,
        question_id,
        at,
    )
    await run("INSERT INTO answers (id, model) VALUES (?, '')", row["id"])
    return int(row["id"])


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


def _completion_values(completion: Completion | None) -> Sequence[Value]:
    if completion is None:
        return (None,) * 9
    usage = completion.usage
    return (
        completion.id,
        completion.model,
        completion.created,
        completion.finish_reason,
        completion.refusal,
        completion.extra,
        usage.prompt_tokens if usage else None,
        usage.completion_tokens if usage else None,
        usage.cached_tokens if usage else None,
    )
