"""What limits count: the same as the ledger says, whoever stores it, and never more than is admitted."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.spending.entries import Entry, Result, Spender, entry_time
from bot.rules.spending.sums import ALL, Counted, Scope, Sum
from bot.rules.spending.usage import Usage
from bot.settings.spending import Per
from bot.store.connection.database import Database
from bot.store.postgres.opening import open_postgres
from bot.store.spending.entries import SqlBudgets
from bot.store.store import MEMORY, Store, open_store
from tests.store.building import JOHN, MARY, ROOM, StoppedClock
from tests.store.test_ledger import ENTRY
from tests.support import postgres
from tests.support.entries import entries_of
from tests.support.sqlite import sqlite_of
from tests.support.strategies import examples

TOTAL = Counted(ALL, Per.DAY, entry_time(0))
LIMIT = 240  # tokens: two of ENTRY


def admits(spent: Mapping[Counted, Sum]) -> bool:
    return spent[TOTAL].tokens + ENTRY.usage.tokens <= LIMIT


@pytest.fixture
async def other(store: Store, engine: str, clock: StoppedClock) -> AsyncIterator[SqlBudgets]:
    """Return the budgets of another process, over a connection of its own where that can be."""
    if engine == "sqlite":
        database = store.ledger._database
    else:
        database = await open_postgres(postgres.new_connection(), clock.now)
    budgets = SqlBudgets(database)
    budgets.process = 7
    yield budgets
    if engine == "postgres":
        await database.close()


async def begin(budgets: SqlBudgets, entry: Entry = ENTRY) -> Entry | None:
    return await budgets.begin(entry, [TOTAL], admits)


async def live(database: Database, seconds: int = 15) -> None:
    """Let the other process give a sign of life; the clock of this one says something else than its own."""
    await database.write_one(
        "INSERT INTO shares (limited, process, share, wanted, until)"
        " VALUES ('any', 7, 0, 0, now_micros() + ?)"
        " ON CONFLICT (limited, process) DO UPDATE SET until = excluded.until",
        seconds * 1_000_000,
    )


@pytest.mark.parametrize(
    ("scope", "does"),
    [
        (ALL, True),
        (Scope(person_id=JOHN.id), True),
        (Scope(person_id=MARY.id), False),
        (Scope(guild_id=ROOM.guild_id), True),
        (Scope(guild_id=99), False),
        (Scope(person_id=JOHN.id, guild_id=ROOM.guild_id), True),
        (Scope(person_id=JOHN.id, guild_id=99), False),
    ],
)
@pytest.mark.parametrize("known", [True, False])
async def test_a_request_counts_for_its_person_and_its_server(
    store: Store, scope: Scope, does: bool, known: bool
) -> None:
    counted, late = (Counted(scope, Per.DAY, entry_time(since)) for since in (ENTRY.id, ENTRY.id + 1))
    if known:
        await store.ledger.settled([counted])
    await store.ledger.record(ENTRY)

    assert (await store.ledger.settled([counted]))[counted].tokens == (120 if does else 0)
    assert (await store.ledger.settled([late]))[late].tokens == 0


async def test_what_is_begun_counts_by_the_most_that_it_can_take_in_every_process(
    store: Store, other: SqlBudgets, clock: StoppedClock
) -> None:
    first = await begin(store.ledger)
    second = await begin(other, replace(ENTRY, id=6))
    third = await begin(store.ledger, replace(ENTRY, id=7))
    assert first is not None
    await store.ledger.record(replace(first, result=Result.DONE, usage=Usage(20, 5)))
    enough = await begin(other, replace(ENTRY, id=8))

    assert (first, second, third) == (ENTRY, replace(ENTRY, id=6), None)
    assert enough is None
    assert len(await entries_of(store)) == 2


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_where_no_limit_is_set_an_entry_costs_three_statements(store: Store) -> None:
    made: list[str] = []
    sqlite_of(store.ledger._database).set_trace_callback(made.append)
    begun = await store.ledger.begin(ENTRY, (), admits)
    assert begun is not None
    await store.ledger.record(replace(begun, result=Result.DONE))

    unit = ["BEGIN", "SELECT", "INSERT", "COMMIT"]
    assert [one.split()[0] for one in made] == [*unit[:2], "UPDATE", *unit[2:], *unit]


async def test_what_another_process_has_under_way_is_looked_past_for_as_long_as_it_lives(
    store: Store, other: SqlBudgets, clock: StoppedClock
) -> None:
    await live(store.ledger._database)
    await begin(store.ledger)
    await begin(other, replace(ENTRY, id=6))
    alive = await store.ledger.settled([TOTAL])
    await live(store.ledger._database, -1)
    dead = await store.ledger.settled([TOTAL])

    assert (alive[TOTAL].tokens, dead[TOTAL].tokens) == (0, 120)


async def test_two_requests_of_one_microsecond_are_two_entries(store: Store, other: SqlBudgets) -> None:
    first = await store.ledger.begin(ENTRY, (), admits)
    second = await other.begin(replace(ENTRY, spender=Spender(MARY.id, ROOM)), (), admits)
    assert second is not None
    await store.ledger.record(replace(second, result=Result.DONE))

    assert first == ENTRY
    assert second.id == ENTRY.id + 1
    assert [one.spender.person_id for one in await entries_of(store)] == [JOHN.id, MARY.id]


async def test_of_a_person_whose_data_is_deleted_no_sum_stays(store: Store) -> None:
    theirs = Counted(Scope(person_id=JOHN.id), Per.DAY, entry_time(0))
    await begin(store.ledger)
    await store.ledger.settled([theirs, TOTAL])
    await store.people.delete(JOHN.id)
    left = await store.ledger._database.read("SELECT person_id FROM spent")
    await store.ledger.record(replace(ENTRY, result=Result.DONE, usage=Usage(20, 5)))
    settled = await store.ledger.settled([theirs, TOTAL])

    assert [row["person_id"] for row in left] == [0]
    assert (settled[theirs].tokens, settled[TOTAL].tokens) == (0, 25)


@pytest.mark.parametrize("engine", ["postgres"])
async def test_processes_that_begin_at_once_overspend_nothing(store: Store, clock: StoppedClock) -> None:
    async with AsyncExitStack() as stack:
        budgets = []
        for _ in range(3):
            database = await open_postgres(postgres.new_connection(), clock.now)
            stack.push_async_callback(database.close)
            budgets.append(SqlBudgets(database))
        asked = [begin(one, replace(ENTRY, id=ENTRY.id)) for one in budgets for _ in range(4)]
        begun = [one for one in await asyncio.gather(*asked) if one is not None]

    assert len(begun) == len({one.id for one in begun}) == 2
    assert (await store.ledger.sum(ALL, entry_time(0))).tokens == LIMIT


deeds = st.lists(
    st.tuples(st.integers(1, 6), st.sampled_from([JOHN.id, MARY.id]), st.integers(0, 90), st.booleans()),
    max_size=12,
)


@given(deeds)
@examples(15)
def test_the_sums_are_those_of_the_ledger(deeds: list[tuple[int, int, int, bool]]) -> None:
    scopes = [ALL, Scope(JOHN.id), Scope(MARY.id, guild_id=ROOM.guild_id), Scope(guild_id=ROOM.guild_id)]
    counted = [Counted(scope, Per.DAY, entry_time(2)) for scope in scopes]

    async def scene() -> None:
        clock = StoppedClock()
        async with open_store(MEMORY, clock.now) as store:
            for id_, person, tokens, looks in deeds:
                if looks:
                    await store.ledger.settled(counted)
                spender, usage = Spender(person, ROOM), Usage(tokens, 1)
                entry = replace(ENTRY, id=id_, spender=spender, usage=usage, micros=tokens or None)
                await store.ledger.record(replace(entry, result=Result.DONE))
            found = await store.ledger.settled(counted)
            for one in counted:
                told = await store.ledger.sum(one.scope, one.since)
                assert (found[one].tokens, found[one].micros) == (told.tokens, told.micros)

    asyncio.run(scene())
