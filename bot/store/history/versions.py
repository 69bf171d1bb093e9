"""The versions of an answer: what it said before it was redone, and what it says now, by their numbers.

An answer that was never redone has none. The one that is chosen is what its turn says, and what models get.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from bot.chat.answers import Before, FinalAnswer
from bot.rules.endings import ending
from bot.rules.outcome import Outcome, Reason, Version
from bot.store.connection.unit import Run
from bot.store.history.rows import id_list
from bot.store.history.sight import clear_summaries_of

MOST = 10  # of one answer; the oldest goes


async def set_aside(run: Run, answer_id: int, final: FinalAnswer, number: int) -> None:
    """Keep what an answer says as a version, or let its versions go, before new words take its place.

    `number` is that of the version which it shows, 0 where it has none.
    """
    match final.before:
        case Before.GONE:
            await run("DELETE FROM versions WHERE answer_id = ?", answer_id)
            number = 0
        case Before.CONTINUED if number:
            await _store(run, answer_id, number, final)
        case Before.KEPT:
            if not number:
                await run(_STORE_CURRENT, answer_id)
            [newest] = await run("SELECT max(number) AS number FROM versions WHERE answer_id = ?", answer_id)
            number = newest["number"] + 1
            await _store(run, answer_id, number, final)
            await run("DELETE FROM versions WHERE answer_id = ? AND number <= ?", answer_id, number - MOST)
    await run("UPDATE answers SET version = ? WHERE id = ?", number, answer_id)


async def version_of(run: Run, answer_id: int) -> Version | None:
    """Return which of its versions an answer shows."""
    rows = await run(_PLACE, answer_id)
    return Version(rows[0]["place"], rows[0]["count"]) if rows and rows[0]["count"] > 1 else None


async def texts_of(run: Run, answer_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """Return what the versions of answers say, oldest first; none of an answer that was never redone."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in await run(_TEXTS, id_list(answer_ids)):
        found[row["answer_id"]].append(row["text"])
    return found


async def choose(run: Run, answer_id: int, place: int) -> bool:
    """Have an answer say what a version says, counted from 1; return whether there is such a one.

    There is none for an answer that is being redone: its next words are on their way.
    """
    rows = await run(_AT, answer_id, place - 1)
    if not rows:
        return False
    [row] = rows
    await clear_summaries_of(run, [answer_id])
    outcome = Outcome(Reason(row["reason"]))
    await run(
        "UPDATE turns SET state = ?, text = ?, tokens = ?, encoding = ? WHERE id = ?",
        ending(outcome, None, written=True)[0].value,
        row["text"],
        row["tokens"],
        row["encoding"],
        answer_id,
    )
    await run(
        "UPDATE answers SET version = ?, model = ?, shown = FALSE WHERE id = ?",
        row["number"],
        row["model"],
        answer_id,
    )
    await run("DELETE FROM ends WHERE answer_id = ?", answer_id)
    await run("INSERT INTO ends (answer_id, place, reason) VALUES (?, 0, ?)", answer_id, row["reason"])
    return True


async def _store(run: Run, answer_id: int, number: int, final: FinalAnswer) -> None:
    await run("DELETE FROM versions WHERE answer_id = ? AND number = ?", answer_id, number)
    await run(
        "INSERT INTO versions (answer_id, number, text, tokens, encoding, model, reason)"
        " SELECT ?1, ?2, ?3, ?4, ?5, coalesce(?6, model), ?7 FROM answers WHERE id = ?1",
        answer_id,
        number,
        final.text,
        final.tokens,
        final.encoding,
        final.model,
        final.outcome.reason.value,
    )


_STORE_CURRENT = (
    "INSERT INTO versions (answer_id, number, text, tokens, encoding, model, reason)"
    " SELECT t.id, 1, t.text, t.tokens, t.encoding, a.model, coalesce(e.reason, 'done')"
    " FROM turns AS t JOIN answers AS a ON a.id = t.id"
    " LEFT JOIN ends AS e ON e.answer_id = t.id AND e.place = 0 WHERE t.id = ?"
)

_TEXTS = (
    "SELECT answer_id, text FROM versions WHERE answer_id IN (SELECT value FROM json_each(?))"
    " ORDER BY answer_id, number"
)

_PLACE = (
    "SELECT count(*) AS count, count(*) FILTER (WHERE v.number <= a.version) AS place FROM versions AS v"
    " JOIN answers AS a ON a.id = v.answer_id WHERE v.answer_id = ?"
)

_AT = (
    "SELECT number, text, tokens, encoding, model, reason FROM versions WHERE answer_id = ?1"
    " AND EXISTS (SELECT 1 FROM turns WHERE id = ?1 AND state <> 'writing')"
    " ORDER BY number LIMIT 1 OFFSET ?2"
)
