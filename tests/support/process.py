"""The bot as a process of its own, for what only shows there: exit codes, signals, kill -9."""

import asyncio
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
LIMIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended, and what it wrote."""

    code: int
    output: str
    errors: str


async def launch(folder: Path, *arguments: str, environ: Mapping[str, str]) -> asyncio.subprocess.Process:
    """Start `python -m bot` in a folder of its own, with no settings but these."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "", **environ},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def ended(process: asyncio.subprocess.Process) -> Ended:
    """Wait until a process ends."""
    output, errors = await asyncio.wait_for(process.communicate(), LIMIT_SECONDS)
    return Ended(process.returncode or 0, output.decode(), errors.decode())


async def run(folder: Path, *arguments: str, environ: Mapping[str, str]) -> Ended:
    """Run `python -m bot` to its end."""
    return await ended(await launch(folder, *arguments, environ=environ))


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
