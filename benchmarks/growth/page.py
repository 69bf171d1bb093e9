"""What docs/growing.md says in figures: the plans, the limits and where they are reached, assumptions."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from benchmarks.growth.costs import Costs
from benchmarks.growth.limits import REQUESTS_PER_SECOND, Habits
from benchmarks.growth.plan import Plan, World, limits, plan, reached_at, spoken_seconds
from benchmarks.pacing.crowd import most_at_once
from bot.rules.pacing import MOST_AT_ONCE

SIZES = (1_000, 10_000, 100_000, 1_000_000)
RAISED = (50, 100, 200)  # requests a second
SPOKEN = (10.0, 30.0)  # seconds, beside what an answer usually takes

_most_at_once = cache(most_at_once)


def at_once(seconds: float, lag: float, requests: int = REQUESTS_PER_SECOND) -> int:
    """Return how many answers may be spoken at any moment; a few requests stay for whatever else there is."""
    return _most_at_once(seconds, lag, requests * MOST_AT_ONCE // REQUESTS_PER_SECOND)


def world(costs: Costs, habits: Habits) -> World:
    """Return what the plans are made with."""
    seconds = spoken_seconds(costs)
    return World(costs, habits, at_once(seconds, habits.lag) / seconds)


def figures(costs: Costs, habits: Habits) -> str:
    """Return the figures as the page has them."""
    made = world(costs, habits)
    parts = (_plans(made), _reached(made), _room(made), _raised(made), _supposed(costs, habits))
    return "\n\n".join("\n".join(part) for part in parts)


def _plans(world: World) -> Iterator[str]:
    plans = [plan(size, world) for size in SIZES]
    rows = (
        ("shards", [f"{one.shards:,}" for one in plans]),
        ("questions a second", [_figure(one.asked) for one in plans]),
        ("answers at once", [_figure(one.at_once) for one in plans]),
        ("messages of others a second", [_figure(one.heard) for one in plans]),
        ("cores, all processes together", [_figure(one.cores) for one in plans]),
        ("processes", [f"{one.processes:,}" for one in plans]),
        ("memory, all processes together", [f"{_figure(one.memory_gib)} GiB" for one in plans]),
        ("start until all servers are heard", [_minutes(one.start_minutes) for one in plans]),
        ("PostgreSQL: transactions a second", [_figure(one.transactions) for one in plans]),
        ("PostgreSQL: rows written a second", [_figure(one.rows) for one in plans]),
        ("PostgreSQL: more each month", [f"{_figure(one.stored_gib)} GiB" for one in plans]),
        ("requests a second to ask Discord for", [_requests(one) for one in plans]),
        ("the model, a month", [_dollars(one.model_dollars) for one in plans]),
        ("the bot's machines, a month", [_dollars(one.machine_dollars) for one in plans]),
    )
    yield from _table(("in the busiest hour", *(f"{size:,} servers" for size in SIZES)), rows)


def _reached(world: World) -> Iterator[str]:
    yield "Which limit is reached at how many servers:"
    yield ""
    found = [(reached_at(share, world), name) for name, share in limits(world.habits).items()]
    rows = [(name, [f"{_rounded(at):,}"]) for at, name in sorted((at, name) for at, name in found if at)]
    rows += [(name, ["at none up to ten million"]) for at, name in found if not at]
    yield from _table(("limit", "reached at"), [(_means(name, world.habits), one) for name, one in rows])


def _means(name: str, habits: Habits) -> str:
    told = {
        "one shard": "one shard: 2,500 servers, where Discord demands more",
        "one process": f"one process: {habits.core_share:.0%} of a core or {habits.process_gib:g} GiB",
        "requests to Discord": f"requests to Discord: {REQUESTS_PER_SECOND} a second, lag {habits.lag:g} s",
        "the start": f"the start: sessions begin for more than {habits.start_minutes:g} minutes",
        "session starts": f"session starts: {habits.restarts:g} restarts of everything take a day's",
        "one PostgreSQL": f"one PostgreSQL: {habits.transactions:,.0f} transactions a second",
    }
    return told[name]


def _room(world: World) -> Iterator[str]:
    lag = world.habits.lag
    yield (
        f"How many answers may be written at once under {REQUESTS_PER_SECOND} requests a second, so that"
        f" words are seen no later than {lag:g} s after the model has sent them, on average:"
    )
    yield ""
    rows = []
    for seconds in (spoken_seconds(world.costs), *SPOKEN):
        count = at_once(seconds, lag)
        rows.append((f"{seconds:.1f} s", [f"{count:,}", _figure(count / seconds)]))
    yield from _table(("the model speaks for", "answers at once", "questions a second"), rows)


def _raised(world: World) -> Iterator[str]:
    yield "What a raised limit brings:"
    yield ""
    seconds, rows = spoken_seconds(world.costs), []
    one_server = plan(1, world).asked
    for requests in RAISED:
        count = at_once(seconds, world.habits.lag, requests)
        served = _rounded(round(count / seconds / one_server))
        rows.append((f"{requests}", [f"{count:,}", f"{served:,}"]))
    yield from _table(("requests a second", "answers at once", "servers"), rows)


def _supposed(costs: Costs, habits: Habits) -> Iterator[str]:
    yield (
        f"Supposed of a server, on average: {habits.questions:g} questions a day and {habits.messages:g}"
        f" messages that are not for the bot, {habits.busiest_hour:.0%} of them in the busiest hour; of a"
        f" process that it takes {habits.core_share:.0%} of a core and {habits.process_gib:g} GiB at most;"
        f" that a core costs ${habits.core_dollars:g} a month, a GiB of memory"
        f" ${habits.gib_dollars:g} and of disk ${habits.disk_gib_dollars:g}; that nothing is forgotten."
        f" That one PostgreSQL takes {habits.transactions:,.0f} transactions a second is supposed as well,"
        " and its machine is in no sum."
    )
    yield ""
    yield (
        f"Measured on {costs.day} ({costs.machine}): {costs.process_mib:g} MiB for a process and"
        f" {costs.server_kib:g} KiB for each server with 30 channels and 12 roles; of processor time"
        f" {costs.server_cpu_ms:g} ms for each server at a start, {1000 * costs.message_cpu_ms:.0f} µs for a"
        f" message of others, and {costs.answer_cpu_ms:g} ms for a question with its answer of"
        f" {costs.completion_tokens} tokens, which takes {costs.transactions:g} transactions, {costs.rows:g}"
        f" rows written and {costs.stored_bytes:,} bytes that stay. A thousand of them with"
        f" `{costs.model}`: ${1000 * costs.dollars:.2f}."
    )


def _table(head: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|---|{'--:|' * (len(head) - 1)}"
    for name, cells in rows:
        yield f"| {name} | {' | '.join(cells)} |"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def _rounded(value: int) -> int:
    """Return a size as exactly as it is known, which is by two digits."""
    return int(float(f"{value:.1e}"))


def _minutes(minutes: float) -> str:
    return f"{60 * minutes:.0f} s" if minutes < 2 else f"{minutes:.0f} min"


def _requests(plan: Plan) -> str:
    return "none" if plan.requests <= REQUESTS_PER_SECOND else f"{_rounded(round(plan.requests)):,}"


def _dollars(dollars: float) -> str:
    return f"${_rounded(round(dollars)):,}"
