"""What a question costs with little and with much in memory, and how much of it a prefix cache would serve.

Here Discord's limits are wide, since nothing but the way from a question to the model's request is looked at.
"""

import random
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks.stage import THINKING_SECONDS, Actor, answered
from benchmarks.table import Row
from bot.llm.counter import TiktokenCounter
from bot.rules.prompting.tokens import MESSAGE_TOKENS
from playground import Limits, Playground, Quota
from playground.world import permissions
from playground.world.entities import Channel

MODEL = "gpt-4.1-mini"
HISTORIES = (10, 10_000, 100_000)
TRIES = 100
EXCHANGES = 250
SHORT, LONG = (5, 30), (45, 55)  # sentences of some eight tokens in an answer
LIMIT_SECONDS = 60.0
WIDE = Limits(create=Quota(1000, 1.0), edit=Quota(1000, 1.0), typing=Quota(1000, 1.0), overall=None)
# Ten of these turns fill a request by their count, so that all requests are of one size.
FILL = """
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :turns)
    INSERT INTO turns (channel_id, state, message_id, author_id, label, folded_label, tokens, encoding,
        created_at, text)
    SELECT :channel, 'heard', :first + i, 100, 'John', 'john', 560, 'o200k_base', i,
        'A message of some sixty characters, as people write them here.' FROM n
"""


async def histories(folder: Path) -> AsyncIterator[Row]:
    """Measure the way from a question to the model's request, with so many turns stored in its channel."""
    chance = random.Random(1)  # noqa: S311 - an order that favours none
    async with Playground(limits=WIDE) as playground:
        world = playground.world
        channels = {size: world.add_text_channel(f"history-{size}") for size in HISTORIES}
        await (await Actor.start("bot", playground, folder)).end()  # makes the database
        for number, (size, channel) in enumerate(channels.items(), 1):
            world.deny(channel, world.bot, permissions.READ_MESSAGE_HISTORY)  # what is stored must do
            _fill(folder / "parley.db", channel, size, channel.id - 10_000_000 * number)
        bot = await Actor.start("bot", playground, folder)
        times: dict[int, list[float]] = {size: [] for size in HISTORIES}
        for number in range(TRIES):
            for size, channel in chance.sample(list(channels.items()), len(channels)):
                times[size].append(await _time_to_request(playground, channel, number))
        await bot.end()
    typical = {size: 1000 * quantiles(taken[TRIES // 4 :], n=10)[0] for size, taken in times.items()}
    for size in HISTORIES:
        bound = typical[HISTORIES[0]]
        yield Row(f"question to request, {size:,} turns stored", typical[size], "ms", bound, limit=1.2)


def _fill(database: Path, channel: Channel, turns: int, first: int) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "INSERT INTO channels (id, guild_id) VALUES (?, ?)", (channel.id, channel.guild_id)
        )
        connection.execute(FILL, {"turns": turns, "channel": channel.id, "first": first})


async def _time_to_request(playground: Playground, channel: Channel, number: int) -> float:
    playground.model.script().pause(THINKING_SECONDS).text("Noted.")
    asked = len(playground.model.requests)
    posted = playground.clock.steady()
    question = playground.world.people["alex"].say(channel, f"Question {number}")
    await answered(playground, channel, question)
    return playground.model.requests[asked].began - posted


async def prefixes(folder: Path) -> AsyncIterator[Row]:
    """Measure how much of the prompts of long conversations stands at the beginning of the one before."""
    async with Playground(limits=WIDE) as playground:
        bot = await Actor.start("bot", playground, folder)
        shares = [await _repeated_share(playground, sentences) for sentences in (SHORT, LONG)]
        await bot.end()
    small = f"share of prompt tokens in a repeated prefix, {2 * EXCHANGES} turns"
    for name, share in zip((small, "... with answers of 400 tokens"), shares, strict=True):
        yield Row(name, share, limit=0.85, at_least=True)


async def _repeated_share(playground: Playground, sentences: tuple[int, int]) -> float:
    """Have a conversation whose answers have so many sentences, and compare its requests."""
    chance = random.Random(1)  # noqa: S311 - lengths of small talk
    channel = playground.world.add_text_channel(f"long-talk-{sentences[0]}")
    asked = len(playground.model.requests)
    for number in range(EXCHANGES):
        answer = f"Answer {number}. " + "So it is, by and large. " * chance.randint(*sentences)
        playground.model.script().pause(THINKING_SECONDS).text(answer)
        text = f"Question {number}. " + "What of it, then? " * chance.randint(1, 8)
        await answered(playground, channel, playground.world.people["alex"].say(channel, text))
    counter = await TiktokenCounter.load()
    full = [one.messages for one in playground.model.requests[asked + EXCHANGES // 10 :]]
    all_tokens = repeated = 0
    for before, after in pairwise(full):
        costs = [MESSAGE_TOKENS + counter.count(str(message["content"]), MODEL) for message in after]
        all_tokens += sum(costs)
        repeated += sum(costs[: _common(before, after)])
    return repeated / all_tokens


def _common(before: Sequence[Any], after: Sequence[Any]) -> int:
    """Return how many messages two requests begin with together."""
    pairs = zip(before, after, strict=False)
    return next(
        (number for number, (old, new) in enumerate(pairs) if old != new), min(len(before), len(after))
    )
