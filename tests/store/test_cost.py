"""What a request costs does not depend on what else is stored; the file stays small."""

import json
from itertools import count

import pytest

from bot.chat.clearing import ResetOrder
from bot.rules.model import ChannelKey, Completion
from bot.rules.spending.usage import Usage
from bot.store import disposal, resets
from bot.store.connection.database import Database
from bot.store.history.media import MOST_MEDIA_BYTES
from bot.store.people import SqlPeople
from bot.store.questions import SqlQuestions
from bot.store.store import MEMORY, Store, open_store
from bot.store.turns import SqlTurns
from tests.store.building import ROOM, StoppedClock, Talk
from tests.support.sqlite import sqlite_of

of_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

CHANNEL = ROOM.channel_id
FILL = (
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)"
    " INSERT INTO turns (channel_id, state, message_id, author_id, label, folded_label, tokens, encoding,"
    " created_at, text) SELECT ?2, 'answered', ?2 * 1000000 + i, 100, 'John', 'john', 20, 'o200k_base', i,"
    " 'A message of some sixty characters, as people write them.' FROM n"
)
CROWD = (
    "WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 10999)"
    " INSERT INTO channels (id, guild_id) SELECT i, 1 FROM n"
)
CROWDED_TALK = (
    "INSERT INTO turns (channel_id, state, message_id, author_id, label, folded_label, created_at, text)"
    " SELECT id, 'answered', id, 100, 'John', 'john', 0, 'hello' FROM channels WHERE id >= 1000"
)


class Steps:
    """Counts the steps of SQLite's virtual machine, which are the same on every computer."""

    def __init__(self, database: Database) -> None:
        self._sqlite = sqlite_of(database)
        self._taken = 0

    async def __aenter__(self) -> "Steps":
        self._sqlite.set_progress_handler(self._step, 1)
        return self

    async def __aexit__(self, *details: object) -> None:
        self._sqlite.set_progress_handler(lambda: None, 0)

    @property
    def taken(self) -> int:
        return self._taken

    def _step(self) -> None:
        self._taken += 1


async def request_cost(database: Database) -> int:
    """Return the steps of what every request asks: window, label, newest question."""
    turns, questions = SqlTurns(database, MOST_MEDIA_BYTES), SqlQuestions(database)
    people = SqlPeople(database, StoppedClock().now)
    async with Steps(database) as steps:
        window = await turns.window(CHANNEL, None, 200)
        await people.label_taken(CHANNEL, "John", 200)
        await people.label_taken(CHANNEL, "John", 100)
        await questions.newest(CHANNEL)
    assert len(window.turns) == 10
    return steps.taken


@of_sqlite
async def test_a_request_costs_the_same_with_ten_or_a_hundred_thousand_turns(database: Database) -> None:
    await database.write_one("INSERT INTO channels (id, guild_id) VALUES (?, 1)", CHANNEL)
    await database.write_one(FILL, 64, CHANNEL)
    small = await request_cost(database)
    await database.write_one(CROWD)
    await database.write_one(CROWDED_TALK)
    await database.write_one("DELETE FROM turns WHERE channel_id = ?", CHANNEL)
    await database.write_one(FILL, 100_000, CHANNEL)
    large = await request_cost(database)

    assert large <= small * 1.2


@of_sqlite
async def test_a_reset_of_ten_thousand_channels_writes_as_little_as_one_of_a_single_channel(
    database: Database, clock: StoppedClock
) -> None:
    await database.write_one(CROWD)
    await database.write_one(CROWDED_TALK)
    memory = resets.SqlResets(database, clock.now)
    statements: list[str] = []
    sqlite_of(database).set_trace_callback(statements.append)
    single = await memory.reset(ResetOrder(ChannelKey(1000, 1)), 1)
    await memory.undo(single.id, 1)
    writes_for_one = [statement.split()[0] for statement in statements if not statement.startswith("SELECT")]
    statements.clear()
    crowd = await memory.reset(ResetOrder(ChannelKey(1001, 1), guild_wide=True), 1)
    await memory.undo(crowd.id, 1)
    writes = [
        statement.split()[0] for statement in statements if not statement.startswith(("SELECT", "WITH"))
    ]

    assert crowd.turns == 10_000
    assert [word for word in writes if word != "--"] == [word for word in writes_for_one if word != "WITH"]
    assert len(statements) < 100


@of_sqlite
@pytest.mark.parametrize(
    "query",
    [
        "SELECT id, text FROM history WHERE channel_id = 1 AND position > 2 AND (position, id) <= (3, 4)"
        " ORDER BY position DESC, id DESC LIMIT 64",
        "SELECT id FROM history WHERE channel_id = 1 AND (position, id) > (3, 4) ORDER BY position, id",
        "SELECT id, message_ids FROM answer_cards WHERE id = 1",
        "SELECT id FROM turns WHERE state = 'writing' UNION SELECT id FROM answers WHERE NOT shown"
        " UNION SELECT answer_id FROM ends WHERE reason = 'replaced'",
        "SELECT reason FROM ends WHERE answer_id IN (SELECT value FROM json_each('[1]'))",
        "UPDATE ends SET stopped_by = NULL, stopped_name = '' WHERE stopped_by = 1",
        "SELECT id FROM turns WHERE state = 'waiting' AND created_at >= 5 ORDER BY id",
        "SELECT id FROM turns WHERE message_id IN (SELECT value FROM json_each('[1]'))",
        "SELECT id FROM turns WHERE author_id = 1 AND channel_id = 2 AND id > 3 ORDER BY id LIMIT 100",
        "DELETE FROM channels WHERE guild_id = 1",
        "DELETE FROM clearings WHERE id = 1",
        disposal._EXPIRED,
    ],
)
async def test_no_query_of_single_things_scans_a_table_or_sorts(database: Database, query: str) -> None:
    values = [1] * 6 if "?4" in query else []
    plan = [row["detail"] for row in await database.read(f"EXPLAIN QUERY PLAN {query}", *values)]

    assert plan
    scans = [
        step for step in plan if step.startswith("SCAN") and "USING" not in step and "VIRTUAL" not in step
    ]
    assert set(scans) <= {"SCAN o", "SCAN c"}  # an answer's own messages; the channels, for their retention
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan


async def test_a_turn_of_average_length_takes_less_than_a_kilobyte(clock: StoppedClock) -> None:
    text = ("People write about three hundred characters when they explain something to somebody. " * 4)[:300]
    details = {
        "usage": {"prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0}, "total_tokens": 999}
    }
    extra = json.dumps({"system_fingerprint": "fp_0123456789", "service_tier": "default", **details})
    snowflakes = count(1_400_000_000_000_000_000)
    async with open_store(MEMORY, clock.now) as store:
        talk = Talk(store, clock)
        empty = await size_of(store)
        for number in range(150):
            completion = Completion(
                f"chatcmpl-{number:029}", "gpt-4.1-mini", 1, "stop", Usage(1, 2), extra=extra
            )
            question = await talk.say(text, message_id=next(snowflakes))
            await talk.answer(question, text, message_ids=(next(snowflakes),), completion=completion)

        assert (await size_of(store) - empty) / 300 < 1_000


async def size_of(store: Store) -> int:
    """Return how many bytes the database takes."""
    [row] = await store.turns._database.read(
        "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size"
    )
    return int(row["bytes"])
