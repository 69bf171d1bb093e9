"""A way to PostgreSQL on which all can go wrong: cut, silent, closed, lost just as a commit is answered."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
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
    LOSES_COMMITS = "ends where a commit comes, before the server hears of it"
    LOSES_ANSWERS = "ends where a commit comes, once the server has done it"


@dataclass(slots=True)
class Unruly:
    """The way: its address, what it does, and how many came."""

    url: ServerUrl
    way: Way = Way.OPEN
    came: int = 0
    done: Callable[[], None] = lambda: None  # called once an answer was lost, or a commit
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)

    def cut(self) -> None:
        """End all connections."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry a connection to the server and back."""
        self.came += 1
        if self.way is Way.CLOSED:
            writer.transport.abort()
            return
        info = conninfo_to_dict(postgres.server())
        socket = f"{info['host']}/.s.PGSQL.{info.get('port', 5432)}"
        far_reader, far_writer = await asyncio.open_unix_connection(socket)
        self._writers += [writer, far_writer]
        with suppress(OSError, asyncio.CancelledError):  # the latter where the test is over
            await asyncio.gather(
                self._pour(reader, far_writer, far_reader), self._pour(far_reader, writer, None)
            )

    async def _pour(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        answers: asyncio.StreamReader | None,
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                while self.way is Way.SILENT:  # noqa: ASYNC110 - a test may change it in any way
                    await asyncio.sleep(0.01)
                if answers is not None and COMMIT in data and self.way in LOSING:
                    if self.way is Way.LOSES_ANSWERS:
                        self.way = Way.SILENT  # towards the one who waits for the answer
                        writer.write(data)
                        await writer.drain()
                        await asyncio.sleep(0.1)  # the server's time to do it
                    self.way = Way.OPEN
                    self.cut()
                    self.done()
                    return
                writer.write(data)
                await writer.drain()
        writer.close()


LOSING = (Way.LOSES_COMMITS, Way.LOSES_ANSWERS)


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
