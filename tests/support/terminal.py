"""The bot in a terminal of its own: what somebody types there, and what they see."""

import asyncio
import fcntl
import os
import pty
import signal
import sys
import termios
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.process import LIMIT_SECONDS, ROOT


class Screen:
    """A terminal with `python -m bot` in it."""

    def __init__(self, process: asyncio.subprocess.Process, master: int) -> None:
        self._process = process
        self._master = master
        self._loop = asyncio.get_running_loop()
        self._more = asyncio.Event()
        self._read = 0
        self.shown = ""
        self._loop.add_reader(master, self._hear)

    def _hear(self) -> None:
        try:
            self.shown += os.read(self._master, 65536).decode(errors="replace").replace("\r\n", "\n")
        except OSError:  # nobody has it open any more
            self._loop.remove_reader(self._master)
        self._more.set()

    async def see(self, words: str) -> None:
        """Wait until words are shown behind those that were waited for before."""
        while (at := self.shown.find(words, self._read)) < 0:
            assert self._process.returncode is None, self.shown
            self._more.clear()
            try:
                await asyncio.wait_for(self._more.wait(), LIMIT_SECONDS)
            except TimeoutError as error:
                raise AssertionError(f"{words} is not shown:\n{self.shown}") from error
        self._read = at + len(words)

    async def answer(self, prompt: str, text: str) -> None:
        """Wait for a prompt, and type a line."""
        await self.see(prompt)
        os.write(self._master, f"{text}\n".encode())

    def press(self, key: str) -> None:
        """Press Ctrl with a letter."""
        os.write(self._master, bytes([ord(key.upper()) - 64]))

    async def end(self) -> int:
        """Wait until the process has ended, and return its exit code."""
        try:
            return await asyncio.wait_for(self._process.wait(), LIMIT_SECONDS)
        except TimeoutError as error:
            raise AssertionError(f"it does not end:\n{self.shown}") from error


def _take_terminal() -> None:
    """Let the terminal be this process's, and Ctrl+C heard, which a shell's background jobs ignore."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def left_in(folder: Path) -> list[str]:
    """Return the names of what is in a folder."""
    return sorted(path.name for path in folder.iterdir())


@asynccontextmanager
async def screen(folder: Path, *arguments: str, environ: Mapping[str, str]) -> AsyncIterator[Screen]:
    """Start `python -m bot` in a folder, with no settings but these, in a terminal that it may control."""
    master, slave = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "", **environ},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        preexec_fn=_take_terminal,
    )
    os.close(slave)
    shown = Screen(process, master)
    try:
        yield shown
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
            await process.wait()
        asyncio.get_running_loop().remove_reader(master)
        os.close(master)
