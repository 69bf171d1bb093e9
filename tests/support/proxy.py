"""A proxy on loopback that notes what it is asked to connect to, and connects it to one server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"


@dataclass(slots=True)
class Proxy:
    """Its address, and the requests' first lines, such as `CONNECT discord.com:443 HTTP/1.1`."""

    url: str
    asked: list[str] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)  # what those that ask prove themselves with


@asynccontextmanager
async def proxy(target: int | None = None) -> AsyncIterator[Proxy]:
    """Listen; connect whoever asks to a port of this machine, or refuse them."""
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *headers = head.splitlines()
        opened.asked.append(first)
        opened.signed += [line for line in headers if line.lower().startswith("proxy-authorization")]
        if target is None:
            writer.write(REFUSED)
            writer.close()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target)
        writers.append(far_writer)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(_pour(reader, far_writer), _pour(far_reader, writer))

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        opened = Proxy(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        yield opened
        for writer in writers:
            writer.close()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
