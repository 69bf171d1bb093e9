"""The beginning of the log: how it is written, and what a start says of itself and of what is set."""

import platform
from collections.abc import Mapping

from bot import __version__, logs
from bot.errors import StartError
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
        logs.set_up(settings.log_level, settings.secrets, settings.serving.log_format, file)
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
            database=settings.database_path,
        ),
        serving.DIFFERS.format(settings=", ".join(shown.values())),
    ]
