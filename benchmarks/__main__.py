"""`make bench`: run all measurements, print the table, draw the picture."""

import asyncio
import platform
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from benchmarks import footprint, holding, remembering, streaming
from benchmarks.picture import draw
from benchmarks.stage import Actor, set_up
from benchmarks.table import Row, drawn

PICTURE = Path(__file__).parent.parent / "docs" / "answer.svg"


async def measure() -> AsyncIterator[Row]:
    """Run everything, and draw the picture on the way."""
    with tempfile.TemporaryDirectory() as folder:
        async for row in _streaming(Path(folder)):
            yield row
    everything = (
        footprint.at_rest,
        remembering.histories,
        remembering.prefixes,
        holding.waits,
        holding.large_channel,
    )
    for rows in everything:
        with tempfile.TemporaryDirectory() as folder:
            async for row in rows(Path(folder)):
                yield row


async def _streaming(folder: Path) -> AsyncIterator[Row]:
    async with set_up(folder) as stage:
        bot = await Actor.start("bot", stage.playground, folder)
        yield Row("start-up, until it listens", bot.ready_after, "s", limit=2.0)
        async for row in streaming.single_channels(stage):
            yield row
        PICTURE.parent.mkdir(exist_ok=True)
        draw(await streaming.pictured(stage), PICTURE)
        reader = await Actor.start("reader", stage.playground, folder)
        async for row in streaming.crowds(stage, bot, reader):
            yield row
        yield Row("most memory used", (await bot.do()).memory_mib, "MiB")
        await reader.end()
        await bot.end()


async def main() -> None:
    """Print each row as it comes, and the whole table at the end."""
    rows = []
    async for row in measure():
        rows.append(row)
        print("  ".join(cell for cell in row.cells() if cell), file=sys.stderr, flush=True)
    print(f"\nPython {platform.python_version()}, {platform.system()} {platform.machine()}\n")
    print(drawn(rows))


if __name__ == "__main__":
    asyncio.run(main())
