"""`make bench-scale`: what several processes on one PostgreSQL reach, as a table; `--only` names parts."""

import argparse
import asyncio
import os
import platform
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from random import Random

from benchmarks.footprint import memory_mib
from benchmarks.scale import costs, crowd, grown
from benchmarks.scale.setting import Setting, Size, opened
from benchmarks.scale.trials import Blow, Struck, Trial, drawn
from benchmarks.table import Row
from benchmarks.table import drawn as table
from playground import Limits
from playground.discord.session_starts import TOTAL

TAKEN_OVER_SECONDS = 20.0
FAULTS = "questions lost or doubled, and all else that is not as it should be"
PARTS = ("crowd", "blows", "restart", "costs", "grown")


async def of_crowd(size: Size) -> AsyncIterator[Row]:
    """Start all processes at once, then keep all channels busy."""
    loop = asyncio.get_running_loop()
    async with opened(size, Limits()) as setting:
        began = loop.time()
        await setting.fill()
        what = f"{size.processes} processes start, {size.shards} shards: all are heard"
        yield Row(what, loop.time() - began, "s")
        async for row in crowd.busy(setting):
            yield row
        for row in _at_the_gateway(setting):
            yield row
        most = max(memory_mib(one.pid) for one in setting.processes.running)
        yield Row("memory of the largest process", most, "MiB")


def _at_the_gateway(setting: Setting) -> Sequence[Row]:
    starts = setting.playground.gateway.starts
    return (
        Row("IDENTIFYs", TOTAL - starts.remaining),
        Row("IDENTIFYs before their turn", starts.refused, limit=0),
    )


async def of_blows(size: Size, blows: int, seed: int) -> AsyncIterator[Row]:
    """Strike one process after the other."""
    async with opened(size, Limits(), cuttable=True) as setting:
        trial = Trial(setting, Random(seed))  # noqa: S311 - not for secrets
        await trial.blows(drawn(blows, trial.random))
        _print(trial.faults)
        yield Row(f"{blows} kills, pauses and partitions, seed {seed}: questions", trial.checks.asked)
        yield Row(FAULTS, len(trial.faults), limit=0)
        for blow in Blow:
            for row in _of_blow(blow, [one for one in trial.struck if one.blow is blow]):
                yield row
        for row in _at_the_gateway(setting):
            yield row


def _of_blow(blow: Blow, struck: Sequence[Struck]) -> Sequence[Row]:
    if not struck:
        return ()
    latest = max(one.answered_after for one in struck)
    name = f"a process {blow}, {len(struck)} times: its shards answer again, the latest"
    return (Row(name, latest, "s", limit=TAKEN_OVER_SECONDS),)


async def of_restart(size: Size, seed: int) -> AsyncIterator[Row]:
    """Restart one process after the other, while people ask."""
    async with opened(size, Limits()) as setting:
        trial = Trial(setting, Random(seed))  # noqa: S311 - not for secrets
        await trial.rolling_restart()
        _print(trial.faults)
        yield Row(f"all {size.processes} processes restarted in turn: questions", trial.checks.asked)
        yield Row(FAULTS, len(trial.faults), limit=0)


async def of_millions() -> AsyncIterator[Row]:
    """Ask where millions of turns are remembered."""
    with tempfile.TemporaryDirectory() as folder:
        async for row in grown.grown(Path(folder)):
            yield row


async def measure(options: argparse.Namespace) -> AsyncIterator[Row]:
    """Run what is asked for."""
    size = Size(options.processes, options.shards, options.servers)
    in_a_moment = Size(options.processes, options.shards, options.shards, options.shards)
    parts = {
        "crowd": lambda: of_crowd(size),
        "blows": lambda: of_blows(in_a_moment, options.blows, options.seed),
        "restart": lambda: of_restart(in_a_moment, options.seed),
        "costs": lambda: costs.of_servers(options.full_shards),
        "grown": of_millions,
    }
    for name in options.only:
        async for row in parts[name]():
            yield row


def _print(faults: Sequence[str]) -> None:
    for fault in faults:
        print(fault, file=sys.stderr)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--shards", type=int, default=16)
    parser.add_argument("--servers", type=int, default=300, help="with one busy channel each")
    parser.add_argument("--blows", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--full-shards", type=int, default=4, help="of 2,500 servers, for what they cost")
    return parser.parse_args()


async def main() -> None:
    """Print each row as it comes, and the whole table at the end."""
    rows = []
    async for row in measure(_options()):
        rows.append(row)
        print("  ".join(cell for cell in row.cells() if cell), file=sys.stderr, flush=True)
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    print(f"\nPython {platform.python_version()}, {machine}\n")
    print(table(rows))


if __name__ == "__main__":
    asyncio.run(main())
