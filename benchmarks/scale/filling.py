"""Statements that fill a memory of either engine with turns in many places, and all that goes with them."""

# ruff: noqa: S608 - nothing but our own figures is put into a statement

from collections.abc import Iterator

TURNS_A_CHANNEL, CHANNELS_A_SERVER = 1_000, 10
WORDS = "A message of some sixty characters, as people write them here."


def filling(turns: int) -> Iterator[str]:
    """Yield what fills an empty memory with so many turns, half of them answers, and has it analysed."""
    questions, channels = turns // 2, max(50, turns // TURNS_A_CHANNEL)
    numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})"
    yield (
        f"INSERT INTO channels (id, guild_id) {numbers.format(channels)}"
        f" SELECT i, i / {CHANNELS_A_SERVER} FROM n"
    )
    yield (
        "INSERT INTO turns (channel_id, state, message_id, author_id, label, folded_label, tokens, encoding,"
        f" created_at, text) {numbers.format(questions)}"
        f" SELECT 1 + i % {channels}, 'answered', i, i % 5000, 'John', 'john', 90, 'o200k_base', i,"
        f" '{WORDS}' FROM n"
    )
    yield (
        "INSERT INTO turns (channel_id, question_id, state, tokens, encoding, created_at, text)"
        " SELECT channel_id, id, 'complete', tokens, encoding, created_at, text FROM turns"
    )
    yield from _OF_TURNS
    yield "ANALYZE"


_OF_TURNS = (
    "INSERT INTO answers (id, model) SELECT id, 'a-model' FROM turns WHERE question_id IS NOT NULL",
    "INSERT INTO answer_messages (message_id, answer_id, place) SELECT id + 100000000, id, 0 FROM answers",
    "INSERT INTO ends (answer_id, place, reason) SELECT id, 0, 'done' FROM answers",
    "INSERT INTO versions (answer_id, number, text, tokens, encoding, model, reason)"
    " SELECT id, 1, 'hello', 1, 'o200k_base', model, 'done' FROM answers WHERE id % 10 = 0",
    "INSERT INTO parts (turn_id, kind, message_id, author_id, name, text)"
    " SELECT id, 'quote', id, author_id, '', 'hello' FROM turns",
    "INSERT INTO ledger (id, person_id, channel_id, guild_id, purpose, model, server, result, prompt_tokens,"
    " cached_tokens, completion_tokens, reasoning_tokens, micros, estimated)"
    f" SELECT id, id % 5000, channel_id, channel_id / {CHANNELS_A_SERVER}, 'answer', 'a-model', '', 'done',"
    " 1, 1, 1, 0, 1, 0 FROM turns",
)
