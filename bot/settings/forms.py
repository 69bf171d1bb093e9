"""The forms in which the self-hoster writes single values; what is wrong is told in words behind the name."""

import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from bot.settings.model_servers import printable

LONGEST_NUMBER = 12  # digits; more are read by nobody
SIZE_SHAPE = re.compile(r"(?P<number>[0-9]{1,12})\s*(?:(?P<unit>[kmgt])i?)?b?", re.IGNORECASE)
ID_SHAPE = re.compile(r"[0-9]{15,20}")
ENCLOSING = frozenset("[]{}();\"'")
OPENAI_KEY_BEGINS = "sk-"
TOKEN_SHAPE = re.compile(r"[\w-]{18,}\.[\w-]{4,}\.[\w-]{20,}")


def discord_token(raw: str) -> str:
    """Read a bot's token."""
    if raw.startswith(OPENAI_KEY_BEGINS):
        raise ValueError("is a key of a model's server; that belongs into OPENAI_API_KEY")
    if not TOKEN_SHAPE.fullmatch(raw):
        raise ValueError(
            "does not look like a bot token; copy it again from your application's page, under Bot"
        )
    return raw


_PLACEHOLDER = re.compile(
    r"<.*>|\[.*\]|\$\{?\w+\}?|(?:sk-)?(?:\.{3,}|x{3,}|\*{3,}|…)"
    r"|(?:sk-)?(?:put[-_ ])?your[-_ ].{0,20}(?:key|token)(?![a-z]).{0,10}",
    re.IGNORECASE,
)


def model_key(raw: str) -> str:
    """Read a key of a model's server."""
    if TOKEN_SHAPE.fullmatch(raw) and _begins_with_an_id(raw):
        raise ValueError("is a bot's token; that belongs into DISCORD_TOKEN")
    if _PLACEHOLDER.fullmatch(raw):
        raise ValueError("still holds a placeholder; put the key itself in its place")
    return printable(raw)


def _begins_with_an_id(raw: str) -> bool:
    """Say whether something begins with an application's id in base64, as tokens of bots do."""
    head = raw.partition(".")[0]
    try:
        return b64decode(head + "=" * (-len(head) % 4)).isdigit()
    except ValueError:
        return False


def names(raw: str) -> tuple[str, ...]:
    """Read names that stand between commas."""
    if not ENCLOSING.isdisjoint(raw):
        raise ValueError("must be names separated by commas, without brackets, quotes or semicolons")
    return tuple(printable(name.strip()) for name in raw.split(",") if name.strip())


def ids(raw: str) -> frozenset[int]:
    """Read Discord's ids, which stand between commas."""
    ids = [one.strip() for one in raw.split(",") if one.strip()]
    if not all(ID_SHAPE.fullmatch(one) for one in ids):
        raise ValueError("must be ids such as 155149108183695360, separated by commas")
    return frozenset(map(int, ids))


@dataclass(frozen=True, slots=True)
class ServerUrl:
    """The address of a PostgreSQL database; written out, it keeps the password to itself.

    It may name several hosts between commas, of which the first is taken that lets one in.
    """

    raw: str

    @property
    def passwords(self) -> tuple[str, ...]:
        """Return the password as it is written and as it is meant, wherever it stands in the address."""
        parts = urlsplit(self.raw)
        written, options = parts.password or "", parse_qsl(parts.query)
        return written, unquote(written), *(word for name, word in options if name == "password")

    def __str__(self) -> str:
        """Return where it is, without what opens it."""
        parts = urlsplit(self.raw)
        return f"postgresql://{parts.netloc.rpartition('@')[2]}{parts.path}"

    __repr__ = __str__


def database(raw: str) -> Path | ServerUrl:
    """Read the address of a database: of a file, or of a PostgreSQL server."""
    scheme, separator, rest = raw.partition("://")
    if scheme in ("postgresql", "postgres") and separator:
        if not _is_address(raw):
            raise ValueError(
                "must name a port by its number, have an IPv6 address in brackets, "
                "and / ? # @ % in a password written as %2F %3F %23 %40 %25"
            )
        if len(urlsplit(raw).path) > 1:
            return ServerUrl(raw)
    elif scheme == "sqlite" and separator and len(rest) > 1 and rest.startswith("/"):
        return Path(unquote(rest[1:]))
    raise ValueError(
        "must be of the form sqlite:///data/parley.db (four slashes for an absolute path), "
        "or postgresql://parley:password@host:5432/parley"
    )


def _is_address(raw: str) -> bool:
    """Say whether an address can be read, and its password told from all else in it."""
    try:
        parts = urlsplit(raw)
        user, _, hosts = parts.netloc.rpartition("@")
        for host in hosts.split(","):
            urlsplit(f"//{host}").port  # noqa: B018 - which raises where it is no number
    except ValueError:
        return False
    return "#" not in raw and not any(sign in user + parts.path[1:] for sign in "@/")


def whole_number(least: int, most: int = 10_000_000) -> Callable[[str], int]:
    """Return what reads a whole number between two figures."""

    def read(raw: str) -> int:
        digits = raw.replace("_", "")
        if not digits.isdecimal() or len(digits) > LONGEST_NUMBER or not least <= int(digits) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(digits)

    return read


def size(raw: str) -> int:
    """Read a size, in bytes."""
    found = SIZE_SHAPE.fullmatch(raw)
    if found is None:
        raise ValueError("must be a size such as 500 MiB or 2 GiB")
    power: int = " kmgt".index((found["unit"] or " ").lower())
    return int(found["number"]) << (10 * power)


def seconds(least: int, most: int) -> Callable[[str], float]:
    """Return what reads a length of time between two figures."""

    def read(raw: str) -> float:
        try:
            value = float(raw)
        except ValueError:
            value = -1.0
        if not least <= value <= most:
            raise ValueError(f"must be a number of seconds from {least} to {most}")
        return value

    return read


def switch(raw: str) -> bool:
    """Read what is on or off."""
    words = {
        "on": True,
        "true": True,
        "1": True,
        "yes": True,
        "off": False,
        "false": False,
        "0": False,
        "no": False,
    }
    if raw.lower() not in words:
        raise ValueError("must be on or off")
    return words[raw.lower()]


def one_of(*words: str) -> Callable[[str], str]:
    """Return what reads one of some words, however they are capitalised."""

    def read(raw: str) -> str:
        word = next((word for word in words if word.lower() == raw.lower()), None)
        if word is None:
            raise ValueError(f"must be one of {', '.join(words)}")
        return word

    return read
