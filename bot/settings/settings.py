"""What the self-hoster sets, read once and frozen from then on.

All bad values are reported together, each by its name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import Any, TypeVar

from bot import network
from bot.errors import SettingsError
from bot.settings import access, bounds, environment, forms, moderation, request_fields, serving, spending
from bot.settings.access import Access
from bot.settings.bounds import Bounds
from bot.settings.forms import ServerUrl, one_of, whole_number
from bot.settings.model_servers import (
    FALLBACK_KEYS,
    FallBack,
    fall_backs,
    http_url,
    is_private,
    model_url,
    printable,
)
from bot.settings.moderation import Moderation
from bot.settings.reader import Reader
from bot.settings.request_fields import EFFORTS
from bot.settings.serving import Address, Serving
from bot.settings.spending import Spending
from bot.texts.languages.spoken import SOURCE, languages

T = TypeVar("T")

# Tests hold the reference in bot/texts/settings.py to this list.
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
    *access.NAMES,
    "ALLOWED_BOTS",
    "SUMMARIZE",
    "RECENT_MESSAGES",
    "THREADS",
    "SITUATION",
    "PRESENCE",
    "LANGUAGE",
    "RETENTION_DAYS",
    "TRANSCRIPTION_MODEL",
    "MAX_STORED_MEDIA",
    *bounds.NAMES,
    *spending.NAMES,
    *moderation.NAMES,
    "DATABASE_URL",
    "DISCORD_API_URL",
    "SHUTDOWN_GRACE",
    "LOG_LEVEL",
    *serving.NAMES,
)
SECRETS = ("DISCORD_TOKEN", "OPENAI_API_KEY", *moderation.SECRETS, "DATABASE_URL")
ENV_FILE = Path(".env")
THREAD_MODES = ("off", "offer", "always")
SITUATIONS = ("off", "servers", "all")
PRESENCE = "@{name} or /help"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
MAY_BE_EMPTY = ("SYSTEM_PROMPT", "PRESENCE")
DEFAULT_MODEL = "gpt-6-luna"
DEFAULT_DATABASE = Path("data/parley.db")
DEFAULT_PERSONA = "You are a helpful assistant."
DISCORD_MISSING = (
    "is missing; copy the bot's token from https://discord.com/developers/applications "
    "(your application, Bot) into .env, or let `python -m bot setup` ask for all that is needed"
)
OPENAI_MISSING = (
    "is missing; put your key from https://platform.openai.com/api-keys into .env, "
    "or set OPENAI_BASE_URL to a model server of your own"
)
SOCKS = (
    "{name} names a SOCKS proxy, which Parley can't use; name an HTTP proxy such as http://proxy:3128, "
    "or unset it for Parley."
)
RECENT_NEEDS_CONTENT = "RECENT_MESSAGES needs MESSAGE_CONTENT=on."
KNOWN = (*NAMES, *FALLBACK_KEYS)


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
    system_prompt: str = DEFAULT_PERSONA
    max_prompt_tokens: int = 8000
    max_reply_tokens: int = 2000
    max_reply_messages: int = 5
    first_token_timeout: float | None = None
    access: Access = Access()  # noqa: RUF009 - frozen
    allowed_bots: frozenset[int] = frozenset()
    summarize: bool = False
    recent_messages: int = 0
    threads: str = "offer"
    situation: str = "servers"
    presence: str = PRESENCE
    language: str = SOURCE
    retention_days: int | None = None
    transcription_model: str = ""
    max_stored_media: int = 2 * 2**30
    bounds: Bounds = Bounds()  # noqa: RUF009 - frozen
    spending: Spending = Spending()  # noqa: RUF009 - frozen
    moderation: Moderation = field(default_factory=Moderation)
    database: Path | ServerUrl = DEFAULT_DATABASE
    discord_api_url: str | None = None
    shutdown_grace: float = 20.0
    log_level: str = "INFO"
    serving: Serving = Serving()  # noqa: RUF009 - frozen

    @property
    def models(self) -> tuple[str, ...]:
        """Return the models that people may pick, the default first."""
        return tuple(dict.fromkeys((self.openai_model, *self.allowed_models)))

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what must never be written anywhere."""
        keys = (one.api_key for one in self.fallback_models)
        own = [self.discord_token, self.openai_api_key, self.moderation.moderation_api_key]
        if isinstance(self.database, ServerUrl):
            own += [self.database.raw, *self.database.passwords]
        return tuple(secret for secret in (*own, *keys) if secret)


def load(env_file: Path | None = ENV_FILE, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; the environment wins over the file.

    Raises:
        SettingsError: one line for each value that is missing or wrong.
    """
    values, problems = _read(env_file, environ)
    return parse(values, [*problems, *_socks()])


def refuse_socks() -> None:
    """Raise a SettingsError where the environment names a proxy that can't be used."""
    Reader({}, _socks()).raise_problems()


def _socks() -> Sequence[str]:
    return [SOCKS.format(name=name) for name in network.socks_proxies()]


def load_token() -> str:
    """Read the bot's token alone; raises as `load` does."""
    return token_of(raw_values())


def token_of(values: Mapping[str, str]) -> str:
    """Read the bot's token alone from what is set; raises as `load` does."""
    reader = Reader(values)
    return _alone(reader, _token(reader, reader.take("DISCORD_API_URL", None, http_url)))


def load_database() -> Path | ServerUrl:
    """Read where the database is, and nothing else; raises as `load` does."""
    reader = Reader(raw_values())
    return _alone(reader, _database(reader))


def load_http_port() -> Address | None:
    """Read where health is told, and nothing else; raises as `load` does."""
    reader = Reader(raw_values())
    return _alone(reader, serving.read(reader).http_port)


def load_timezone() -> tzinfo:
    """Read where days begin, and nothing else; raises as `load` does."""
    reader = Reader(raw_values())
    return _alone(reader, spending.read(reader).timezone)


def _alone(reader: Reader, value: T) -> T:
    reader.raise_problems()
    return value


def _token(reader: Reader, api_url: str | None) -> str:
    return reader.take(
        "DISCORD_TOKEN", "", printable if api_url else forms.discord_token, required=DISCORD_MISSING
    )


def _key(reader: Reader, base_url: str | None) -> str:
    needed = None if base_url and is_private(base_url) else OPENAI_MISSING
    return reader.take("OPENAI_API_KEY", "not-needed", forms.model_key, required=needed)


def _database(reader: Reader) -> Path | ServerUrl:
    usual: Path | ServerUrl = DEFAULT_DATABASE
    return reader.take("DATABASE_URL", usual, forms.database)


def raw_values(env_file: Path | None = ENV_FILE, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what is set, as text, by name.

    Raises:
        SettingsError: one line for each line of the file, or file of a secret, that can't be read.
    """
    values, problems = _read(env_file, environ)
    return _alone(Reader({}, problems), values)


def _read(env_file: Path | None, environ: Mapping[str, str] | None) -> tuple[dict[str, str], list[str]]:
    return environment.values(KNOWN, (*SECRETS, *FALLBACK_KEYS), env_file, environ)


def differing(values: Mapping[str, str]) -> dict[str, bool]:
    """Return the names of what is set to another value than the default, and whether each is a secret."""
    secrets, whole = {*SECRETS, *FALLBACK_KEYS}, parse(values)
    given = {name for name in KNOWN if name in values and (values[name].strip() or name in MAY_BE_EMPTY)}
    return {
        name: name in secrets
        for name in KNOWN
        if name in given and (name in secrets or _parsed_without(name, values) != whole)
    }


def _parsed_without(name: str, values: Mapping[str, str]) -> Settings | None:
    try:
        return parse({one: value for one, value in values.items() if one != name})
    except SettingsError:  # another one needs it
        return None


def parse(values: Mapping[str, str], problems: Sequence[str] = ()) -> Settings:
    """Turn text into settings, or tell all that is wrong with it at once, `problems` of reading it too."""
    reader, usual = Reader(values, problems), Settings(discord_token="", openai_api_key="")
    base_url = reader.take("OPENAI_BASE_URL", None, model_url)
    api_url = reader.take("DISCORD_API_URL", None, http_url)
    settings = Settings(
        discord_token=_token(reader, api_url),
        openai_api_key=_key(reader, base_url),
        openai_base_url=base_url,
        openai_model=reader.take("OPENAI_MODEL", usual.openai_model, printable),
        allowed_models=reader.take("ALLOWED_MODELS", usual.allowed_models, forms.names),
        fallback_models=fall_backs(reader, base_url or ""),
        reasoning_effort=reader.take("REASONING_EFFORT", usual.reasoning_effort, one_of(*EFFORTS)),
        model_options=reader.take("MODEL_OPTIONS", usual.model_options, request_fields.fields),
        system_prompt=reader.text("SYSTEM_PROMPT", usual.system_prompt),
        max_prompt_tokens=reader.take("MAX_PROMPT_TOKENS", usual.max_prompt_tokens, whole_number(100)),
        max_reply_tokens=reader.take("MAX_REPLY_TOKENS", usual.max_reply_tokens, whole_number(1)),
        max_reply_messages=reader.take("MAX_REPLY_MESSAGES", usual.max_reply_messages, whole_number(1, 20)),
        first_token_timeout=reader.take("FIRST_TOKEN_TIMEOUT", None, forms.seconds(1, 3600)),
        access=access.read(reader),
        allowed_bots=reader.take("ALLOWED_BOTS", usual.allowed_bots, forms.ids),
        summarize=reader.take("SUMMARIZE", usual.summarize, forms.switch),
        recent_messages=reader.take("RECENT_MESSAGES", usual.recent_messages, whole_number(0, 100)),
        threads=reader.take("THREADS", usual.threads, one_of(*THREAD_MODES)),
        situation=reader.take("SITUATION", usual.situation, one_of(*SITUATIONS)),
        presence=reader.text("PRESENCE", usual.presence),
        language=reader.take("LANGUAGE", usual.language, one_of(*languages())),
        retention_days=reader.take("RETENTION_DAYS", None, whole_number(1, 36500)),
        transcription_model=reader.take("TRANSCRIPTION_MODEL", usual.transcription_model, printable),
        max_stored_media=reader.take("MAX_STORED_MEDIA", usual.max_stored_media, forms.size),
        bounds=bounds.read(reader),
        spending=spending.read(reader),
        moderation=moderation.read(reader, base_url),
        database=_database(reader),
        discord_api_url=api_url,
        shutdown_grace=reader.take("SHUTDOWN_GRACE", usual.shutdown_grace, forms.seconds(0, 600)),
        log_level=reader.take("LOG_LEVEL", usual.log_level, one_of(*LOG_LEVELS)),
        serving=serving.read(reader),
    )
    return _consistent(reader, settings)


def _consistent(reader: Reader, settings: Settings) -> Settings:
    """Return settings of which none needs another value of another one."""
    if settings.recent_messages and not settings.access.message_content:
        reader.wrong(RECENT_NEEDS_CONTENT)
    return _alone(reader, settings)
