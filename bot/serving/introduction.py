"""The beginning of the log: how it is written, and what a start says of itself and of what is set."""

import platform
from collections.abc import Iterator, Mapping

from bot import __version__, logs
from bot.errors import StartError
from bot.network import passwords
from bot.settings.settings import Settings, differing
from bot.texts import serving

UNTOLD = ("SYSTEM_PROMPT",)  # a text, and no secret; it says nothing to somebody who reads a log


def set_up_logs(settings: Settings) -> None:
    """Have the log written as it is set.

    Raises:
        StartError: its file can't be written.
    """
    file = settings.serving.log_file
    try:
        secrets = (*settings.secrets, *passwords())
        logs.set_up(settings.log_level, secrets, settings.serving.log_format, file)
    except OSError as error:
        raise StartError(serving.LOG_UNWRITABLE.format(file=file, reason=error.strerror)) from error


def lines(settings: Settings, values: Mapping[str, str]) -> list[str]:
    """Return the lines; secrets are told of and not shown."""
    shown = {
        name: serving.IS_SET.format(name=name)
        if secret or name in UNTOLD
        else f"{name}={values[name].strip()}"
        for name, secret in differing(values).items()
    }
    return [
        serving.STARTS.format(
            version=__version__,
            python=platform.python_version(),
            model=settings.openai_model,
            url=settings.openai_base_url or serving.OPENAI,
            database=settings.database,
        ),
        *_holding(settings),
        serving.DIFFERS.format(settings=", ".join(shown.values())),
    ]


def _holding(settings: Settings) -> Iterator[str]:
    """Yield what holds, whether it was set or not: who answers, who is heard, what may be spent and kept."""
    models = [*settings.models, *(one.name for one in settings.fallback_models)]
    yield serving.ANSWERS.format(
        models=", ".join(models),
        prompt=settings.max_prompt_tokens,
        reply=settings.max_reply_tokens,
        messages=settings.max_reply_messages,
    )
    access = settings.access
    yield serving.HEARS[access.message_content]
    servers = len(access.allowed_servers)
    yield serving.SERVES.format(servers=servers) if servers else serving.SERVES_ALL
    yield serving.LISTS.format(
        allowed=len(access.allowed_users | access.allowed_roles | access.allowed_channels),
        denied=len(access.denied_users | access.denied_roles | access.denied_channels),
        direct="on" if access.direct_messages else "off",
    )
    limits = [f"{name} {one.written}" for name, one in settings.spending.limits.items()]
    yield serving.SPENDS.format(limits=", ".join(limits)) if limits else serving.SPENDS_FREELY
    days = settings.retention_days
    yield serving.KEEPS_FOR.format(days=days) if days else serving.KEEPS
