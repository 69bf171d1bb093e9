"""Several processes of the bot side by side on this machine, which one starts, ends and lets stand still."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.gateway.connection import device_of
from playground.page.cluster import Process

ROOT = Path(__file__).parent.parent.parent


@dataclass(slots=True)
class Running:
    """A process that was started, and is not known to have ended."""

    number: int
    process: asyncio.subprocess.Process
    paused: bool = False

    @property
    def pid(self) -> int:
        """Return its number on this machine."""
        return self.process.pid


class Processes:
    """Equal processes: what tells them apart is only who holds which shards.

    `settings_of` returns the settings of one by its number, beside the environment of this process. With a
    `folder` each runs and writes its log there. `program` is what it runs.
    """

    def __init__(
        self,
        shards: int,
        settings_of: Callable[[int], Mapping[str, str]],
        folder: Path | None = None,
        program: Sequence[str] = ("-m", "bot"),
    ) -> None:
        self.shards = shards
        self.started = 0
        self._settings_of = settings_of
        self._program = program
        self._folder = folder
        self._running: dict[int, Running] = {}

    @property
    def running(self) -> Sequence[Running]:
        """Return those that have not ended, oldest first."""
        return [one for one in self._running.values() if one.process.returncode is None]

    def living(self) -> Sequence[Process]:
        """Return them as the playground's page shows them."""
        return [Process(one.number, device_of(one.pid), one.paused) for one in self.running]

    async def add(self) -> Running:
        """Start one."""
        self.started += 1
        environ = {**os.environ, "PYTHONPATH": str(ROOT), **self._settings_of(self.started)}
        command = (sys.executable, *self._program)
        if self._folder is None:
            process = await asyncio.create_subprocess_exec(*command, env=environ)
        else:
            with (self._folder / f"{self.started}.log").open("ab") as log:
                process = await asyncio.create_subprocess_exec(
                    *command, cwd=self._folder, env=environ, stdout=log, stderr=log
                )
        self._running[self.started] = Running(self.started, process)
        return self._running[self.started]

    async def kill(self, number: int) -> None:
        """End one without a word, and wait until it has ended."""
        one = self._running[number]
        with suppress(ProcessLookupError):  # it has ended by itself
            one.process.kill()
        await one.process.wait()

    def pause(self, number: int) -> None:
        """Let one stand still."""
        self._send(number, signal.SIGSTOP, paused=True)

    def wake(self, number: int) -> None:
        """Let one go on that stands still."""
        self._send(number, signal.SIGCONT, paused=False)

    def _send(self, number: int, sent: signal.Signals, *, paused: bool) -> None:
        self._running[number].process.send_signal(sent)
        self._running[number].paused = paused

    async def stop(self, *numbers: int) -> None:
        """End some as an operator does, or all, and wait until they have."""
        stopped = [self._running[number] for number in numbers] or self.running
        for one in stopped:
            with suppress(ProcessLookupError):
                one.process.send_signal(signal.SIGCONT)
                one.process.terminate()
        await asyncio.gather(*(one.process.wait() for one in stopped))
