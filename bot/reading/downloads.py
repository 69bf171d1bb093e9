"""The files of messages, fetched from where Discord keeps them and from nowhere else."""

import asyncio
from urllib.parse import urlsplit

import aiohttp

from bot.client.retry import FAILURES
from bot.errors import AttachmentError
from bot.network import proxy_for
from bot.rules.model import AttachmentRef
from bot.texts import contents

CDN_HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
FETCH_SECONDS = 15.0


class Downloads:
    """Fetches files; with another address of Discord's API, from its host, too."""

    def __init__(self, api_url: str | None) -> None:
        own_host = urlsplit(api_url).hostname if api_url else None
        self._hosts = CDN_HOSTS | ({own_host} if own_host else set())

    async def attachment(self, ref: AttachmentRef, most_bytes: int) -> bytes:
        """Fetch the beginning of a message's own attachment, from where Discord keeps such files only."""
        if urlsplit(ref.url).hostname not in self._hosts:
            raise AttachmentError(contents.FILE_NOT_FETCHED.format(name=ref.filename))
        timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(
                    ref.url, proxy=proxy_for(ref.url), allow_redirects=False, raise_for_status=True
                ) as response,
            ):
                if response.status != 200:  # a redirect is no file, and leads elsewhere
                    raise AttachmentError(contents.FILE_NOT_FETCHED.format(name=ref.filename))
                return await _read(response.content, most_bytes)
        except FAILURES as error:
            raise AttachmentError(contents.FILE_NOT_FETCHED.format(name=ref.filename)) from error


async def _read(content: aiohttp.StreamReader, most_bytes: int) -> bytes:
    try:
        return await content.readexactly(most_bytes)
    except asyncio.IncompleteReadError as error:
        return error.partial
