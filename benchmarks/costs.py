"""What a community costs a month: `python -m benchmarks.costs` holds a conversation and prices its ledger.

The real bot talks in one channel until its memory is full, with the default settings; of what the ledger then
says of a question, a month is made with the prices that genai-prices lists today.
"""

import asyncio
import random
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.remembering import WIDE
from benchmarks.stage import THINKING_SECONDS, Actor, answered
from bot.llm.connection import OPENAI_URL
from bot.llm.prices import Prices
from bot.rules.spending.usage import Usage
from bot.settings.settings import DEFAULT_MODEL
from playground import Playground

EXCHANGES = 120  # the memory is full after some fifty
QUESTIONS_A_DAY, DAYS = 500, 30
MODELS = (DEFAULT_MODEL, "gpt-5-nano", "gpt-5-mini", "gpt-5")
SENTENCES = (10, 40)  # of some eight tokens in an answer
TYPICAL = """
    SELECT avg(prompt_tokens), avg(completion_tokens), avg(cached_tokens) FROM
        (SELECT * FROM ledger WHERE purpose = 'answer' ORDER BY id DESC LIMIT ?)
"""


async def typical(folder: Path) -> Usage:
    """Return what a question takes once its channel's memory is full."""
    chance = random.Random(1)  # noqa: S311 - lengths of small talk
    async with Playground(limits=WIDE) as playground:
        bot = await Actor.start("bot", playground, folder)
        channel = playground.world.channel("general")
        for number in range(EXCHANGES):
            answer = f"Answer {number}. " + "So it is, by and large. " * chance.randint(*SENTENCES)
            playground.model.script().pause(THINKING_SECONDS).text(answer)
            text = f"Question {number}. " + "What of it, then? " * chance.randint(1, 8)
            await answered(playground, channel, playground.world.people["alex"].say(channel, text))
        await bot.end()
    with closing(sqlite3.connect(folder / "parley.db")) as database:
        [means] = database.execute(TYPICAL, (EXCHANGES // 2,)).fetchall()
    return Usage(*(round(mean or 0) for mean in means))


def months(usage: Usage, at: datetime) -> Iterator[tuple[str, float]]:
    """Yield what a month of such questions costs with each model, in dollars."""
    for model in MODELS:
        micros = Prices({}).price(model, OPENAI_URL, usage, at)
        if micros is not None:
            yield model, micros / 10**6 * QUESTIONS_A_DAY * DAYS


async def main() -> None:
    """Print the question and the months."""
    with tempfile.TemporaryDirectory() as folder:
        usage = await typical(Path(folder))
    now = datetime.now(UTC)
    print(
        f"A question takes {usage.prompt_tokens:,} tokens of a prompt, {usage.cached_tokens:,} of them "
        f"cached, and {usage.completion_tokens:,} of an answer. 100 members, {QUESTIONS_A_DAY} questions a "
        f"day, with the prices of {now:%Y-%m-%d}:\n"
    )
    print("| model | about, a month |\n|---|---|")
    for model, dollars in months(usage, now):
        print(f"| `{model}` | ${dollars:,.0f} |")


if __name__ == "__main__":
    asyncio.run(main())
