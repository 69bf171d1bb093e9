"""Logging for the operator: one line per event, with ids, no message text at INFO, never a secret."""

import copy
import logging
import re
from collections.abc import Iterable

# Shapes of keys and tokens that may turn up in a vendor's message though they are not ours.
SECRET_SHAPES = re.compile(
    r"sk-[\w*-]{8,}"
    r"|(?<=Bearer )[\w.~+/-]+"
    r"|[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"  # a Discord bot token
)
MASK = "•••"
SHORTEST_SECRET = 8  # a local server's key such as "ollama" is no secret, and no word to blot out
# Below WARNING their lines hold whole payloads: people's words, and headers.
VENDORS = ("discord", "openai", "httpx2", "httpcore2", "aiohttp", "aiosqlite", "asyncio", "markdown_it")


class Masking(logging.Formatter):
    """Formats a record and masks what is secret in it, tracebacks included."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")
        secrets = (secret for secret in secrets if len(secret) >= SHORTEST_SECRET)
        self._secrets = tuple(sorted(secrets, key=len, reverse=True))

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, or lines, to write."""
        return mask(super().format(_in_a_line(record)), self._secrets)


def _in_a_line(record: logging.LogRecord) -> logging.LogRecord:
    """Put a vendor's lost connection on one line: it is retried, and a traceback says nothing more."""
    error = record.exc_info[1] if record.exc_info else None
    if record.name.partition(".")[0] not in VENDORS or not isinstance(error, OSError):
        return record
    short = copy.copy(record)
    short.msg, short.args = f"{record.getMessage()} ({type(error).__name__}: {error})", ()
    short.exc_info = short.exc_text = None
    return short


def mask(text: str, secrets: Iterable[str] = ()) -> str:
    """Mask the given secrets, and anything that is shaped like a key."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    return SECRET_SHAPES.sub(MASK, text)


def set_up(level: str, secrets: Iterable[str]) -> None:
    """Send all logging to standard error; the vendors' own only from WARNING on."""
    handler = logging.StreamHandler()
    handler.setFormatter(Masking(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for vendor in VENDORS:
        logging.getLogger(vendor).setLevel(logging.WARNING)
