"""The `check` command: looks at all that a bot needs, and says of each what is wrong and what to do.

It may run beside a bot: nothing is changed, neither in its database nor on Discord.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.errors import ParleyError, SettingsError
from bot.keeping.check_database import check_database
from bot.keeping.check_discord import check_clock, check_discord
from bot.keeping.check_model import check_models
from bot.keeping.findings import Findings, Write
from bot.settings import environment, settings
from bot.settings.settings import KNOWN, Settings
from bot.texts import checking


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked of a check: a channel to look at closely, and whether a program reads the answer."""

    channel: int | None = None
    as_json: bool = False


async def run(options: Options, write: Write) -> int:
    """Look at one thing after the other, and return the exit code: 0 where nothing is wrong, else 1."""
    findings = Findings(write, as_json=options.as_json)
    try:
        loaded = settings.load()
    except SettingsError as error:
        for line in str(error).splitlines():
            findings.wrong("settings", line)
        return findings.end()
    await _look(loaded, options, findings)
    return findings.end()


async def _look(loaded: Settings, options: Options, findings: Findings) -> None:
    for sentence in environment.misspelt(KNOWN):
        findings.warn("settings", sentence)
    findings.ok("settings", checking.SETTINGS_READ)
    looks: tuple[tuple[str, Callable[[], Awaitable[None]]], ...] = (
        ("Discord", lambda: check_discord(loaded, options.channel, findings)),
        ("model", lambda: check_models(loaded, findings)),
        ("database", lambda: check_database(loaded, findings)),
        ("clock", lambda: check_clock(loaded, findings)),
    )
    for about, look in looks:
        try:
            await look()
        except ParleyError as error:
            findings.wrong(about, str(error))
