"""The other process from the bot's side: started for one file, ended when it takes too long."""

import asyncio
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from bot.extracting import wire
from bot.extracting.limits import MOST_OUTPUT, SECONDS
from bot.rules.notes import Note, NoteCode
from bot.rules.prompting.documents import Extracted

log = logging.getLogger(__name__)

AT_ONCE = 2
ROOT = Path(__file__).parent.parent.parent
PASSED_ON = ("SYSTEMROOT", "LD_LIBRARY_PATH")  # no secrets: strangers' files are read there


class Extraction:
    """Extracts what files say, each in a process of its own, a few at once."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._places = asyncio.Semaphore(AT_ONCE)

    async def extract(self, data: bytes, near: Sequence[str] = ()) -> Extracted:
        """Return what a file says, or a note why it says nothing; `near` are encodings it may have."""
        async with self._places:
            try:
                process = await _started(near)
            except OSError as error:  # no memory or no number is left for one
                log.warning("a file could not be read: %s", error)
                return Note(NoteCode.FILE_TOO_MUCH)
            try:
                async with asyncio.timeout(self._seconds):
                    return await _talk(process, data)
            except TimeoutError:
                return Note(NoteCode.FILE_TOO_MUCH)
            finally:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()


async def _all_of(output: asyncio.StreamReader) -> bytes:
    """Read what a process writes; one that doesn't stop writing is no longer listened to."""
    try:
        return await output.readexactly(2 * MOST_OUTPUT)
    except asyncio.IncompleteReadError as error:
        return error.partial


async def _started(near: Sequence[str]) -> asyncio.subprocess.Process:
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.extracting", *near),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=passed_on | {"PYTHONPATH": str(ROOT)},
        limit=MOST_OUTPUT,
    )


async def _talk(process: asyncio.subprocess.Process, data: bytes) -> Extracted:
    sending, output = process.stdin, process.stdout
    if sending is None or output is None:
        raise TypeError("a process without pipes")
    with suppress(ConnectionError):  # it died; what it wrote says so
        sending.write(data)
        await sending.drain()
        sending.close()
    try:
        return wire.load(await _all_of(output))
    except ValueError:
        log.warning("a file could not be read: the process ended with %s", await process.wait())
        return Note(NoteCode.FILE_DAMAGED)
