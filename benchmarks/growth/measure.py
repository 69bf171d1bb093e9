"""`python -m benchmarks.growth.measure`: measure what `benchmarks.growth` computes with; a few minutes.

The bot is `python -m bot` on PostgreSQL, over the playground with Discord's limits. Only Linux tells what
another process has used.
"""

import asyncio
import os
import platform
import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from benchmarks.costs import typical
from benchmarks.footprint import calm, cost_of_talk, cpu_seconds, memory_mib, running
from benchmarks.growth.costs import Costs, write
from benchmarks.pacing.model import WORDS_PER_SECOND
from benchmarks.stage import THINKING_SECONDS, answered
from bot.llm.connection import OPENAI_URL
from bot.llm.prices import Prices
from bot.rules.spending.usage import Usage
from bot.settings.settings import DEFAULT_MODEL
from playground import Playground
from playground.world.entities import Channel
from tests.support import postgres

SERVERS, CHANNELS_EACH, ROLES_EACH = 1_000, 30, 12
PLACES, ROUNDS = 20, 12
MESSAGES = 1_000
TRANSACTIONS = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
ROWS = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables"
BYTES = "SELECT sum(pg_total_relation_size(relid)) FROM pg_stat_user_tables"


@dataclass(frozen=True, slots=True)
class Written:
    """What a database has been written."""

    transactions: float
    rows: float
    bytes: float


async def _known(folder: Path, servers: int) -> tuple[float, float, float]:
    """Return the memory of a bot in so many servers, its processor time to there, and that of a message."""
    async with Playground() as playground:
        world = playground.world
        for number in range(servers):
            guild = world.add_guild(f"server-{number}", world.people["alex"])
            for role in range(ROLES_EACH):
                world.add_role(f"role-{role}", 0, guild)
            for channel in range(CHANNELS_EACH):
                world.add_text_channel(f"channel-{channel}", guild)
        url = postgres.new_database("rest").raw
        async with running(playground, folder, DATABASE_URL=url) as process:
            await calm(process.pid)
            at_rest, started = memory_mib(process.pid), cpu_seconds(process.pid)
            talk = 0.0 if servers else await cost_of_talk(playground, process.pid)
            return at_rest, started, talk


async def _asked(folder: Path, usage: Usage, rounds: int) -> tuple[float, Written]:
    """Return the processor time of a bot, and what it wrote, asked so often in some places at once."""
    url = postgres.new_database(f"asked-{rounds}").raw
    async with Playground() as playground:
        places = [playground.world.add_text_channel(f"place-{number}") for number in range(PLACES)]
        async with running(playground, folder, DATABASE_URL=url) as process:
            await calm(process.pid)
            before = cpu_seconds(process.pid)
            await asyncio.gather(*(_talk(playground, place, usage, rounds) for place in places))
            await calm(process.pid)
            spent = cpu_seconds(process.pid) - before
    with psycopg.connect(url, autocommit=True) as connection:
        [[transactions]], [[rows]] = connection.execute(TRANSACTIONS), connection.execute(ROWS)
        connection.execute("VACUUM FULL")
        [[size]] = connection.execute(BYTES)
    return spent, Written(float(transactions), float(rows), float(size))


async def _talk(playground: Playground, place: Channel, usage: Usage, rounds: int) -> None:
    chance = random.Random(place.id)  # noqa: S311 - small talk
    alex = playground.world.people["alex"]
    for number in range(rounds):
        words = [f"{chance.choice('abcdefgh')}{at} " for at in range(usage.completion_tokens)]
        script = playground.model.script()
        script.text(*words, at=THINKING_SECONDS, every=1 / WORDS_PER_SECOND)
        text = f"Question {number}. " + "What of it, then? " * chance.randint(1, 8)
        await answered(playground, place, alex.say(place, text))


async def measured(told: Callable[[str], None] = print) -> Costs:
    """Measure everything."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        usage = await typical(folder)
        told(f"a question takes {usage}")
        await _known(folder, 0)  # so that the next finds all of the program in the machine's memory
        alone, started, talk = await _known(folder, 0)
        many, started_with_many, _ = await _known(folder, SERVERS)
        told(f"{alone:.1f} MiB alone, {many:.1f} MiB in {SERVERS} servers")
        few_spent, few = await _asked(folder, usage, 2)
        spent, written = await _asked(folder, usage, ROUNDS)
    answers, now = PLACES * (ROUNDS - 2), datetime.now(UTC)
    micros = Prices({}).price(DEFAULT_MODEL, OPENAI_URL, usage, now)
    return Costs(
        machine=f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}",
        day=f"{now:%Y-%m-%d}",
        process_mib=round(alone, 1),
        server_kib=round(1024 * (many - alone) / SERVERS, 1),
        server_cpu_ms=round(1000 * (started_with_many - started) / SERVERS, 2),
        message_cpu_ms=round(1000 * talk / MESSAGES, 4),
        answer_cpu_ms=round(1000 * (spent - few_spent) / answers, 1),
        rows=round((written.rows - few.rows) / answers, 1),
        transactions=round((written.transactions - few.transactions) / answers, 1),
        stored_bytes=round((written.bytes - few.bytes) / answers),
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        model=DEFAULT_MODEL,
        dollars=round((micros or 0) / 10**6, 6),
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))


if __name__ == "__main__":
    write(asyncio.run(measured()))
