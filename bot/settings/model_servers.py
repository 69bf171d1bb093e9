"""Where models are asked, as the self-hoster writes it: addresses, and who stands in when a model fails.

Nothing is connected here.
"""

import ipaddress
import re
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

from bot.settings.reader import Reader

_PAGES = re.compile(r"/+(?:chat/+completions|chat|completions|responses|models)/*$")
BEHIND_ADDRESS = "|"
MOST_FALLBACKS = 9
FALLBACK_KEYS = tuple(f"FALLBACK_{number}_API_KEY" for number in range(1, MOST_FALLBACKS + 1))
KEY_MISSING = "is missing; put the key for {url} into .env, since OPENAI_API_KEY goes to no other server"


@dataclass(frozen=True, slots=True)
class FallBack:
    """A model that is asked where another one fails.

    Without a key of its own it is the main server's, asked as all of its models are; an empty key is one that
    a server at home does not need.
    """

    model: str
    base_url: str = ""
    api_key: str | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """Return the name by which requests tell it from a model of the main server."""
        return self.model if self.api_key is None else f"{self.base_url}{BEHIND_ADDRESS}{self.model}"


def places(raw: str) -> tuple[tuple[str, str], ...]:
    """Read a list of models, each with the address before it where it is on another server."""
    entries = [stripped for entry in raw.split(",") if (stripped := entry.strip())]
    if len(entries) > MOST_FALLBACKS:
        raise ValueError(f"must not name more than {MOST_FALLBACKS} models")
    return tuple(_place(number, entry) for number, entry in enumerate(entries, 1))


def _place(number: int, entry: str) -> tuple[str, str]:
    url, behind, model = (piece.strip() for piece in entry.rpartition(BEHIND_ADDRESS))
    try:
        if not model or "://" in model:
            raise ValueError("must name a model, as in http://localhost:11434/v1|llama3.2")  # noqa: TRY301
        return model_url(url) if behind else "", printable(model)
    except ValueError as error:
        raise ValueError(f"has a wrong entry {number}: it {error}") from error


def printable(raw: str) -> str:
    """Read a name or a key."""
    if not raw.isascii() or not raw.isprintable() or " " in raw:
        raise ValueError("holds a space or an unusual character; copy it again")
    return raw


def http_url(raw: str) -> str:
    """Read an address."""
    try:
        parts = urlsplit(raw)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise ValueError("must be an address such as http://localhost:11434/v1")
    if parts.username or parts.password:
        raise ValueError("must not hold a name or a password, since addresses are logged")
    if parts.query or parts.fragment or len(raw.split()) > 1:
        raise ValueError(
            "must be an address without blanks, ? or #, such as https://NAME.openai.azure.com/openai/v1"
        )
    return raw.rstrip("/")


def model_url(raw: str) -> str:
    """Read the address of a server's API, be it that of one of its pages."""
    return _PAGES.sub("", http_url(raw))


@lru_cache(maxsize=256)
def is_private(url: str) -> bool:
    """Say whether a server is on this machine or in a private network, by its address alone."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host == "localhost" or "." not in host or host.endswith((".localhost", ".local", ".internal"))


def fall_backs(reader: Reader, main_url: str) -> tuple[FallBack, ...]:
    """Read who stands in for a model, each with a key of its own where it is on another server."""
    none: tuple[tuple[str, str], ...] = ()
    listed = reader.take("FALLBACK_MODELS", none, places)
    for name in FALLBACK_KEYS[len(listed) :]:
        if reader.has(name):
            reader.wrong(f"{name} belongs to no entry of FALLBACK_MODELS, which has {len(listed)}.")
    named = zip(FALLBACK_KEYS, listed, strict=False)
    return tuple(_fall_back(reader, key, place, main_url) for key, place in named)


def _fall_back(reader: Reader, key_name: str, place: tuple[str, str], main_url: str) -> FallBack:
    url, model = place
    elsewhere = url not in {"", main_url}
    missing = KEY_MISSING.format(url=url) if elsewhere and not is_private(url) else None
    key = reader.take(key_name, "", printable, required=missing)
    return FallBack(model, url or main_url, key) if key or elsewhere else FallBack(model)
