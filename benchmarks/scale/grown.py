"""`python -m benchmarks.scale.grown`: what a question costs with millions of turns, on both engines.

Told is how many statements of a release would read all of a table that grows, of which there must be none,
and how long the memory takes for a question with its answer: to hear it, read back its place, begin, keep and
end the answer.
"""

import argparse
import asyncio
import random
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from statistics import quantiles

import psycopg

from benchmarks.scale.filling import TURNS_A_CHANNEL, filling
from benchmarks.scale.plans import is_postgres, scanned
from benchmarks.table import Row, drawn
from bot.rules.model import ChannelKey
from bot.settings.forms import ServerUrl
from bot.store.store import Store, open_store
from tests import statements
from tests.store.building import StoppedClock, Talk
from tests.support import postgres

FEW, SIZES = 10_000, (1_000_000, 10_000_000)
TRIES = 200
MOST_TIMES = 1.5  # of what a question costs where there is little
Place = Path | ServerUrl


async def grown(folder: Path, sizes: Sequence[int] = SIZES) -> AsyncIterator[Row]:
    """Fill memories of both engines, and look at each."""
    for engine in ("SQLite", "PostgreSQL"):
        least = None
        for size in (FEW, *sizes):
            place = folder / f"{size}.db" if engine == "SQLite" else postgres.new_database(f"grown-{size}")
            async with open_store(place, partial(datetime.now, UTC)):
                pass
            await asyncio.to_thread(_fill, place, size)
            async with open_store(place, partial(datetime.now, UTC)) as store:
                cost = 1_000 * await _cost_of_a_question(store, size)
                whole = await _read_whole(store) if size > FEW else 0
            name = f"{engine}, {size:,} turns"
            yield Row(f"{name}: a question with its answer", cost, "ms", least, limit=least and MOST_TIMES)
            if size > FEW:
                yield Row(f"{name}: statements that read all of what grows", whole, limit=0)
            least = least or cost


def _fill(place: Place, turns: int) -> None:
    if isinstance(place, Path):
        with closing(sqlite3.connect(place)) as database, database:
            _run(database.execute, turns)
    else:
        with psycopg.connect(place.raw, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")  # what is filled in fits together
            _run(connection.execute, turns)


def _run(execute: Callable[[str], object], turns: int) -> None:
    for statement in filling(turns):
        execute(statement)


async def _read_whole(store: Store) -> int:
    """Return how many of the newest release's statements read all of a table that grows."""
    newest = sorted(statements.FOLDER.glob("*.sql"))[-1]
    database = store.turns._database
    every = statements.read(newest, postgres=is_postgres(database))
    found = {one: await scanned(database, one) for one in every}
    for statement, tables in found.items():
        if tables:
            print(f"all of {', '.join(sorted(tables))}: {statement}")
    return sum(map(bool, found.values()))


async def _cost_of_a_question(store: Store, turns: int) -> float:
    """Return the seconds that the memory takes for a question and its answer, in places chosen at random.

    It is the first decile of them, which other processes of the machine disturb least.
    """
    chance, messages = random.Random(1), count(10**15)  # noqa: S311 - places are no secrets
    talk, taken = Talk(store, StoppedClock(datetime.now(UTC))), []
    for _ in range(TRIES):
        place = ChannelKey(chance.randint(1, max(50, turns // TURNS_A_CHANNEL)), 1)
        began = time.perf_counter()
        await store.people.label_taken(place.channel_id, "John", 100)
        question = await talk.say("What of it, then?", place, message_id=next(messages))
        await store.turns.window(place.channel_id, None, 4_000)
        await store.questions.newest(place.channel_id)
        await talk.answer(question, "So it is, by and large.", message_ids=(next(messages),))
        taken.append(time.perf_counter() - began)
    return quantiles(taken, n=10)[0]


async def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale.grown", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, help="turns")
    with tempfile.TemporaryDirectory() as folder:
        rows = [row async for row in grown(Path(folder), parser.parse_args().sizes)]
    print(drawn(rows))


if __name__ == "__main__":
    asyncio.run(main())
