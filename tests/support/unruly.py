"""A way to PostgreSQL on which all can go wrong: cut, silent, closed, lost just as a commit is answered."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from enum import Enum

from psycopg.conninfo import conninfo_to_dict

from bot.settings.forms import ServerUrl
from tests.support import postgres

COMMIT = b"COMMIT\x00"


class Way(Enum):
    """What the way does with what comes along."""

    OPEN = "carries it"
    SILENT = "takes it, and says nothing"
    CLOSED = "lets nobody in"
    CROWDED = "lets nobody in, as a server does that has too many connections"
    LOSES_COMMITS = "ends where a commit comes, before the server hears of it"
    LOSES_ANSWERS = "ends where a commit comes, once the server has done it"


_TOO_MANY = b"SFATAL\x00VFATAL\x00C53300\x00Msorry, too many clients already\x00\x00"


class Unruly:
    """The way: its address, what it does, and how many came."""

    def __init__(self, url: ServerUrl) -> None:
        self.url = url
        self.came = 0
        self.done: Callable[[], None] = lambda: None  # called once an answer was lost, or a commit
        self._way = Way.OPEN
        self._speaks = asyncio.Event()
        self._speaks.set()
        self._writers: list[asyncio.StreamWriter] = []

    @property
    def way(self) -> Way:
        """What it does from now on."""
        return self._way

    @way.setter
    def way(self, way: Way) -> None:
        self._way = way
        if way is Way.SILENT:
            self._speaks.clear()
        else:
            self._speaks.set()

    def cut(self) -> None:
        """End all connections."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry a connection to the server and back."""
        self.came += 1
        if self.way is Way.CROWDED:
            await reader.read(65536)
            writer.write(b"E" + (len(_TOO_MANY) + 4).to_bytes(4) + _TOO_MANY)
            writer.close()
            return
        if self.way is Way.CLOSED:
            writer.transport.abort()
            return
        info = conninfo_to_dict(postgres.server())
        socket = f"{info['host']}/.s.PGSQL.{info.get('port', 5432)}"
        far_reader, far_writer = await asyncio.open_unix_connection(socket)
        self._writers += [writer, far_writer]
        committing = asyncio.Event()  # and nobody will hear the answer
        with suppress(OSError, asyncio.CancelledError):  # the latter where the test is over
            await asyncio.gather(
                self._there(reader, far_writer, committing), self._back(far_reader, writer, committing)
            )

    async def _there(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, committing: asyncio.Event
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                await self._speaks.wait()
                if COMMIT in data and self.way is Way.LOSES_COMMITS:
                    self._lose()
                    return
                if COMMIT in data and self.way is Way.LOSES_ANSWERS:
                    self.way = Way.OPEN
                    committing.set()
                writer.write(data)
                await writer.drain()
        writer.close()

    async def _back(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, committing: asyncio.Event
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                await self._speaks.wait()
                if committing.is_set():
                    self._lose()
                    return
                writer.write(data)
                await writer.drain()
        writer.close()

    def _lose(self) -> None:
        self.way = Way.OPEN
        self.cut()
        self.done()


@asynccontextmanager
async def unruly(database: ServerUrl) -> AsyncIterator[Unruly]:
    """Open a way to a database."""
    info = conninfo_to_dict(database.raw)
    way: Unruly | None = None

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert way is not None
        await way.meet(reader, writer)

    async with await asyncio.start_server(meet, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        url = f"postgresql://{info['user']}@127.0.0.1:{port}/{info['dbname']}?sslmode=disable&gssencmode=disable"
        way = Unruly(ServerUrl(url))
        try:
            yield way
        finally:
            way.way = Way.OPEN
            way.cut()
