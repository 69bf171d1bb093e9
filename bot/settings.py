"""What the self-hoster sets, read once and frozen from then on.

All bad values are reported together, each by its name.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

from bot import environment, request_fields
from bot.errors import SettingsError
from bot.model_servers import MOST_FALLBACKS, FallBack, http_url, is_private, places, printable

T = TypeVar("T")

# In the order of `.env.example`; tests hold that file and the README to this list.
NAMES = (
    "DISCORD_TOKEN",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "OPENAI_MODEL",
    "ALLOWED_MODELS",
    "FALLBACK_MODELS",
    "REASONING_EFFORT",
    "MODEL_OPTIONS",
    "SYSTEM_PROMPT",
    "MAX_PROMPT_TOKENS",
    "MAX_REPLY_TOKENS",
    "MAX_REPLY_MESSAGES",
    "FIRST_TOKEN_TIMEOUT",
    "ALLOWED_BOTS",
    "SUMMARIZE",
    "RECENT_MESSAGES",
    "RETENTION_DAYS",
    "TRANSCRIPTION_MODEL",
    "MAX_STORED_MEDIA",
    "DATABASE_URL",
    "DISCORD_API_URL",
    "SHUTDOWN_GRACE",
    "LOG_LEVEL",
)
SECRETS = ("DISCORD_TOKEN", "OPENAI_API_KEY")
ENV_FILE = Path(".env")
DEFAULT_MODEL = "gpt-6-luna"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
DISCORD_MISSING = (
    "is missing; copy the bot's token from https://discord.com/developers/applications "
    "(your application, Bot) into .env"
)
OPENAI_MISSING = (
    "is missing; put your key from https://platform.openai.com/api-keys into .env, "
    "or set OPENAI_BASE_URL to a model server of your own"
)
FALLBACK_KEYS = tuple(f"FALLBACK_{number}_API_KEY" for number in range(1, MOST_FALLBACKS + 1))
KNOWN = (*NAMES, *FALLBACK_KEYS)
FALLBACK_KEY_MISSING = (
    "is missing; put the key for {url} into .env, since OPENAI_API_KEY goes to no other server"
)
SIZE_SHAPE = re.compile(r"(?P<number>[0-9]{1,12})\s*(?:(?P<unit>[kmgt])i?)?b?", re.IGNORECASE)
ID_SHAPE = re.compile(r"[0-9]{15,20}")
TOKEN_SHAPE = re.compile(r"[\w-]{18,}\.[\w-]{4,}\.[\w-]{20,}")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process; names are those of the environment in lower case."""

    discord_token: str = field(repr=False)
    openai_api_key: str = field(repr=False)
    openai_base_url: str | None = None
    openai_model: str = DEFAULT_MODEL
    allowed_models: tuple[str, ...] = ()
    fallback_models: tuple[FallBack, ...] = ()
    reasoning_effort: str = "none"
    model_options: Mapping[str, Any] = field(default_factory=dict)
    system_prompt: str = "You are a helpful assistant."
    max_prompt_tokens: int = 8000
    max_reply_tokens: int = 2000
    max_reply_messages: int = 5
    first_token_timeout: float | None = None
    allowed_bots: frozenset[int] = frozenset()
    summarize: bool = False
    recent_messages: int = 0
    retention_days: int | None = None
    transcription_model: str = ""
    max_stored_media: int = 2 * 2**30
    database_path: Path = Path("data/parley.db")
    discord_api_url: str | None = None
    shutdown_grace: float = 20.0
    log_level: str = "INFO"

    @property
    def models(self) -> tuple[str, ...]:
        """Return the models that people may pick, the default first."""
        return tuple(dict.fromkeys((self.openai_model, *self.allowed_models)))

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what must never be written anywhere."""
        keys = (one.api_key for one in self.fallback_models)
        return tuple(secret for secret in (self.discord_token, self.openai_api_key, *keys) if secret)


def load(env_file: Path | None = ENV_FILE, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; the environment wins over the file.

    Raises:
        SettingsError: one line for each value that is missing or wrong.
    """
    return parse(raw_values(env_file, environ))


def raw_values(env_file: Path | None = ENV_FILE, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what is set, as text, by name."""
    return environment.values(KNOWN, (*SECRETS, *FALLBACK_KEYS), env_file, environ)


def parse(values: Mapping[str, str]) -> Settings:
    """Turn text into settings, or tell all that is wrong with it at once."""
    reader = _Reader(values)
    base_url = reader.take("OPENAI_BASE_URL", None, http_url)
    api_url = reader.take("DISCORD_API_URL", None, http_url)
    token = printable if api_url else _discord_token
    settings = Settings(
        discord_token=reader.take("DISCORD_TOKEN", "", token, required=DISCORD_MISSING),
        openai_api_key=reader.take(
            "OPENAI_API_KEY",
            "not-needed",
            printable,
            required=None if base_url and is_private(base_url) else OPENAI_MISSING,
        ),
        openai_base_url=base_url,
        openai_model=reader.take("OPENAI_MODEL", DEFAULT_MODEL, printable),
        allowed_models=reader.take("ALLOWED_MODELS", (), _names),
        fallback_models=reader.fall_backs(base_url or ""),
        reasoning_effort=reader.take("REASONING_EFFORT", "none", request_fields.effort),
        model_options=reader.take("MODEL_OPTIONS", {}, request_fields.fields),
        system_prompt=reader.text("SYSTEM_PROMPT", "You are a helpful assistant."),
        max_prompt_tokens=reader.take("MAX_PROMPT_TOKENS", 8000, _whole_number(100)),
        max_reply_tokens=reader.take("MAX_REPLY_TOKENS", 2000, _whole_number(1)),
        max_reply_messages=reader.take("MAX_REPLY_MESSAGES", 5, _whole_number(1, 20)),
        first_token_timeout=reader.take("FIRST_TOKEN_TIMEOUT", None, _seconds(1, 3600)),
        allowed_bots=reader.take("ALLOWED_BOTS", frozenset(), _ids),
        summarize=reader.take("SUMMARIZE", False, _switch),
        recent_messages=reader.take("RECENT_MESSAGES", 0, _whole_number(0, 100)),
        retention_days=reader.take("RETENTION_DAYS", None, _whole_number(1, 36500)),
        transcription_model=reader.take("TRANSCRIPTION_MODEL", "", printable),
        max_stored_media=reader.take("MAX_STORED_MEDIA", 2 * 2**30, _size),
        database_path=reader.take("DATABASE_URL", Path("data/parley.db"), _sqlite_path),
        discord_api_url=api_url,
        shutdown_grace=reader.take("SHUTDOWN_GRACE", 20.0, _seconds(0, 600)),
        log_level=reader.take("LOG_LEVEL", "INFO", _log_level),
    )
    reader.raise_problems()
    return settings


class _Reader:
    """Takes values by name and remembers what was wrong with them."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._problems: list[str] = []

    def text(self, name: str, default: str) -> str:
        """Return a text as it stands; empty is a value here."""
        text = self._values.get(name, default)
        if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
            self._problems.append(f"{name} must be text in UTF-8.")
        return text

    def take(self, name: str, default: T, read: Callable[[str], T], required: str | None = None) -> T:
        """Return a value; empty means that it is not set."""
        raw = self._values.get(name, "").strip()
        if not raw:
            if required:
                self._problems.append(f"{name} {required}.")
            return default
        try:
            return read(raw)
        except ValueError as error:
            self._problems.append(f"{name} {error}.")
            return default

    def fall_backs(self, main_url: str) -> tuple[FallBack, ...]:
        """Return who stands in for a model, each with a key of its own where it is on another server."""
        none: tuple[tuple[str, str], ...] = ()
        listed = self.take("FALLBACK_MODELS", none, places)
        for name in FALLBACK_KEYS[len(listed) :]:
            if self._values.get(name, "").strip():
                self._problems.append(
                    f"{name} belongs to no entry of FALLBACK_MODELS, which has {len(listed)}."
                )
        named = zip(FALLBACK_KEYS, listed, strict=False)
        return tuple(self._fall_back(key, *place, main_url) for key, place in named)

    def _fall_back(self, key_name: str, url: str, model: str, main_url: str) -> FallBack:
        elsewhere = url not in {"", main_url}
        missing = FALLBACK_KEY_MISSING.format(url=url) if elsewhere and not is_private(url) else None
        key = self.take(key_name, "", printable, required=missing)
        return FallBack(model, url or main_url, key) if key or elsewhere else FallBack(model)

    def raise_problems(self) -> None:
        """Report everything that was wrong, if anything was."""
        if self._problems:
            raise SettingsError("\n".join(self._problems))


def _discord_token(raw: str) -> str:
    if not TOKEN_SHAPE.fullmatch(raw):
        raise ValueError(
            "does not look like a bot token; copy it again from your application's page, under Bot"
        )
    return raw


def _names(raw: str) -> tuple[str, ...]:
    return tuple(printable(name.strip()) for name in raw.split(",") if name.strip())


def _ids(raw: str) -> frozenset[int]:
    ids = [one.strip() for one in raw.split(",") if one.strip()]
    if not all(ID_SHAPE.fullmatch(one) for one in ids):
        raise ValueError("must be ids such as 155149108183695360, separated by commas")
    return frozenset(map(int, ids))


def _sqlite_path(raw: str) -> Path:
    scheme, separator, path = raw.partition(":///")
    if scheme != "sqlite" or not separator or not path:
        raise ValueError("must be of the form sqlite:///data/parley.db (four slashes for an absolute path)")
    return Path(unquote(path))


def _whole_number(least: int, most: int = 10_000_000) -> Callable[[str], int]:
    def read(raw: str) -> int:
        if not raw.isdecimal() or not least <= int(raw[:12]) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(raw)

    return read


def _size(raw: str) -> int:
    found = SIZE_SHAPE.fullmatch(raw)
    if found is None:
        raise ValueError("must be a size such as 500 MiB or 2 GiB")
    power: int = " kmgt".index((found["unit"] or " ").lower())
    return int(found["number"]) << (10 * power)


def _seconds(least: int, most: int) -> Callable[[str], float]:
    def read(raw: str) -> float:
        try:
            value = float(raw)
        except ValueError:
            value = -1.0
        if not least <= value <= most:
            raise ValueError(f"must be a number of seconds from {least} to {most}")
        return value

    return read


def _switch(raw: str) -> bool:
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


def _log_level(raw: str) -> str:
    if raw.upper() not in LOG_LEVELS:
        raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}")
    return raw.upper()
