"""The playground's restarts while somebody works on the code: the bot is new each time, the chat stays."""

import asyncio
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from bot import stopping
from bot.texts import startup

ROOT = Path(__file__).parent.parent.parent
WATCHED = tuple(ROOT / name for name in ("bot", "cogs", "playground"))
SUFFIXES = frozenset({".py", ".po"})  # the page's own files are read anew at each reload
LOOK_SECONDS = 0.5


async def run(port: int, write: Callable[[str], None]) -> int:
    """Run the playground, anew whenever its code has changed, until the process is told to stop."""
    command = (sys.executable, "-m", "bot", "playground", "--port", str(port))
    told = stopping.told()
    keeping = asyncio.create_task(keep_running(command, WATCHED, write))
    stopped = asyncio.create_task(told.wait())
    await asyncio.wait({keeping, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if keeping.done():
        await keeping
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    return 0


async def keep_running(command: Sequence[str], folders: Sequence[Path], write: Callable[[str], None]) -> None:
    """Run a command until cancelled, anew at each change, be it that it has ended by itself."""
    while True:
        seen = times(folders)
        process = await asyncio.create_subprocess_exec(*command)
        try:
            changed = await _next_change(folders, seen)
        finally:
            await _stop(process)
        write(startup.CHANGED.format(files=", ".join(changed)))


async def _next_change(folders: Sequence[Path], seen: Mapping[Path, int]) -> Sequence[str]:
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        now = await asyncio.to_thread(times, folders)
        if now != seen:
            return sorted({path.name for path, _ in now.items() ^ seen.items()})


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    await process.wait()


def times(folders: Sequence[Path]) -> Mapping[Path, int]:
    """Return when each file of code was last written."""
    found: dict[Path, int] = {}
    for folder in folders:
        for path in folder.rglob("*"):
            if path.suffix in SUFFIXES:
                with suppress(FileNotFoundError):  # an editor puts files in each other's place
                    found[path] = path.stat().st_mtime_ns
    return found
