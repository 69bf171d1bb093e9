"""What a process reads when it takes a shard costs by what is stored of it, whatever the others hold."""

from collections.abc import Sequence
from typing import Any

import pytest

from bot.rules.model import ChannelKey
from bot.rules.places.asides import aside
from bot.rules.places.shards import ShardId
from bot.store.cluster.leases import SqlLeases
from bot.store.connection.database import Database
from bot.store.connection.unit import Row
from bot.store.store import Store
from tests.store.building import DIRECT, MODERATOR, ROOM, START, Talk
from tests.store.test_hooks import HOOK

SHARD = ShardId(1, 4)
OWN = tuple((4 * number + 1) << 22 for number in range(3))
OTHERS = tuple((4 * number + shard) << 22 for number in range(1, 8) for shard in (0, 2, 3))


def room(guild_id: int) -> ChannelKey:
    return ChannelKey(guild_id + 7, guild_id)


async def fill(talk: Talk, guild_id: int) -> None:
    """Have a guild with a waiting question, an answer in mid-writing, a channel for all and a language."""
    await talk.say("And?", room(guild_id))
    await talk.begin(await talk.say("Well?", room(guild_id)))
    await talk.store.places.change(room(guild_id), MODERATOR, guild_wide=False, auto=True)
    await talk.store.facts.write(f"language of {guild_id}", "ko", guild_id)


async def all_that_is_read(store: Store) -> dict[str, Sequence[Any]]:
    answers = await store.answers.unfinished(SHARD)
    questions = await store.questions.waiting(START, SHARD)
    await store.places.recall(SHARD)
    return {
        "guilds": await store.places.guilds(SHARD),
        "channels": [key.channel_id for key in await store.places.known(SHARD)],
        "answers": [answer.key.guild_id for answer in answers],
        "questions": [question.key.guild_id for question in questions],
        "languages": sorted(await store.facts.named("language of ", SHARD)),
    }


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list to which each query adds how many rows it has brought."""
    rows: list[int] = []
    query = Database.read

    async def counted(self: Database, sql: str, *values: Any) -> list[Row]:
        rows.append(len(found := await query(self, sql, *values)))
        return found

    monkeypatch.setattr(Database, "read", counted)
    return rows


async def test_a_shard_costs_what_is_stored_of_it(talk: Talk, store: Store, read: list[int]) -> None:
    for guild_id in OWN:
        await fill(talk, guild_id)
    read.clear()
    alone = await all_that_is_read(store)
    cost = read.copy()
    for guild_id in OTHERS:
        await fill(talk, guild_id)
    await talk.say("Hello", DIRECT)
    read.clear()
    among_others = await all_that_is_read(store)

    assert read == cost
    assert among_others == alone
    assert alone == {
        "guilds": OWN,
        "channels": [room(one).channel_id for one in OWN],
        "answers": list(OWN),
        "questions": list(OWN),
        "languages": sorted(f"language of {one}" for one in OWN),
    }


async def test_the_shards_together_have_all(talk: Talk, store: Store) -> None:
    for guild_id in (*OWN, *OTHERS):
        await fill(talk, guild_id)
    await talk.say("Hello", DIRECT)
    each = [ShardId(number, 4) for number in range(4)]

    assert {key for shard in each for key in await store.places.known(shard)} == {*await store.places.known()}
    assert {id_ for shard in each for id_ in await store.places.guilds(shard)} == {*OWN, *OTHERS}
    assert DIRECT in await store.places.known(each[0])
    assert await store.places.direct() == [DIRECT]


@pytest.mark.parametrize("key", [aside(100, ROOM, elsewhere=True), DIRECT])
async def test_what_a_process_that_lives_answers_where_the_bot_is_no_member_is_not_repaired_by_another(
    talk: Talk, store: Store, key: ChannelKey
) -> None:
    database = store.turns._database
    process = await SqlLeases(database, database).join()
    store.hooks.process = process
    await talk.begin(await talk.say("Well?", key, message_id=10))
    await talk.say("And?", key, message_id=11)
    if key != DIRECT:
        await store.hooks.keep(10, HOOK)
        await store.hooks.keep(11, HOOK)

    async def left() -> tuple[int, int]:
        answers = await store.answers.unfinished(ShardId(0, 4))
        return len(answers), len(await store.questions.waiting(START, ShardId(0, 4)))

    alive = await left()
    await SqlLeases(database, database).end(process)

    assert (alive, await left()) == ((1, 1) if key == DIRECT else (0, 0), (1, 1))


async def test_unfinished_answers_of_one_channel_are_read_alone(talk: Talk, store: Store) -> None:
    for guild_id in OWN:
        await fill(talk, guild_id)

    [found] = await store.answers.unfinished_in(room(OWN[1]).channel_id)
    assert found.key == room(OWN[1])
