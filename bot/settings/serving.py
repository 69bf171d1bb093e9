"""How a bot runs: its log, what others may ask of it, and on how many shards, as the self-hoster sets it."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from bot.settings import forms
from bot.settings.model_servers import http_url
from bot.settings.reader import Reader

NAMES = ("LOG_FORMAT", "LOG_FILE", "HTTP_PORT", "SHARDS", "HELP_URL")
LOOPBACK = "127.0.0.1"
MOST_SHARDS = 100_000


class Address(NamedTuple):
    """Where something listens."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Serving:
    """The format of the log, a file that it goes to as well, and where HTTP is served, if anywhere.

    Without a number of `shards` there are as many as Discord recommends. What /help says may go on elsewhere.
    """

    log_format: str = "text"
    log_file: Path | None = None
    http_port: Address | None = None
    shards: int | None = None
    help_url: str | None = None


def read(reader: Reader) -> Serving:
    """Read the group."""
    return Serving(
        log_format=reader.take("LOG_FORMAT", Serving().log_format, forms.one_of("text", "json")),
        log_file=reader.take("LOG_FILE", None, file),
        http_port=reader.take("HTTP_PORT", None, address),
        shards=reader.take("SHARDS", None, shards),
        help_url=reader.take("HELP_URL", None, http_url),
    )


def file(raw: str) -> Path:
    """Read the name of a file."""
    if raw.endswith(("/", "\\")) or "\0" in raw:
        raise ValueError("must name a file such as data/parley.log")
    return Path(raw)


def shards(raw: str) -> int | None:
    """Read how many shards there are to be; None is as many as Discord recommends."""
    if raw.lower() == "auto":
        return None
    try:
        return forms.whole_number(1, MOST_SHARDS)(raw)
    except ValueError as error:
        raise ValueError(f"must be auto, or a whole number from 1 to {MOST_SHARDS}") from error


def address(raw: str) -> Address:
    """Read a port, with the address before it where that is not loopback."""
    try:
        parts = urlsplit(f"//{raw}" if ":" in raw else f"//{LOOPBACK}:{raw}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port or parts.path or parts.username is not None:
        raise ValueError("must be a port such as 8080, or an address with one such as 0.0.0.0:8080")
    return Address(host, port)
