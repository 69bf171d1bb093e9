"""What so many servers take, and at how many of them which limit is reached. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil

from benchmarks.growth.costs import Costs
from benchmarks.growth.limits import (
    IDENTIFY_SECONDS,
    MOST_SERVERS_PER_SHARD,
    REQUESTS_PER_SECOND,
    SERVERS_PER_SHARD,
    Habits,
    concurrency,
    session_starts,
)
from benchmarks.pacing.model import WORDS_PER_SECOND

DAYS = 30
HOUR = 3_600
GIB = 2**30
FEWEST, MOST, STEP = 100, 10_000_000, 1.01  # servers, among which a limit is looked for


@dataclass(frozen=True, slots=True)
class World:
    """What a plan is made with: `answers_a_second` is what Discord's limit leaves room for in good time."""

    costs: Costs
    habits: Habits
    answers_a_second: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What so many servers take; what is by the second is of the busiest hour."""

    servers: int
    shards: int
    processes: int
    cores: float
    memory_gib: float
    start_minutes: float
    asked: float  # questions a second
    heard: float  # messages a second that are not for the bot
    at_once: float  # answers
    requests: float  # a second that Discord would have to allow
    transactions: float  # a second
    rows: float  # written a second
    stored_gib: float  # more each month
    starts_share: float  # of the sessions that may begin in a day
    model_dollars: float  # a month
    machine_dollars: float


def spoken_seconds(costs: Costs) -> float:
    """Return for how long a model speaks an answer."""
    return costs.completion_tokens / WORDS_PER_SECOND


def plan(servers: int, world: World) -> Plan:
    """Return what so many servers take."""
    costs, habits = world.costs, world.habits
    shards = ceil(servers / SERVERS_PER_SHARD)
    asked = servers * habits.questions * habits.busiest_hour / HOUR
    heard = servers * habits.messages * habits.busiest_hour / HOUR
    cores = (asked * costs.answer_cpu_ms + heard * costs.message_cpu_ms) / 1_000
    of_servers_gib = servers * costs.server_kib / 2**20
    room_gib = habits.process_gib - costs.process_mib / 2**10
    processes = max(1, ceil(cores / habits.core_share), ceil(of_servers_gib / room_gib))
    memory_gib = of_servers_gib + processes * costs.process_mib / 2**10
    identified = ceil(shards / concurrency(servers)) * IDENTIFY_SECONDS
    read = servers * costs.server_cpu_ms / 1_000 / processes
    asked_a_month = servers * habits.questions * DAYS
    stored_gib = asked_a_month * costs.stored_bytes / GIB
    machines = processes * habits.core_share * habits.core_dollars + memory_gib * habits.gib_dollars
    return Plan(
        servers=servers,
        shards=shards,
        processes=processes,
        cores=cores,
        memory_gib=memory_gib,
        start_minutes=max(identified, read) / 60,
        asked=asked,
        heard=heard,
        at_once=asked * spoken_seconds(costs),
        requests=REQUESTS_PER_SECOND * asked / world.answers_a_second,
        transactions=asked * costs.transactions,
        rows=asked * costs.rows,
        stored_gib=stored_gib,
        starts_share=habits.restarts * shards / session_starts(servers),
        model_dollars=asked_a_month * costs.dollars,
        machine_dollars=machines + stored_gib * habits.disk_gib_dollars,
    )


def limits(habits: Habits) -> Mapping[str, Callable[[Plan], float]]:
    """Return the limits by name, each with how much of it a plan takes: 1 is all."""
    return {
        "one shard": lambda plan: plan.servers / MOST_SERVERS_PER_SHARD,
        "one process": lambda plan: max(plan.cores / habits.core_share, plan.memory_gib / habits.process_gib),
        "requests to Discord": lambda plan: plan.requests / REQUESTS_PER_SECOND,
        "the start": lambda plan: plan.start_minutes / habits.start_minutes,
        "session starts": lambda plan: plan.starts_share,
        "one PostgreSQL": lambda plan: plan.transactions / habits.transactions,
    }


def reached_at(share: Callable[[Plan], float], world: World) -> int | None:
    """Return at how many servers a limit is reached first, to one part in a hundred; None: at none."""
    servers = float(FEWEST)
    while servers <= MOST:
        if share(plan(round(servers), world)) >= 1:
            return round(servers)
        servers *= STEP
    return None
