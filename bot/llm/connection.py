"""The client that reaches a model's server: where it is, with which key, and how patient."""

from urllib.parse import urlsplit

import openai

from bot.llm.transport import AiohttpTransport

OPENAI_URL = "https://api.openai.com/v1"
READ_SECONDS = 7200.0  # a backstop; the completer's own limits come first

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def connect(api_key: str, base_url: str = "") -> openai.AsyncOpenAI:
    """Return the client for a server, OpenAI's by default; close it with `async with`.

    It never retries, as we do; a loopback server is reached past any proxy that the environment names.
    """
    url = base_url or OPENAI_URL
    direct = urlsplit(url).hostname in _LOOPBACK
    return openai.AsyncOpenAI(
        api_key=api_key or "none",  # the client insists on one, servers at home do not
        base_url=url,
        max_retries=0,
        timeout=openai.Timeout(connect=10, read=READ_SECONDS, write=60, pool=60),
        http_client=openai.DefaultAsyncHttpx2Client(transport=AiohttpTransport(trust_env=not direct)),
    )
