"""A process's way to the database, which can be cut: nothing gets through, and nobody is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

SOCKET = ".s.PGSQL.5432"
MOST_BYTES = 2**16


class Line:
    """What is said between a process and the database, as long as it isn't cut."""

    def __init__(self) -> None:
        self._whole = asyncio.Event()
        self._whole.set()
        self._pumps: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def open(self, folder: Path, server: Path) -> AsyncIterator[None]:
        """Listen in a folder, on behalf of a server in another one."""

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            further_reader, further_writer = await asyncio.open_unix_connection(server / SOCKET)
            self._pump(reader, further_writer)
            self._pump(further_reader, writer)

        listening = await asyncio.start_unix_server(serve, folder / SOCKET)
        try:
            yield
        finally:
            listening.close()
            for pump in self._pumps:
                pump.cancel()
            await asyncio.gather(*self._pumps, return_exceptions=True)

    def cut(self) -> None:
        """Let nothing through from now on."""
        self._whole.clear()

    def mend(self) -> None:
        """Let through what was held up, and all that follows."""
        self._whole.set()

    def _pump(self, source: asyncio.StreamReader, goal: asyncio.StreamWriter) -> None:
        pump = asyncio.create_task(self._carry(source, goal))
        self._pumps.add(pump)
        pump.add_done_callback(self._pumps.discard)

    async def _carry(self, source: asyncio.StreamReader, goal: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await source.read(MOST_BYTES):
                await self._whole.wait()
                goal.write(data)
                await goal.drain()
        await self._whole.wait()
        goal.close()
