"""The model client's way over the network: httpx2's interface, carried by aiohttp.

Reading streams is most of what the bot does, and aiohttp does it several times more cheaply: its parser is
compiled, it sets no timer for each chunk, and what has come meanwhile is read at once. What is said over the
connection does not belong here.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import aiohttp
import httpx2
from yarl import URL

from bot.network import FAILURES, proxy_for

# A server that has moved is to be asked the same there; under these two a client would ask without the body.
_KEEPING = {301: 308, 302: 307}


class AiohttpTransport(httpx2.AsyncBaseTransport):
    """Sends the client's requests, through the proxy that the environment names for their server."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and return its response, whose body is still to be read."""
        body = await request.aread()
        with _errors_translated():
            response = await self._opened().request(
                request.method,
                URL(str(request.url), encoded=True),
                headers=request.headers.multi_items(),
                data=body or None,
                proxy=proxy_for(str(request.url)),
                allow_redirects=False,
                timeout=_timeout(request),
            )
        status = (
            _KEEPING.get(response.status, response.status) if request.method == "POST" else response.status
        )
        return httpx2.Response(status, headers=response.raw_headers, stream=_Body(response))

    async def aclose(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        return self._session


class _Body(httpx2.AsyncByteStream):
    """A response's body as it comes; closed early, it closes the connection."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _errors_translated():
            while data := await self._response.content.readany():
                yield data

    async def aclose(self) -> None:
        self._response.close()


def _timeout(request: httpx2.Request) -> aiohttp.ClientTimeout:
    limits = request.extensions.get("timeout", {})
    return aiohttp.ClientTimeout(total=None, sock_connect=limits.get("connect"), sock_read=limits.get("read"))


@contextmanager
def _errors_translated() -> Iterator[None]:
    """Raise aiohttp's errors as httpx2's, which the client knows."""
    try:
        yield
    except aiohttp.ConnectionTimeoutError as error:
        raise httpx2.ConnectTimeout(str(error)) from error
    except TimeoutError as error:
        raise httpx2.ReadTimeout(str(error)) from error
    except aiohttp.ClientConnectorError as error:
        raise httpx2.ConnectError(str(error)) from error
    except FAILURES as error:
        raise httpx2.RemoteProtocolError(str(error)) from error
